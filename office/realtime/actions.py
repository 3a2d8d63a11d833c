"""Writing the logs. Only the relay's handlers and the jobs do: in a request a popular person's log would become a queue.

Whoever writes holds one lock for all logs until the commit (decision 0080). So within a log order of seq is order of commit,
batches of two relays never wait for each other in a circle, and an audience read under the lock cannot be out of date.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from office import audit
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.database import execute, fetch, insert_many, is_postgres, one_at_a_time
from office.kernel.ids import new_id
from office.kernel.rows import uuid_of
from office.kernel.work import after_commit, current, verb
from office.realtime import wake
from office.realtime.queries import among, numbered, places

CHUNK = 500
KEEP = timedelta(hours=72)
KEEP_ENTRIES = 2000
WITHDRAWN = "withdrawn"
_LOCK = 0x7A68_6962_616E


class Payload(NamedTuple):
    """JSON text of what is told, and the version of the thing it is about."""

    text: str
    rev: int | None = None


async def hold_logs() -> None:
    """Be the only writer of logs until this unit of work ends; on SQLite its write transaction is that already."""
    current()
    await one_at_a_time(_LOCK)


@verb
async def follow(person: UUID) -> None:
    """Begin a person's log if there is none; two at once make one.

    Persons who never followed cost nothing: what is told before is in the data that their first bootstrap reads.
    """
    await execute(
        "INSERT INTO realtime_stream (person, epoch, head, floor) VALUES (?, ?, 0, 0) ON CONFLICT DO NOTHING",
        str(person), str(new_id()),
    )  # fmt: skip


async def followers(persons: Collection[UUID]) -> list[UUID]:
    """Those of these persons who have a log, in order; call it under `hold_logs`."""
    return sorted(await places(persons))


async def append(name: str, source: str, told: Mapping[UUID, Payload]) -> None:
    """Add one entry to the log of each of these followers; equal payloads are stored once. Needs `hold_logs`."""
    items = await _stored(name, source, sorted(set(told.values()), key=lambda payload: payload.text))
    for chunk in _chunks(sorted(told)):
        await _added({person: items[told[person]] for person in chunk})
    after_commit(partial(wake.poke, frozenset(told)))


async def _stored(name: str, source: str, payloads: Sequence[Payload]) -> dict[Payload, int]:
    at = clock.now()
    rows = [(source, name, payload.rev, payload.text, at) for payload in payloads]
    ids = await insert_many("realtime_item", ("source", "name", "rev", "payload", "at"), rows, returning="id")
    return dict(zip(payloads, ids, strict=True))


async def _added(told: Mapping[UUID, int]) -> None:
    inside, persons = await _locked(list(told))
    await execute(f"UPDATE realtime_stream SET head = head + 1 WHERE person {inside}", *persons)  # noqa: S608 - values bound
    wanted, values = numbered(told)
    await execute(
        f"INSERT INTO realtime_entry (person, seq, item) WITH wanted(person, item) AS ({wanted})"  # noqa: S608 - values bound
        " SELECT s.person, s.head, w.item FROM wanted w JOIN realtime_stream s ON s.person = w.person",
        *values,
    )


async def _locked(persons: Sequence[UUID]) -> tuple[str, tuple[object, ...]]:
    inside, values = among(persons)
    if is_postgres():
        await fetch(f"SELECT 1 FROM realtime_stream WHERE person {inside} ORDER BY person FOR NO KEY UPDATE", *values)  # noqa: S608
    return inside, values


def _chunks(persons: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(persons), CHUNK):
        yield persons[start : start + CHUNK]


@verb
async def withdraw(source: str, persons: Collection[UUID] | None) -> list[UUID]:
    """Take back what was told about `source`; the entries stay, for contiguity is a promise.

    From these persons, or with None from everybody: then the bodies are overwritten. Returns the followers concerned.
    """
    if not source:
        raise ValueError("nothing named: entries without a source are about nothing that can be taken back")
    await hold_logs()
    if persons is None:
        return await _destroyed(source)
    concerned = await followers(persons)
    if concerned:
        tombstone = (await _stored(WITHDRAWN, "", [Payload("{}")]))[Payload("{}")]
        inside, values = among(concerned)
        await execute(
            f"UPDATE realtime_entry SET item = ? WHERE person {inside}"  # noqa: S608 - values bound
            " AND item IN (SELECT id FROM realtime_item WHERE source = ?)",
            tombstone, *values, source,
        )  # fmt: skip
    return concerned


async def _destroyed(source: str) -> list[UUID]:
    rows = await fetch(
        "SELECT DISTINCT person FROM realtime_entry WHERE item IN (SELECT id FROM realtime_item WHERE source = ?)", source
    )
    await execute(
        "UPDATE realtime_item SET name = ?, payload = '{}', rev = NULL, source = '' WHERE source = ?", WITHDRAWN, source
    )
    return sorted(uuid_of(row["person"]) for row in rows)


@verb
async def new_epoch() -> UUID:
    """After a restore from backup: make every position that clients know void. Part of the restore checklist."""
    await hold_logs()
    epoch = new_id()
    await execute("UPDATE realtime_stream SET epoch = ?", str(epoch))
    audit.record(SYSTEM, "realtime.new_epoch", f"realtime:{epoch}")
    return epoch


async def trim() -> int:
    """Drop entries older than 72 hours or beyond the newest 2,000 of a log, then bodies older than 72 hours.

    Returns the number of entries dropped. Each 500 logs are one unit of work: the lock is held for milliseconds.
    """
    before, dropped = clock.now() - KEEP, 0
    chunk = await _logs_after(None)
    while chunk:
        dropped += await _trimmed(chunk, before)
        chunk = await _logs_after(chunk[-1])
    await _bodies_dropped(before)
    return dropped


async def _logs_after(last: UUID | None) -> list[UUID]:
    after, values = ("WHERE person > ? ", (str(last),)) if last else ("", ())
    rows = await fetch(f"SELECT person FROM realtime_stream {after}ORDER BY person LIMIT {CHUNK}", *values)  # noqa: S608
    return [uuid_of(row["person"]) for row in rows]


@verb
async def _trimmed(persons: Sequence[UUID], before: datetime) -> int:
    await hold_logs()
    inside, values = await _locked(persons)
    greatest = "GREATEST" if is_postgres() else "MAX"
    await execute(
        f"UPDATE realtime_stream SET floor = {greatest}(floor, head - {KEEP_ENTRIES}, COALESCE("  # noqa: S608
        "(SELECT MAX(e.seq) FROM realtime_entry e JOIN realtime_item i ON i.id = e.item"
        f"  WHERE e.person = realtime_stream.person AND i.at < ?), 0)) WHERE person {inside}",
        before, *values,
    )  # fmt: skip
    return await execute(
        "DELETE FROM realtime_entry WHERE seq <= (SELECT s.floor FROM realtime_stream s WHERE s.person = realtime_entry.person)"  # noqa: S608
        f" AND person {inside}",
        *values,
    )


@verb
async def _bodies_dropped(before: datetime) -> None:
    # Every entry of a body this old is gone by now: its log's floor was raised above it.
    await hold_logs()
    await execute(
        "DELETE FROM realtime_item WHERE at < ?"
        " AND NOT EXISTS (SELECT 1 FROM realtime_entry e WHERE e.item = realtime_item.id)",
        before,
    )
