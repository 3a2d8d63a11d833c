"""The lines of a page as paragraphs (文字版): a narrow screen breaks them anew, not where the paper did. Pure."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Final

from office.files.rendering.shapes import Line, PageText

#: As Chinese typing has it: two blanks of a character's width before a paragraph that the paper indents.
INDENT: Final = "\u3000\u3000"
_IDEOGRAPHS: Final = "\u2e80"
# In widths of a character: how near to an edge a line is at it, what a sign that may not end a line leaves free, a letter.
_NEAR, _KEPT_BACK, _WORD = 0.8, 1.1, 0.6
_WIDE, _APART, _OTHER_SIZE = 2.0, 1.7, 0.08
_NUMBER: Final = "[一二三四五六七八九十百]+"
_ITEM: Final = re.compile(rf"{_NUMBER}、|[（(]({_NUMBER}|\d+)[)）]|\d{{1,2}}[.．、]\D|第{_NUMBER}[章节条]")


@dataclass(frozen=True)
class Column:
    """Where the text of a page stands: its edges as shares of the width, a line to the next as a share of the height.

    `width` is the page's, in points.
    """

    left: float
    right: float
    pitch: float
    width: float

    def ems(self, share: float, line: Line) -> float:
        """A share of the page's width in widths of the line's characters."""
        return share * self.width / max(line.size, 1.0)


def paragraphs(layer: PageText) -> str:
    """The page's text, a paragraph a line; a heading, a row of a table and a short line each stay alone."""
    if not layer.lines:
        return layer.text
    column = _column(layer)
    return "\n".join(_said(lines, column) for lines in _gathered(layer.lines, column))


def _column(layer: PageText) -> Column:
    letters: Counter[float] = Counter()
    for line in layer.lines:
        letters[line.size] += len(line.text)
    [(size, _)] = letters.most_common(1)
    # A size that a broken file gives may not even equal itself: the column is then that of all lines.
    body = [line for line in layer.lines if _same_size(line.size, size)] or layer.lines
    steps = [after.box.top - line.box.top for line, after in itertools.pairwise(body)]
    steps = [step for step in steps if step > 0]
    left, right = min(line.box.left for line in body), max(line.box.right for line in body)
    return Column(left, right, median_low(steps) if steps else 1.0, layer.width)


def _same_size(size: float, other: float) -> bool:
    return abs(size - other) <= _OTHER_SIZE * max(size, other)


def _gathered(lines: Sequence[Line], column: Column) -> Iterator[list[Line]]:
    gathered = [lines[0]]
    for before, line in itertools.pairwise(lines):
        if _goes_on(before, line, column):
            gathered.append(line)
        else:
            yield gathered
            gathered = [line]
    yield gathered


def _goes_on(before: Line, line: Line, column: Column) -> bool:
    """Whether a line goes on with the sentence of the one before: that had no room left, and this begins at the left edge."""
    return (
        _same_size(before.size, line.size)
        and not (_is_row(before, column) or _is_row(line, column))
        and abs(column.ems(line.box.left - column.left, line)) <= _NEAR
        and line.box.top - before.box.top <= _APART * column.pitch
        and not _ITEM.match(line.text)
        and column.ems(column.right - before.box.right, before) <= _needed(line.text)
    )


def _needed(text: str) -> float:
    """How much room, in widths of a character, the beginning of a line would have needed at the end of the one before."""
    word = re.match(r"[^\s\u2e80-\uffff]+", text)
    return _NEAR + (_WORD * (len(word.group()) + 1) if word else _KEPT_BACK)


def _is_row(line: Line, column: Column) -> bool:
    """Whether it is in pieces far from one another, as a table's row."""
    gaps = (after.box.left - span.box.right for span, after in itertools.pairwise(line.spans))
    return any(column.ems(gap, line) > _WIDE for gap in gaps)


def _said(lines: Sequence[Line], column: Column) -> str:
    text = lines[0].text
    for line in lines[1:]:
        text = _joined(text, line.text)
    return (INDENT if _is_indented(lines, column) else "") + text


def _is_indented(lines: Sequence[Line], column: Column) -> bool:
    """By about two characters; what is as far from the right edge is in the middle."""
    before = column.ems(lines[0].box.left - column.left, lines[0])
    after = column.ems(column.right - lines[0].box.right, lines[0])
    return 2 - _NEAR <= before <= 2 + _NEAR and (len(lines) > 1 or abs(before - after) > 1)


def _joined(text: str, more: str) -> str:
    """Two lines in one: no blank beside a Chinese character or within a number, one between words; a divided word whole."""
    last, first = text[-1], more[0]
    if last >= _IDEOGRAPHS or first >= _IDEOGRAPHS or (last.isdigit() and first.isdigit()):
        return text + more
    if last == "-" and text[-2:-1].isalpha():
        return text[:-1] + more if first.islower() else text + more
    return f"{text} {more}"
