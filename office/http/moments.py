"""Moments that people send: only such as an office can mean. At the calendar's edges the databases and time zones break."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from office.kernel.refusal import Invalid

YEARS = range(1900, 2200)


def ensure_meant(value: object) -> None:
    """Refuses: Invalid http.invalid, naming the field whose year is outside 1900 to 2199."""
    for place in _strange(value, ""):
        reason = f"年份须在 {YEARS.start} 至 {YEARS.stop - 1} 之间"
        raise Invalid("http.invalid", reason=f"{place} {reason}", errors=[{"field": place, "message": reason}])


def _strange(value: object, place: str) -> Iterator[str]:
    if isinstance(value, datetime):
        if value.year not in YEARS:
            yield place
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _strange(getattr(value, name), f"{place}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _strange(one, f"{place}[{number}]")
