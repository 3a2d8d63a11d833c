"""Reading the logs. Every query is one statement on the pool; nobody holds a connection while waiting."""

import json
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from office.kernel.database import fetch, is_postgres
from office.kernel.rows import instant_of, uuid_of
from office.realtime.rules import Place, Position
from office.realtime.schemas import event_tail


class Line(NamedTuple):
    """One entry of a person's log; `tail` is its frame without the seq."""

    person: UUID
    seq: int
    tail: str


def among(persons: Collection[UUID]) -> tuple[str, tuple[object, ...]]:
    """SQL for "is one of these persons", with its values: one value however many they are."""
    wanted = [str(person) for person in persons]
    if is_postgres():
        return "= ANY(?::uuid[])", (wanted,)
    return "IN (SELECT value FROM json_each(?))", (json.dumps(wanted),)


def numbered(numbers: Mapping[UUID, int]) -> tuple[str, tuple[object, ...]]:
    """SQL for a table of (person, number), with its values."""
    persons = [str(person) for person in numbers]
    if is_postgres():
        return "SELECT * FROM unnest(?::uuid[], ?::bigint[])", (persons, list(numbers.values()))
    # One array of pairs: two arrays joined by place would be compared each with each.
    pairs = json.dumps(list(zip(persons, numbers.values(), strict=True)))
    return "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)", (pairs,)


async def place_of(person: UUID) -> Place | None:
    """Where a person's log stands; None if it was never followed."""
    return (await places([person])).get(person)


async def position(person: UUID) -> Position:
    """The position to go on from. Read it first, in the same snapshot as the data it belongs to (`snapshot`).

    Raises LookupError if the log does not exist: `follow` first.
    """
    place = await place_of(person)
    if place is None:
        raise LookupError("no log for this person: follow it first")
    return Position(place.epoch, place.head)


async def places(persons: Collection[UUID]) -> dict[UUID, Place]:
    """Where these persons' logs stand, in one query."""
    inside, values = among(persons)
    rows = await fetch(f"SELECT person, epoch, head, floor FROM realtime_stream WHERE person {inside}", *values)  # noqa: S608
    return {uuid_of(row["person"]): Place(uuid_of(row["epoch"]), row["head"], row["floor"]) for row in rows}


async def lines_after(cursors: Mapping[UUID, int], limit: int) -> list[Line]:
    """What stands in each person's log after the seq given for it, by person and seq; at most `limit` in all, in one query."""
    wanted, values = numbered(cursors)
    rows = await fetch(
        # CROSS JOIN tells SQLite to begin with those wanted.
        f"WITH wanted(person, after) AS ({wanted})"  # noqa: S608 - values bound
        " SELECT e.person, e.seq, e.item, i.name, i.rev, i.payload, i.at FROM wanted w"
        " CROSS JOIN realtime_entry e JOIN realtime_item i ON i.id = e.item"
        f" WHERE e.person = w.person AND e.seq > w.after ORDER BY e.person, e.seq LIMIT {int(limit)}",
        *values,
    )
    tails: dict[int, str] = {}
    return [Line(uuid_of(row["person"]), row["seq"], _tail(row, tails)) for row in rows]


def _tail(row: dict[str, Any], built: dict[int, str]) -> str:
    # A notice to five hundred persons is put into words once.
    if row["item"] not in built:
        built[row["item"]] = event_tail(row["name"], row["rev"], instant_of(row["at"]), row["payload"])
    return built[row["item"]]


async def broken_logs() -> list[str]:
    """Invariant: every log holds exactly the entries `floor + 1 … head`."""
    rows = await fetch(
        "SELECT s.person, s.head, s.floor, COUNT(e.seq) AS held, MAX(e.seq) AS last, MIN(e.seq) AS first"
        " FROM realtime_stream s LEFT JOIN realtime_entry e ON e.person = s.person GROUP BY s.person, s.head, s.floor"
        " HAVING COUNT(e.seq) <> s.head - s.floor OR MAX(e.seq) <> s.head OR MIN(e.seq) <> s.floor + 1"
    )
    return [
        f"log of {row['person']}: {row['held']} entries {row['first']}…{row['last']}, promised {row['floor'] + 1}…{row['head']}"
        for row in rows
    ]
