"""A weak line: a TCP proxy in this process with a village's 2G: 60 kbit/s, 400 ms there and back, stalls and blackouts.

Bytes are held back, never lost: TCP below resends, and what an application sees of a bad line is delay, and connections that
stand still. In a blackout nothing moves either way; `cut` also drops the connections, as a change of cell does.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

#: A segment on such a line.
PIECE = 1400
#: Pieces under way on one connection; then its sender has to wait.
WINDOW = 24


@dataclass(frozen=True)
class Profile:
    """How bad it is. Times in seconds; `rate` in bytes per second and direction; `stalled` is the share of pieces."""

    rate: float = 60_000 / 8
    one_way: float = 0.2
    stalled: float = 0.03
    stall: tuple[float, float] = (0.8, 2.5)
    blackout_every: float = 20.0
    blackout: float = 4.0
    cut: bool = False


@dataclass
class _Way:
    """One direction of the whole line: all connections share it, and what is sent first arrives first."""

    free_at: float = 0.0


@dataclass
class WeakLine:
    """The open line. `address` is where clients connect; `up` and `down` count the bytes carried, `stalls` the stalls."""

    host: str
    port: int
    profile: Profile
    chance: random.Random
    address: str = ""
    up: int = 0
    down: int = 0
    stalls: int = 0
    cuts: int = 0
    _begun: float = field(default_factory=time.monotonic)
    _ways: dict[str, _Way] = field(default_factory=lambda: {"up": _Way(), "down": _Way()})
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def arrives(self, way: str, size: int, now: float) -> float:
        """When a piece sent now is at the other end; takes its place on the line."""
        profile, line = self.profile, self._ways[way]
        start = max(now, line.free_at)
        if self.chance.random() < profile.stalled:
            self.stalls += 1
            start += self.chance.uniform(*profile.stall)
        line.free_at = self._after_blackout(start + size / profile.rate)
        return line.free_at + profile.one_way

    def _after_blackout(self, at: float) -> float:
        """The line is dark for the last seconds of every period; what falls into them waits for the light."""
        every, dark = self.profile.blackout_every, self.profile.blackout
        into = (at - self._begun) % every
        return at + (every - into) if into > every - dark else at

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways, to its end."""
        try:
            ahead, behind = await asyncio.open_connection(self.host, self.port)
        except OSError:
            writer.close()
            return
        self._writers |= {writer, behind}
        try:
            await asyncio.gather(self._one_way("up", reader, behind), self._one_way("down", ahead, writer))
        finally:
            self._writers -= {writer, behind}
            writer.close()
            behind.close()

    async def _one_way(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pieces are under way together, as in a window: the delay is paid once, the rate for each byte."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(WINDOW)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._depart(way, reader, under_way))
                group.create_task(self._arrive(way, writer, under_way))
        except* (OSError, RuntimeError):
            writer.transport.abort()  # the other end is gone; what was under way to it is lost

    async def _depart(self, way: str, reader: asyncio.StreamReader, under_way: "asyncio.Queue[tuple[float, bytes]]") -> None:
        data = b"-"
        while data:
            try:
                data = await reader.read(PIECE)
            except ConnectionError:
                data = b""
            await under_way.put((self.arrives(way, len(data), time.monotonic()), data))

    async def _arrive(self, way: str, writer: asyncio.StreamWriter, under_way: "asyncio.Queue[tuple[float, bytes]]") -> None:
        data = b"-"
        while data:
            at, data = await under_way.get()
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            if data:
                setattr(self, way, getattr(self, way) + len(data))
                writer.write(data)
                await writer.drain()
        writer.write_eof()

    async def cut_now_and_then(self) -> None:
        """Drop every connection when it goes dark."""
        while True:
            into = (time.monotonic() - self._begun) % self.profile.blackout_every
            await asyncio.sleep(self.profile.blackout_every - self.profile.blackout / 2 - into % self.profile.blackout_every)
            self.cuts += 1
            for writer in list(self._writers):
                writer.transport.abort()
            await asyncio.sleep(self.profile.blackout)


@asynccontextmanager
async def weak_line(host: str, port: int, chance: random.Random, profile: Profile | None = None) -> AsyncIterator[WeakLine]:
    """A weak line to a server, open in the block."""
    line = WeakLine(host, port, profile or Profile(), chance)

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await line.carry(reader, writer)

    server = await asyncio.start_server(accepted, "127.0.0.1", 0)
    line.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    cutter = asyncio.create_task(line.cut_now_and_then()) if line.profile.cut else None
    try:
        yield line
    finally:
        if cutter is not None:
            cutter.cancel()
        server.close()
        for writer in list(line._writers):
            writer.transport.abort()
