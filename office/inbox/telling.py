"""Telling people that their list has changed: one event per unit of work and thing, whatever was opened and closed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from office import outbox
from office.inbox.events import InboxChanged
from office.inbox.queries import counts_of_many, views_of_many
from office.inbox.reach import reach
from office.inbox.schemas import Counts, TodoView
from office.kernel.events import Delivery
from office.kernel.modules import Publication
from office.kernel.rows import uuid_of
from office.kernel.work import stage
from office.organization.holdings import holders_many, holdings_of_many

#: To-dos in one event; and to-dos told to one person at once, above which the client fetches the list instead.
STEP = 500
MOST_TOLD = 20
#: Things told each in an event of its own, so that what was told about one can be taken back; more are one event without words.
MOST_SOURCES = 50

Touched = tuple[UUID, str, str, UUID]


def tell(rows: Iterable[Mapping[str, Any]]) -> None:
    """Note touched rows (id, source, holder_kind, holder, post); events are recorded just before the commit."""
    for row in rows:
        stage(_record, (uuid_of(row["id"]), row["source"], row["holder_kind"], uuid_of(row["holder"])))
        if row["post"]:
            stage(_record, (uuid_of(row["id"]), row["source"], "post", uuid_of(row["post"])))


async def _record(touched: list[Touched]) -> None:
    by_source: dict[str, list[Touched]] = {}
    for one in dict.fromkeys(touched):
        by_source.setdefault(one[1], []).append(one)
    if len(by_source) > MOST_SOURCES:
        by_source = {"": list(dict.fromkeys(touched))}
    for source, found in by_source.items():
        for start in range(0, len(found), STEP):
            outbox.record(_event(source, found[start : start + STEP]))


def _event(source: str, touched: Sequence[Touched]) -> InboxChanged:
    return InboxChanged(
        people=sorted({holder for _, _, kind, holder in touched if kind == "person"}),
        posts=sorted({holder for _, _, kind, holder in touched if kind == "post"}),
        todos=list(dict.fromkeys(todo for todo, _, _, _ in touched)),
        source=source,
    )


async def audience(event: InboxChanged) -> Sequence[UUID]:
    """The people whose list it is now: the persons named, and whoever holds or stands in for the posts. One query."""
    held = await holders_many(event.posts)
    return sorted({*event.people, *(holder.person for line in held.values() for holder in line)})


async def view(event: InboxChanged, person: UUID) -> Mapping[str, object]:
    """What one person is told. Three queries."""
    return (await view_many(event, [person]))[person]


async def view_many(event: InboxChanged, persons: Sequence[UUID]) -> Mapping[UUID, Mapping[str, object]]:
    """What each is told: absolute counts, and the changed to-dos within their reach. Three queries, however many they are.

    `todos` is None when there are more than 20, or of more things than can be taken back: fetch the list. `todo` is the
    changed one where there is just one.
    """
    held = await holdings_of_many(persons)
    reaches = {person: reach(person, held.get(person, ())) for person in persons}
    counts = await counts_of_many(reaches)
    if event.todos and not event.source:
        return {person: {"counts": msgspec.to_builtins(counts[person]), "todos": None} for person in persons}
    shown = await views_of_many(event.todos, reaches, MOST_TOLD + 1)
    return {person: _told(counts[person], shown[person]) for person in persons}


def _told(counts: Counts, todos: Sequence[TodoView]) -> Mapping[str, object]:
    told: dict[str, object] = {"counts": msgspec.to_builtins(counts)}
    told["todos"] = msgspec.to_builtins(todos) if len(todos) <= MOST_TOLD else None
    if len(todos) == 1:
        told["todo"] = msgspec.to_builtins(todos[0])
    return told


PUBLICATION = Publication(event=InboxChanged.name, audience=audience, view_many=view_many, source=lambda event: event.source)


async def appointment_changed(event: Any, delivery: Delivery) -> None:
    """A person gained or lost a post, and with it the post's to-dos."""
    outbox.record(InboxChanged(people=[event.person], posts=[], todos=[]))


async def delegation_changed(event: Any, delivery: Delivery) -> None:
    """A person may act for another's post, or no longer."""
    outbox.record(InboxChanged(people=[event.receiver], posts=[], todos=[]))
