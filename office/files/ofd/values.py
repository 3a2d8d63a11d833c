"""Numbers as OFD writes them (ST_Array, ST_Box, ST_Pos, CTM), read with patience and never beyond what a page can mean."""

import math
import re
from typing import Any, NamedTuple

from office.files.ofd.limits import MAX_COORDINATE
from office.files.ofd.native import skia

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


class Area(NamedTuple):
    """A box in millimetres: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


def number(text: str | None, default: float = 0.0) -> float:
    """A finite number, within bounds; `default` where there is none."""
    try:
        value = float(text) if text else default
    except ValueError:
        return default
    if not math.isfinite(value):
        return default
    return min(MAX_COORDINATE, max(-MAX_COORDINATE, value))


def whole(text: str | None, default: int = 0) -> int:
    """A whole number; `default` where there is none."""
    return int(number(text, default))


def numbers(text: str | None) -> list[float]:
    """All numbers of an array, whatever separates them."""
    return [number(part) for part in _NUMBER.findall(text or "")]


def area(text: str | None) -> Area | None:
    """A box, or nothing where four numbers are not there."""
    found = numbers(text)
    return Area(*found[:4]) if len(found) >= 4 else None


def flag(text: str | None, default: bool) -> bool:
    """A boolean, in any case."""
    word = (text or "").strip().lower()
    return default if word not in {"true", "false", "1", "0"} else word in {"true", "1"}


def matrix(text: str | None) -> Any:
    """A CTM `a b c d e f` (x' = ax + cy + e, y' = bx + dy + f) as a skia matrix, or nothing."""
    found = numbers(text)
    if len(found) < 6:
        return None
    a, b, c, d, e, f = found[:6]
    return skia.Matrix.MakeAll(a, c, e, b, d, f, 0, 0, 1)


def deltas(text: str | None, count: int) -> list[float]:
    """`count` offsets of a DeltaX or DeltaY: `g 3 1.5` stands for three, and the last one goes on to the end of the string.

    Empty where nothing is told.
    """
    parts, values, at = (text or "").replace(",", " ").split(), list[float](), 0
    while at < len(parts) and len(values) < count:
        if parts[at].lower() == "g" and at + 2 < len(parts):
            values += [number(parts[at + 2])] * max(0, min(whole(parts[at + 1]), count - len(values)))
            at += 3
        else:
            values.append(number(parts[at]))
            at += 1
    return values + [values[-1]] * (count - len(values)) if values else []
