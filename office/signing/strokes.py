"""Handwriting (手写签批) as delta-coded vectors: a few kilobytes instead of a picture, sharp at every size.

Format: UTF-8 JSON `{"v":1,"w":…,"h":…,"u":0.1,"s":[[x0,y0,t0,dx,dy,dt,…],…]}`; integers, in tenths of a pixel and in ms.
"""

from typing import Annotated
from xml.sax.saxutils import quoteattr

import msgspec

from office.kernel.refusal import Invalid, TooLarge

MAX_BYTES = 64 * 1024
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


def to_svg(strokes: Strokes, label: str) -> str:
    """The handwriting as SVG paths; no script, no reference, the label escaped."""
    paths = "".join(f'<path d="{_path(stroke)}"/>' for stroke in strokes.s)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {strokes.w} {strokes.h}" role="img"'
        f" aria-label={quoteattr(label)}>"
        f'<g fill="none" stroke="#111" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round">{paths}</g></svg>'
    )


def _path(stroke: list[int]) -> str:
    x, y = stroke[0], stroke[1]
    steps = [f"M{x / 10:g} {y / 10:g}"]
    rest = list(zip(stroke[3::3], stroke[4::3], strict=True))
    steps += [f"l{dx / 10:g} {dy / 10:g}" for dx, dy in rest] or ["l0.1 0"]
    return "".join(steps)
