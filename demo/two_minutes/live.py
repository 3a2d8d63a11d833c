"""A follower of the live socket, as the clients are: hello from a position, pong to each beat, events without a gap."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from demo.door import Json


class Lost(Exception):
    """The socket ended, or did not tell in time what should have come."""


class Live:
    """One open socket. Events wait here until they are asked for."""

    def __init__(self, socket: ClientConnection, start: Json) -> None:
        self._socket = socket
        self.start = start
        self.seq: int = start["position"]["seq"]
        self._events: list[Json] = []
        self._news = asyncio.Event()
        self._over: str | None = None
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def begin(cls, socket: ClientConnection, start: Json) -> "Live":
        """Say hello with the position of the bootstrap and read from now on. Raises Lost unless welcomed."""
        live = cls(socket, start)
        await live._say({"type": "hello", "protocol": 1, "resume": start["position"], "client": str(uuid4())})
        welcome = json.loads(await asyncio.wait_for(socket.recv(), 30))
        if welcome["type"] != "welcome":
            raise Lost(f"实时通道没有接上：{welcome}")
        live._task = asyncio.create_task(live._read())  # lint: allow-task no database in this process
        return live

    async def _say(self, frame: Json) -> None:
        await self._socket.send(json.dumps(frame, separators=(",", ":")))

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                await self._hear(json.loads(text))
            self._over = "连接已结束"
        except ConnectionClosed as closed:
            self._over = f"连接中断（{closed}）"
        except Exception as error:  # noqa: BLE001 - whatever came, who waits is told
            self._over = f"收到读不懂的内容（{type(error).__name__}: {error}）"
        self._news.set()

    async def _hear(self, frame: Json) -> None:
        if frame["type"] == "beat":
            await self._say({"type": "pong"})
        elif frame["type"] == "event":
            if frame["seq"] != self.seq + 1:
                self._over = f"事件不连续：{self.seq} 之后是 {frame['seq']}"
            self.seq = frame["seq"]
            self._events.append(frame)
            self._news.set()

    async def wait(self, what: str, fits: Callable[[Json], bool], seconds: float = 60.0) -> Json:
        """The first event that fits, waiting for it. Raises Lost."""
        try:
            async with asyncio.timeout(seconds):
                return await self._first(fits)
        except TimeoutError as error:
            raise Lost(f"{seconds:.0f} 秒内没有收到“{what}”的实时通知") from error

    async def _first(self, fits: Callable[[Json], bool]) -> Json:
        while True:
            while self._events:
                event = self._events.pop(0)
                if fits(event):
                    return event
            if self._over is not None:
                raise Lost(self._over)
            self._news.clear()
            await self._news.wait()

    async def close(self) -> None:
        """Leave."""
        await self._socket.close()
        if self._task is not None:
            await self._task


def todo_for(handling: str, kind: str = "") -> Callable[[Json], bool]:
    """Whether an event tells of an open to-do of a handling."""

    def fits(event: Json) -> bool:
        if event["name"] != "inbox.changed":
            return False
        told: list[Any] = event["data"].get("todos") or []
        return any(
            one.get("route") == f"/handlings/{handling}" and one.get("state") == "open" and one.get("kind", "").startswith(kind)
            for one in told
        )

    return fits


def told_of(event: Json, handling: str) -> str:
    """The title under which an event tells of a handling."""
    return next((str(one.get("title")) for one in event["data"]["todos"] if one.get("route") == f"/handlings/{handling}"), "")


def moved(handling: str, *, beyond: int = 0) -> Callable[[Json], bool]:
    """Whether an event tells that a handling has moved, to a later version than that."""
    return lambda event: (
        event["name"] == "documents.handling_changed"
        and event["data"]["handling"] == handling
        and event["data"]["rev"] > beyond
    )
