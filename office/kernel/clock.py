"""The clock: UTC for storage, Asia/Shanghai for business dates. Tests move it; nothing else may."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_shift = timedelta()


def now() -> datetime:
    """This moment, aware, UTC, to the microsecond."""
    return datetime.now(UTC) + _shift


def today() -> date:
    """The business date (Asia/Shanghai)."""
    return now().astimezone(SHANGHAI).date()


def travel(by: timedelta) -> None:
    """Move this process's clock; for tests only."""
    global _shift
    _shift += by


@contextmanager
def set_for_test(at: datetime) -> Iterator[None]:
    """Inside the block the clock starts at `at` and goes on from there; for tests only."""
    global _shift
    before, _shift = _shift, at - datetime.now(UTC)
    try:
        yield
    finally:
        _shift = before
