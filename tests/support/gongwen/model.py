"""What a paper is before it is a file: blocks one under another, and what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FIELDS = ("title", "doc_no", "issuer", "doc_date", "urgency", "main_to", "signer", "kind")
RED, BLACK = 0xE60012, 0x000000


@dataclass(frozen=True)
class Line:
    """One line. `indent` in points from the side it is aligned to; `pitch` widens the characters' distance."""

    text: str
    align: str = "left"
    size: float = 16.0
    color: int = BLACK
    indent: float = 0.0
    pitch: float = 1.0


@dataclass(frozen=True)
class Title:
    """The lines of a title, centred."""

    lines: tuple[str, ...]
    size: float = 22.0
    color: int = BLACK


@dataclass(frozen=True)
class Flow:
    """A paragraph that fills its lines; the first is indented by so many points."""

    text: str
    indent: float = 32.0
    size: float = 16.0


@dataclass(frozen=True)
class Sides:
    """Two texts in one line, at the left and at the right edge."""

    left: str
    right: str
    size: float = 16.0
    indent: float = 16.0
    color: int = BLACK


@dataclass(frozen=True)
class Stack:
    """A joint masthead: names one under another, the mark beside them at half their height."""

    names: tuple[str, ...]
    mark: str = "文件"
    size: float = 34.0
    color: int = RED


@dataclass(frozen=True)
class Row:
    """Texts side by side, each beginning at a share of the type area's width."""

    cells: tuple[tuple[float, str], ...]
    size: float = 16.0
    high: float = 29.0


@dataclass(frozen=True)
class Table:
    """Rows of cells with lines around them; `widths` are shares of the type area."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    size: float = 14.0


@dataclass(frozen=True)
class Gap:
    """Blank lines of 29 points."""

    lines: float = 1.0


@dataclass(frozen=True)
class Rule:
    """A red line across the type area."""


@dataclass(frozen=True)
class Break:
    """A new page."""


Block = Line | Title | Flow | Sides | Stack | Row | Table | Gap | Rule | Break


def facts(**said: str) -> dict[str, str]:
    """What a paper says, by field."""
    return said


@dataclass(frozen=True)
class Paper:
    """Blocks and truth; what is not named in `truth` is not in the paper. `open_to` are fields that people would fill in one
    way or another: they are not counted."""

    blocks: Sequence[Block]
    truth: Mapping[str, str] = field(default_factory=dict)
    top: float = 104.9
    open_to: tuple[str, ...] = ()

    def says(self) -> dict[str, str]:
        """Every field that counts; empty where the paper does not say it."""
        return {name: self.truth.get(name, "") for name in FIELDS if name not in self.open_to}
