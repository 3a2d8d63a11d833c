"""From a published event to entries in logs: one handler per publication, run by the relay."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from office.kernel.events import Delivery, Event, Handler
from office.kernel.modules import Publication
from office.kernel.work import after_commit
from office.realtime import wake
from office.realtime.actions import CHUNK, Payload, append, followers, hold_logs, withdraw
from office.realtime.events import AccessLost

MAX_PAYLOAD = 16 * 1024


def fan_out(publication: Publication) -> Handler:
    """The handler that tells the publication's audience.

    The audience is asked under the lock: who loses access while it waits is told nothing.
    """

    async def run(event: Event, delivery: Delivery) -> None:
        await hold_logs()
        persons = await followers(await publication.audience(event))
        if told := await _told(publication, event, persons):
            source = publication.source(event) if publication.source else event.key()
            await append(publication.event, source, told)

    return Handler(name=f"realtime.fan_out:{publication.event}", event=publication.event, run=run)


async def _told(publication: Publication, event: Event, persons: Sequence[UUID]) -> dict[UUID, Payload]:
    if publication.common is not None:
        same = _payload(await publication.common(event)) if persons else None
        return dict.fromkeys(persons, same) if same else {}
    seen = {person: _payload(view) for person, view in (await _views(publication, event, persons)).items()}
    return {person: payload for person, payload in seen.items() if payload is not None}


async def _views(publication: Publication, event: Event, persons: Sequence[UUID]) -> Mapping[UUID, Mapping[str, object] | None]:
    """What each is told. All logs wait meanwhile: of many persons, ask for many at once."""
    if publication.view_many is not None:
        found: dict[UUID, Mapping[str, object] | None] = {}
        for start in range(0, len(persons), CHUNK):
            found |= await publication.view_many(event, persons[start : start + CHUNK])
        return found
    if publication.view is None:
        raise LookupError(f"publication of {publication.event} says nothing")
    return {person: await publication.view(event, person) for person in persons}


def _payload(view: Mapping[str, object] | None) -> Payload | None:
    if view is None:
        return None
    text = msgspec.json.encode(view).decode()
    if len(text) > MAX_PAYLOAD:
        raise ValueError(f"{len(text)} characters are too much for an event: tell ids and states, bodies go over HTTP")
    rev = view.get("rev")
    return Payload(text, rev if isinstance(rev, int) else None)


async def _take_back(event: AccessLost, delivery: Delivery) -> None:
    concerned = await withdraw(event.source, event.persons)
    if concerned:
        told = Payload(msgspec.json.encode({"source": event.source}).decode())
        await append("access_lost", "", dict.fromkeys(concerned, told))


TAKE_BACK = Handler(name="realtime.withdraw", event=AccessLost.name, run=_take_back, reads=frozenset({"source", "persons"}))


def cut(event: str, sessions: Callable[[Any], Collection[UUID]]) -> Handler:
    """The handler that closes the connections of sessions which an event ends, in every process."""

    async def run(told: Event, delivery: Delivery) -> None:
        after_commit(partial(wake.end, frozenset(sessions(told))))

    return Handler(name=f"realtime.cut:{event}", event=event, run=run)
