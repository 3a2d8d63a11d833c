"""Holiday notices as data: one file a year, from the State Council's notice (放假安排), importable off line."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import msgspec

from office.kernel.refusal import Invalid
from office.kernel.text import EMPTY_OR_VISIBLE

FOLDER = Path(__file__).parent / "calendars"
LONGEST_BREAK = 31  # days; a longer "holiday" in a file is a typing error


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file's form: inclusive ranges of days off, and the weekend days worked instead (调休)."""

    year: Annotated[int, msgspec.Meta(ge=2000, le=2100)]
    source: Annotated[str, msgspec.Meta(max_length=200, pattern=EMPTY_OR_VISIBLE)]
    off: Annotated[list[tuple[date, date]], msgspec.Meta(max_length=100)]
    work: Annotated[list[date], msgspec.Meta(max_length=100)]


@dataclass(frozen=True, slots=True)
class Year:
    """One year's notice: which days it turns into days off and which into working days."""

    year: int
    source: str
    off: frozenset[date]
    work: frozenset[date]


def days(first: date, last: date) -> list[date]:
    """Every day from first to last, both included. Refuses a range that is empty or longer than LONGEST_BREAK."""
    length = (last - first).days + 1
    if not 1 <= length <= LONGEST_BREAK:
        raise Invalid("organization.workdays_malformed", reason=f"{first}至{last}不是一段有效的假期")
    return [first + timedelta(n) for n in range(length)]


def parse_year(data: bytes) -> Year:
    """Read one year's file. Refuses what does not parse, a day outside the notice's reach, or a day both off and worked.

    A notice may also name days at the end of the December before its year (New Year's break).
    """
    try:
        notice = msgspec.json.decode(data, type=Notice)
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise Invalid("organization.workdays_malformed", reason=str(wrong)) from wrong
    off = frozenset(day for first, last in notice.off for day in days(first, last))
    work = frozenset(notice.work)
    for day in off | work:
        if day.year != notice.year and (day.year, day.month) != (notice.year - 1, 12):
            raise Invalid("organization.workdays_malformed", reason=f"{day}不属于{notice.year}年")
    if off & work:
        raise Invalid("organization.workdays_malformed", reason=f"{min(off & work)}既放假又上班")
    return Year(notice.year, notice.source, off, work)


@lru_cache(maxsize=1)
def shipped() -> tuple[Year, ...]:
    """The years that come with the program, read once."""
    return tuple(parse_year(path.read_bytes()) for path in sorted(FOLDER.glob("workdays-*.json")))
