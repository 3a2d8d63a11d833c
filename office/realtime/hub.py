"""This process's live connections: who is here, how far their logs have been read, whom to tell, whom to let go.

One loop reads new entries for everyone at once: when poked for the persons named, and every 5 seconds for all, because pokes
may be lost. Another gives the beats. Neither waits for a client, and no database connection is held while waiting.
"""

import asyncio
import contextlib
import json
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager
from uuid import UUID

from prometheus_client import Counter, Gauge

from office.identity.authentication import live_sessions
from office.identity.hooks import on_session_end
from office.realtime import background, queries, schemas, wake
from office.realtime.connection import Connection
from office.realtime.queries import Line
from office.realtime.rules import Place
from office.realtime.schemas import Goodbye

SWEEP_SECONDS = 5.0
TICK_SECONDS = 1.0
PER_PERSON = 16
READ = 5000
Alive = Callable[[frozenset[UUID]], Awaitable[frozenset[UUID]]]
log = logging.getLogger(__name__)
connected = Gauge("zhiban_live_connections", "Live connections of this process")
closed = Counter("zhiban_live_closed", "Live connections closed by the server", ("code",))


class _Local:
    """One person here. `cursor` is how far the hub has read their log; None until their first connection has."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self.epoch: UUID | None = None
        self.cursor: int | None = None
        self.missed = False


class Hub:
    """The connections of one process. `alive` tells which of some sessions still live; `now` is a monotonic clock, seconds."""

    def __init__(self, alive: Alive = live_sessions, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._alive = alive
        self._here: dict[UUID, _Local] = {}
        self._dirty: set[UUID] = set()
        self._stirred = asyncio.Event()
        self._left = asyncio.Event()
        self._closing = False
        self._at_the_door: set[asyncio.Timeout] = set()

    def connections(self) -> Iterator[Connection]:
        """All connections here."""
        return iter([one for local in self._here.values() for one in local.connections])

    @asynccontextmanager
    async def at_the_door(self, seconds: float) -> AsyncIterator[None]:
        """While a client has not said who it is. Raises Goodbye: 4000 when the time is over, 4001 at shutdown."""
        self._must_be_open()
        try:
            async with asyncio.timeout(seconds) as waiting:
                self._at_the_door.add(waiting)
                try:
                    yield
                finally:
                    self._at_the_door.discard(waiting)
                    self._left.set()
        except TimeoutError as error:
            self._must_be_open()
            raise Goodbye(schemas.NO_PONG, "no hello") from error

    def _must_be_open(self) -> None:
        if self._closing:
            raise Goodbye(schemas.GOING_AWAY, self._later())

    def join(self, connection: Connection) -> None:
        """Register, before anything is read. Raises Goodbye: 4001 at shutdown, 1013 beyond 16 connections of a person."""
        self._must_be_open()
        local = self._here.setdefault(connection.person, _Local())
        if len(local.connections) >= PER_PERSON:
            raise Goodbye(schemas.TRY_LATER, "too many connections")
        local.connections.add(connection)
        connected.inc()

    def leave(self, connection: Connection) -> None:
        """Forget a connection; harmless a second time."""
        local = self._here.get(connection.person)
        if local is not None and connection in local.connections:
            local.connections.discard(connection)
            connected.dec()
            if not local.connections:
                del self._here[connection.person]
                self._left.set()

    def arrived(self, connection: Connection, place: Place) -> None:
        """The connection follows from here; the first one of a person tells the hub where to read on."""
        local = self._here.get(connection.person)
        if local is None or local.cursor is not None:
            return
        local.epoch, local.cursor = place.epoch, place.head
        if local.missed:
            self.poked([connection.person])

    def poked(self, persons: Collection[UUID]) -> None:
        """Their logs have grown: read them soon."""
        for person in persons:
            if (local := self._here.get(person)) is not None:
                local.missed = local.cursor is None
                self._dirty.add(person)
        if self._dirty:
            self._stirred.set()

    def ended(self, sessions: Collection[UUID]) -> None:
        """These sessions are over: close their connections at once."""
        for one in self.connections():
            if one.session in sessions:
                one.close(schemas.SESSION_ENDED, "session ended")

    async def read_dirty(self) -> None:
        """Read and offer what the poked persons' logs have gained."""
        dirty, self._dirty = self._dirty, set()
        try:
            await self._read([person for person in dirty if person in self._here])
        except BaseException:
            self._dirty |= dirty
            raise

    async def sweep(self) -> None:
        """Ask for everyone here where their logs stand, and read those that moved: no poke is needed for anything."""
        before = {person: local.cursor for person, local in self._here.items() if local.cursor is not None}
        if not before:
            return
        places = await queries.places(before)
        behind = [person for person, place in places.items() if self._moved(person, place, before[person])]
        await self._read(behind)

    def _moved(self, person: UUID, place: Place, before: int | None) -> bool:
        local = self._here.get(person)
        if local is None or local.cursor is None or local.cursor != before:
            return local is not None  # read meanwhile, so this answer may be older than what it knows
        if place.epoch != local.epoch or place.head < local.cursor:
            self._begin_again(local, place)
            return False
        return place.head > local.cursor

    def _begin_again(self, local: _Local, place: Place) -> None:
        rewound = place.epoch == local.epoch
        valid = [one for one in local.connections if one.following and one.epoch == place.epoch and not rewound]
        local.epoch, local.cursor = place.epoch, min([place.head, *(one.sent for one in valid)])
        for one in local.connections.difference(valid):
            if one.following:
                one.reset("epoch")

    async def _read(self, persons: Collection[UUID]) -> None:
        cursors = {person: cursor for person in persons if (cursor := self._cursor(person)) is not None}
        while cursors:
            lines = await queries.lines_after(cursors, READ)
            for line in lines:
                self._offer(line)
            if len(lines) < READ:
                return
            cursors = {person: cursor for person in cursors if (cursor := self._cursor(person)) is not None}

    def _cursor(self, person: UUID) -> int | None:
        local = self._here.get(person)
        return local.cursor if local else None

    def _offer(self, line: Line) -> None:
        local = self._here.get(line.person)
        if local is None or local.cursor is None or line.seq <= local.cursor:
            return
        local.cursor = line.seq
        frame = schemas.event(line.seq, line.tail)
        for one in local.connections:
            one.offer(line.seq, frame)

    async def tick(self) -> None:
        """Beats that are due, connections whose time is over, and sessions that ended unheard."""
        now = self.now()
        due: list[Connection] = []
        for one in self.connections():
            if now >= one.until:
                one.close(schemas.MAX_AGE, "time to reconnect")
            elif now >= one.next_beat:
                one.beat(self._here[one.person].cursor or 0, now)
                due.append(one)
        await self.recheck(due)

    async def recheck(self, due: Collection[Connection]) -> None:
        """Close those of these connections whose session is over."""
        sessions = frozenset(one.session for one in due if one.session is not None)
        if sessions:
            self.ended(sessions - await self._alive(sessions))

    async def close_all(self) -> None:
        """Shutdown: 4001 to everyone, each told its own moment to come back. Call it before the server closes its sockets."""
        self._closing = True
        for one in self.connections():
            one.close(schemas.GOING_AWAY, self._later())
        for waiting in self._at_the_door:
            if not waiting.expired():
                waiting.reschedule(0)
        while self._here or self._at_the_door:
            self._left.clear()
            await self._left.wait()

    def _later(self) -> str:
        # Two hundred reconnects a second at most, for each is an authentication and a read.
        spread = max(3.0, sum(len(local.connections) for local in self._here.values()) / 200)
        return json.dumps({"retry_after": round(random.uniform(0.5, spread), 1)})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The hub at work: wakes, sweeps and beats, until the block ends; then everyone is let go."""
        # Events bind to the loop they are first waited on in; one process may serve in several, as tests do.
        self._stirred, self._left, self._closing = asyncio.Event(), asyncio.Event(), False
        undo = [wake.listen(self), on_session_end(lambda session: wake.end([session]))]
        tasks = [background.begin(self._reading(), "live-reading"), background.begin(self._beating(), "live-beating")]
        try:
            yield
        finally:
            for forget in undo:
                forget()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.close_all(), 5)
            await background.stop(tasks)

    async def _reading(self) -> None:
        swept = self.now()
        while True:
            with contextlib.suppress(TimeoutError):
                # Not wait_for: on Python 3.11 it swallows a cancel that comes in the same turn as the wake-up.
                async with asyncio.timeout(max(0.0, swept + SWEEP_SECONDS - self.now())):
                    await self._stirred.wait()
            self._stirred.clear()
            await _tolerant(self.read_dirty)
            if self.now() >= swept + SWEEP_SECONDS:
                swept = self.now()
                await _tolerant(self.sweep)

    async def _beating(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            await _tolerant(self.tick)


async def _tolerant(step: Callable[[], Awaitable[None]]) -> None:
    try:
        await step()
    except Exception:
        log.exception("the live hub could not do a step; it tries again")
        await asyncio.sleep(1.0)


live_hub = Hub()
