"""The lines to the server: one for each kind of actor, all through the relay process, each with its own count of bytes."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import connect
from websockets.typing import Origin

from demo.door import BASE, Door
from demo.two_minutes.live import Live

RELAY = Path(__file__).with_name("relay.py")
OA, DESK, PHONE, OFFICES = "oa", "desk", "phone", "offices"
NAMES = (OA, DESK, PHONE, OFFICES)
#: What a phone's browser says of itself with every request; it is part of what the line carries.
AGENT = "Mozilla/5.0 (Linux; Android 12; NOP-AN00) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36"
BROWSER = {
    "User-Agent": AGENT, "Accept": "application/json", "Accept-Language": "zh-CN,zh;q=0.9", "Accept-Encoding": "gzip, deflate",
    "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty",
}  # fmt: skip
#: Seconds for one answer: the paper itself takes more than a minute on a village's line.
PATIENCE = 180.0


@dataclass(frozen=True)
class Count:
    """Bytes up and down."""

    up: int
    down: int

    def since(self, before: "Count") -> "Count":
        """The difference."""
        return Count(self.up - before.up, self.down - before.down)


class Lines:
    """All lines to one server; `async with` it."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(server)
        self.scheme, self.netloc, self._host = parts.scheme, parts.netloc, parts.hostname
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._ports: dict[str, int] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._asking = asyncio.Lock()

    @property
    def origin(self) -> str:
        """The server's origin, as a browser tells it."""
        return f"{self.scheme}://{self.netloc}"

    async def __aenter__(self) -> "Lines":
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-I", str(RELAY), self._host, str(self._port), *NAMES]
        self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        self._ports = json.loads(await self._line())
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.close()
            await process.wait()

    async def _line(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        return await self._process.stdout.readline()

    async def counts(self) -> dict[str, Count]:
        """What each line has carried so far."""
        assert self._process is not None
        assert self._process.stdin is not None
        async with self._asking:
            self._process.stdin.write(b"\n")
            await self._process.stdin.drain()
            told = json.loads(await self._line())
        return {name: Count(*pair) for name, pair in told.items()}

    def door(self, line: str) -> Door:
        """A client on a line. A phone keeps one connection, cookies, and tells what a browser tells."""
        headers = {"Host": self.netloc}
        if line == PHONE:
            headers |= {**BROWSER, "Referer": f"{self.origin}/m"}
        limits = httpx.Limits(max_connections=2 if line == PHONE else 10, keepalive_expiry=60)
        client = httpx.AsyncClient(
            base_url=f"{self.scheme}://127.0.0.1:{self._ports[line]}", headers=headers, timeout=PATIENCE, limits=limits,
            trust_env=False,
        )  # fmt: skip
        extensions = {"sni_hostname": self._host} if self.scheme == "https" else None
        return Door(client, extensions, origin=self.origin if line == PHONE else "")

    async def live(self, line: str, door: Door) -> Live:
        """The live socket of whoever is logged in at that door, from the position it bootstraps."""
        start = await door.get("/bootstrap")
        scheme = "wss" if self.scheme == "https" else "ws"
        headers: dict[str, Any] = {}
        if "Authorization" in door.http.headers:
            headers["Authorization"] = door.http.headers["Authorization"]
        else:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in door.http.cookies.items())
        socket = await connect(
            f"{scheme}://{self.netloc}{BASE}/live", host="127.0.0.1", port=self._ports[line], additional_headers=headers,
            origin=Origin(self.origin), user_agent_header=AGENT if line == PHONE else None, proxy=None, open_timeout=PATIENCE,
            max_size=1 << 20,
        )  # fmt: skip
        return await Live.begin(socket, start)
