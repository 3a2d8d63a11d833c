"""Colours (clause 8.3.1, 8.3.2): a value in its colour space, a palette's index, an alpha, to 8-bit ARGB."""

from typing import NamedTuple

from office.files.ofd.resources import Resources
from office.files.ofd.values import number, whole
from office.files.ofd.xmltree import Element

_CHANNELS = {"GRAY": 1, "GREY": 1, "RGB": 3, "CMYK": 4}
_BY_COUNT = {1: "GRAY", 3: "RGB", 4: "CMYK"}


class Color(NamedTuple):
    """0 to 255 each."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    def argb(self, alpha: float = 1.0) -> int:
        """As skia takes it, with a further opacity from 0 to 1."""
        return round(self.alpha * alpha) << 24 | self.red << 16 | self.green << 8 | self.blue

    def clear(self) -> "Color":
        """The same tone, seen through wholly."""
        return self._replace(alpha=0)


BLACK = Color(0, 0, 0)


def plain(element: Element, resources: Resources, default_space: str = "") -> Color | None:
    """The colour of a CT_Color without pattern or gradient; nothing where it tells none."""
    space = resources.get("ColorSpace", element.get("ColorSpace") or default_space)
    values = _values(element, space.element if space is not None else None)
    if not values:
        return None
    kind = (space.element.get("Type", "RGB") if space is not None else "RGB").upper()
    if _CHANNELS.get(kind) != len(values):  # what stands there counts more than what it is called
        kind = _BY_COUNT.get(len(values), "RGB")
    bits = whole(space.element.get("BitsPerComponent"), 8) if space is not None else 8
    top = float(2**bits - 1) if bits in {1, 2, 4, 8, 16} else 255.0
    alpha = min(255, max(0, whole(element.get("Alpha"), 255)))
    return _rgb(kind, [min(1.0, max(0.0, value / top)) for value in values], alpha)


def _values(element: Element, space: Element | None) -> list[float]:
    told = (element.get("Value") or "").replace(",", " ").split()
    if not told and space is not None and element.get("Index"):
        entries, index = space.findall("Palette/CV"), whole(element.get("Index"), -1)
        told = (entries[index].text or "").split() if 0 <= index < len(entries) else []
    return [_channel(part) for part in told[:8]]


def _channel(part: str) -> float:
    if not part.startswith("#"):
        return number(part)
    try:
        return float(int(part[1:5], 16))
    except ValueError:
        return 0.0


def _rgb(kind: str, values: list[float], alpha: int) -> Color:
    if kind == "GRAY":
        values = values[:1] * 3
    elif kind == "CMYK":
        black = 1 - values[3]
        values = [(1 - value) * black for value in values[:3]]
    red, green, blue = (round(255 * value) for value in (*values, 0.0, 0.0, 0.0)[:3])
    return Color(red, green, blue, alpha)
