"""Setting a paper's blocks on pages: characters with their places, and red lines."""

from collections.abc import Sequence
from functools import singledispatch

from tests.documents.incoming.sheets import LEFT, LINE, RIGHT, Sheet, width
from tests.support.gongwen.model import Block, Break, Flow, Gap, Line, Paper, Row, Rule, Sides, Stack, Table, Title

WIDE = RIGHT - LEFT


def on_pages(paper: Paper) -> Sheet:
    """The paper on A4 pages, without page numbers (`Sheet.numbered` adds them)."""
    sheet = Sheet(y=paper.top)
    for block in paper.blocks:
        put(block, sheet)
    return sheet


@singledispatch
def put(block: Block, sheet: Sheet) -> None:
    raise TypeError(block)


@put.register
def _(block: Line, sheet: Sheet) -> None:
    sheet.line(block.text, block.align, block.size, block.color, block.indent, block.pitch)


@put.register
def _(block: Title, sheet: Sheet) -> None:
    for line in block.lines:
        sheet.line(line, "center", block.size, block.color)


@put.register
def _(block: Flow, sheet: Sheet) -> None:
    sheet.flow(block.text, block.indent, block.size)


@put.register
def _(block: Sides, sheet: Sheet) -> None:
    _room(sheet, block.size)
    sheet.put(block.left, LEFT + block.indent, sheet.y, block.size, block.color)
    right = RIGHT - block.indent - width(block.right, block.size)
    sheet.put(block.right, right, sheet.y, block.size, block.color)
    sheet.y += LINE


@put.register
def _(block: Stack, sheet: Sheet) -> None:
    room = WIDE - width(block.mark, block.size) - 20
    size = min(block.size, *(room / width(name, 1.0) for name in block.names))
    high, top = size * 1.3, sheet.y
    for name in block.names:
        sheet.put(name, LEFT, sheet.y, size, block.color)
        sheet.y += high
    middle = top + (high * len(block.names) - high + size - block.size) / 2
    sheet.put(block.mark, RIGHT - width(block.mark, block.size), middle, block.size, block.color)


@put.register
def _(block: Row, sheet: Sheet) -> None:
    _room(sheet, block.size)
    for share, text in block.cells:
        sheet.put(text, LEFT + share * WIDE, sheet.y, block.size)
    sheet.y += block.high


@put.register
def _(block: Table, sheet: Sheet) -> None:
    for cells in block.rows:
        boxes = list(zip(cells, block.widths, strict=True))
        lines = [_wrapped(text, share * WIDE - 8, block.size) for text, share in boxes]
        high = max(len(one) for one in lines) * block.size * 1.3 + 8
        _room(sheet, high)
        x = LEFT
        for wrapped, share in zip(lines, block.widths, strict=True):
            top = sheet.y + (high - len(wrapped) * block.size * 1.3) / 2
            for at, text in enumerate(wrapped):
                sheet.put(text, x + 4, top + at * block.size * 1.3, block.size)
            x += share * WIDE
        sheet.y += high


@put.register
def _(block: Gap, sheet: Sheet) -> None:
    sheet.skip(block.lines)


@put.register
def _(block: Rule, sheet: Sheet) -> None:
    sheet.y += 12


@put.register
def _(block: Break, sheet: Sheet) -> None:
    sheet.page()


def _wrapped(text: str, room: float, size: float) -> Sequence[str]:
    lines, used = [""], 0.0
    for char in text:
        wide = width(char, size)
        if used + wide > room:
            lines.append("")
            used = 0.0
        lines[-1] += char
        used += wide
    return lines


def _room(sheet: Sheet, high: float) -> None:
    if sheet.y + high > 841.9 - 99.2:
        sheet.page()
