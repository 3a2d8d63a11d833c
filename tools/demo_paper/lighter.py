"""Lighter outlines: the free 仿宋 and 楷体 are traced, with some 120 curves a glyph, and make a PDF twice as heavy.

Every glyph a paper needs is redrawn as a polygon that stays within `TOLERANCE` of the traced outline; the others go.
At 12 pt the tolerance is a twentieth of a point: below what 600 dpi can print.
"""

from pathlib import Path

from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TOLERANCE = 4.4  # font units of 1000 an em
STEPS = 8  # straight pieces a curve is cut into before thinning

Point = tuple[float, float]


def cubic(a: Point, b: Point, c: Point, d: Point) -> list[Point]:
    """Points on a cubic Bézier curve after its start."""
    found = []
    for step in range(1, STEPS + 1):
        t = step / STEPS
        u = 1 - t
        w = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
        found.append(tuple(sum(k * p[axis] for k, p in zip(w, (a, b, c, d), strict=True)) for axis in (0, 1)))
    return found


def outlines(pen: RecordingPen) -> list[list[Point]]:
    """The closed polygons a recorded glyph draws."""
    found: list[list[Point]] = []
    for verb, args in pen.value:
        if verb == "moveTo":
            found.append([args[0]])
        elif verb == "lineTo":
            found[-1].append(args[0])
        elif verb == "curveTo":
            found[-1] += cubic(found[-1][-1], *args)
    return found


def away(p: Point, a: Point, b: Point) -> float:
    """Distance of p from the line a-b, or from a when the two are one."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = (dx * dx + dy * dy) ** 0.5
    if not length:
        return float(((p[0] - a[0]) ** 2 + (p[1] - a[1]) ** 2) ** 0.5)
    return float(abs(dx * (a[1] - p[1]) - dy * (a[0] - p[0])) / length)


def thin(points: list[Point]) -> list[Point]:
    """Ramer-Douglas-Peucker: the fewest of the points that stay within TOLERANCE."""
    if len(points) < 3:
        return points
    far, at = max((away(p, points[0], points[-1]), i) for i, p in enumerate(points[1:-1], 1))
    return [points[0], points[-1]] if far <= TOLERANCE else thin(points[: at + 1])[:-1] + thin(points[at:])


def narrow(font: TTFont) -> None:
    """Give the pauses inside a sentence half an em (开明式 punctuation), as dense official lists are set."""
    for letter in "、，；":
        name = font.getBestCmap()[ord(letter)]
        font["hmtx"][name] = (500, font["hmtx"][name][1])


def redraw(font: TTFont, name: str) -> None:
    """Replace one glyph's charstring by its thinned polygon."""
    top = font["CFF "].cff.topDictIndex[0]
    old = top.CharStrings[name]
    seen = RecordingPen()
    font.getGlyphSet()[name].draw(seen)
    pen = T2CharStringPen(font["hmtx"][name][0], font.getGlyphSet())
    for points in outlines(seen):
        kept = [(round(x), round(y)) for x, y in thin([*points, points[0]])[:-1]]
        if len(kept) > 2:
            pen.moveTo(kept[0])
            for point in kept[1:]:
                pen.lineTo(point)
            pen.closePath()
    top.CharStrings[name] = pen.getCharString(private=old.private, globalSubrs=old.globalSubrs)


def lighten(source: Path, target: Path, letters: str, dense: bool) -> None:
    """Write a font with only these letters, redrawn; `dense` also makes its inner punctuation half wide."""
    font = TTFont(source)
    tool = Subsetter(Options(desubroutinize=True, hinting=False, name_IDs=["*"], layout_features=[]))
    tool.populate(text=letters)
    tool.subset(font)
    if dense:
        narrow(font)
    for name in font.getGlyphOrder():
        redraw(font, name)
    font.save(target)
