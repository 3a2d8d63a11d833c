"""A relay that counts: raw bytes both ways, headers and all, outside the program whose bytes they are.

`python relay.py HOST PORT NAME…` opens a port of 127.0.0.1 per name, prints them as JSON, and answers every line on stdin with
the counts so far, {name: [up, down]}. It ends with its stdin. Standard library only, run as a process of its own.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from functools import partial

CHUNK = 64 * 1024


class Relay:
    """The lines by name, and what each has carried."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self.counts: dict[str, list[int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, name: str) -> int:
        """Open a line; its port."""
        self.counts[name] = [0, 0]
        server = await asyncio.start_server(partial(self._carry, name), "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])

    async def _carry(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.close()
            return
        count = self.counts[name]
        # lint: allow-task no database in this process
        up = asyncio.create_task(_pump(reader, back, partial(_add, count, 0)))
        # lint: allow-task no database in this process
        down = asyncio.create_task(_pump(there, writer, partial(_add, count, 1)))
        self._tasks |= {up, down}
        with contextlib.suppress(asyncio.CancelledError):  # the process ends; asyncio 3.11 would print the cancelled line
            await asyncio.wait({up, down})
        self._tasks -= {up, down}


def _add(count: list[int], place: int, size: int) -> None:
    count[place] += size


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Callable[[int], None]) -> None:
    """Pass on until the end; counted before it is passed on, so that an answer in hand is an answer counted."""
    try:
        while data := await reader.read(CHUNK):
            seen(len(data))
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def main(host: str, port: int, names: list[str]) -> None:
    """Open the lines, then answer until stdin ends."""
    relay = Relay(host, port)
    print(json.dumps({name: await relay.open(name) for name in names}), flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(relay.counts), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
