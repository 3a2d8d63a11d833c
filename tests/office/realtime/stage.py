"""The application of these tests: the toy boards, hubs whose clock and loops the test moves, and tokens for persons."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
from starlette.applications import Starlette
from tortoise.utils import generate_schema_for_client

from office.audit.module import module as audit
from office.http.app import create
from office.http.module import module as http
from office.kernel.actor import Actor, Origin
from office.kernel.database import connection
from office.kernel.ids import new_id
from office.kernel.refusal import Forbidden, Unauthenticated
from office.kernel.settings import Settings
from office.outbox.module import module as outbox
from office.outbox.relay import drain
from office.realtime.gateway import route
from office.realtime.hub import Hub
from office.realtime.module import module
from tests.office.realtime import town
from tests.office.realtime.wire import Wire


class Stage:
    """An open application; `hubs` stand for several processes on one database, only the first is poked."""

    def __init__(self) -> None:
        self.time = 0.0
        self.actors: dict[str, Actor] = {}
        self.alive: set[UUID] = set()
        self.hubs = [Hub(self._alive, lambda: self.time) for _ in range(2)]
        self.gates: list[Starlette] = [Starlette(routes=[route(self.admit, hub)]) for hub in self.hubs]
        self.app = Starlette()
        self._numbers = itertools.count(1)

    async def _alive(self, sessions: frozenset[UUID]) -> frozenset[UUID]:
        return sessions & self.alive

    async def admit(self, token: str, origin: Origin) -> Actor:
        if token == "first-password":
            raise Forbidden("identity.must_change_password")
        if token not in self.actors:
            raise Unauthenticated("identity.session_ended")
        return self.actors[token]

    def person(self) -> Actor:
        """Somebody who is logged in; the token is their id."""
        session = new_id()
        actor = Actor(kind="person", id=new_id(), name=f"居民{next(self._numbers)}", session=session)
        self.actors[str(actor.id)] = actor
        self.alive.add(session)
        return actor

    async def dial(self, actor: Actor, *, node: int = 0) -> Wire:
        """An accepted connection that has said nothing yet."""
        wire = Wire(self.gates[node], {"host": "town.example", "authorization": f"Bearer {actor.id}"})
        await wire.accepted()
        return wire

    async def drain(self) -> None:
        await drain()

    async def settle(self) -> None:
        """Deliver what is due; then every process reads what its persons' logs have gained."""
        await drain()
        for hub in self.hubs:
            await hub.sweep()

    def http(self, actor: Actor) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://town.example/api/v1",
            headers={"Authorization": f"Bearer {actor.id}"},
        )  # fmt: skip


@asynccontextmanager
async def staged(url: str) -> AsyncIterator[Stage]:
    """The application on an empty database, without background loops."""
    stage = Stage()
    manifests = [outbox, audit, http, town.identity, town.boards, module(town.PUBLICATIONS, stage.hubs[0])]
    stage.app = create(
        Settings(database_url=url), manifests, stage.admit, [route(stage.admit, stage.hubs[0])], background=False
    )
    async with stage.app.router.lifespan_context(stage.app):
        await generate_schema_for_client(connection(), safe=True)
        await town.create_tables()
        yield stage
        for hub in stage.hubs:
            await hub.close_all()
