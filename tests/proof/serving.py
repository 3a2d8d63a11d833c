"""A server process that tests may kill: uvicorn on a fixed port and data folder, in a session of its own."""

import os
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

import asgi
from office.kernel.settings import Settings
from tests.support.forked import Running
from tests.support.house import House
from tests.support.private import free_port
from tests.support.tls import TLS

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


class Serving:
    """One server at one address, started and killed again and again."""

    def __init__(self, settings: Settings) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.starts: list[float] = []
        self._log = settings.folder / "server.log"
        self._environment = os.environ | {
            "ZHIBAN_DATA": settings.data, "ZHIBAN_DATABASE_URL": settings.database_url, "ZHIBAN_LOG_LEVEL": "WARNING",
            "ZHIBAN_HOLD_SECONDS": str(settings.hold_seconds),
        }  # fmt: skip
        self._process: Running | None = None
        self._sessions: set[int] = set()

    def start(self) -> None:
        """Start it; returns when it is ready. The seconds it took are added to `starts`."""
        words = ["asgi:create_app", "--factory", "--port", str(self.port),
                 "--loop", "uvloop", "--http", "httptools", "--log-level", "error", "--no-access-log"]  # fmt: skip
        started = time.monotonic()
        with self._log.open("ab") as log:
            self._process = Running(words, self._environment, log.fileno(), log.fileno(), "uvicorn")
        self._sessions.add(self._process.pid)
        while not self._ready():
            assert self._process.poll() is None, f"the server ended:\n{self.log()}"
            assert time.monotonic() < started + PATIENCE, f"the server did not become ready:\n{self.log()}"
            time.sleep(0.02)
        self.starts.append(time.monotonic() - started)

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.base}/readyz", timeout=2, trust_env=False, verify=TLS).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """kill -9 of the server alone: its rendering workers must notice for themselves."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE)

    def orphans(self) -> list[int]:
        """Processes that the killed servers left behind and that are still alive."""
        return [pid for pid in (int(entry.name) for entry in Path("/proc").glob("[0-9]*")) if _session(pid) in self._sessions]

    def close(self) -> None:
        """End everything that was started."""
        for pid in self.orphans():
            os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(PATIENCE)

    def log(self) -> str:
        """The last of what the servers wrote."""
        return self._log.read_text(errors="replace")[-6000:] if self._log.exists() else ""


def _session(pid: int) -> int:
    try:
        state, _, _, session = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:4]
    except OSError:
        return 0
    return 0 if state == "Z" else int(session)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """The house in this process, without its background work: before the servers run, and after the last is dead."""
    app = asgi.create_app(settings, background=False)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as http:
            yield House(app, settings, http)


def seeded() -> random.Random:
    """The moments of the kills; `PROOF_SEED` brings back a run, whose seed is printed."""
    seed = int(os.environ.get("PROOF_SEED", random.SystemRandom().randrange(2**32)))
    print(f"PROOF_SEED={seed}")
    return random.Random(seed)
