"""AbbreviatedData (clause 9.1, 图形对象) to a skia path."""

import re
from collections.abc import Callable
from typing import Any

from office.files.ofd.native import skia
from office.files.ofd.values import number

_TOKEN = re.compile(r"[SMLQBACsmlqbac]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TAKES = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def path_of(data: str | None, even_odd: bool) -> tuple[Any, int]:
    """The path, and of how many numbers it was made. What cannot be read ends it; what stands before is kept."""
    path = skia.Path()
    path.setFillType(skia.PathFillType.kEvenOdd if even_odd else skia.PathFillType.kWinding)
    tokens = _TOKEN.findall(data or "")
    at, count = 0, len(tokens)
    while at < count:
        operator = tokens[at].upper()
        takes = _TAKES.get(operator)
        if takes is None or at + takes >= count + (takes == 0):
            at += 1
            continue
        _DRAW[operator](path, [number(one) for one in tokens[at + 1 : at + 1 + takes]])
        at += 1 + takes
    return path, count


def _arc(path: Any, values: list[float]) -> None:
    rx, ry, angle, large, sweep, x, y = values
    size = skia.Path.ArcSize.kLarge_ArcSize if large else skia.Path.ArcSize.kSmall_ArcSize
    turn = skia.PathDirection.kCW if sweep else skia.PathDirection.kCCW
    path.arcTo(abs(rx), abs(ry), angle, size, turn, x, y)


_DRAW: dict[str, Callable[[Any, list[float]], Any]] = {
    "S": lambda path, values: path.moveTo(*values),
    "M": lambda path, values: path.moveTo(*values),
    "L": lambda path, values: path.lineTo(*values),
    "Q": lambda path, values: path.quadTo(*values),
    "B": lambda path, values: path.cubicTo(*values),
    "A": _arc,
    "C": lambda path, values: path.close(),
}
