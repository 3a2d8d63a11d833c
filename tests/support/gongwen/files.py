"""A paper as a file: PDF drawn by Skia, PDF without its font, OFD, Word."""

import io
import itertools
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, singledispatch
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from office.files.ofd.native import skia
from office.files.rendering.textlayer import Glyph
from tests.documents.incoming.sheets import HEIGHT, WIDTH, printed
from tests.office.files.ofd_maker import NS, ofd
from tests.support.gongwen import held_out, train
from tests.support.gongwen.draw import Draw, Names
from tests.support.gongwen.model import Block, Break, Flow, Gap, Line, Paper, Row, Rule, Sides, Stack, Table, Title
from tests.support.gongwen.setting import WIDE, on_pages

MM = 25.4 / 72


class Made(NamedTuple):
    """A file, what it was made by (`layout`), and what it says."""

    name: str
    layout: str
    data: bytes
    says: dict[str, str]


def skia_pdf(paper: Paper) -> bytes:
    """As a program that carries its font: glyph by glyph."""
    stream = skia.DynamicMemoryWStream()
    with skia.PDF.MakeDocument(stream) as document:
        for glyphs in on_pages(paper).numbered():
            with document.page(WIDTH, HEIGHT) as canvas:
                for run in _runs(glyphs):
                    _draw(canvas, run)
    return bytes(stream.detachAsData())


def _draw(canvas: Any, run: Sequence[Glyph]) -> None:
    font = skia.Font(_face(), run[0].size)
    places = [skia.Point(one.box.left * WIDTH, one.box.top * HEIGHT + 0.88 * one.size) for one in run]
    blob = skia.TextBlob.MakeFromPosText("".join(one.text for one in run), places, font)
    canvas.drawTextBlob(blob, 0, 0, skia.Paint(Color=0xFF000000 | run[0].color, AntiAlias=True))


@lru_cache(maxsize=1)
def _face() -> Any:
    return skia.FontMgr().matchFamilyStyleCharacter("", skia.FontStyle.Normal(), ["zh-Hans"], ord("国"))


def bare_pdf(paper: Paper) -> bytes:
    """As a program that names a font and does not carry it."""
    return printed(on_pages(paper))


def as_ofd(paper: Paper) -> bytes:
    """Text objects with the step of every character."""
    return ofd(*("".join(_text_object(run) for run in _runs(glyphs)) for glyphs in on_pages(paper).numbered()))


def _text_object(run: Sequence[Glyph]) -> str:
    first, size = run[0], run[0].size * MM
    x, y = first.box.left * WIDTH * MM, first.box.top * HEIGHT * MM
    steps = [(b.box.left - a.box.left) * WIDTH * MM for a, b in itertools.pairwise(run)]
    deltas = f' DeltaX="{" ".join(f"{step:.3f}" for step in steps)}"' if steps else ""
    wide = sum(steps) + size
    color = f'<ofd:FillColor Value="{first.color >> 16} {first.color >> 8 & 255} {first.color & 255}"/>'
    return (
        f'<ofd:TextObject ID="9" Boundary="{x:.3f} {y:.3f} {wide:.3f} {size * 1.3:.3f}" Font="1" Size="{size:.4f}">{color}'
        f'<ofd:TextCode X="0" Y="{size * 0.88:.3f}"{deltas}>{escape("".join(one.text for one in run))}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def _runs(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    run: list[Glyph] = []
    for glyph in glyphs:
        same = run and (run[-1].box.top, run[-1].size, run[-1].color) == (glyph.box.top, glyph.size, glyph.color)
        if run and not (same and 0 < glyph.box.left - run[-1].box.left < 0.2):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def as_docx(paper: Paper, hand: random.Random) -> bytes:
    """As people set it in Word: `hand` decides between paragraphs and breaks, indents and blanks, tabs and tables."""
    word = _Word(hand)
    for block in paper.blocks:
        wrote(block, word)
    body = "".join(word.parts)
    section = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" '
        'w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>'
    )
    document = f"<w:document {_W}><w:body>{body}{section}</w:body></w:document>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "[Content_Types].xml", _TYPES)
        _put(archive, "_rels/.rels", _RELS)
        _put(archive, "word/document.xml", f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{document}')
    return out.getvalue()


def _put(archive: zipfile.ZipFile, name: str, data: str) -> None:
    """With no time of making: the same paper is the same bytes."""
    archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org"
_TYPES = (
    f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_OFFICE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_OFFICE}/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)


class _Word:
    """A document being written."""

    def __init__(self, hand: random.Random) -> None:
        self.parts: list[str] = []
        self.blanks = hand.random() < 0.3  # right-aligned lines pushed there by blanks
        self.broken = hand.choice(("paragraphs", "breaks", "wrapped"))
        self.tabled = hand.random() < 0.5  # two sides of a line in a table without borders

    def paragraph(self, runs: str, more: str = "", spacing: float = 29.0) -> None:
        exact = f'<w:spacing w:before="0" w:after="0" w:line="{round(spacing * 20)}" w:lineRule="exact"/>'
        self.parts.append(f"<w:p><w:pPr>{exact}{more}</w:pPr>{runs}</w:p>")


def _run(text: str, size: float = 16.0, color: int = 0, pitch: float = 1.0) -> str:
    wider = f'<w:spacing w:val="{round((pitch - 1) * size * 20)}"/>' if pitch != 1.0 else ""
    shade = f'<w:color w:val="{color:06X}"/>' if color else ""
    fonts = '<w:rFonts w:ascii="仿宋_GB2312" w:eastAsia="仿宋_GB2312" w:hAnsi="仿宋_GB2312"/>'
    look = f'<w:rPr>{fonts}{shade}{wider}<w:sz w:val="{round(size * 2)}"/></w:rPr>'
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


@singledispatch
def wrote(block: Block, word: _Word) -> None:
    raise TypeError(block)


@wrote.register
def _(block: Line, word: _Word) -> None:
    spacing, run = max(29.0, block.size * 1.35), _run(block.text, block.size, block.color, block.pitch)
    if block.align == "center":
        word.paragraph(run, '<w:jc w:val="center"/>', spacing)
    elif block.align == "left":
        word.paragraph(run, f'<w:ind w:firstLine="{round(block.indent * 20)}"/>', spacing)
    elif word.blanks:
        used = sum(1.0 if char > "\u2e80" else 0.5 for char in block.text) * block.size
        blanks = "　" * max(0, int((WIDE - used - block.indent) / block.size))
        word.paragraph(_run(blanks + block.text, block.size, block.color), spacing=spacing)
    else:
        word.paragraph(run, f'<w:ind w:right="{round(block.indent * 20)}"/><w:jc w:val="right"/>', spacing)


@wrote.register
def _(block: Title, word: _Word) -> None:
    centred, spacing = '<w:jc w:val="center"/>', block.size * 1.4
    if word.broken == "paragraphs":
        for line in block.lines:
            word.paragraph(_run(line, block.size, block.color), centred, spacing)
    elif word.broken == "breaks":
        runs = "<w:r><w:br/></w:r>".join(_run(line, block.size, block.color) for line in block.lines)
        word.paragraph(runs, centred, spacing)
    else:
        word.paragraph(_run("".join(block.lines), block.size, block.color), centred, spacing)


@wrote.register
def _(block: Flow, word: _Word) -> None:
    word.paragraph(_run(block.text, block.size), f'<w:ind w:firstLine="{round(block.indent * 20)}"/><w:jc w:val="both"/>')


@wrote.register
def _(block: Sides, word: _Word) -> None:
    if word.tabled:
        word.parts.append(_table(((block.left, block.right),), (0.5, 0.5), block.size, lined=False, right=True))
        return
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{round((WIDE - block.indent) * 20)}"/></w:tabs>'
    indent = f'<w:ind w:left="{round(block.indent * 20)}"/>'
    runs = f"{_run(block.left, block.size, block.color)}<w:r><w:tab/></w:r>{_run(block.right, block.size, block.color)}"
    word.paragraph(runs, tab + indent)


@wrote.register
def _(block: Stack, word: _Word) -> None:
    room = WIDE - len(block.mark) * block.size - 30
    size = min(block.size, *(room / len(name) for name in block.names))
    names = "".join(_cell_line(name, size, block.color, "distribute") for name in block.names)
    mark = _cell_line(block.mark, block.size, block.color, "center")
    share = 1 - (len(block.mark) * block.size + 20) / WIDE
    cells = _cell(names, share) + _cell(mark, 1 - share, '<w:vAlign w:val="center"/>')
    word.parts.append(f"<w:tbl>{_look((share, 1 - share), lined=False)}<w:tr>{cells}</w:tr></w:tbl>")


@wrote.register
def _(block: Row, word: _Word) -> None:
    tabs = "".join(f'<w:tab w:val="left" w:pos="{round(share * WIDE * 20)}"/>' for share, _ in block.cells if share)
    runs = "".join(("<w:r><w:tab/></w:r>" if share else "") + _run(text, block.size) for share, text in block.cells)
    word.paragraph(runs, f"<w:tabs>{tabs}</w:tabs>", block.high)


@wrote.register
def _(block: Table, word: _Word) -> None:
    word.parts.append(_table(block.rows, block.widths, block.size, lined=True))


@wrote.register
def _(block: Gap, word: _Word) -> None:
    whole = int(block.lines)
    for _ in range(whole):
        word.paragraph("")
    if block.lines > whole:
        word.paragraph("", spacing=(block.lines - whole) * 29)


@wrote.register
def _(block: Rule, word: _Word) -> None:
    word.paragraph("", '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="1" w:color="E60012"/></w:pBdr>', 12)


@wrote.register
def _(block: Break, word: _Word) -> None:
    word.parts.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')


def _table(rows: Sequence[Sequence[str]], widths: Sequence[float], size: float, *, lined: bool, right: bool = False) -> str:
    made = ""
    for cells in rows:
        sides = ["left"] * (len(cells) - 1) + ["right" if right else "left"]
        texts = zip(cells, widths, sides, strict=True)
        made += "<w:tr>" + "".join(_cell(_cell_line(text, size, 0, side), share) for text, share, side in texts) + "</w:tr>"
    return f"<w:tbl>{_look(widths, lined=lined)}{made}</w:tbl>"


def _look(widths: Sequence[float], *, lined: bool) -> str:
    line = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f"<w:{side} {line}/>" for side in sides) if lined else ""
    columns = "".join(f'<w:gridCol w:w="{round(share * WIDE * 20)}"/>' for share in widths)
    total = f'<w:tblW w:w="{round(WIDE * 20)}" w:type="dxa"/>'
    return f"<w:tblPr>{total}<w:tblBorders>{borders}</w:tblBorders></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"


def _cell(content: str, share: float, more: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{round(share * WIDE * 20)}" w:type="dxa"/>{more}</w:tcPr>{content}</w:tc>'


def _cell_line(text: str, size: float, color: int, align: str) -> str:
    spacing = f'<w:spacing w:before="0" w:after="0" w:line="{round(size * 1.3 * 20)}" w:lineRule="exact"/>'
    return f'<w:p><w:pPr>{spacing}<w:jc w:val="{align}"/></w:pPr>{_run(text, size, color)}</w:p>'


SETS: dict[str, tuple[Names, Sequence[Callable[[Draw], Paper]]]] = {
    "train": (train.NAMES, train.LAYOUTS),
    "held-out": (held_out.NAMES, held_out.LAYOUTS),
}


def drawn(which: str, count: int, seed: int = 1) -> Iterator[tuple[int, str, Paper]]:
    """So many papers of a set, every layout in its turn."""
    names, layouts = SETS[which]
    for number in range(count):
        layout = layouts[number % len(layouts)]
        yield number, layout.__name__, layout(Draw(f"{seed}-{which}-{number}", names))


def made(which: str, count: int, seed: int = 1) -> Iterator[Made]:
    """The same as files: of every layout each kind of file in its turn."""
    writers: tuple[tuple[str, Callable[[Paper], bytes]], ...] = (
        ("skia.pdf", skia_pdf), ("ofd", as_ofd), ("docx", lambda paper: as_docx(paper, random.Random(f"{seed}-{number}"))),
        ("bare.pdf", bare_pdf),
    )  # fmt: skip
    layouts = len(SETS[which][1])
    for number, layout, paper in drawn(which, count, seed):
        suffix, write = writers[(number // layouts + number) % len(writers)]
        yield Made(f"{number:03}-{layout}.{suffix}", layout, write(paper), paper.says())


__all__ = ["NS", "Made", "drawn", "made"]
