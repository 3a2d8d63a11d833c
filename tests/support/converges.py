"""Convergence: old state and the events told since give the state of a fresh bootstrap."""

import copy
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import msgspec

from office.kernel.actor import Actor
from office.realtime.bootstrap import bootstrap
from office.realtime.queries import lines_after

Sections = dict[str, Any]
Reducer = Callable[[Sections, dict[str, Any]], None]


class Drains(Protocol):
    """A house: something that can deliver what is due."""

    def drain(self) -> Awaitable[object]: ...


def _inbox(sections: Sections, data: dict[str, Any]) -> None:
    sections["inbox"]["counts"] = data["counts"]


def _nothing(sections: Sections, data: dict[str, Any]) -> None:
    """An event about what no bootstrap section shows."""


#: What a client does with each event; a package adds its own in its tests.
REDUCERS: dict[str, Reducer] = {"inbox.changed": _inbox, "access_lost": _nothing, "withdrawn": _nothing}


@asynccontextmanager
async def converges(house: Drains, person: Actor, reducers: Mapping[str, Reducer] = REDUCERS) -> AsyncIterator[list[str]]:
    """`async with converges(house, actor): action` fails if the events do not lead to the new state, or if nothing changed.

    Gives the names of the events told, filled when the block ends. Give an actor whose posts and permissions stay as they are.
    """
    await house.drain()
    position, before = await _start(person)
    names: list[str] = []
    yield names
    await house.drain()
    applied = copy.deepcopy(before)
    for line in await lines_after({person.own_id: position["seq"]}, 10_000):
        event = json.loads("{" + line.tail)
        names.append(event["name"])
        assert event["name"] in reducers, f"no reducer for {event['name']}: a client would not know what to do"
        reducers[event["name"]](applied, event["data"])
    _, after = await _start(person)
    assert after != before, "nothing changed for this person, so this proves nothing"
    assert applied == after, f"the events {names} do not lead to the new state"


async def _start(person: Actor) -> tuple[dict[str, Any], Sections]:
    told = json.loads(msgspec.json.encode((await bootstrap(person)).data))
    return told.pop("position"), {name: shown for name, shown in told.items() if name not in ("time", "banner")}
