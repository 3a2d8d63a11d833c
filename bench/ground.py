"""What every benchmark stands on: engines, a settled town in this process, a real server beside it, and the machine's noise."""

import argparse
import asyncio
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import httpx
import uvloop

import asgi
from office.kernel.settings import Settings
from tests.people import Town, settle
from tests.support import engines
from tests.support.house import House
from tests.support.private import children
from tests.support.schema import create_schema

ROOT = Path(__file__).resolve().parents[1]
ENGINES = ("sqlite", "postgresql")
T = TypeVar("T")


@dataclass(frozen=True)
class Ground:
    """An engine with a migrated, empty database, and a data folder."""

    engine: str
    url: str
    data: Path
    engine_pid: int | None = None

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
        process = cluster._server._process
        yield Ground(engine, url, data, process.pid if process else None)
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


@dataclass(frozen=True)
class Running:
    """A server that answers at `base`."""

    base: str
    pid: int


@contextmanager
def server(ground: Ground, *, core: int | None = 0) -> Iterator[Running]:
    """A real server in a process of its own, pinned to a core."""
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
        wait_for(f"http://127.0.0.1:{port}/readyz", process)
        yield Running(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


def wait_for(url: str, process: "subprocess.Popen[bytes]", patience: float = 60.0) -> None:
    """Until the address answers 200. Raises RuntimeError if the process ends before, or after so many seconds."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        time.sleep(0.1)
    raise RuntimeError("the server did not become ready")


def cpu_seconds(pid: int | None) -> float:
    """Processor time of a process and of all below it, ended children included; from /proc, so Linux only."""
    if pid is None or not Path(f"/proc/{pid}/stat").exists():
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK") + sum(map(cpu_seconds, children(pid)))


def pin(core: int) -> None:
    """Keep this process, the client, away from the server's core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core % (os.cpu_count() or 1)})


def noise(folder: Path | None = None) -> dict[str, float]:
    """How quiet the machine is: load, the spread of ten equal spins of one core, and of thirty fsyncs of a page, in ms."""
    spins = [_timed(lambda: sum(range(2_000_000))) for _ in range(10)]
    with tempfile.TemporaryFile(dir=folder) as file:

        def sync() -> None:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())

        syncs = [_timed(sync) for _ in range(30)]
    return {
        "cores": os.cpu_count() or 1, "load1": round(os.getloadavg()[0], 2), "spin_spread": round(max(spins) / min(spins), 2),
        "fsync_p50_ms": ms(syncs, 0.5), "fsync_max_ms": ms(syncs, 1.0),
    }  # fmt: skip


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def percentile(values: Sequence[float], share: float) -> float:
    """The value at a share of the sorted values, 0.99 for the 99th percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ms(seconds: Sequence[float], share: float) -> float:
    """A percentile in milliseconds."""
    return round(percentile(seconds, share) * 1000, 2)


def rounded(values: Sequence[float]) -> list[float]:
    """To one digit behind the point."""
    return [round(value, 1) for value in values]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on uvloop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


@dataclass(frozen=True)
class Found:
    """What a benchmark measured; `ok` whether every limit that is set for it holds."""

    figures: dict[str, Any]
    verdict: str
    ok: bool = True


def parser(text: str | None) -> argparse.ArgumentParser:
    """The options every benchmark has."""
    made = argparse.ArgumentParser(description=text)
    size = made.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a short form, for trying it; its figures are rough")
    size.add_argument("--full", action="store_true", help="the whole measurement (the default)")
    made.add_argument("--engine", choices=ENGINES, action="append", help="on this engine only; may be given twice")
    return made


def tell(name: str, options: argparse.Namespace, measure: Callable[[argparse.Namespace], Found]) -> NoReturn:
    """Measure, print the figures as JSON and the verdict in one line; end with 1 where a limit does not hold or it fails."""
    options.engine = options.engine or list(ENGINES)
    before = noise()
    form = "quick" if options.quick else "full"
    try:
        found = measure(options)
    except Exception as error:
        # Whoever reads the figures of all benchmarks gets a document for this one too.
        traceback.print_exc()
        found = Found({"error": f"{type(error).__name__}: {error}"}, f"FAILED: {error}", ok=False)
    told = {"bench": name, "form": form, "ok": found.ok, "noise": {"before": before, "after": noise()}, **found.figures}
    print(json.dumps(told, ensure_ascii=False, indent=1))
    wrong = "" if found.ok or "error" in found.figures else "LIMIT EXCEEDED: "
    print(f"{name}: {wrong}{found.verdict}", flush=True)
    sys.exit(0 if found.ok else 1)
