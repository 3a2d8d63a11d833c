"""A websocket client inside the process: speaks ASGI to the application, so that a test decides what is lost and when."""

import asyncio
import json
from typing import Any

from starlette.types import ASGIApp, Message

PATIENCE = 20.0


class Closed(Exception):
    """The server closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Wire:
    """One connection. `stalled` makes the line take nothing, as a dead radio does."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._ended = False
        scope = {
            "type": "websocket", "path": "/api/v1/live", "raw_path": b"/api/v1/live", "query_string": b"", "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 5000), "server": ("town.example", 80), "scheme": "ws", "subprotocols": [], "state": {},
            "asgi": {"version": "3.0", "spec_version": "2.4"},
        }  # fmt: skip
        self._to_app.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(app(scope, self._to_app.get, self._send))

    async def _send(self, message: Message) -> None:
        await self._flowing.wait()
        if self._ended:
            raise OSError("the line is gone")
        self._from_app.put_nowait(message)

    def stall(self) -> None:
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    async def accepted(self) -> None:
        message = await self._next()
        assert message["type"] == "websocket.accept", message

    async def refused(self) -> int:
        message = await self._next()
        assert message["type"] == "websocket.close", message
        return int(message.get("code", 1000))

    async def _next(self) -> Message:
        return await asyncio.wait_for(self._from_app.get(), PATIENCE)

    def say(self, frame: dict[str, Any] | str) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self._to_app.put_nowait({"type": "websocket.receive", "text": text})

    def say_bytes(self, data: bytes) -> None:
        self._to_app.put_nowait({"type": "websocket.receive", "bytes": data})

    async def hear(self) -> dict[str, Any]:
        """The next frame. Raises Closed."""
        message = await self._next()
        if message["type"] == "websocket.close":
            self._ended = True
            self._to_app.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
            await asyncio.wait_for(self.task, PATIENCE)
            raise Closed(message["code"], message.get("reason", ""))
        frame: dict[str, Any] = json.loads(message["text"])
        return frame

    def waiting(self) -> bool:
        """Whether something was sent that is not heard yet."""
        return not self._from_app.empty()

    async def cut(self) -> None:
        """The line breaks: the server learns it at its next read or write."""
        self._ended = True
        self._flowing.set()
        self._to_app.put_nowait({"type": "websocket.disconnect", "code": 1006})
        await asyncio.wait_for(self.task, PATIENCE)
