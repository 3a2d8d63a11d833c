"""How lines are drawn (clause 8.2): width, ends, corners and dashes, of the object or of the parameters that hold for it."""

from collections.abc import Callable
from typing import Any

from office.files.ofd.native import skia
from office.files.ofd.values import number, numbers
from office.files.ofd.xmltree import Element

_WIDTH = 0.353
_CAPS = {"butt": skia.Paint.Cap.kButt_Cap, "round": skia.Paint.Cap.kRound_Cap, "square": skia.Paint.Cap.kSquare_Cap}
_JOINS = {"miter": skia.Paint.Join.kMiter_Join, "round": skia.Paint.Join.kRound_Join, "bevel": skia.Paint.Join.kBevel_Join}
_MOST_DASHES = 64


def stroke_of(element: Element, params: tuple[Element, ...]) -> Callable[[Any], Any]:
    """What makes a paint draw the object's outline; widths in the object's own millimetres."""

    def told(name: str) -> str | None:
        return next((value for one in (element, *params) if (value := one.get(name)) is not None), None)

    width = max(0.0, number(told("LineWidth"), _WIDTH))
    dashes = _dashes(told("DashPattern"), number(told("DashOffset")))
    cap = _CAPS.get((told("Cap") or "").lower(), skia.Paint.Cap.kButt_Cap)
    join = _JOINS.get((told("Join") or "").lower(), skia.Paint.Join.kMiter_Join)
    miter = max(1.0, number(told("MiterLimit"), 3.528))

    def stroked(paint: Any) -> Any:
        paint.setStyle(skia.Paint.Style.kStroke_Style)
        paint.setStrokeWidth(width)
        paint.setStrokeCap(cap)
        paint.setStrokeJoin(join)
        paint.setStrokeMiter(miter)
        if dashes is not None:
            paint.setPathEffect(dashes)
        return paint

    return stroked


def _dashes(pattern: str | None, offset: float) -> Any:
    lengths = [max(0.0, value) for value in numbers(pattern)[:_MOST_DASHES]]
    if not lengths or sum(lengths) < 0.01:
        return None
    return skia.DashPathEffect.Make(lengths * 2 if len(lengths) % 2 else lengths, offset)
