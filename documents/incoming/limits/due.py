"""When a handling and its steps are due (办理时限): what was asked of it, what its unit's rules say, which one holds."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from documents.incoming.limits.deadlines import Asked, Grade, Source, Stage, is_stated, limit, within
from documents.incoming.models import Handling
from documents.incoming.unit_rules import table_of
from office.flow import rules
from office.kernel import clock
from office.organization.calendar import Deadline, WorkingCalendar
from office.organization.models import Region
from office.organization.queries import units
from office.organization.workdays import calendar

READING = "阅知"


class Asking(msgspec.Struct, frozen=True):
    """A limit stated for a handling, kept with who said it: `of` is "sender", a clerk's act, or a leader's obligation."""

    of: str
    source: Source
    at: datetime


async def days_of(unit: UUID) -> WorkingCalendar:
    """The working calendar where a unit is: other regions' local days are not its own; without a region none are."""
    region, whole = await _region_of(unit), await calendar()
    return whole.for_region(region) if region else whole.everywhere()


async def _region_of(unit: UUID | None) -> str:
    """The code of the region a unit works in: its own, else that of the nearest unit above; empty where none is known."""
    while unit is not None:
        card = (await units([unit]))[unit]
        if card.region is not None:
            return (await Region.get(id=card.region)).code
        unit = card.parent
    return ""


def grade_of(urgency: str, kind: str) -> Grade:
    """What sets the pace: the urgency, else the kind."""
    if urgency in (Grade.FLASH, Grade.URGENT, Grade.FAST):
        return Grade(urgency)
    return Grade.READING if kind == READING else Grade.ACTION


def asked_of(handling: Handling) -> list[Asking]:
    """What was asked, in the order it was said."""
    return msgspec.convert(handling.asked, list[Asking], strict=False)


def ask(handling: Handling, of: str, source: Source, at: datetime | None) -> None:
    """Note what an act asks, in place of what the same act asked before; nothing if it names no time."""
    rest = [one for one in asked_of(handling) if one.of != of]
    handling.asked = rest + ([Asking(of, source, at)] if at else [])


def unask(handling: Handling, leaf: rules.Obligation) -> bool:
    """An act was taken back: what it asked is asked no more. Whether there was anything."""
    rest = [one for one in asked_of(handling) if one.of not in (leaf.id, leaf.act)]
    gone = len(rest) < len(handling.asked)
    handling.asked = rest
    return gone


def ask_again(handling: Handling) -> None:
    """An ended document is taken up again: rules count from now, and what was asked for a time still to come holds on."""
    handling.counted_from = clock.now()
    handling.asked = [one for one in asked_of(handling) if one.at > handling.counted_from]


async def step_due(handling: Handling, stage: Stage, kind: str) -> Deadline | None:
    """When a step of a stage that begins now is due, 登记拟办 from receipt: by its own rule, never after the whole."""
    began = handling.received_at if stage is Stage.REGISTER else clock.now()
    return within(await _limit(handling, stage, kind, began), limit_of(handling))


async def settle_due(handling: Handling) -> Deadline | None:
    """Give the whole the limit that holds: the earliest that was asked, else by rule. Not saved here."""
    stage = Stage.CIRCULATE if handling.kind == READING else Stage.HANDLE
    began, asked = handling.counted_from, [Asked(one.at, one.source) for one in asked_of(handling)]
    told = await _limit(handling, stage, handling.kind, began or clock.now(), asked) if began or asked else None
    handling.due_at, handling.due_why = (told.at, told.why) if told else (None, "")
    return told


async def _limit(handling: Handling, stage: Stage, kind: str, began: datetime, asked: Iterable[Asked] = ()) -> Deadline | None:
    grade, unit = grade_of(handling.urgency, kind), handling.unit_id
    return limit(grade, stage, began, await days_of(unit), asked=asked, own=await table_of(unit))


def limit_of(handling: Handling) -> Deadline | None:
    """The limit of the whole, as its row says."""
    return Deadline(handling.due_at, handling.due_why) if handling.due_at else None


def stated_of(handling: Handling) -> Deadline | None:
    """The same where somebody stated it: what a unit below is bound by too. Its own rules are its own."""
    return limit_of(handling) if is_stated(handling.due_why) else None


def columns(handling: Handling) -> dict[str, Any]:
    """What the row keeps of its limits, to be saved with the act that changed them."""
    kept = ("asked", "counted_from", "due_at", "due_why")
    return {name: getattr(handling, name) for name in kept}
