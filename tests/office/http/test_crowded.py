"""As many connections as may be, by TCP to a real server: the next is told when to come back; live sockets count."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from uvicorn.server import ServerState
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from office.http import bounded
from office.http.bounded import ANSWERED
from office.http.module import module
from office.kernel import modules
from office.kernel.modules import Registry

MOST = 3
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Line = Callable[[], Awaitable[Stream]]


async def _said(request: Request) -> Response:
    return PlainTextResponse("ok")


async def _live(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive()


@pytest.fixture
async def port() -> AsyncIterator[int]:
    modules.use(Registry([module]))
    app = Starlette(routes=[Route("/", _said), Route("/healthz", _said), WebSocketRoute("/live", _live)])
    kind = bounded.bounded(MOST)
    config = uvicorn.Config(app, http=kind, ws="websockets-sansio", lifespan="off", log_config=None, access_log=False)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: kind(config, state, {}), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for connection in set(state.connections):
        connection.transport.abort()
    await asyncio.gather(*state.tasks, return_exceptions=True)


async def ask(stream: Stream, path: str = "/") -> tuple[int, dict[str, str], bytes]:
    reader, writer = stream
    writer.write(f"GET {path} HTTP/1.1\r\nHost: office.test\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head.splitlines()[1:] if line)}
    return int(head.split()[1]), headers, await reader.readexactly(int(headers["content-length"]))


@pytest.fixture
async def line(port: int) -> AsyncIterator[Line]:
    """Opens one more connection; all are closed in the end."""
    made: list[Stream] = []

    async def one() -> Stream:
        made.append(await asyncio.open_connection("127.0.0.1", port))
        return made[-1]

    yield one
    for _, writer in made:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def test_one_too_many_is_told_when_to_come_back(line: Line) -> None:
    inside = [await line() for _ in range(MOST)]
    for one in inside:
        assert (await ask(one))[0] == 200
    outside = await line()
    status, headers, body = await ask(outside)
    told = json.loads(body)
    assert (status, headers["content-type"], headers["connection"]) == (503, "application/problem+json", "close")
    assert (told["code"], told["request"]) == ("http.crowded", headers["x-request-id"])
    assert headers["retry-after"] in told["title"]
    assert 15 <= int(headers["retry-after"]) <= 45
    assert await outside[0].read() == b"", "and the line ends"
    assert (await ask(await line(), "/healthz"))[0] == 200, "looking after it goes on"
    inside[0][1].close()
    await inside[0][1].wait_closed()
    await asyncio.sleep(0.05)
    assert (await ask(inside[1]))[0] == 200


async def test_live_sockets_count_and_are_refused_alike(port: int, line: Line) -> None:
    address = f"ws://127.0.0.1:{port}/live"
    sockets = [await connect(address) for _ in range(MOST)]
    with pytest.raises(InvalidStatus) as refused:
        await connect(address)
    answer = refused.value.response
    assert answer.status_code == 503
    assert (json.loads(answer.body or b"")["code"], "Retry-After" in answer.headers) == ("http.crowded", True)
    assert (await ask(await line()))[0] == 503
    for one in sockets:
        await one.close()
    await asyncio.sleep(0.05)
    async with connect(address) as again:
        await again.send("x")


async def test_a_flood_is_cut_off(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "ANSWERED", 2)
    assert ANSWERED > 2
    held = [await line() for _ in range(MOST + 2)]
    await asyncio.sleep(0.05)
    reader, _ = await line()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    assert (await ask(held[0]))[0] == 200
