"""What goes over the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from office.kernel.text import VISIBLE

Reason = Annotated[str, Meta(min_length=2, max_length=200, pattern=VISIBLE)]


class SeriesLine(Struct):
    """One series; `last` is the last number given."""

    id: UUID
    unit: UUID
    code: str
    year: int
    kind: str
    last: int
    state: str
    reason: str


class SeriesList(Struct):
    """The series of the caller's units, 100 a page."""

    items: list[SeriesLine]
    next: str | None


class SeriesQuery(Struct, forbid_unknown_fields=True):
    """Which year; all if empty. Where to go on."""

    cursor: Annotated[str, Meta(max_length=1000)] = ""
    year: Annotated[int, Meta(ge=1949, le=2199)] | None = None


class NumberLine(Struct):
    """One number of a register, void and reserved ones included."""

    id: UUID
    n: int
    text: str
    state: str
    subject: str
    reason: str
    by: str
    at: datetime


class NumberPage(Struct):
    """A page of a register."""

    items: list[NumberLine]
    next: str | None


class NumberQuery(Struct, forbid_unknown_fields=True):
    """After which number."""

    cursor: Annotated[int, Meta(ge=0, le=99_999)] = 0


class Confirmation(Struct, forbid_unknown_fields=True):
    """恢复后确认：最后使用的编号。"""

    last: Annotated[int, Meta(ge=0, le=99_999)]


class MissingConfirmation(Struct, forbid_unknown_fields=True):
    """恢复后确认备份里还没有的编号：单位、代字、年份、收文或发文、最后使用的编号（没有用过为 0）。"""

    unit: UUID
    code: Annotated[str, Meta(min_length=1, max_length=20, pattern=VISIBLE)]
    year: Annotated[int, Meta(ge=1949, le=2199)]
    kind: Literal["incoming", "outgoing"]
    last: Annotated[int, Meta(ge=0, le=99_999)]


class Confirmed(Struct):
    """The series that is open again."""

    series: UUID


class Voiding(Struct, forbid_unknown_fields=True):
    """作废理由。"""

    reason: Reason
