"""Signatures per second through HTTP, as a ratio to the engine's bare durable commits per second in the same run.

`python -m bench.signatures [--count 200] [--rounds 5] [--at-once 16]`
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from bench.ground import Found, Ground, cpu_seconds, ground, median, ms, parser, pin, rounded, run, server, tell, town_on
from office import identity
from office.kernel.actor import SYSTEM
from tests.documents.conftest import Office, Phone

LEADERS = ("秦望舒", "程晚照", "林若溪", "顾长川")
PHONES = 4


@dataclass(frozen=True)
class Asked:
    """A handling that waits for a leader: whose token, on which phone."""

    handling: str
    token: str
    phone: Phone


@dataclass(frozen=True)
class Signed:
    """A statement ready to send, and the seconds its answer took once sent."""

    handling: str
    headers: dict[str, str]
    body: dict[str, Any]


async def prepare(ground: Ground, count: int) -> list[Asked]:
    """So many handlings that wait for four leaders in turn, each with four phones: a device signs one thing at a time."""
    async with town_on(ground) as town:
        issued = await identity.create_client(SYSTEM, "县OA", ["documents.push", "documents.states"])
        async with town.house.client(issued.secret) as oa:
            office = Office(town, oa)
            hands = [(leader, await office.phone_of(leader)) for _ in range(PHONES) for leader in LEADERS]
            made = []
            for n in range(count):
                leader, phone = hands[n % len(hands)]
                handling = await office.proposed(leader, source_id=f"oa-{n}")
                made.append(Asked(handling, town.tokens[leader], phone))
            await town.house.drain()  # else the server would deliver what the preparation left while it is measured
            return made


async def statements(http: httpx.AsyncClient, asked: list[Asked]) -> list[Signed]:
    """Signed statements, made before the clock runs."""
    made = []
    for one in asked:
        headers = {"Authorization": f"Bearer {one.token}", "Idempotency-Key": one.handling}
        step = (await http.get(f"/handlings/{one.handling}", headers=headers)).raise_for_status().json()["step"]
        made.append(Signed(one.handling, headers, one.phone.signed(step, "同意，请农业农村办办理。")))
    return made


async def sign_all(http: httpx.AsyncClient, signed: list[Signed], at_once: int) -> tuple[float, list[float]]:
    """Signatures per second, and the seconds each took."""
    gate, took = asyncio.Semaphore(at_once), list[float]()

    async def send(one: Signed) -> None:
        async with gate:
            started = time.perf_counter()
            answer = await http.post(f"/handlings/{one.handling}/signatures", json=one.body, headers=one.headers)
            took.append(time.perf_counter() - started)
            if answer.status_code != 201:
                raise RuntimeError(f"a signature was refused: {answer.text}")

    started = time.perf_counter()
    await asyncio.gather(*(send(one) for one in signed))
    return len(signed) / (time.perf_counter() - started), took


def bare_sqlite(folder: Path, seconds: float = 2.0) -> float:
    """Durable commits per second of one 300-byte row each, in place: WAL, synchronous=FULL."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS t (a TEXT)")
    count, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO t VALUES (?)", ("x" * 300,))
        connection.execute("COMMIT")
        count += 1
    connection.close()
    return count / seconds


async def bare_postgres(url: str, at_once: int, seconds: float = 2.0) -> float:
    """The same by asyncpg with as many connections as signatures are sent at once."""
    pool = await asyncpg.create_pool(url.split("?")[0], min_size=at_once, max_size=at_once)
    await pool.execute("CREATE TABLE IF NOT EXISTS bare (a TEXT)")
    until, count = time.perf_counter() + seconds, 0

    async def work() -> None:
        nonlocal count
        while time.perf_counter() < until:
            await pool.execute("INSERT INTO bare VALUES ($1)", "x" * 300)
            count += 1

    await asyncio.gather(*(work() for _ in range(at_once)))
    await pool.close()
    return count / seconds


@dataclass
class Tally:
    """What the rounds gave."""

    rates: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    server_cpu: list[float] = field(default_factory=list)
    engine_cpu: list[float] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """The figures. Processor time is told apart because it hardly depends on what else the machine does."""
        return {
            "signatures_per_s": rounded(self.rates), "bare_commits_per_s": rounded(self.bare),
            "bare_one_by_one_per_s": rounded(self.alone), "ratio": round(median(self.rates) / median(self.bare), 4),
            "p50_ms": ms(self.took, 0.5), "p99_ms": ms(self.took, 0.99),
            "server_cpu_ms_each": rounded([one * 1000 for one in self.server_cpu]),
            "engine_cpu_ms_each": rounded([one * 1000 for one in self.engine_cpu]),
        }  # fmt: skip


async def measure(ground: Ground, count: int, rounds: int, at_once: int) -> dict[str, Any]:
    """Rounds of bare commits and signatures by turns, so that a slow moment of the machine strikes both."""
    asked, tally = await prepare(ground, count * (rounds + 1)), Tally()
    with server(ground) as running:
        limits = httpx.Limits(max_connections=at_once)
        async with httpx.AsyncClient(base_url=f"{running.base}/api/v1", limits=limits, timeout=60) as http:
            await sign_all(http, await statements(http, asked[:count]), at_once)  # warms the server's statements
            for n in range(1, rounds + 1):
                signed = await statements(http, asked[n * count : (n + 1) * count])
                tally.bare.append(await bare_commits(ground, at_once))
                before = cpu_seconds(running.pid), cpu_seconds(ground.engine_pid)
                rate, seconds = await sign_all(http, signed, at_once)
                tally.server_cpu.append((cpu_seconds(running.pid) - before[0]) / count)
                tally.engine_cpu.append((cpu_seconds(ground.engine_pid) - before[1]) / count)
                tally.rates.append(rate)
                tally.took += seconds
                tally.alone.append(await bare_commits(ground, 1))
    return tally.told()


async def bare_commits(ground: Ground, at_once: int) -> float:
    """Durable commits per second of one 300-byte row each, on the very disk and engine."""
    return bare_sqlite(ground.data) if ground.engine == "sqlite" else await bare_postgres(ground.url, at_once)


def measured(options: argparse.Namespace) -> Found:
    """The ratio on each engine."""
    count, rounds = (32, 2) if options.quick else (options.count, options.rounds)
    pin(1)
    figures: dict[str, Any] = {"at_once": options.at_once, "count": count}
    with tempfile.TemporaryDirectory() as folder:
        for engine in options.engine:
            with ground(engine, Path(folder)) as here:
                figures[engine] = run(measure(here, count, rounds, options.at_once))
    return Found(figures, "; ".join(verdict(engine, figures[engine]) for engine in options.engine))


def verdict(engine: str, found: dict[str, Any]) -> str:
    """One line for an engine."""
    rate, bare = median(found["signatures_per_s"]), median(found["bare_commits_per_s"])
    return f"{engine} {rate:.0f} signatures/s = {found['ratio']:.3f} of {bare:.0f} bare durable commits/s"


def main() -> None:
    """The command."""
    known = parser(__doc__)
    known.add_argument("--count", type=int, default=200, help="signatures a round")
    known.add_argument("--rounds", type=int, default=5)
    known.add_argument("--at-once", type=int, default=16, help="sent at the same time")
    tell("signatures", known.parse_args(), measured)


if __name__ == "__main__":
    main()
