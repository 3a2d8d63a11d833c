"""kill -9 in the middle of load: nothing acknowledged is lost, nothing is done twice; the client's fsynced journal is witness.

The short form is in `make test`; the long one, 200 kills per engine, some of the database itself, in `make proof`.
"""

import asyncio
import json
import os
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from office import identity
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.settings import Settings
from tests.conftest import Engine
from tests.documents.conftest import Office
from tests.people import settle
from tests.proof.journal import Journal
from tests.proof.load import Cast, work
from tests.proof.reckoning import acknowledged, let_leases_end, reckon
from tests.proof.serving import Serving, opened, seeded
from tests.support import engines
from tests.support.postgres import Postgres
from tests.support.schema import create_schema

LEADERS = ("秦望舒", "程晚照")
WORKERS = 6
VILLAGES = 2
KILLS = int(os.environ.get("PROOF_KILLS", "200"))
#: Every so many kills of the server, the database is killed under it instead.
DATABASE_EVERY = 20


@pytest.fixture
def still() -> Iterator[None]:
    """The clock as it was."""
    before = clock._shift
    yield
    clock._shift = before


async def _cast(settings: Settings, journal: Journal, chance: random.Random) -> Cast:
    """The town settled and everybody at hand, before the first server starts."""
    async with opened(settings) as house:
        town = await settle(house)
        issued = await identity.create_client(SYSTEM, "县OA", ["documents.push", "documents.states"])
        office = Office(town, house.http)
        leaders = []
        for name in LEADERS * (WORKERS // len(LEADERS)):
            phone = await office.phone_of(name)
            leaders.append((town.tokens[name], str(town.posts[name]), phone))
        await town.of("苏小满")
        clerk = town.tokens["苏小满"]
        sent = [(f"group:{town.groups['各村']}", "read"), (f"section:{town.sections['农业农村办']}", "lead")]
        await town.close()
        return Cast(issued.secret, clerk, leaders, sent, journal, chance)


async def _under_load(cast: Cast, serving: Serving, kills: int, database: Postgres | None = None) -> None:
    """Load all the time; the server, or the database below it, killed at random moments and started again."""
    await asyncio.to_thread(serving.start)
    cast.up.set()
    async with asyncio.TaskGroup() as group:
        for number in range(WORKERS):
            group.create_task(work(cast, serving.base, number))
        for number in range(1, kills + 1):
            if number % 2:  # else a machine too slow to do anything between two kills would prove nothing
                cast.moved.clear()
                await cast.moved.wait()
            await asyncio.sleep(cast.chance.uniform(0.2, 1.5))
            await _one_kill(cast, serving, database if number % DATABASE_EVERY == 0 else None)
        cast.over = True


async def _one_kill(cast: Cast, serving: Serving, database: Postgres | None) -> None:
    if database is not None:
        await asyncio.to_thread(database.kill)
        await asyncio.to_thread(database.start)
        return
    cast.up.clear()
    await asyncio.to_thread(serving.kill)
    await asyncio.to_thread(serving.start)
    cast.up.set()


async def _reckoned(settings: Settings, journal: Journal) -> list[str]:
    """After the last server is dead: deliver what is due, then reckon."""
    async with opened(settings) as house:
        await let_leases_end()
        for _ in range(20):
            if not await house.drain():
                break
            clock.travel(timedelta(minutes=11))
        return await reckon(journal.entries(), VILLAGES)


async def _no_orphans(serving: Serving) -> None:
    async with asyncio.timeout(30):
        while serving.orphans():  # noqa: ASYNC110 - other processes' ends set no event here
            await asyncio.sleep(0.05)


async def _proof(settings: Settings, kills: int, database: Postgres | None = None) -> None:
    settings.folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(settings.folder / "journal.jsonl")
    cast = await _cast(settings, journal, seeded())
    serving = Serving(settings)
    try:
        await _under_load(cast, serving, kills, database)
        serving.kill()
        await _no_orphans(serving)
        wrong = await _reckoned(settings, journal)
    finally:
        serving.close()
        journal.close()
    entries = journal.entries()
    told = {kind: len(acknowledged(entries, kind)) for kind in ("push", "register", "propose", "sign")}
    starts = sorted(serving.starts)
    print(json.dumps({
        "kills": kills, "intents": len(entries), "acknowledged": told, "sent_again": cast.retried,
        "answered_from_the_kept_answer": cast.replayed, "start_s_median": round(starts[len(starts) // 2], 2),
        "start_s_max": round(starts[-1], 2), "wrong": len(wrong),
    }))  # fmt: skip
    assert wrong == []
    assert sum(told.values()) >= kills // 2
    assert told["sign"] > 0, "nothing was signed, so this proves nothing about signatures"


def _settings(folder: Path, url: str) -> Settings:
    return Settings(data=str(folder / "data"), database_url=url, hold_seconds=1)


@pytest.mark.usefixtures("still")
async def test_nothing_is_lost_or_doubled_when_the_server_is_killed(engine: Engine, tmp_path: Path) -> None:
    await _proof(_settings(tmp_path, engine.url), kills=3)


@pytest.mark.proof
@pytest.mark.usefixtures("still")
async def test_two_hundred_kills_on_sqlite(tmp_path: Path) -> None:
    url = engines.sqlite_url(tmp_path / "zhiban.db")
    await asyncio.to_thread(create_schema, url)
    await _proof(_settings(tmp_path, url), KILLS)


@pytest.mark.proof
@pytest.mark.usefixtures("still")
async def test_two_hundred_kills_on_postgresql(durable_postgres: Postgres, tmp_path: Path) -> None:
    url = durable_postgres.database()
    await asyncio.to_thread(create_schema, url)
    await _proof(_settings(tmp_path, url), KILLS, durable_postgres)
