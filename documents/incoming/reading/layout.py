"""The lines of a document as the rules see them: noise gone, sizes compared with the body's, red told from black."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from office.files.rendering.shapes import Box, Line, PageText, Span
from office.kernel.radicals import unified
from office.numbering.folding import plain

_PAGE_NUMBER = re.compile(r"^[-—–－_·.\s]*\d{1,4}[-—–－_·.\s]*$")
_FOOT = 0.88
_SMALLEST = 4.0
_PALE = 0xE0


class Piece(NamedTuple):
    """A span: `text` for people, `bare` (NFKC, no blanks) for the rules, `raw` as it came."""

    raw: str
    text: str
    bare: str
    box: Box
    size: float
    red: bool


class Row(NamedTuple):
    """A line of a page. `pieces` are its spans; size and redness are those of its longest span."""

    page: int
    text: str
    bare: str
    box: Box
    size: float
    red: bool
    pieces: tuple[Piece, ...]


class Paper(NamedTuple):
    """All rows of a document, in reading order, the body's size in points and its left edge as a ratio of the page."""

    rows: tuple[Row, ...]
    body_size: float
    body_left: float

    @property
    def first_page(self) -> tuple[Row, ...]:
        """Rows of the first page that has any text."""
        return tuple(row for row in self.rows if row.page == self.rows[0].page) if self.rows else ()


def lay_out(pages: Sequence[PageText]) -> Paper:
    """Rows of all pages. White, tiny and page-number text is not what a reader sees, so no value is taken from it."""
    rows = tuple(row for page in pages for line in page.lines if (row := _row(page.page, line)) is not None)
    sizes: Counter[float] = Counter()
    for row in rows:
        sizes[_step(row.size)] += len(row.bare)
    body_size = sizes.most_common(1)[0][0] if sizes else 0.0
    edges = sorted(row.box.left for row in rows if abs(row.size - body_size) < 1 and row.box.width > 0.5)
    return Paper(rows, body_size, edges[len(edges) // 10] if edges else 0.133)


def tidy(text: str) -> str:
    """Text for people: lookalike code points made ordinary, and blanks gone that only space out single characters."""
    text = "".join(unicodedata.normalize("NFKC", char) if _is_lookalike(char) else char for char in unified(text))
    parts = text.split()
    singles = sum(len(part) == 1 for part in parts)
    return "".join(parts) if singles * 2 >= len(parts) else " ".join(parts)


def _is_lookalike(char: str) -> bool:
    return "\uf900" <= char <= "\ufaff" or "\ufb00" <= char <= "\ufb06"


def _row(page: int, line: Line) -> Row | None:
    pieces = tuple(_piece(span) for span in line.spans if _is_seen(span))
    if not pieces:
        return None
    if line.box.top > _FOOT and _PAGE_NUMBER.match("".join(piece.bare for piece in pieces)):
        return None
    box = pieces[0].box
    for piece in pieces[1:]:
        box = box.union(piece.box)
    longest = max(pieces, key=lambda piece: len(piece.bare))
    bare = "".join(piece.bare for piece in pieces)
    return Row(page, tidy(" ".join(piece.text for piece in pieces)), bare, box, longest.size, longest.red, pieces)


def _piece(span: Span) -> Piece:
    return Piece(span.text, tidy(span.text), plain(span.text), span.box, span.size, _is_red(span.color))


def _is_seen(span: Span) -> bool:
    channels = (span.color >> 16, span.color >> 8 & 255, span.color & 255)
    return span.size >= _SMALLEST and min(channels) < _PALE and bool(plain(span.text))


def _is_red(color: int) -> bool:
    red, green, blue = color >> 16, color >> 8 & 255, color & 255
    return red > 150 and red - max(green, blue) > 80


def _step(size: float) -> float:
    return round(size * 2) / 2
