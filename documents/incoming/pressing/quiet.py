"""Quiet hours (免打扰时段): from 20:00 to 8:00 and on days off the house raises no reminder, but for 特提 and 特急 papers."""

from datetime import datetime, time
from typing import Final

from office.kernel import clock
from office.organization.workdays import calendar

BEGINS: Final = time(20)
ENDS: Final = time(8)
#: Papers whose limits do not wait for the morning.
NEVER_QUIET: Final = ("特提", "特急")


async def is_quiet(at: datetime) -> bool:
    """Whether a moment lies in quiet hours by the clock of Shanghai, or on a day off of the national calendar."""
    here = at.astimezone(clock.SHANGHAI)
    return not ENDS <= here.time() < BEGINS or not (await calendar()).everywhere().is_working_day(here.date())
