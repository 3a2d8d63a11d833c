"""The county OA's own small HTTP server, to which the office sends its webhooks; each is verified as it comes."""

import asyncio
import socket
from collections.abc import Callable
from types import TracebackType

from demo.door import Json
from demo.two_minutes.proofs import webhook

MAX_BODY = 1 << 20
GOOD, BAD = b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


class Listener:
    """Listens from `async with` to its end; `secret` is known once the webhook is registered."""

    def __init__(self, host: str) -> None:
        self._host = host
        self.secret = ""
        self.taken: list[Json] = []
        self.wrong: list[str] = []
        self._news = asyncio.Event()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where to send."""
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        shown = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{shown}:{port}/hook"

    async def __aenter__(self) -> "Listener":
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        self._server = await asyncio.start_server(self._serve, self._host, 0, family=family)
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                headers = await _headers(reader)
                body = await reader.readexactly(min(int(headers.get("content-length", "0")), MAX_BODY))
            writer.write(GOOD if self._take(body, headers) else BAD)
            await writer.drain()
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError) as error:
            self.wrong.append(f"不完整的请求（{type(error).__name__}）")
        finally:
            writer.close()
            self._news.set()

    def _take(self, body: bytes, headers: dict[str, str]) -> bool:
        told, why = webhook(self.secret, body, headers)
        if told is None:
            self.wrong.append(why)
            return False
        self.taken.append(told)
        return True

    async def wait(self, fits: Callable[[Json], bool], seconds: float = 60.0) -> Json | None:
        """The first delivery that fits, verified; None if one was wrong or nothing came in time."""
        try:
            async with asyncio.timeout(seconds):
                while not self.wrong:
                    if found := next((told for told in self.taken if fits(told)), None):
                        return found
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            self.wrong.append(f"{seconds:.0f} 秒内没有收到")
        return None


async def _headers(reader: asyncio.StreamReader) -> dict[str, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[1:]
    pairs = (line.partition(":") for line in head if line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
