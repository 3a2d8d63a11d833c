"""Handwriting (手写签批) as delta-coded vectors: a few kilobytes instead of a picture, sharp at every size.

Format: UTF-8 JSON `{"v":1,"w":…,"h":…,"u":0.1,"s":[[x0,y0,t0,dx,dy,dt,…],…]}`; integers, in tenths of a pixel and in ms.
"""

from collections.abc import Iterator
from typing import Annotated
from xml.sax.saxutils import quoteattr

import msgspec

from office.kernel.refusal import Invalid, TooLarge

MAX_BYTES = 64 * 1024
#: Pixels around the ink: a stroke is 2.2 wide.
PEN = 3
_Size = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
_Step = Annotated[int, msgspec.Meta(ge=-1_000_000, le=1_000_000)]
_Stroke = Annotated[list[_Step], msgspec.Meta(min_length=3, max_length=30_000)]


class Strokes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Strokes on a sheet of `w` × `h` CSS pixels; `u` is the unit in pixels."""

    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    w: _Size
    h: _Size
    u: Annotated[float, msgspec.Meta(ge=0.1, le=0.1)]
    s: Annotated[list[_Stroke], msgspec.Meta(min_length=1, max_length=400)]

    def __post_init__(self) -> None:
        if any(len(stroke) % 3 for stroke in self.s):
            raise ValueError("a stroke is triples of x, y, t")


def read_strokes(data: bytes) -> Strokes:
    """Strokes from the wire. Refuses: TooLarge, Invalid signing.bad_strokes."""
    if len(data) > MAX_BYTES:
        raise TooLarge("signing.strokes_too_large", limit=MAX_BYTES)
    try:
        return msgspec.json.decode(data, type=Strokes)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid("signing.bad_strokes") from error


def ink_of(strokes: Strokes) -> tuple[float, float, float, float]:
    """Where there is ink on the sheet, in its pixels: left, top, width, height, with room for the pen around it."""
    points = [point for stroke in strokes.s for point in _points(stroke)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = min(xs) / 10 - PEN, min(ys) / 10 - PEN
    return left, top, max(xs) / 10 + PEN - left, max(ys) / 10 + PEN - top


def _points(stroke: list[int]) -> Iterator[tuple[int, int]]:
    x, y = stroke[0], stroke[1]
    yield x, y
    for dx, dy in zip(stroke[3::3], stroke[4::3], strict=True):
        x, y = x + dx, y + dy
        yield x, y


def to_svg(strokes: Strokes, label: str, *, cropped: bool = False) -> str:
    """The handwriting as SVG paths; no script, no reference, the label escaped. Of the whole sheet, or only where ink is."""
    left, top, width, height = ink_of(strokes) if cropped else (0, 0, strokes.w, strokes.h)
    size = f' width="{width:g}" height="{height:g}"' if cropped else ""
    paths = "".join(f'<path d="{_path(stroke)}"/>' for stroke in strokes.s)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} {top:g} {width:g} {height:g}"{size} role="img"'
        f" aria-label={quoteattr(label)}>"
        f'<g fill="none" stroke="#111" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round">{paths}</g></svg>'
    )


def _path(stroke: list[int]) -> str:
    x, y = stroke[0], stroke[1]
    steps = [f"M{x / 10:g} {y / 10:g}"]
    rest = list(zip(stroke[3::3], stroke[4::3], strict=True))
    steps += [f"l{dx / 10:g} {dy / 10:g}" for dx, dy in rest] or ["l0.1 0"]
    return "".join(steps)
