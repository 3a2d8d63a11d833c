"""One live connection: what waits to be sent, how far the client has been told, and when it must be heard of.

Only the writer sends, so order is order of the log. The hub offers; it never waits for a client.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable
from uuid import UUID

from starlette.websockets import WebSocket, WebSocketDisconnect

from office.kernel.ids import new_id
from office.realtime import queries, schemas
from office.realtime.rules import Place, Position, refused
from office.realtime.schemas import Goodbye

QUEUE = 256
PAGE = 200
MAX_AGE = 3600.0
FRAMES_BETWEEN_BEATS = 100
RESUME_COST = 10
SPREAD = {"no_position": 0.0, "too_old": 2.0, "too_far": 2.0, "epoch": 5.0}
Arrived = Callable[["Connection", Place], None]
log = logging.getLogger(__name__)


def heartbeat() -> float:
    """Seconds to the next beat, spread so that connections opened together do not stay together."""
    return schemas.HEARTBEAT * random.uniform(0.8, 1.2)


class Connection:
    """A socket that follows one person's log.

    While `following`, entries offered wait in the queue until the replay has caught up; `sent` is the last seq told.
    """

    def __init__(self, socket: WebSocket, person: UUID, session: UUID | None, now: float) -> None:
        self.socket = socket
        self.person = person
        self.session = session
        self.id = new_id().hex[-8:]
        self.epoch: UUID | None = None
        self.sent = 0
        self.following = False
        self.goodbye: Goodbye | None = None
        self.until = now + MAX_AGE * random.uniform(0.9, 1.1)
        self.next_beat = now + heartbeat()
        self.unanswered = False
        self._queue: deque[tuple[int, str]] = deque()
        self._asked: deque[Position | None] = deque()
        self._ready = asyncio.Event()
        self._heard = 0
        self._reading: asyncio.Task[object] | None = None

    def offer(self, seq: int, frame: str) -> None:
        """An entry of the log, from the hub. A client that reads slower than 256 frames is let go: the log keeps its place."""
        if self.following and seq > self.sent:
            self._put(seq, frame)

    def beat(self, head: int, now: float) -> None:
        """Tell where the log stands, and expect a pong before the next beat."""
        if self.unanswered:
            self.close(schemas.NO_PONG, "no pong")
            return
        self.unanswered, self._heard = True, 0
        self.next_beat = now + heartbeat()
        self._put(0, schemas.beat(head))

    def reset(self, reason: str) -> None:
        """The client's position is void: it must bootstrap."""
        self.following = False
        self._drop_entries()
        self._put(0, schemas.reset(reason, random.uniform(0, SPREAD[reason])))

    def ask(self, known: Position | None) -> None:
        """The client wants to go on from there; the writer answers."""
        self._asked.append(known)
        self._ready.set()

    def close(self, code: int, reason: str = "") -> None:
        """End the connection soon, whatever its reader and writer wait for."""
        if self.goodbye is None:
            self.goodbye = Goodbye(code, reason)
            if self._reading is not None:
                self._reading.cancel()

    def _put(self, seq: int, frame: str) -> None:
        if len(self._queue) >= QUEUE:
            self.close(schemas.SLOW, "too slow")
            return
        self._queue.append((seq, frame))
        self._ready.set()

    def _drop_entries(self) -> None:
        # Beats stay: one that is never sent is never answered.
        self._queue = deque(waiting for waiting in self._queue if waiting[0] == 0)

    async def read(self) -> None:
        """Hear the client until the connection ends; then raise Goodbye, or WebSocketDisconnect if the client left."""
        self._reading = asyncio.current_task()
        try:
            while self.goodbye is None:
                self._hear(schemas.parse(await receive(self.socket)))
        except asyncio.CancelledError:
            if self.goodbye is None or self._reading is None:
                raise
            self._reading.uncancel()
        finally:
            self._reading = None
        raise self.goodbye

    def _hear(self, said: schemas.Said) -> None:
        self.unanswered = False
        self._heard += RESUME_COST if isinstance(said, schemas.Resume) else 1
        if self._heard > FRAMES_BETWEEN_BEATS:
            raise Goodbye(schemas.MALFORMED, "too many frames")
        if isinstance(said, schemas.Hello):
            raise Goodbye(schemas.MALFORMED, "hello comes once")
        if isinstance(said, schemas.Resume):
            self.ask(Position(said.epoch, said.seq))

    async def write(self, arrived: Arrived) -> None:
        """Send what waits, for ever; `arrived` tells the hub where a log stood when this connection began to follow it."""
        try:
            while True:
                await self._ready.wait()
                self._ready.clear()
                while self._asked or self._queue:
                    await self._next(arrived)
        except WebSocketDisconnect:
            self.close(schemas.BROKEN, "the line broke")
        except Goodbye as bye:
            self.close(bye.code, bye.reason)
        except Exception:
            log.exception("live connection failed")
            self.close(schemas.BROKEN, "internal")

    async def _next(self, arrived: Arrived) -> None:
        if self._asked:
            await self._resume(self._asked.popleft(), arrived)
            return
        seq, frame = self._queue.popleft()
        if seq == 0:
            await self.socket.send_text(frame)
        elif self.following and seq > self.sent:
            await self._tell(seq, frame)

    async def _tell(self, seq: int, frame: str) -> None:
        if seq != self.sent + 1:
            raise Goodbye(schemas.GAP, "gap")
        self.sent = seq
        await self.socket.send_text(frame)

    async def _resume(self, known: Position | None, arrived: Arrived) -> None:
        # Offers are taken from before the head is read: nothing committed in between can fall through.
        self._drop_entries()
        self.following, self.sent = True, known.seq if known else 0
        place = await queries.place_of(self.person)
        if place is None or known is None or (reason := refused(place, known)) is not None:
            self.reset("no_position" if place is None or known is None else str(reason))
            return
        self.epoch = place.epoch
        arrived(self, place)
        await self.socket.send_text(schemas.welcome(place.epoch, place.head, self.id))
        await self._replay(place.head)

    async def _replay(self, head: int) -> None:
        while self.following and self.sent < head:
            lines = await queries.lines_after({self.person: self.sent}, PAGE)
            if not lines or lines[0].seq != self.sent + 1:
                self.reset("too_old")  # trimmed while this slow client was reading
                return
            for line in lines:
                await self._tell(line.seq, schemas.event(line.seq, line.tail))


async def receive(socket: WebSocket) -> str | None:
    """The next frame's text; None for a binary one. Raises WebSocketDisconnect."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text: str | None = message.get("text")
    return text
