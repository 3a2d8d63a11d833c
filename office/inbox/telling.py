"""Telling people that their list has changed: one event per unit of work, whatever it opened and closed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from office import outbox
from office.inbox.events import InboxChanged
from office.inbox.queries import counts_of_holders, views
from office.kernel.events import Delivery
from office.kernel.modules import Publication
from office.kernel.work import stage
from office.organization.holdings import holders_many, holdings_of

#: To-dos in one event; and to-dos told to one person at once, above which the client fetches the list instead.
STEP = 500
MOST_TOLD = 20


def tell(rows: Iterable[Mapping[str, Any]]) -> None:
    """Note touched rows (id, holder_kind, holder); the event is recorded just before the commit."""
    for row in rows:
        stage(_record, (UUID(str(row["id"])), row["holder_kind"], UUID(str(row["holder"]))))


async def _record(touched: list[tuple[UUID, str, UUID]]) -> None:
    unique = list(dict.fromkeys(touched))
    for start in range(0, len(unique), STEP):
        part = unique[start : start + STEP]
        outbox.record(
            InboxChanged(
                people=sorted({holder for _, kind, holder in part if kind == "person"}),
                posts=sorted({holder for _, kind, holder in part if kind == "post"}),
                todos=list(dict.fromkeys(todo for todo, _, _ in part)),
            )
        )


async def audience(event: InboxChanged) -> Sequence[UUID]:
    """The people whose list it is now: the persons named, and whoever holds or stands in for the posts. One query."""
    held = await holders_many(event.posts)
    return sorted({*event.people, *(holder.person for line in held.values() for holder in line)})


async def view(event: InboxChanged, person: UUID) -> Mapping[str, object]:
    """What one person is told: absolute counts, and the changed to-dos of theirs. Three queries.

    `todos` is None when there are more than 20: fetch the list. `todo` is the changed one where there is just one.
    """
    mine = {person, *(holding.post for holding in await holdings_of(person))}
    counts = await counts_of_holders(mine)
    todos = await views(event.todos, mine, MOST_TOLD + 1)
    told: dict[str, object] = {"counts": msgspec.to_builtins(counts)}
    told["todos"] = msgspec.to_builtins(todos) if len(todos) <= MOST_TOLD else None
    if len(todos) == 1:
        told["todo"] = msgspec.to_builtins(todos[0])
    return told


PUBLICATION = Publication(event=InboxChanged.name, audience=audience, view=view)


async def appointment_changed(event: Any, delivery: Delivery) -> None:
    """A person gained or lost a post, and with it the post's to-dos."""
    outbox.record(InboxChanged(people=[event.person], posts=[], todos=[]))


async def delegation_changed(event: Any, delivery: Delivery) -> None:
    """A person may act for another's post, or no longer."""
    outbox.record(InboxChanged(people=[event.receiver], posts=[], todos=[]))
