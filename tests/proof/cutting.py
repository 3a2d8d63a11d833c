"""A line that is cut again and again: a TCP relay in this process that carries so many bytes and then drops the connection.

`carried` is what the sender put on the line, heads and repeats included. To the phone a cut is an abort. To the server
it is the end, or, where it is `silent`, nothing at all: the connection stands there and nobody tells it that the phone is gone.
"""

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

PIECE = 8 * 1024
#: What the kernel may hold for either side: a phone's, not a server room's.
BUFFER = 32 * 1024


@dataclass
class CuttingLine:
    """The open line. `cuts` are still to come: how many bytes until each, and whether it is silent."""

    host: str
    port: int
    cuts: Iterator[tuple[int, bool]]
    address: tuple[str, int] = ("", 0)
    carried: int = 0
    cut: int = 0
    silent: int = 0
    _left: tuple[int, bool] | None = None
    _ends: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = field(default_factory=set)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection to its end, or to the cut."""
        ahead, behind = await asyncio.open_connection(self.host, self.port, limit=PIECE)
        self._ends.add((writer, behind))
        down = asyncio.create_task(_pump(ahead, writer))
        try:
            await self._up(reader, writer, behind)
        finally:
            if not behind.is_closing():
                await down
            down.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await down
            self._ends.discard((writer, behind))
            writer.close()
            behind.close()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, behind: asyncio.StreamWriter) -> None:
        while data := await reader.read(PIECE):
            self.carried += len(data)
            if self._is_cut(len(data)):
                writer.transport.abort()
                return
            behind.write(data)
            await behind.drain()
        behind.close()

    def _is_cut(self, size: int) -> bool:
        left, silent = self._left or next(self.cuts, (1 << 62, False))
        self._left = (left - size, silent) if left > size else None
        if self._left is None:
            self.cut += 1
            self.silent += silent
            for phone, server in () if silent else list(self._ends):
                phone.transport.abort()
                # What has left the line arrives: else what a busy server's kernel holds would count as lost on the line.
                server.close()
        return self._left is None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(PIECE):
            writer.write(data)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def cutting_line(host: str, port: int, cuts: Iterator[tuple[int, bool]]) -> AsyncIterator[CuttingLine]:
    """A line to a server, open in the block."""
    line = CuttingLine(host, port, cuts)

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await line.carry(reader, writer)

    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    listening.bind(("127.0.0.1", 0))
    server = await asyncio.start_server(accepted, sock=listening, limit=PIECE)
    line.address = server.sockets[0].getsockname()
    try:
        yield line
    finally:
        server.close()
        for both in list(line._ends):
            for end in both:
                end.transport.abort()


def spread(size: int, cuts: int, chance: random.Random, silent_every: int) -> Iterator[tuple[int, bool]]:
    """So many cuts within so many bytes, at chance; every so manieth silent."""
    ways = [chance.uniform(0.2, 1.8) for _ in range(cuts + 1)]
    for number, way in enumerate(ways[:-1], 1):
        yield int(size * way / sum(ways)), number % silent_every == 0
