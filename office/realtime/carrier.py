"""Wake-ups between processes, over Redis publish/subscribe. Addresses only, never content; what is lost the sweep makes up for.

With one process there is none. Redis away means slower, not wrong: entries are then told by the sweep, within 5 seconds.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Literal
from uuid import UUID

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from office.kernel.settings import Settings
from office.realtime import background, wake

CHANNEL = "zhiban:live"
WAITING = 1000
PER_MESSAGE = 2000
log = logging.getLogger(__name__)


class _Message(msgspec.Struct, frozen=True):
    process: str
    kind: Literal["poked", "ended"]
    ids: list[UUID]


class Carrier:
    """Takes this process's wake-ups to the others, and brings theirs."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(url, socket_connect_timeout=5, health_check_interval=30)
        self._self = f"{random.getrandbits(64):016x}"
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(WAITING)
        self.ready = asyncio.Event()

    def poked(self, persons: Collection[UUID]) -> None:
        """These logs have grown."""
        self._send("poked", list(persons))

    def ended(self, sessions: Collection[UUID]) -> None:
        """These sessions are over."""
        self._send("ended", list(sessions))

    def _send(self, kind: Literal["poked", "ended"], ids: list[UUID]) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            for start in range(0, len(ids), PER_MESSAGE):
                message = _Message(self._self, kind, ids[start : start + PER_MESSAGE])
                self._waiting.put_nowait(msgspec.json.encode(message))

    async def send_for_ever(self) -> None:
        """Publish what waits."""
        while True:
            message = await self._waiting.get()
            try:
                await self._redis.publish(CHANNEL, message)
            except (RedisError, OSError) as error:
                log.warning("wake-up not carried: %s", error)

    async def hear_for_ever(self) -> None:
        """Pass on what other processes publish; comes back by itself when Redis does."""
        while True:
            try:
                await self._hear()
            except (RedisError, OSError) as error:
                self.ready.clear()
                log.warning("wake-ups of other processes not heard: %s", error)
                await asyncio.sleep(random.uniform(1, 3))

    async def _hear(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=False) as channel:
            await channel.subscribe(CHANNEL)
            async for message in channel.listen():
                if message["type"] == "subscribe":
                    self.ready.set()
                elif message["type"] == "message":
                    self._pass_on(message["data"])

    def _pass_on(self, data: bytes) -> None:
        try:
            message = msgspec.json.decode(data, type=_Message)
        except msgspec.DecodeError:
            log.warning("a wake-up that is none")
            return
        if message.process != self._self:
            tell = wake.poke if message.kind == "poked" else wake.end
            tell(frozenset(message.ids), besides=self)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Carry until the block ends."""
        undo = wake.listen(self)
        tasks = [background.begin(self.send_for_ever(), "wake-send"), background.begin(self.hear_for_ever(), "wake-hear")]
        try:
            yield
        finally:
            undo()
            await background.stop(tasks)
            await self._redis.aclose()


@asynccontextmanager
async def carrying(config: Settings) -> AsyncIterator[None]:
    """The carrier while the process serves, if the settings name a Redis."""
    if not config.redis_url:
        yield
        return
    async with Carrier(config.redis_url).running():
        yield
