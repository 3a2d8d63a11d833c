"""Journeys over real sockets: uvicorn, TCP, RFC 6455 frames, and a line that counts bytes and can be cut."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from office.kernel.actor import Actor
from office.realtime.actions import follow
from office.realtime.queries import position
from tests.office.realtime import town
from tests.office.realtime.stage import Stage

pytestmark = pytest.mark.engines("sqlite")
PATIENCE = 20


class Line:
    """A TCP relay that counts the bytes each way and breaks when told."""

    def __init__(self, port: int) -> None:
        self.up = self.down = 0
        self._port = port
        self._writers: list[asyncio.StreamWriter] = []

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers += [writer, far_writer]
        await asyncio.gather(self._pump(reader, far_writer, up=True), self._pump(far_reader, writer, up=False))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool) -> None:
        try:
            while data := await reader.read(65536):
                self.up, self.down = self.up + len(data) * up, self.down + len(data) * (not up)
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()


@asynccontextmanager
async def served(stage: Stage) -> AsyncIterator[tuple[Line, int]]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            stage.gates[0], ws="websockets-sansio", lifespan="off", log_level="error", ws_ping_interval=None, ws_max_size=4096
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells it by a flag only
            await asyncio.sleep(0)
        line = Line(listening.getsockname()[1])
        async with await asyncio.start_server(line.carry, "127.0.0.1", 0) as relay:
            yield line, relay.sockets[0].getsockname()[1]
            line.cut()
        await stage.hubs[0].close_all()
        server.should_exit = True
        await asyncio.wait_for(serving, PATIENCE)


def dial(port: int, actor: Actor, compression: str | None = "deflate") -> connect:
    headers = {"Cookie": f"zhiban={actor.id}"}
    uri = f"ws://127.0.0.1:{port}/api/v1/live"
    return connect(
        uri,
        origin=f"http://127.0.0.1:{port}",
        additional_headers=headers,
        compression=compression,
        proxy=None,
        ping_interval=None,
    )


async def hear(line: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await asyncio.wait_for(line.recv(), PATIENCE))
    return frame


async def resume(actor: Actor) -> str:
    await follow(actor.own_id)
    epoch, seq = await position(actor.own_id)
    return json.dumps({"type": "hello", "protocol": 1, "resume": {"epoch": str(epoch), "seq": seq}})


async def test_a_line_that_breaks_loses_nothing(stage: Stage) -> None:
    actor = stage.person()
    said = await resume(actor)
    async with served(stage) as (line, port):
        async with dial(port, actor) as live:
            await live.send(said)
            assert (await hear(live))["type"] == "welcome"
            await town.greet({str(actor.own_id): "断线之前"})
            await stage.drain()
            assert (await hear(live))["data"] == {"words": "断线之前"}
            said = await resume(actor)
            line.cut()
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(live.recv(), PATIENCE)
        await town.greet({str(actor.own_id): "断线之时"})
        await stage.drain()
        async with dial(port, actor) as live:
            await live.send(said)
            assert (await hear(live))["head"] == 2
            event = await hear(live)
            assert (event["seq"], event["data"]) == (2, {"words": "断线之时"})


async def test_an_idle_reconnect_is_small(stage: Stage, record_property: Any) -> None:
    actor = stage.person()
    said = await resume(actor)
    async with served(stage) as (line, port):
        for compression in (None, "deflate"):
            line.up = line.down = 0
            async with dial(port, actor, compression) as live:
                opened = (line.up, line.down)
                await live.send(said)
                assert (await hear(live))["type"] == "welcome"
                spent = (line.up - opened[0], line.down - opened[1])
                record_property(str(compression), f"handshake {opened}, frames {spent}")
                print(f"compression {compression}: handshake up/down {opened}, frames up/down {spent}")
                # 137 and 136 bytes as JSON, and the frames' heads.
                assert spent[0] <= 150
                assert spent[1] <= 150


async def test_compression_carries_a_long_absence_in_a_fraction(stage: Stage) -> None:
    actor = stage.person()
    said = await resume(actor)
    for number in range(60):
        await town.greet(
            {str(actor.own_id): f"青山镇人民政府关于做好第{number}次防汛值班工作的通知，请各村于{number}日前报送值班表"}
        )
    await stage.drain()
    spent = {}
    async with served(stage) as (line, port):
        for compression in (None, "deflate"):
            async with dial(port, actor, compression) as live:
                line.down = 0
                await live.send(said)
                for _ in range(61):
                    await hear(live)
                spent[compression] = line.down
    print(spent)
    assert spent["deflate"] * 2 < spent[None]


async def test_close_codes_arrive(stage: Stage) -> None:
    actor = stage.person()
    said = await resume(actor)
    async with served(stage) as (_, port):
        async with dial(port, actor) as live:
            await live.send(said)
            await hear(live)
            stage.hubs[0].ended({actor.session} if actor.session else set())
            with pytest.raises(ConnectionClosed) as ended:
                await hear(live)
            assert ended.value.rcvd is not None
            assert ended.value.rcvd.code == 4401
        async with dial(port, actor) as live:
            await live.send("x" * 10_000)
            with pytest.raises(ConnectionClosed) as ended:
                await hear(live)
            assert ended.value.rcvd is not None
            assert ended.value.rcvd.code == 1009
        async with dial(port, stage.person().__class__(id=actor.session)) as live:
            with pytest.raises(ConnectionClosed) as ended:
                await hear(live)
            assert ended.value.rcvd is not None
            assert ended.value.rcvd.code == 4401
