"""Appointments and delegations begin and end by the clock; the house is told once each, by the verb itself or by the job."""

from datetime import datetime
from uuid import UUID

from office import outbox
from office.kernel import clock
from office.kernel.actor import SYSTEM, Actor
from office.kernel.database import execute, fetch
from office.kernel.events import Event
from office.kernel.rows import uuid_of
from office.kernel.work import verb
from office.organization.events import AppointmentChanged, DelegationChanged, PostVacated
from office.organization.holdings import Holder, holders_many
from office.organization.models import Post

BEGUN = "UPDATE {0} SET told = 'begun' WHERE told = 'planned' AND valid_from <= ? RETURNING *"
ENDED = "UPDATE {0} SET told = 'ended' WHERE told IN ('planned', 'begun') AND valid_to <= ? RETURNING *"


@verb
async def tell_turns(actor: Actor = SYSTEM) -> int:
    """Record an event for every appointment and delegation that has begun or ended and was not yet told.

    Also for every post that lost its last holder. Returns the number of events. Costs four updates on small indexes when
    nothing turned.
    """
    now = clock.now()
    begun, ended = await _appointments(BEGUN, now), await _appointments(ENDED, now)
    held = await holders_many({event.post for event in ended}, now)
    await _end_delegations([event for event in ended if not _still_holds(event, held)], now)
    told: list[Event] = [*begun, *ended, *_vacated(ended, held)]
    told += [*await _delegations(BEGUN, "given", now), *await _delegations(ENDED, "revoked", now)]
    for event in told:
        outbox.record(event, actor=actor)
    return len(told)


async def _appointments(text: str, now: datetime) -> list[AppointmentChanged]:
    rows = await fetch(text.format("organization_appointment"), now)
    units = {post.id: post.unit for post in await Post.filter(id__in=[row["post"] for row in rows])} if rows else {}
    return [
        AppointmentChanged(
            appointment=uuid_of(row["id"]), person=uuid_of(row["person"]), post=uuid_of(row["post"]),
            unit=units[uuid_of(row["post"])], state=row["told"],
        )
        for row in rows
    ]  # fmt: skip


async def _delegations(text: str, state: str, now: datetime) -> list[Event]:
    rows = await fetch(text.format("organization_delegation"), now)
    return [
        DelegationChanged(
            delegation=uuid_of(row["id"]), giver=uuid_of(row["giver"]), receiver=uuid_of(row["receiver"]),
            post=uuid_of(row["post"]), state=state,
        )
        for row in rows
    ]  # fmt: skip


def _still_holds(event: AppointmentChanged, held: dict[UUID, list[Holder]]) -> bool:
    """Whether the next appointment of the same person to the same post followed at once."""
    return any(one.person == event.person and one.on_behalf_of is None for one in held.get(event.post, []))


async def _end_delegations(ended: list[AppointmentChanged], now: datetime) -> None:
    """What a giver delegated ends with the appointment for good: it must not come back if they are appointed again."""
    for event in ended:
        await execute(
            "UPDATE organization_delegation SET valid_to = ? WHERE giver = ? AND post = ? AND valid_to > ?",
            now, str(event.person), str(event.post), now,
        )  # fmt: skip


def _vacated(ended: list[AppointmentChanged], held: dict[UUID, list[Holder]]) -> list[Event]:
    by_post: dict[UUID, AppointmentChanged] = {event.post: event for event in ended if event.post not in held}
    return [PostVacated(post=post, unit=event.unit, person=event.person) for post, event in by_post.items()]


async def job() -> None:
    """Once a minute: the beginnings and ends that nobody's verb brought about."""
    await tell_turns()
