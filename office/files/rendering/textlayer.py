"""The text layer of a PDF page (文字层): characters with their places, gathered into spans and lines as the eye sees them."""

import ctypes
import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from office.files.rendering.native import raw as pdfium
from office.files.rendering.shapes import Box, Line, PageText, Span
from office.kernel.radicals import unified

#: Share of the em square above the baseline, as Chinese fonts have it.
_ASCENT = 0.88


class Glyph(NamedTuple):
    """One visible upright character; the box is in ratios of the page as shown, `size` in points."""

    text: str
    box: Box
    size: float
    color: int


class Shown(NamedTuple):
    """Affine map from page space (points, origin lower left, unrotated) to ratios of the page as shown."""

    x0: float
    y0: float
    xx: float
    xy: float
    yx: float
    yy: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.x0 + self.xx * x + self.yx * y, self.y0 + self.xy * x + self.yy * y

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        ax, ay = self.at(left, bottom)
        bx, by = self.at(right, top)
        return Box(_ratio(min(ax, bx)), _ratio(min(ay, by)), _ratio(max(ax, bx)), _ratio(max(ay, by)))


def _ratio(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 5)


def shown(page: Any) -> Shown:
    """The map of one page, crop box and /Rotate included (PDFium's own mapping, asked at three points)."""
    scale = 1_000_000
    (x0, y0), (x1, y1), (x2, y2) = (_device(page, scale, *point) for point in ((0, 0), (1000, 0), (0, 1000)))
    step = 1000.0 * scale
    return Shown(x0 / scale, y0 / scale, (x1 - x0) / step, (y1 - y0) / step, (x2 - x0) / step, (y2 - y0) / step)


def _device(page: Any, scale: int, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, scale, scale, 0, x, y, across, down)
    return across.value, down.value


def read_page(page: Any, number: int, limit: int) -> PageText:
    """The text layer of a page; at most `limit` characters are looked at."""
    width, height = page.get_size()
    layer = page.get_textpage()
    try:
        count = max(0, layer.count_chars())
        taken = min(count, limit)
        text = layer.get_text_range(0, taken) if taken else ""
        glyphs = [glyph for glyph in _glyphs(layer.raw, taken, shown(page), (width, height)) if glyph.text.strip()]
    finally:
        layer.close()
    return PageText(number, width, height, clean(text), tuple(lines_of(glyphs, width)), truncated=count > limit)


def clean(text: str) -> str:
    """No NUL, no lone surrogates, plain line ends: it goes into databases and JSON. No radicals in place of characters."""
    return unified(text).replace("\r\n", "\n").replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _glyphs(layer: Any, count: int, to_page: Shown, size: tuple[float, float]) -> Iterator[Glyph]:
    rect, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(layer, index)
        if code <= 0x20 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF or pdfium.FPDFText_IsGenerated(layer, index) == 1:
            continue
        if not (pdfium.FPDFText_GetLooseCharBox(layer, index, rect) and pdfium.FPDFText_GetMatrix(layer, index, matrix)):
            continue
        points = pdfium.FPDFText_GetFontSize(layer, index)
        if not _upright(matrix, to_page, size, -1 if points < 0 else 1):
            continue
        em = abs(points) * (matrix.c**2 + matrix.d**2) ** 0.5
        box = to_page.box(rect.left, rect.bottom, rect.right, rect.top)
        if pdfium.FPDFText_GetCharOrigin(layer, index, x, y):
            box = _on_line(box, to_page.at(x.value, y.value)[1], em / size[1])
        yield Glyph(chr(code), box, round(em, 2), _color(layer, index))


def _on_line(box: Box, baseline: float, em: float) -> Box:
    """The box as high as its em square on the baseline.

    A font's own box may be anything: in one and the same line the commas of one font hang half a line below its characters.
    """
    return Box(box.left, _ratio(baseline - _ASCENT * em), box.right, _ratio(baseline + (1 - _ASCENT) * em))


def _upright(matrix: Any, to_page: Shown, size: tuple[float, float], sign: int) -> bool:
    """Watermarks and text on its side are in `text`, not among the lines. A font of negative size (`sign` -1) stands on its
    head, and upright where the matrix turns it once more."""
    across = sign * (to_page.xx * matrix.a + to_page.yx * matrix.b) * size[0]
    down = (to_page.xy * matrix.a + to_page.yy * matrix.b) * size[1]
    return bool(across > 0 and abs(down) < 0.1 * across)


def _color(layer: Any, index: int) -> int:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFText_GetFillColor(layer, index, red, green, blue, alpha):
        return 0
    return (red.value & 255) << 16 | (green.value & 255) << 8 | (blue.value & 255)


def lines_of(glyphs: list[Glyph], width: float) -> list[Line]:
    """Gather glyphs into lines, top to bottom; `width` is the page's in points."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: ((one.box.top + one.box.bottom) / 2, one.box.left)):
        if rows and _same_row(rows[-1], glyph):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [_line(sorted(row, key=lambda one: one.box.left), width) for row in rows]


def _same_row(row: list[Glyph], glyph: Glyph) -> bool:
    """Whether the glyph's middle lies within the middle half of the row's latest glyph, or the other way about."""
    last = row[-1].box
    apart = abs((last.top + last.bottom) / 2 - (glyph.box.top + glyph.box.bottom) / 2)
    return apart < 0.3 * max(last.height, glyph.box.height)


def _line(row: list[Glyph], width: float) -> Line:
    runs: list[list[Glyph]] = [[row[0]]]
    for before, glyph in itertools.pairwise(row):
        if _breaks(before, glyph, width):
            runs.append([glyph])
        else:
            runs[-1].append(glyph)
    spans = tuple(_span(run, width) for run in runs)
    longest = max(spans, key=lambda span: len(span.text))
    box = spans[0].box
    for span in spans[1:]:
        box = box.union(span.box)
    return Line(" ".join(span.text for span in spans), box, longest.size, longest.color, spans)


def _breaks(before: Glyph, glyph: Glyph, width: float) -> bool:
    wide = (glyph.box.left - before.box.right) * width > 1.5 * max(before.size, glyph.size, 1.0)
    return wide or before.color != glyph.color or abs(before.size - glyph.size) > 0.15 * max(before.size, glyph.size)


def _span(run: list[Glyph], width: float) -> Span:
    text, box = run[0].text, run[0].box
    for before, glyph in itertools.pairwise(run):
        wide = 0.5 if before.text > "\u2e80" or glyph.text > "\u2e80" else 0.2
        gap = (glyph.box.left - before.box.right) * width
        text += (" " if gap > wide * max(glyph.size, 1.0) else "") + glyph.text
        box = box.union(glyph.box)
    return Span(unified(text), box, run[0].size, run[0].color)
