"""The text of a page (文字层): everything written on it in the file's order, and the upright characters with their places."""

import math
from typing import Any

from office.files.ofd.colors import BLACK, Color, plain
from office.files.ofd.document import Document
from office.files.ofd.faces import Faces
from office.files.ofd.text import Setter, Style, style_of
from office.files.ofd.values import Area, flag, whole
from office.files.ofd.walk import Place, Walker
from office.files.ofd.xmltree import Element
from office.files.rendering.shapes import Box
from office.files.rendering.textlayer import Glyph

_ASCENT, _DESCENT = 0.88, 0.12
"""Of the em: the ideographic box that Chinese fonts share."""

_POINTS = 72 / 25.4
_FAINT = 13
"""Opacity of 255 up to which nobody sees a text."""


class Reader(Walker):
    """Reads one page: `parts` is all text, `glyphs` what is upright and seen."""

    def __init__(self, document: Document, faces: Faces, limit: int) -> None:
        super().__init__(document)
        self.faces, self._setter = faces, Setter(faces)
        self._setter.left = self._limit = limit
        self._box = Area(0, 0, 1, 1)
        self.parts: list[str] = []
        self.glyphs: list[Glyph] = []
        self.font_missing = False

    @property
    def truncated(self) -> bool:
        """Whether there may have been more characters than were asked for."""
        return self._setter.left <= 0

    def area(self, box: Area) -> None:
        """Places are ratios of this."""
        self._box = box

    def text(self, element: Element, at: Place) -> None:
        """One text object: hidden text is text too, but nobody reads it on the page."""
        style, glyphs = style_of(element, at.resources), self._setter.glyphs(element, at.resources)
        self.parts.append("".join(glyph.text for glyph in glyphs))
        self.font_missing = self.font_missing or any(glyph.face is None and glyph.text.strip() for glyph in glyphs)
        color = self._color(element, at)
        em = self._em(at.matrix, style)
        if not at.seen or color is None or not em or not _upright(at.matrix, style.turn):
            return
        tone = color.red << 16 | color.green << 8 | color.blue
        for glyph in glyphs:
            for index, char in enumerate(glyph.text):
                if char.strip():
                    width = glyph.advance / len(glyph.text)
                    box = self._place(at.matrix, glyph.x + index * width, glyph.y, width, style.size)
                    self.glyphs.append(Glyph(char, box, em, tone))

    def _color(self, element: Element, at: Place) -> Color | None:
        """What a text is painted with; nothing where it cannot be seen. A pattern or gradient counts as black."""
        name = "FillColor" if flag(element.get("Fill"), True) else "StrokeColor"
        if name == "StrokeColor" and not flag(element.get("Stroke"), False):
            return None
        told = next((found for one in (element, *at.params) if (found := one.find(name)) is not None), None)
        color = (plain(told, at.resources, self.document.default_space) if told is not None else None) or BLACK
        return color if min(color.alpha, whole(element.get("Alpha"), 255)) > _FAINT else None

    def _em(self, matrix: Any, style: Style) -> float:
        """The size on the page in points."""
        down = matrix.mapVector(0, style.size)
        return round(math.hypot(down.x(), down.y()) * _POINTS, 2)

    def _place(self, matrix: Any, x: float, y: float, width: float, size: float) -> Box:
        a, b = matrix.mapXY(x, y - _ASCENT * size), matrix.mapXY(x + width, y + _DESCENT * size)
        wide, high = self._box.width, self._box.height
        return Box(
            _ratio(min(a.x(), b.x()) / wide), _ratio(min(a.y(), b.y()) / high),
            _ratio(max(a.x(), b.x()) / wide), _ratio(max(a.y(), b.y()) / high),
        )  # fmt: skip


def _upright(matrix: Any, turn: int) -> bool:
    across = matrix.mapVector(1, 0)
    return turn == 0 and bool(across.x() > 0 and abs(across.y()) < 0.1 * across.x())


def _ratio(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 5)
