"""Uploads where things break: a line that is cut a hundred times, and a server that is killed; by a real client and relay."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from office.kernel.settings import Settings
from tests.conftest import Engine
from tests.office.files.makers import pdf
from tests.people import settle
from tests.proof.cutting import CuttingLine, cutting_line, spread
from tests.proof.resuming import Phone
from tests.proof.serving import Serving, opened, seeded
from tests.support.tls import TLS

MB = 1_000_000


def paper(size: int, chance: random.Random) -> bytes:
    """A PDF of about that many bytes that nothing can make smaller."""
    body = chance.randbytes(size)
    return pdf(b"", more=[b"<< /Length %d >>\nstream\n%b\nendstream" % (len(body), body)])


@asynccontextmanager
async def clerk_of(settings: Settings) -> AsyncIterator[tuple[Serving, str]]:
    """A house with its town, served by a process of its own; the clerk's token."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    async with opened(settings) as house:
        town = await settle(house)
        await town.of("苏小满")
        token = town.tokens["苏小满"]
        await town.close()
    serving = Serving(settings)
    try:
        await asyncio.to_thread(serving.start)
        yield serving, token
    finally:
        serving.close()


def left(settings: Settings) -> list[str]:
    return [path.name for path in (settings.folder / "intake").iterdir()]


async def fetched(serving: Serving, token: str, file: str) -> bytes:
    async with httpx.AsyncClient(base_url=f"{serving.base}/api/v1", trust_env=False, timeout=60, verify=TLS) as client:
        answer = await client.get(f"/files/{file}/content", headers={"Authorization": f"Bearer {token}"})
    return answer.content


async def _over_a_cut_line(settings: Settings, data: bytes, cuts: int, silent_every: int, chance: random.Random) -> CuttingLine:
    async with (
        clerk_of(settings) as (serving, token),
        cutting_line("127.0.0.1", serving.port, spread(len(data), cuts, chance, silent_every)) as line,
    ):
        phone = Phone(line.address, token, data)
        started = time.monotonic()
        file = await asyncio.to_thread(phone.upload, 300.0)
        seconds = time.monotonic() - started
        assert await fetched(serving, token, file) == data
        serving.kill()
    print(json.dumps({
        "bytes": len(data), "cuts": line.cut, "silent": line.silent, "carried": line.carried, "seconds": round(seconds, 1),
        "resent_percent": round((line.carried / len(data) - 1) * 100, 3), "answers_409": phone.asked_again,
    }))  # fmt: skip
    assert left(settings) == []
    assert line.cut == cuts
    return line


@pytest.mark.engines("sqlite")
async def test_a_cut_line_costs_little_more_than_the_file(engine: Engine, tmp_path: Path) -> None:
    """Eight cuts in sixteen megabytes are as dense as a hundred in two hundred."""
    chance = seeded()
    data = paper(16 * MB, chance)
    settings = Settings(data=str(tmp_path / "data"), database_url=engine.url)
    line = await _over_a_cut_line(settings, data, 8, 4, chance)
    assert line.carried < len(data) * 1.02


@pytest.mark.proof
async def test_two_hundred_megabytes_over_a_line_cut_a_hundred_times(engine: Engine, tmp_path: Path) -> None:
    chance = seeded()
    data = paper(200 * MB, chance)
    settings = Settings(data=str(tmp_path / "data"), database_url=engine.url)
    line = await _over_a_cut_line(settings, data, 100, 10, chance)
    assert line.carried < len(data) * 1.02


async def _killed(settings: Settings, data: bytes, kills: int, most: int, chance: random.Random) -> Phone:
    """The server dies again and again while a phone uploads; the phone itself checks that no promise is taken back."""
    async with clerk_of(settings) as (serving, token):
        phone = Phone(("127.0.0.1", serving.port), token, data)
        uploading = asyncio.create_task(asyncio.to_thread(phone.upload, 900.0, most))
        for _ in range(kills):
            before = phone.promised
            while phone.promised == before and not uploading.done():  # noqa: ASYNC110 - the phone is a thread
                await asyncio.sleep(0.005)
            await asyncio.sleep(chance.uniform(0, 0.1))
            assert not uploading.done(), "the file is too small for so many kills"
            await asyncio.to_thread(serving.kill)
            await asyncio.to_thread(serving.start)
        file = await uploading
        assert await fetched(serving, token, file) == data
        serving.kill()
    return phone


async def test_a_killed_server_keeps_every_promise(engine: Engine, tmp_path: Path) -> None:
    chance = seeded()
    data = paper(12 * MB, chance)
    settings = Settings(data=str(tmp_path / "data"), database_url=engine.url)
    phone = await _killed(settings, data, 2, MB // 4, chance)
    assert phone.broken >= 2
    assert left(settings) == []


@pytest.mark.proof
async def test_fifty_kills_and_every_promise_kept(engine: Engine, tmp_path: Path) -> None:
    chance = seeded()
    data = paper(190 * MB, chance)
    settings = Settings(data=str(tmp_path / "data"), database_url=engine.url)
    phone = await _killed(settings, data, 50, 300_000, chance)
    print(json.dumps({"kills": 50, "broken": phone.broken, "acknowledged": len(phone.seen)}))
    assert left(settings) == []
