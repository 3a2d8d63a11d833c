"""What nobody in particular may send over a connection, by TCP to a real server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from uvicorn.server import ServerState

from office.http import bounded
from office.http.bounded import MAX_BYTES, BoundedHttp

HEAD = b"POST /size HTTP/1.1\r\nHost: office.test\r\n"
BODY = HEAD + b"Content-Length: 9\r\n\r\n"
CHUNK = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
FLOODS = {
    "lines": (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n" * 200),
    "one line": (b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"y" * 1000),
    "address": (b"GET /", b"y" * 1000),
    "empty lines": (b"", b"\r\n" * 500),
    "trailers": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 200),
    "one trailer": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: ", b"y" * 1000),
}


async def _size(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
async def port() -> AsyncIterator[int]:
    app = Starlette(routes=[Route("/size", _size, methods=["POST"])])
    config = uvicorn.Config(app, http=BoundedHttp, ws="none", lifespan="off", log_config=None, access_log=False)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: BoundedHttp(config, state, {}), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for connection in set(state.connections):
        connection.transport.abort()
    await asyncio.gather(*state.tasks, return_exceptions=True)


async def _flooded(port: int, start: bytes, more: bytes) -> tuple[bytes, int]:
    """What came back, and how many bytes went out before the line was cut."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sent, answer = len(start), asyncio.create_task(reader.read())
    try:
        writer.write(start)
        while sent < 64 * MAX_BYTES and not answer.done():
            writer.write(more)
            sent += len(more)
            await writer.drain()
            await asyncio.sleep(0)
        return await answer, sent
    except ConnectionError:
        answer.cancel()
        return b"", sent
    finally:
        writer.close()


@pytest.mark.parametrize("name", FLOODS)
async def test_what_does_not_end_is_cut_off(port: int, name: str) -> None:
    async with asyncio.timeout(30):
        said, sent = await _flooded(port, *FLOODS[name])
    assert sent < 64 * MAX_BYTES
    assert not said or said.startswith(b"HTTP/1.1 431 ")


async def test_what_ends_is_served(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = b"z" * (3 * MAX_BYTES)
    large = b"X: " + b"y" * 8000 + b"\r\n"
    for _ in range(3):
        writer.write(HEAD + large + b"Content-Length: %d\r\n\r\n" % len(body))
        for start in range(0, len(body), 5000):
            writer.write(body[start : start + 5000])
            await writer.drain()
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        assert int(await reader.readexactly(len(str(len(body))))) == len(body)
    writer.close()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bounded, "SECONDS", 0.05)
    monkeypatch.setattr(bounded, "STALLED", 0.05)
    return


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("start", [b"", b"GET / HT", HEAD, BODY, BODY + b"abc", CHUNK, CHUNK + b"3\r\nabc\r\n"])
async def test_who_says_no_more_is_let_go(port: int, start: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(start)
    async with asyncio.timeout(30):
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
    writer.close()
