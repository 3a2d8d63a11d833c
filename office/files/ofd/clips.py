"""Clips (clause 8.4): every Clip narrows what is seen; the areas of one Clip add up."""

from typing import Any

from office.files.ofd.native import skia
from office.files.ofd.paths import path_of
from office.files.ofd.text import Setter, style_of
from office.files.ofd.values import matrix
from office.files.ofd.walk import Place, placing
from office.files.ofd.xmltree import Element

_MOST_CLIPS = 200


def clip_to(canvas: Any, clips: Element, at: Place, setter: Setter) -> None:
    """Narrow the canvas to the areas of a Clips element, in the space the canvas is in."""
    for clip in list(clips.iterfind("Clip"))[:_MOST_CLIPS]:
        areas = list(clip.iterfind("Area"))[:_MOST_CLIPS]
        if areas:
            canvas.clipPath(_outline(areas, at, setter), skia.ClipOp.kIntersect, True)


def _outline(areas: list[Element], at: Place, setter: Setter) -> Any:
    outline = skia.Path()
    for area in areas:
        ctm = matrix(area.get("CTM"))
        for shape in area:
            if shape.tag not in {"Path", "Text"}:
                continue
            drawn, space = _shape(shape, at, setter), placing(shape).matrix
            drawn.transform(skia.Matrix.Concat(ctm, space) if ctm is not None else space)
            outline = drawn if outline.isEmpty() else skia.Op(outline, drawn, skia.PathOp.kUnion_PathOp)
    return outline


def _shape(shape: Element, at: Place, setter: Setter) -> Any:
    if shape.tag == "Path":
        return path_of(shape.findtext("AbbreviatedData"), (shape.get("Rule") or "").lower().startswith("even"))[0]
    outline, style = skia.Path(), style_of(shape, at.resources)
    for glyph in setter.glyphs(shape, at.resources):
        if glyph.face is not None and (drawn := setter.font(glyph.face, style).getPath(glyph.id)) is not None:
            outline.addPath(drawn, glyph.x, glyph.y)
    return outline
