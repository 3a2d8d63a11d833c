"""The relay: takes due deliveries and runs their handlers.

Within one handler, deliveries of one key run in the order their events were committed, for a verb locks its aggregate before it
records; an event without a key belongs to no aggregate and waits for none. A batch shares one commit; each delivery has a
savepoint of its own, so a failing handler undoes only itself. One that keeps failing is parked and stops its key until an
operator retries or skips it.
"""

import asyncio
import contextlib
import logging
import random
from collections import Counter as Counts
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
from prometheus_client import Counter

from office.kernel import clock
from office.kernel.database import database_later, database_now, execute, fetch, is_postgres
from office.kernel.events import Delivery, Handler
from office.kernel.modules import registry
from office.kernel.rows import marks
from office.kernel.work import detach, in_unit_of_work, savepoint, verb
from office.outbox.models import DONE, PARKED, PENDING

BATCH = 50
OUTSIDE_BATCH = 8
LEASE_SECONDS = 60
POLL_SECONDS = 1.0

log = logging.getLogger(__name__)
delivered = Counter("zhiban_outbox_deliveries", "Deliveries by handler and outcome", ("handler", "outcome"))
_sleeping: set[asyncio.Event] = set()

Row = dict[str, Any]


def wake() -> None:
    """Hint that something may be due; harmless if lost, for the relay also polls."""
    for event in _sleeping:
        event.set()


async def run_relay() -> None:
    """Deliver for ever; ends by cancellation, between two batches or by rolling one back.

    What goes outside has a line of its own: another system that takes its time must not hold up the house.
    """
    outside = _Outside()
    try:
        await asyncio.gather(_deliver(_inside_batch), _deliver(outside.start))  # lint: allow-task two lines, no unit of work
    finally:
        await outside.stop()


async def _deliver(batch: Callable[[], Awaitable[int]]) -> None:
    event = asyncio.Event()
    _sleeping.add(event)
    try:
        while True:
            event.clear()
            if not await _tried(batch):
                # Not wait_for: on Python 3.11 it swallows a cancel that comes in the same turn as the wake-up.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await event.wait()
    finally:
        _sleeping.discard(event)


async def _tried(batch: Callable[[], Awaitable[int]]) -> int:
    try:
        return await batch() if await _anything_due() else 0
    except Exception:
        log.exception("relay could not reach the database")
        await asyncio.sleep(POLL_SECONDS)
        return 0


async def drain() -> int:
    """Deliver all that is due now; the number of deliveries tried."""
    tried, outside = 0, _Outside()
    while await _anything_due():
        batch = await _inside_batch() + await outside.start()
        await outside.settled()
        tried += batch
        if not batch:
            break
    return tried


async def _anything_due() -> bool:
    due = "SELECT 1 AS one FROM outbox_delivery WHERE state = ? AND not_before <= ? LIMIT 1"
    return bool(await fetch(due, PENDING, clock.now()))


def _handlers(outside: bool) -> list[Handler]:
    return [handler for handler in registry().handlers.values() if handler.outside is outside]


async def _claimable(names: list[str], limit: int) -> list[Row]:
    """Due deliveries at the head of their line, oldest first, locked against other relays.

    The heads are found in one pass over what waits. Asking each row whether one before it waits would cost the square of a
    backlog that lies in few lines: after an outage one person's line holds thousands.
    """
    if not names:
        return []
    free = [name for name in names if not registry().handlers[name].ordered]
    text = (
        "WITH heads AS (SELECT handler, key, MIN(event_seq) AS seq FROM outbox_delivery WHERE state IN (?, ?)"  # noqa: S608
        " GROUP BY handler, key)"
        " SELECT d.id, d.event_seq, d.handler, d.attempts, e.id AS event_id, e.name, e.payload"
        " FROM outbox_delivery d JOIN outbox_event e ON e.seq = d.event_seq"
        " LEFT JOIN heads h ON h.handler = d.handler AND h.key = d.key"
        f" WHERE d.state = ? AND d.not_before <= ? AND d.handler IN ({marks(names)})"
        f" AND (d.leased_until IS NULL OR d.leased_until < {database_now()})"
        f" AND (d.key = '' OR d.handler IN ({marks(free)}) OR d.event_seq = h.seq)"
        f" ORDER BY d.event_seq LIMIT {limit}"
    )
    if is_postgres():
        text += " FOR UPDATE OF d SKIP LOCKED"
    return await fetch(text, PENDING, PARKED, PENDING, clock.now(), *names, *free)


@verb
async def _inside_batch() -> int:
    rows = await _claimable([handler.name for handler in _handlers(outside=False)], BATCH)
    for row in rows:
        await _inside(row)
    return len(rows)


async def _inside(row: Row) -> None:
    try:
        async with savepoint():
            await _call(row)
            await _done(row)
    except Exception as error:  # noqa: BLE001 - a handler may fail in any way; it is kept, counted and tried again
        await _failed(row, error)


class _Outside:
    """The deliveries to the outside under way: each on its own, so that a slow one holds up nothing but its key and its place.

    A handler has `at_once` places. One that fills its own, as pages that take long to draw do, leaves those of the others free.
    """

    def __init__(self) -> None:
        self._under_way: dict[asyncio.Task[None], str] = {}

    async def start(self) -> int:
        """Begin what is due and has a place; how many were begun."""
        rows = await _leased(self._places())
        for row in rows:
            task = detach(_outside(row))
            self._under_way[task] = row["handler"]
            task.add_done_callback(self._ended)
        return len(rows)

    async def settled(self) -> None:
        """Wait for all that is under way."""
        await asyncio.gather(*self._under_way)  # lint: allow-task outside any unit of work, each row is leased

    async def stop(self) -> None:
        """End all that is under way; their leases run out and another relay takes them up."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)  # lint: allow-task as above

    def _places(self) -> dict[str, int]:
        taken = Counts(self._under_way.values())
        free = {handler.name: handler.at_once - taken[handler.name] for handler in _handlers(outside=True)}
        return {name: places for name, places in free.items() if places > 0}

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        if not task.cancelled() and (error := task.exception()):
            log.error("an outcome could not be kept; its lease runs out", exc_info=error)
        wake()  # its place is free, and the next of its key may be due


@verb
async def _leased(places: dict[str, int]) -> list[Row]:
    """Lease what is due, oldest first, no more of a handler than it has places."""
    taken: list[Row] = []
    for row in await _claimable(list(places), OUTSIDE_BATCH):
        if places[row["handler"]] > 0:
            places[row["handler"]] -= 1
            taken.append(row)
    for row in taken:
        lease = f"UPDATE outbox_delivery SET leased_until = {database_later(LEASE_SECONDS)} WHERE id = ?"  # noqa: S608
        await execute(lease, row["id"])
    return taken


async def _outside(row: Row) -> None:
    if in_unit_of_work():
        raise RuntimeError("an outside handler must not hold a transaction")
    try:
        await asyncio.wait_for(_call(row), LEASE_SECONDS - 5)
    except Exception as error:  # noqa: BLE001 - the other side may fail in any way
        await verb(_failed)(row, error)
    else:
        await verb(_done)(row)


async def _call(row: Row) -> None:
    handler: Handler = registry().handlers[row["handler"]]
    event = msgspec.json.decode(row["payload"], type=registry().events[row["name"]])
    await handler.run(event, Delivery(id=f"{row['event_id']}:{handler.name}", attempt=row["attempts"] + 1))


async def _done(row: Row) -> None:
    await execute(
        "UPDATE outbox_delivery SET state = ?, done_at = ?, leased_until = NULL, last_error = '' WHERE id = ?",
        DONE, clock.now(), row["id"],
    )  # fmt: skip
    delivered.labels(row["handler"], "done").inc()


async def _failed(row: Row, error: Exception) -> None:
    attempts = row["attempts"] + 1
    state = PARKED if attempts >= registry().handlers[row["handler"]].attempts else PENDING
    log.log(logging.ERROR if state == PARKED else logging.WARNING, "delivery failed: %s", error, exc_info=error,
            extra={"handler": row["handler"], "delivery": row["id"], "attempts": attempts, "state": state})  # fmt: skip
    await execute(
        "UPDATE outbox_delivery SET state = ?, attempts = ?, not_before = ?, leased_until = NULL, last_error = ? WHERE id = ?",
        state, attempts, clock.now() + backoff(attempts), f"{type(error).__name__}: {error}"[:2000], row["id"],
    )  # fmt: skip
    delivered.labels(row["handler"], state).inc()


def backoff(attempts: int) -> timedelta:
    """The wait before the next try: 1 s doubling to 10 min, with full jitter above half."""
    seconds = min(600.0, 2.0 ** (attempts - 1))
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))
