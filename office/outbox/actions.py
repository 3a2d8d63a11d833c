"""Recording events, and what an operator does with deliveries that fail."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from office.kernel import clock
from office.kernel.actor import SYSTEM, Actor
from office.kernel.database import execute, insert_many
from office.kernel.events import Event
from office.kernel.ids import new_id
from office.kernel.modules import registry
from office.kernel.refusal import NotFound
from office.kernel.work import after_commit, stage, verb
from office.outbox.models import DONE, PARKED, PENDING, SKIPPED, EventDelivery
from office.outbox.relay import wake

EVENT_COLUMNS = ("id", "name", "version", "key", "payload", "actor", "request", "occurred_at")
DELIVERY_COLUMNS = ("event_seq", "handler", "key", "state", "attempts", "not_before", "last_error")


@dataclass(frozen=True)
class _Recorded:
    event: Event
    actor: Actor
    at: datetime
    not_before: datetime


def record(event: Event, *, actor: Actor = SYSTEM, not_before: datetime | None = None) -> None:
    """Record a fact in the running unit of work, with one delivery for each subscribed handler.

    `not_before` holds the deliveries back until then (the 30 seconds in which a signature may be taken back).
    """
    if event.name not in registry().events:
        raise LookupError(f"event not declared in any manifest: {event.name}")
    now = clock.now()
    stage(_write, _Recorded(event, actor, now, not_before or now))


async def _write(rows: list[_Recorded]) -> None:
    seqs = await insert_many("outbox_event", EVENT_COLUMNS, [_event_row(row) for row in rows], returning="seq")
    deliveries = [
        (seq, handler.name, row.event.key(), PENDING, 0, row.not_before, "")
        for seq, row in zip(seqs, rows, strict=True)
        for handler in registry().handlers_of(row.event.name)
    ]
    if deliveries:
        await insert_many("outbox_delivery", DELIVERY_COLUMNS, deliveries)
        after_commit(wake)


def _event_row(row: _Recorded) -> tuple[object, ...]:
    event, payload = row.event, msgspec.json.encode(row.event).decode()
    origin = row.actor.origin.request
    return str(new_id()), event.name, event.version, event.key(), payload, row.actor.ref, origin, row.at


@verb
async def hurry(event: str, key: str) -> int:
    """Deliver now what was held back for a key; the number of deliveries brought forward."""
    moved = await execute(
        "UPDATE outbox_delivery SET not_before = ? WHERE key = ? AND state = ? AND not_before > ?"
        " AND event_seq IN (SELECT seq FROM outbox_event WHERE name = ? AND key = ?)",
        clock.now(), key, PENDING, clock.now(), event, key,
    )  # fmt: skip
    after_commit(wake)
    return moved


@verb
async def retry(delivery: int) -> None:
    """Put a parked delivery back to work. Refuses: NotFound."""
    await _move(delivery, PARKED, PENDING)


@verb
async def skip(delivery: int) -> None:
    """Leave a parked delivery for good; those behind it go on. Refuses: NotFound."""
    await _move(delivery, PARKED, SKIPPED)


async def _move(delivery: int, before: str, after: str) -> None:
    now = clock.now()
    moved = await EventDelivery.filter(id=delivery, state=before).update(
        state=after, attempts=0, not_before=now, done_at=now if after == SKIPPED else None
    )
    if not moved:
        raise NotFound("outbox.no_such_parked_delivery", delivery=delivery)
    after_commit(wake)


@verb
async def forget_done(before: datetime) -> int:
    """Drop deliveries done before a moment, and events that no delivery needs; the audit trail is the record.

    Returns the number of rows dropped.
    """
    dropped = await EventDelivery.filter(state__in=(DONE, SKIPPED), done_at__lt=before).delete()
    dropped += await execute(
        "DELETE FROM outbox_event WHERE occurred_at < ? AND NOT EXISTS"
        " (SELECT 1 FROM outbox_delivery d WHERE d.event_seq = outbox_event.seq)",
        before,
    )
    return dropped
