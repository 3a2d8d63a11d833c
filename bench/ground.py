"""What every benchmark stands on: engines, a settled town in this process, a real server beside it, and the machine's noise."""

import asyncio
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvloop

import asgi
from office.kernel.settings import Settings
from tests.people import Town, settle
from tests.support import engines
from tests.support.house import House
from tests.support.schema import create_schema

ROOT = Path(__file__).resolve().parents[1]
ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Ground:
    """An engine with a migrated, empty database, and a data folder."""

    engine: str
    url: str
    data: Path

    @property
    def settings(self) -> Settings:
        return Settings(data=str(self.data), database_url=self.url, hold_seconds=600)


@contextmanager
def ground(engine: str, folder: Path) -> Iterator[Ground]:
    """A fresh database on an engine; PostgreSQL with fsync on, for durability is part of what is measured."""
    data = folder / engine
    data.mkdir(parents=True)
    if engine == "sqlite":
        url = engines.sqlite_url(data / "zhiban.db")
        create_schema(url)
        yield Ground(engine, url, data)
        return
    cluster = engines.Postgres(durable=True)
    try:
        url = cluster.database()
        create_schema(url)
        yield Ground(engine, url, data)
    finally:
        cluster.close()


@asynccontextmanager
async def town_on(ground: Ground) -> AsyncIterator[Town]:
    """A settled town in this process; close it before a server opens the same file."""
    app = asgi.create_app(ground.settings, background=False)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as http:
            town = await settle(House(app, ground.settings, http))
            yield town
            await town.close()


@contextmanager
def server(ground: Ground, *, core: int | None = 0) -> Iterator[str]:
    """A real server in a process of its own, pinned to a core; its base address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "ZHIBAN_DATA": str(ground.data), "ZHIBAN_DATABASE_URL": ground.url, "ZHIBAN_HOLD_SECONDS": "600",
        "ZHIBAN_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    command = [sys.executable, "-m", "uvicorn", "asgi:create_app", "--factory", "--port", str(port), "--loop", "uvloop",
               "--http", "httptools", "--ws", "websockets-sansio", "--log-level", "error", "--no-access-log"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        if core is not None and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(process.pid, {core % (os.cpu_count() or 1)})
        _wait(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url).status_code == 200:
                return
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        time.sleep(0.1)
    raise RuntimeError("the server did not become ready")


def pin(core: int) -> None:
    """Keep this process, the client, away from the server's core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core % (os.cpu_count() or 1)})


def noise() -> dict[str, float]:
    """How quiet the machine is: load, and the spread of ten equal spins of one core."""
    spins = []
    for _ in range(10):
        started = time.perf_counter()
        sum(range(2_000_000))
        spins.append(time.perf_counter() - started)
    return {"load1": os.getloadavg()[0], "spin_spread": max(spins) / min(spins)}


def percentile(values: Sequence[float], share: float) -> float:
    """The value at a share of the sorted values, 0.99 for the 99th percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def told(name: str, result: dict[str, Any], verdict: str) -> None:
    """Print the result as JSON and the verdict as one line."""
    print(json.dumps({"bench": name, **result}, ensure_ascii=False, indent=1))
    print(f"{name}: {verdict}")


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def run(work: Any) -> Any:
    """Run a coroutine on uvloop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
