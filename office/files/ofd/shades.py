"""Gradients (clause 8.3.4): axial, radial and the two kinds of Gouraud meshes, as skia shaders in the object's own space."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from office.files.ofd.colors import Color
from office.files.ofd.native import skia
from office.files.ofd.values import number, numbers, whole
from office.files.ofd.xmltree import Element

ColorOf = Callable[[Element], Color | None]
Stops = tuple[list[int], list[float]]

_MOST_STOPS, _MOST_POINTS = 256, 20_000
_MESH_PIXELS = 512
"""Longest side of the picture a mesh is drawn into: a PDF knows no such mesh, a picture it does."""


def shader_of(color: Element, color_of: ColorOf, alpha: float) -> Any:
    """The shader of the gradient inside a CT_Color, or nothing where there is none or it makes no sense."""
    for name, make in _MAKERS.items():
        shade = color.find(name)
        if shade is not None:
            return make(shade, color_of, alpha)
    return None


def _axial(shade: Element, color_of: ColorOf, alpha: float) -> Any:
    start, end = (_point(shade.get(name)) for name in ("StartPoint", "EndPoint"))
    stops = _stops(shade, color_of, alpha)
    if start is None or end is None or stops is None or start == end:
        return None
    mode, far = _tiling(shade), end
    length = math.dist(start, end)
    unit = number(shade.get("MapUnit"), length)
    if mode is skia.TileMode.kClamp:
        stops = _ended(stops, whole(shade.get("Extend")))
    elif 0 < unit < length:
        far = (start[0] + (end[0] - start[0]) * unit / length, start[1] + (end[1] - start[1]) * unit / length)
    drawn = skia.GradientShader.MakeLinear([skia.Point(*start), skia.Point(*far)], *stops, mode)
    return drawn if mode is skia.TileMode.kClamp or whole(shade.get("Extend")) == 3 else _between(drawn, start, end)


def _between(drawn: Any, start: tuple[float, float], end: tuple[float, float]) -> Any:
    """A repeated gradient cut off before its start and behind its end."""
    white = [0xFFFFFFFF, 0xFFFFFFFF]
    mask = skia.GradientShader.MakeLinear([skia.Point(*start), skia.Point(*end)], white, [0.0, 1.0], skia.TileMode.kDecal)
    return skia.Shaders.Blend(skia.BlendMode.kSrcIn, mask, drawn)


def _radial(shade: Element, color_of: ColorOf, alpha: float) -> Any:
    start, end = _point(shade.get("StartPoint")), _point(shade.get("EndPoint"))
    stops = _stops(shade, color_of, alpha)
    start, end = start or end, end or start
    if start is None or end is None or stops is None:
        return None
    inner, outer = max(0.0, number(shade.get("StartRadius"))), max(0.0, number(shade.get("EndRadius")))
    squeeze = math.sqrt(max(1e-6, 1 - min(1.0, abs(number(shade.get("Eccentricity")))) ** 2))
    ellipse = skia.Matrix()
    ellipse.preRotate(number(shade.get("Angle")))
    ellipse.preScale(1.0, squeeze)
    back = skia.Matrix()
    if not ellipse.invert(back):
        return None
    mode = _tiling(shade)
    if mode is skia.TileMode.kClamp:
        stops = _ended(stops, whole(shade.get("Extend")))
    centres = [back.mapXY(*centre) for centre in (start, end)]
    return skia.GradientShader.MakeTwoPointConical(centres[0], inner, centres[1], outer, *stops, mode=mode, localMatrix=ellipse)


def _tiling(shade: Element) -> Any:
    kind = (shade.get("MapType") or "").lower()
    return {"repeat": skia.TileMode.kRepeat, "reflect": skia.TileMode.kMirror}.get(kind, skia.TileMode.kClamp)


def _stops(shade: Element, color_of: ColorOf, alpha: float) -> Stops | None:
    """Colours and their positions from 0 to 1; evenly spread where the file tells none."""
    segments = [one for one in list(shade.iterfind("Segment"))[:_MOST_STOPS] if one.find("Color") is not None]
    colors = [color_of(one.find("Color")) or Color(0, 0, 0, 0) for one in segments]
    if not colors:
        return None
    if len(colors) == 1:
        colors, segments = colors * 2, segments * 2
    told = [one.get("Position") for one in segments]
    if all(told) and told[0] != told[-1]:
        places = [min(1.0, max(0.0, number(one))) for one in told]
    else:
        places = [index / (len(colors) - 1) for index in range(len(colors))]
    places = [max(places[: index + 1]) for index in range(len(places))]
    return [color.argb(alpha) for color in colors], places


def _ended(stops: Stops, extend: int) -> Stops:
    """Extend: 0 on neither side, 1 before the start, 2 beyond the end, 3 on both; where it does not, nothing is painted."""
    colors, places = list(stops[0]), list(stops[1])
    if not extend & 1:
        colors, places = [colors[0] & 0xFFFFFF, *colors], [places[0], *places]
    if not extend & 2:
        colors, places = [*colors, colors[-1] & 0xFFFFFF], [*places, places[-1]]
    return colors, places


def _point(text: str | None) -> tuple[float, float] | None:
    found = numbers(text)
    return (found[0], found[1]) if len(found) >= 2 else None


def _gouraud(shade: Element, color_of: ColorOf, alpha: float) -> Any:
    """Free triangles: EdgeFlag 0 starts one with three new points, 1 and 2 go on from an edge of the last."""
    points, triangles, waiting = _corners(shade, color_of, alpha), list[int](), list[int]()
    for index, (_, _, edge) in enumerate(points):
        if edge in {1, 2} and len(triangles) >= 3 and not waiting:
            triangles += [triangles[-2] if edge == 1 else triangles[-3], triangles[-1], index]
            continue
        waiting.append(index)
        if len(waiting) == 3:
            triangles += waiting
            waiting = []
    return _on_back(_mesh(points, triangles), shade, color_of, alpha)


def _lattice(shade: Element, color_of: ColorOf, alpha: float) -> Any:
    """Points in rows of VerticesPerRow; each square of four is two triangles."""
    points, row = _corners(shade, color_of, alpha), whole(shade.get("VerticesPerRow"))
    triangles = list[int]()
    for index in range(len(points) - row if row >= 2 else 0):
        if index % row != row - 1 and index + row + 1 < len(points):
            triangles += [index, index + 1, index + row, index + 1, index + row, index + row + 1]
    return _on_back(_mesh(points, triangles), shade, color_of, alpha)


def _on_back(mesh: Any, shade: Element, color_of: ColorOf, alpha: float) -> Any:
    """With Extend what lies outside the mesh has the BackColor."""
    back = shade.find("BackColor")
    color = color_of(back) if back is not None and whole(shade.get("Extend")) else None
    if mesh is None or color is None:
        return mesh
    return skia.Shaders.Blend(skia.BlendMode.kSrcOver, skia.Shaders.Color(color.argb(alpha)), mesh)


def _corners(shade: Element, color_of: ColorOf, alpha: float) -> list[tuple[tuple[float, float], int, int]]:
    found = []
    for point in list(shade.iterfind("Point"))[:_MOST_POINTS]:
        color = color_of(point.find("Color")) if point.find("Color") is not None else None
        place = (number(point.get("X")), number(point.get("Y")))
        found.append((place, (color or Color(0, 0, 0, 0)).argb(alpha), whole(point.get("EdgeFlag"))))
    return found


def _mesh(points: Sequence[tuple[tuple[float, float], int, int]], triangles: list[int]) -> Any:
    if not triangles:
        return None
    left, top = min(place[0] for place, _, _ in points), min(place[1] for place, _, _ in points)
    wide = max(place[0] for place, _, _ in points) - left
    high = max(place[1] for place, _, _ in points) - top
    if max(wide, high) <= 0:
        return None
    scale = _MESH_PIXELS / max(wide, high)
    surface = skia.Surface(max(1, math.ceil(wide * scale)), max(1, math.ceil(high * scale)))
    with surface as canvas:
        canvas.scale(scale, scale)
        canvas.translate(-left, -top)
        canvas.drawVertices(_vertices(points, triangles), skia.Paint(AntiAlias=True), skia.BlendMode.kDst)
    local = skia.Matrix()
    local.preTranslate(left, top)
    local.preScale(1 / scale, 1 / scale)
    decal = skia.TileMode.kDecal
    return surface.makeImageSnapshot().makeShader(decal, decal, skia.SamplingOptions(skia.FilterMode.kLinear), local)


def _vertices(points: Sequence[tuple[tuple[float, float], int, int]], triangles: list[int]) -> Any:
    places = [skia.Point(*points[index][0]) for index in triangles]
    colors = [points[index][1] for index in triangles]
    return skia.Vertices.MakeCopy(skia.Vertices.VertexMode.kTriangles_VertexMode, places, colors=colors)


_MAKERS: dict[str, Callable[[Element, ColorOf, float], Any]] = {
    "AxialShd": _axial,
    "RadialShd": _radial,
    "GouraudShd": _gouraud,
    "LaGouraudShd": _lattice,
    "LaGourandShd": _lattice,
}
"""The last is how the standard's own schema spells it."""
