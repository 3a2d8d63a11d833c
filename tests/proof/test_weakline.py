"""The story on a village's line: every actor's bytes go over it, and it still comes to its end with every check held."""

import asyncio
import json
import random
import time
from urllib.parse import urlsplit

import pytest

from bench.demo import demo_on
from tests.proof.serving import seeded
from tests.proof.weakline import Profile, WeakLine, weak_line

SECONDS = 600


def test_the_line_is_as_slow_as_it_says() -> None:
    profile = Profile(stalled=0, blackout_every=1e9)
    line = WeakLine("", 0, profile, random.Random(1))
    now = time.monotonic()
    arrivals = [line.arrives("down", 750, now) - now for _ in range(10)]
    assert arrivals == pytest.approx([0.2 + 0.1 * n for n in range(1, 11)])


def test_nothing_arrives_in_the_dark() -> None:
    line = WeakLine("", 0, Profile(stalled=0, blackout_every=10, blackout=4), random.Random(1), _begun=100.0)
    assert line.arrives("up", 750, 107.0) == pytest.approx(110.2)
    assert line.arrives("down", 750, 101.0) == pytest.approx(101.3)


async def test_bytes_come_through_whole_and_in_order() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(5000))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    said = random.Random(7).randbytes(5000)
    quick = Profile(rate=1e7, one_way=0.001, stalled=0.2, stall=(0.001, 0.002))
    async with server, weak_line("127.0.0.1", port, random.Random(3), quick) as line:
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(line.address).port)
        writer.write(said)
        assert await reader.readexactly(5000) == said
        writer.close()
        assert line.up >= 5000


@pytest.mark.proof
@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
async def test_the_story_on_a_weak_line(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("weak")
    context = demo_on(engine_name, folder)
    demo = await asyncio.to_thread(context.__enter__)
    try:
        port = urlsplit(demo.base).port
        assert port is not None
        async with weak_line("127.0.0.1", port, seeded()) as line, asyncio.timeout(SECONDS):
            account = await asyncio.to_thread(demo.story, line.address)
        told = {
            "ms": account["phone"]["ms"],
            "bytes": account["phone"]["total"],
            "all_ms": account["total"]["ms"],
            "line": [line.up, line.down],
            "stalls": line.stalls,
        }
        print(json.dumps({"engine": engine_name, **told}))
        assert account["ok"]
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)
