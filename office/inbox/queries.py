"""Reads of the inbox. A page costs one query whatever the number of to-dos: each holder's part is a walk along one index."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from office.inbox.models import DONE, OPEN, TRANSFERRED
from office.inbox.reach import Reach, own, reach_of
from office.inbox.schemas import Counts, InboxPage, InboxQuery, InboxStart, TodoView
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.modules import registry
from office.kernel.refusal import Invalid
from office.kernel.rows import instant_of, instant_or_none, marks, texts, uuid_of
from office.organization.workdays import due_notes, note_of

#: What a sort key can be in either database.
MAX_INT = 2**63 - 1

COLUMNS = (
    "id, kind, source, box, title, summary, sender, urgency, due_at, due_why, route, state, opened_at, first_seen_at,"
    " closed_at, closed_by_name, reason, rev, sort_key, holder, post"
)


async def page(actor: Actor, asked: InboxQuery) -> InboxPage:
    """A page of a box that the actor sees, with the counts of all. Two queries. Refuses Invalid `http.bad_cursor`.

    Open boxes by urgency and due moment, the done box latest first.
    """
    items, following = await _list(actor, asked)
    return InboxPage(items=items, next=following, counts=await counts(actor))


async def _list(actor: Actor, asked: InboxQuery) -> tuple[list[TodoView], str | None]:
    mine = own(actor.own_id) if asked.box == DONE else reach_of(actor)
    rows = await _walk(mine, asked)
    shown = rows[: asked.limit]
    return await _views(shown), _cursor(shown[-1]) if len(rows) > asked.limit else None


async def _walk(mine: Reach, asked: InboxQuery) -> list[dict[str, Any]]:
    """One ordered walk per holder, each stopped at the limit, then merged.

    A plain `holder IN (…) ORDER BY sort_key` would read and sort every row of every holder first.
    """
    after, place = "", list[object]()
    if asked.cursor:
        after, place = " AND (sort_key, id) > (?, ?)", list(_place(asked.cursor))
    limit = asked.limit + 1
    walk = f"FROM inbox_todo WHERE holder = ? AND lane = ?{after}"
    stop = f"ORDER BY sort_key, id LIMIT {limit}"
    parts = [f"SELECT {COLUMNS} {walk} {stop}"] * len(mine.whole)
    values: list[object] = [value for holder in mine.whole for value in (holder, asked.box, *place)]
    for holder, kinds in mine.parts:
        # Kinds are looked at in the index, which has them last: only what is shown is fetched from the table.
        shown = f"SELECT id {walk} AND kind IN ({marks(kinds)}) {stop}"
        parts.append(f"SELECT {COLUMNS} FROM inbox_todo WHERE id IN ({shown})")  # noqa: S608 - values are bound
        values += [holder, asked.box, *place, *kinds]
    every = " UNION ALL ".join(f"SELECT * FROM ({part}) AS one" for part in parts)  # noqa: S608 - values are bound
    return await fetch(f"SELECT * FROM ({every}) AS every {stop}", *values)  # noqa: S608 - values are bound


def _cursor(row: Mapping[str, Any]) -> str:
    return f"{row['sort_key']}.{row['id']}"


def _place(cursor: str) -> tuple[int, str]:
    key, _, told = cursor.partition(".")
    if not key.removeprefix("-").isascii() or not key.removeprefix("-").isdigit() or len(key) > 19:
        raise Invalid("http.bad_cursor")
    if abs(int(key)) > MAX_INT:
        raise Invalid("http.bad_cursor")
    return int(key), str(_uuid(told))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid("http.bad_cursor") from error


async def counts(actor: Actor) -> Counts:
    """Open to-dos by box that the actor sees. One query."""
    return await counts_within(reach_of(actor))


async def counts_within(mine: Reach) -> Counts:
    """Open to-dos by box within reach. One query, answered from the index alone."""
    count = "SELECT lane, count(*) AS number FROM inbox_todo WHERE lane IN ('handle', 'read', 'follow') AND"
    parts = [f"{count} holder IN ({marks(mine.whole)}) GROUP BY lane"]
    parts += [f"{count} holder = ? AND kind IN ({marks(kinds)}) GROUP BY lane" for _, kinds in mine.parts]
    values = [*mine.whole, *(value for holder, kinds in mine.parts for value in (holder, *kinds))]
    found: Counter[str] = Counter()
    for row in await fetch(" UNION ALL ".join(parts), *values):
        found[row["lane"]] += row["number"]
    return Counts(**found)


async def counts_of_many(reaches: Mapping[UUID, Reach]) -> dict[UUID, Counts]:
    """The same for many people. One query, from the index alone: what each holder has of each kind is added up here."""
    holders = sorted({holder for mine in reaches.values() for holder in (*mine.whole, *(post for post, _ in mine.parts))})
    rows = await fetch(
        "SELECT holder, lane, kind, count(*) AS number FROM inbox_todo WHERE lane IN ('handle', 'read', 'follow')"  # noqa: S608
        f" AND holder IN ({marks(holders)}) GROUP BY holder, lane, kind",
        *holders,
    )
    held: dict[str, list[tuple[str, str, int]]] = {}
    for row in rows:
        held.setdefault(str(row["holder"]), []).append((row["lane"], row["kind"], row["number"]))
    return {person: _added_up(mine, held) for person, mine in reaches.items()}


def _added_up(mine: Reach, held: Mapping[str, Sequence[tuple[str, str, int]]]) -> Counts:
    found: Counter[str] = Counter()
    for holder in mine.whole:
        for lane, _, number in held.get(holder, ()):
            found[lane] += number
    for holder, kinds in mine.parts:
        for lane, kind, number in held.get(holder, ()):
            found[lane] += number if kind in kinds else 0
    return Counts(**found)


async def views_of_many(ids: Sequence[UUID], reaches: Mapping[UUID, Reach], limit: int) -> dict[UUID, list[TodoView]]:
    """These to-dos for each of these people, as far as they are or were within reach; at most `limit` each. One query.

    What another has done for a post within reach is told as transferred: it is in that other's list. What is in the reader's
    list no more is told without words, so that nothing stays of it in a log from which it was taken back.
    """
    wanted = texts(set(ids))
    rows = await fetch(f"SELECT {COLUMNS} FROM inbox_todo WHERE id IN ({marks(wanted)}) ORDER BY id", *wanted) if wanted else []  # noqa: S608
    notes = await _notes(rows)
    return {person: [_told(row, mine, notes) for row in _within(rows, mine)[:limit]] for person, mine in reaches.items()}


def _within(rows: Sequence[Mapping[str, Any]], mine: Reach) -> list[Mapping[str, Any]]:
    return [row for row in rows if any(mine.holds(str(row[column]), row["kind"]) for column in ("holder", "post"))]


def _told(row: Mapping[str, Any], mine: Reach, notes: Mapping[int, str]) -> TodoView:
    return _view(_without_words(row) if _gone(row, mine) else row, notes)


def _gone(row: Mapping[str, Any], mine: Reach) -> bool:
    return row["state"] not in (OPEN, DONE) or (row["post"] is not None and str(row["holder"]) not in mine.whole)


def _without_words(row: Mapping[str, Any]) -> Mapping[str, Any]:
    state = TRANSFERRED if row["state"] == DONE else row["state"]
    return {**row, "title": "", "summary": "", "sender": "", "due_why": "", "reason": "", "state": state}


async def _views(rows: Sequence[Mapping[str, Any]]) -> list[TodoView]:
    """As they go out."""
    notes = await _notes(rows)
    return [_view(row, notes) for row in rows]


async def _notes(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """What stands beside due moments. One query where one is of a year whose calendar was not shipped, else none."""
    return await due_notes(instant_or_none(row["due_at"]) for row in rows)


def _view(row: Mapping[str, Any], notes: Mapping[int, str]) -> TodoView:
    kind, due = registry().todo_kinds.get(row["kind"]), instant_or_none(row["due_at"])
    return TodoView(
        id=uuid_of(row["id"]), kind=row["kind"], label=kind.label if kind else "", box=row["box"], title=row["title"],
        summary=row["summary"], sender=row["sender"], urgency=row["urgency"], due_at=due,
        due_why=row["due_why"], route=row["route"], source=row["source"], state=row["state"],
        opened_at=instant_of(row["opened_at"]), first_seen_at=instant_or_none(row["first_seen_at"]),
        closed_at=instant_or_none(row["closed_at"]), closed_by_name=row["closed_by_name"], reason=row["reason"], rev=row["rev"],
        due_note=note_of(due, notes),
    )  # fmt: skip


async def bootstrap(actor: Actor) -> InboxStart:
    """The section "inbox" of the bootstrap."""
    return InboxStart(counts=await counts(actor))


async def open_sources(sources: Collection[str]) -> Counter[str]:
    """How many open to-dos each of some sources has. One query."""
    if not sources:
        return Counter()
    asked = sorted(sources)
    among = f"WHERE source IN ({marks(asked)}) AND open_key IS NOT NULL"
    rows = await fetch(f"SELECT source, count(*) AS number FROM inbox_todo {among} GROUP BY source", *asked)  # noqa: S608
    return Counter({row["source"]: row["number"] for row in rows})


async def open_walk(page: int) -> AsyncIterator[list[str]]:
    """The sources of all open to-dos, a page at a time, along the index of their keys."""
    after = ""
    while rows := await fetch(
        "SELECT source, open_key FROM inbox_todo WHERE open_key > ? ORDER BY open_key LIMIT ?", after, page
    ):
        yield [row["source"] for row in rows]
        after = rows[-1]["open_key"]
