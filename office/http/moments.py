"""Moments and days that people send: only such as an office can mean. At the calendar's edges databases and zones break."""

from datetime import date, datetime

from office.kernel.refusal import Invalid
from office.kernel.text import leaves_of

YEARS = range(1900, 2200)


def ensure_meant(value: object, *, days: bool = True) -> None:
    """Refuses: Invalid http.invalid, naming the field whose year is outside 1900 to 2199; `days` also a day without a time.

    A list is asked for what lies before or behind any day, and has nothing there: `days` is off for it.
    """
    for place, one in leaves_of(value, ""):
        if isinstance(one, date if days else datetime) and one.year not in YEARS:
            reason = f"年份须在 {YEARS.start} 至 {YEARS.stop - 1} 之间"
            raise Invalid("http.invalid", reason=f"{place} {reason}", errors=[{"field": place, "message": reason}])
