"""Opening and closing to-dos. Called inside the unit of work of the verb that owns the work; the only writer of the inbox.

Nobody is refused here: whether a person may act is decided by the owner of the work. Conditional updates on `state` decide
races, and what was already closed stays as it was.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from office import audit
from office.inbox import order
from office.inbox.models import DONE, FOLLOW, GONE, OPEN, TRANSFERRED, WITHDRAWN, Todo
from office.inbox.reach import reach_of
from office.inbox.telling import tell
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.ids import new_id
from office.kernel.modules import registry
from office.kernel.refs import id_of, kind_of
from office.kernel.refusal import NotFound
from office.kernel.rows import marks, uuid_of
from office.kernel.work import verb

#: Rows in one statement: 22 values each, SQLite takes 32,766.
STEP = 500

LENGTHS = {"title": 300, "summary": 300, "sender": 120, "due_why": 200}
COLUMNS = (
    "id", "kind", "source", "holder_kind", "holder", "box", "lane", "sort_key", "title", "summary", "sender",
    "urgency", "due_at", "due_why", "route", "state", "opened_at", "closed_by", "closed_by_name", "reason", "rev", "open_key",
)  # fmt: skip
WORDS = COLUMNS[8:14]
#: What `tell` needs of a touched row.
TOUCHED = "id, source, holder_kind, holder, post"
#: Raised again: the same row, with the newest words and one revision more.
RAISED = (*WORDS, "route", "sort_key")


class Holder(msgspec.Struct, frozen=True):
    """Who has to do it: `kind` "person" or "post"."""

    kind: str
    id: UUID

    @classmethod
    def of(cls, ref: str) -> "Holder":
        """From a reference "person:<id>", "post:<id>" or "organization.post:<id>"."""
        return cls(kind=kind_of(ref).rpartition(".")[2], id=id_of(ref))


class NewTodo(msgspec.Struct, frozen=True, kw_only=True):
    """A to-do to open. `route_id` is what the kind's page is asked for; the source's own id if empty."""

    kind: str
    source: str
    holder: Holder
    title: str
    summary: str = ""
    sender: str = ""
    urgency: str = ""
    due_at: datetime | None = None
    due_why: str = ""
    route_id: str = ""


@verb
async def open_many(todos: Sequence[NewTodo]) -> list[UUID]:
    """Open to-dos; their ids, in the order given. One statement per 500.

    Idempotent on kind, source and holder: what is open is raised again, with the new words, one revision more, not twice in
    the list. LookupError for a kind no manifest declares.
    """
    unique = {_open_key(todo.kind, todo.source, todo.holder.id): todo for todo in todos}
    found: dict[str, UUID] = {}
    keys = list(unique)
    for start in range(0, len(keys), STEP):
        found |= await _upserted([unique[key] for key in keys[start : start + STEP]])
    return [found[_open_key(todo.kind, todo.source, todo.holder.id)] for todo in todos]


async def _upserted(todos: Sequence[NewTodo]) -> dict[str, UUID]:
    now = clock.now()
    rows = [_row(todo, now) for todo in todos]
    again = ", ".join(f"{name} = excluded.{name}" for name in RAISED)
    text = (
        f"INSERT INTO inbox_todo ({', '.join(COLUMNS)}) VALUES {', '.join([f'({marks(COLUMNS)})'] * len(rows))}"  # noqa: S608
        f" ON CONFLICT (open_key) DO UPDATE SET {again}, rev = inbox_todo.rev + 1 RETURNING {TOUCHED}, open_key"
    )
    written = await fetch(text, *(value for row in rows for value in row))
    tell(written)
    return {row["open_key"]: uuid_of(row["id"]) for row in written}


def _row(todo: NewTodo, now: datetime) -> Sequence[object]:
    kind = registry().todo_kinds.get(todo.kind)
    if kind is None:
        raise LookupError(f"to-do kind not declared in any manifest: {todo.kind}")
    route = kind.route.replace("{id}", todo.route_id or todo.source.rpartition(":")[2])
    return (
        str(new_id()), todo.kind, todo.source, todo.holder.kind, str(todo.holder.id), kind.box, kind.box,
        order.of_open(todo.urgency, todo.due_at), *(_bounded(name, getattr(todo, name)) for name in WORDS), route, OPEN, now,
        "", "", "", 1, _open_key(todo.kind, todo.source, todo.holder.id),
    )  # fmt: skip


def _open_key(kind: str, source: str, holder: UUID) -> str:
    return f"{kind}|{source}|{holder}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


@verb
async def update(
    source: str, *, kind: str | None = None, title: str | UnsetType = UNSET, summary: str | UnsetType = UNSET,
    sender: str | UnsetType = UNSET, urgency: str | UnsetType = UNSET,
    due_at: datetime | UnsetType | None = UNSET, due_why: str | UnsetType = UNSET,
) -> int:  # fmt: skip
    """Change what the open to-dos of a source say; the number changed.

    What is not named stays. Closed ones keep the words they were closed under. One statement per to-do.
    """
    given = {"title": title, "summary": summary, "sender": sender, "urgency": urgency, "due_at": due_at,
             "due_why": due_why}  # fmt: skip
    changes = {name: _bounded(name, value) for name, value in given.items() if value is not UNSET}
    rows = Todo.filter(source=source, state=OPEN).select_for_update(no_key=True)
    found = await (rows.filter(kind=kind) if kind else rows)
    for row in found:
        row.update_from_dict(changes)
        row.sort_key, row.rev = order.of_open(row.urgency, row.due_at), row.rev + 1
        await row.save(update_fields=[*changes, "sort_key", "rev"])
    tell([_touched(row) for row in found])
    return len(found)


def _touched(row: Todo) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TOUCHED.split(", ")}


def _bounded(name: str, value: Any) -> Any:
    return _cut(value, LENGTHS[name]) if name in LENGTHS else value


@verb
async def close(
    kind: str, source: str, *, by: Actor, reason: str, holder: Holder | None = None, behalf: UUID | None = None
) -> int:
    """The work is done: close the to-dos of a kind and source, of all holders or of one. The number closed.

    What a person did for a post lies among that person's handled (已办) for good, whoever holds the post later; what the house
    closes by itself for a post among nobody's. With `behalf`, in whose name it was done (授权, 代录), it lies among theirs too.
    """
    rows = await _closed(DONE, "kind = ? AND source = ?", [kind, source], by, reason, holder)
    if rows and behalf:
        await _shared(rows, {by.own_id, behalf} if by.kind == "person" else {behalf})
    return len(rows)


async def _shared(rows: Sequence[Mapping[str, Any]], people: Collection[UUID]) -> None:
    """A done row for each of these people who has none."""
    row = await Todo.get(id=rows[0]["id"])
    lacking = set(people) - {uuid_of(one["holder"]) for one in rows}
    for person in sorted(lacking):
        copy = row.clone(pk=new_id())
        copy.holder = person
        await copy.save(force_create=True)
        tell([_touched(copy)])


@verb
async def withdraw(source: str, *, by: Actor, reason: str, kind: str | None = None, holder: Holder | None = None) -> int:
    """The work is no longer asked for: take the to-dos of a source away, of one kind and holder if named. The number closed."""
    where, values = ("source = ? AND kind = ?", [source, kind]) if kind else ("source = ?", [source])
    return len(await _closed(WITHDRAWN, where, values, by, reason, holder))


#: The row of a post becomes its doer's; without a doer it is in nobody's list. Right-hand sides are the values before.
OF_DOER = (
    "lane = 'done', post = CASE holder_kind WHEN 'post' THEN holder END, holder_kind = 'person',"
    " holder = CASE holder_kind WHEN 'post' THEN ? ELSE holder END"
)
OF_NOBODY = "lane = CASE holder_kind WHEN 'post' THEN 'gone' ELSE 'done' END"


def _whose(state: str, by: Actor) -> tuple[str, list[object]]:
    if state != DONE:
        return "lane = ?", [GONE]
    return (OF_DOER, [str(by.own_id)]) if by.kind == "person" else (OF_NOBODY, [])


async def _closed(
    state: str, where: str, values: list[Any], by: Actor, reason: str, holder: Holder | None
) -> Sequence[Mapping[str, Any]]:
    if holder is not None:
        where, values = f"{where} AND holder = ?", [*values, str(holder.id)]
    now = clock.now()
    whose, owners = _whose(state, by)
    rows = await fetch(
        f"UPDATE inbox_todo SET state = ?, {whose}, sort_key = ?, closed_at = ?, closed_by = ?, closed_by_name = ?,"  # noqa: S608
        f" reason = ?, rev = rev + 1, open_key = NULL WHERE {where} AND state = 'open' RETURNING {TOUCHED}",
        state, *owners, order.of_closed(now), now, by.ref, by.name, _cut(reason, 200), *values,
    )  # fmt: skip
    tell(rows)
    return rows


@verb
async def transfer(kind: str, source: str, *, holder: Holder, to: Holder, by: Actor, reason: str) -> int:
    """Hand an open to-do to another holder, with its words and due moment. 1, or 0 if it was not open (any more)."""
    row = await Todo.filter(kind=kind, source=source, holder=holder.id, state=OPEN).select_for_update(no_key=True).first()
    if row is None or holder.id == to.id:
        return 0
    await _closed(TRANSFERRED, "id = ?", [str(row.id)], by, reason, None)
    copy = NewTodo(
        kind=kind, source=source, holder=to, title=row.title, summary=row.summary, sender=row.sender,
        urgency=row.urgency, due_at=row.due_at, due_why=row.due_why,
    )  # fmt: skip
    [new] = await open_many([copy])
    await Todo.filter(id=new).update(route=row.route)
    return 1


@verb
async def mark_seen(actor: Actor, todo: UUID) -> None:
    """The actor has opened a to-do of theirs; the first time is kept. Refuses NotFound `inbox.todo_unknown` (also others')."""
    within, mine = reach_of(actor).condition()
    rows = await fetch(
        "UPDATE inbox_todo SET first_seen_at = ?, rev = rev + 1 WHERE id = ? AND first_seen_at IS NULL"  # noqa: S608
        f" AND {within} RETURNING {TOUCHED}",
        clock.now(), str(todo), *mine,
    )  # fmt: skip
    tell(rows)
    if rows:
        audit.record(actor, "inbox.view", f"inbox.todo:{todo}", source=rows[0]["source"])
    if not rows and not await fetch(f"SELECT id FROM inbox_todo WHERE id = ? AND {within}", str(todo), *mine):  # noqa: S608
        raise NotFound("inbox.todo_unknown")


@verb
async def follow(
    actor: Actor, kind: str, source: str, *, title: str, summary: str = "", sender: str = "", route_id: str = "",
) -> UUID:  # fmt: skip
    """Put a thing among those the actor follows (关注). `kind` is one whose box is "follow"; the owner has authorised it."""
    if registry().todo_kinds[kind].box != FOLLOW:
        raise LookupError(f"not a kind to follow: {kind}")
    holder = Holder(kind="person", id=actor.own_id)
    todo = NewTodo(kind=kind, source=source, holder=holder, title=title, summary=summary, sender=sender, route_id=route_id)
    return (await open_many([todo]))[0]


@verb
async def unfollow(actor: Actor, kind: str, source: str) -> int:
    """Follow a thing no longer. 1, or 0 if it was not followed."""
    return await withdraw(source, kind=kind, by=actor, reason="取消关注", holder=Holder(kind="person", id=actor.own_id))
