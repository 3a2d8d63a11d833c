"""Signatures per second through HTTP, as a ratio to the engine's bare durable commits per second in the same run.

`python -m bench.signatures [--count 200] [--rounds 3] [--at-once 16]`
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from bench.ground import ENGINES, Ground, ground, median, noise, pin, run, server, told, town_on
from office import identity
from office.kernel.actor import SYSTEM
from tests.documents.conftest import Office, Phone

LEADER = "秦望舒"


async def prepare(ground: Ground, count: int) -> tuple[str, list[str], Phone]:
    """So many handlings that wait for one leader; the leader's token and phone."""
    async with town_on(ground) as town:
        issued = await identity.create_client(SYSTEM, "县OA", ["documents.push", "documents.states"])
        async with town.house.client(issued.secret) as oa:
            office = Office(town, oa)
            handlings = [await office.proposed(LEADER, source_id=f"oa-{n}") for n in range(count)]
            phone = await office.phone_of(LEADER)
            return town.tokens[LEADER], handlings, phone


async def statements(http: httpx.AsyncClient, handlings: list[str], phone: Phone) -> list[tuple[str, dict[str, Any]]]:
    """Signed statements, made before the clock runs."""
    made = []
    for handling in handlings:
        step = (await http.get(f"/handlings/{handling}")).json()["step"]
        made.append((handling, phone.signed(step, "同意，请农业农村办办理。")))
    return made


async def sign_all(http: httpx.AsyncClient, signed: list[tuple[str, dict[str, Any]]], at_once: int) -> float:
    """Signatures per second."""
    gate = asyncio.Semaphore(at_once)

    async def one(handling: str, body: dict[str, Any]) -> None:
        async with gate:
            answer = await http.post(f"/handlings/{handling}/signatures", json=body, headers={"Idempotency-Key": handling})
            answer.raise_for_status()

    started = time.perf_counter()
    await asyncio.gather(*(one(handling, body) for handling, body in signed))
    return len(signed) / (time.perf_counter() - started)


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


async def measure(ground: Ground, count: int, rounds: int, at_once: int) -> dict[str, Any]:
    token, handlings, phone = await prepare(ground, count * rounds)
    signed_rates, bare_rates = [], []
    with server(ground) as base:
        headers = {"Authorization": f"Bearer {token}"}
        limits = httpx.Limits(max_connections=at_once)
        async with httpx.AsyncClient(base_url=f"{base}/api/v1", headers=headers, limits=limits, timeout=60) as http:
            for n in range(rounds):
                signed = await statements(http, handlings[n * count : (n + 1) * count], phone)
                bare_rates.append(
                    bare_sqlite(ground.data) if ground.engine == "sqlite" else await bare_postgres(ground.url, at_once)
                )
                signed_rates.append(await sign_all(http, signed, at_once))
    ratio = median(signed_rates) / median(bare_rates)
    return {"signatures_per_s": signed_rates, "bare_commits_per_s": bare_rates, "ratio": ratio}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-once", type=int, default=16)
    options = parser.parse_args()
    pin(1)
    result: dict[str, Any] = {"noise": noise(), "at_once": options.at_once}
    with tempfile.TemporaryDirectory() as folder:
        for engine in ENGINES:
            with ground(engine, Path(folder)) as here:
                result[engine] = run(measure(here, options.count, options.rounds, options.at_once))
    told("signatures", result, "; ".join(verdict(engine, result[engine]) for engine in ENGINES))


def verdict(engine: str, found: dict[str, Any]) -> str:
    return f"{engine} {median(found['signatures_per_s']):.0f} signatures/s = {found['ratio']:.2f} of bare durable commits"


if __name__ == "__main__":
    main()
