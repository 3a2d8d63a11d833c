"""Wake-ups between processes: they arrive, carry addresses only, and survive a Redis that goes away."""

import asyncio
import json
from collections.abc import Collection
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis

from office.kernel.ids import new_id
from office.realtime import wake
from office.realtime.carrier import CHANNEL, Carrier
from tests.support import engines

PATIENCE = 30


class Ear:
    """Stands for a hub."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[str, frozenset[UUID]]] = asyncio.Queue()

    def poked(self, persons: Collection[UUID]) -> None:
        self.heard.put_nowait(("poked", frozenset(persons)))

    def ended(self, sessions: Collection[UUID]) -> None:
        self.heard.put_nowait(("ended", frozenset(sessions)))

    async def next(self) -> tuple[str, frozenset[UUID]]:
        return await asyncio.wait_for(self.heard.get(), PATIENCE)


@asynccontextmanager
async def carrying(url: str) -> Any:
    carrier, ear = Carrier(url), Ear()
    forget = wake.listen(ear)
    async with carrier.running():
        await asyncio.wait_for(carrier.ready.wait(), PATIENCE)
        yield carrier, ear
    forget()


async def test_another_processs_wake_ups_are_heard_and_our_own_not_twice(redis_url: str) -> None:
    async with carrying(redis_url) as (_, ear), Redis.from_url(redis_url) as redis:
        person, session = new_id(), new_id()
        wake.poke([person])
        assert await ear.next() == ("poked", {person})
        await redis.publish(CHANNEL, "noise")
        await redis.publish(CHANNEL, f'{{"process":"other","kind":"ended","ids":["{session}"]}}')
        assert await ear.next() == ("ended", {session})
        assert ear.heard.empty()


async def test_what_leaves_has_addresses_only(redis_url: str) -> None:
    async with carrying(redis_url), Redis.from_url(redis_url) as redis, redis.pubsub() as channel:
        await channel.subscribe(CHANNEL)
        assert (await channel.get_message(timeout=PATIENCE))["type"] == "subscribe"
        person = new_id()
        wake.poke([person])
        message = await channel.get_message(timeout=PATIENCE, ignore_subscribe_messages=True)
        assert str(person) in message["data"].decode()
        assert set(json.loads(message["data"])) == {"process", "kind", "ids"}


async def test_it_hears_again_when_redis_is_back(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("office.realtime.carrier.random.uniform", lambda low, high: 0.05)
    server = engines.Redis()
    try:
        async with carrying(server.url()) as (carrier, ear):
            server.kill()
            while carrier.ready.is_set():  # noqa: ASYNC110 - it is set again later, so nothing else tells
                await asyncio.sleep(0.01)
            wake.poke([new_id()])
            await ear.next()
            server.start()
            await asyncio.wait_for(carrier.ready.wait(), PATIENCE)
            async with Redis.from_url(server.url()) as redis:
                person = new_id()
                await redis.publish(CHANNEL, f'{{"process":"other","kind":"poked","ids":["{person}"]}}')
                assert await ear.next() == ("poked", {person})
    finally:
        server.close()
