"""What happens too often for a row each time: reading. The first of a day leaves a row, by person, thing, act and device."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from office.audit.actions import record
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import execute
from office.kernel.settings import Settings
from office.kernel.work import in_unit_of_work, verb

KEPT = 50_000
_noted: dict[tuple[str, ...], None] = {}


@asynccontextmanager
async def remembering(_: Settings) -> AsyncIterator[None]:
    """What is remembered is of the database that is open, and of no other."""
    _noted.clear()
    yield


async def record_daily(actor: Actor, action: str, subject: str, *, outcome: str = "done", **facts: Any) -> None:
    """Add a row to the trail unless this person did the same to the same thing today, from the same device; in a unit of work
    of its own. A day is one of Asia/Shanghai.

    What is noted once is remembered in this process, so that looking again costs nothing; the database decides who was first.
    """
    if in_unit_of_work():
        raise RuntimeError("a reading is noted beside, not inside, a unit of work")
    what = (clock.today().isoformat(), actor.ref, action, subject, outcome, str(actor.device or ""))
    if what in _noted:
        return
    await _first(actor, what, facts)
    _remember(what)


@verb
async def _first(actor: Actor, what: tuple[str, ...], facts: dict[str, Any]) -> None:
    day, ref, action, subject, outcome, device = what
    new = await execute(
        "INSERT INTO audit_daily (day, actor, action, subject, outcome, device) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (day, actor, action, subject, outcome, device) DO NOTHING",
        date.fromisoformat(day), ref, action, subject, outcome, device,
    )  # fmt: skip
    if new:
        record(actor, action, subject, outcome=outcome, **facts)


def _remember(what: tuple[str, ...]) -> None:
    _noted[what] = None
    while len(_noted) > KEPT:
        del _noted[next(iter(_noted))]


@verb
async def forget_days(before: date) -> int:
    """Drop the notes of days that are over; the rows of the trail stay."""
    return await execute("DELETE FROM audit_daily WHERE day < ?", before)
