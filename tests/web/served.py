"""The real server in a process of its own: the demo town on SQLite, each served town on a fresh copy of its data folder."""

import fcntl
import json
import os
import shutil
import socket
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.accounts import FILE, Credential, read
from tests.support.forked import Running, run

ROOT = Path(__file__).resolve().parents[2]
LOADING_SECONDS = 180
SERVING = "提供服务"


@dataclass(frozen=True)
class Served:
    """A running server: its address, its data, and who may log in how."""

    base: str
    data: Path
    known: Mapping[str, Credential]
    server: "Server"


def template(shared: Path) -> Path:
    """The demo town's data folder, built once for all test processes of a run; nothing runs on it."""
    folder = shared / "town"
    shared.mkdir(parents=True, exist_ok=True)
    with (shared / "town.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            shutil.rmtree(folder, ignore_errors=True)
            zhiban(folder, "demo", "load")
            (folder / "whole").touch()
    return folder


def copied(town: Path, folder: Path) -> Path:
    """A copy of a town's data folder on which nothing runs."""
    shutil.copytree(town, folder, ignore=shutil.ignore_patterns(".lock", "whole"))
    return folder


def zhiban(folder: Path, *words: str) -> str:
    """Run a command of `zhiban` on a data folder that no server holds; what it prints. It must end well."""
    done = run(words, _environment(folder), LOADING_SECONDS)
    assert done.returncode == 0, f"zhiban {' '.join(words)}: {done.stdout}\n{done.stderr}"
    _fold(folder / "zhiban.db")
    return done.stdout


def _fold(database: Path) -> None:
    """Take the write-ahead log into the file, so that the file alone can be copied."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _environment(folder: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("ZHIBAN_")}
    return {**own, "ZHIBAN_DATA": str(folder), "PYTHONPATH": str(ROOT), **(settings or {})}


class Server:
    """One server on a data folder, at one address; it may be killed and started again there.

    The browser comes by the name localhost, which may use service workers and passkeys without TLS.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.port = _free_port()
        self.base = f"http://localhost:{self.port}"
        self._folder = folder
        named = {f"ZHIBAN_{name.upper()}": value for name, value in settings.items()}
        self._env = _environment(folder, {**named, "ZHIBAN_PUBLIC_URL": self.base})
        self.process: Running | None = None

    @property
    def log(self) -> Path:
        """What all its processes logged."""
        return self._folder / "server.log"

    def start(self) -> None:
        """Start it; it serves when this returns."""
        with self.log.open("ab") as log:
            before = log.tell()
            self.process = Running(["serve", "--port", str(self.port)], self._env, log.fileno(), log.fileno())
        self._wait(before)

    def _wait(self, before: int) -> None:
        """Until it has said that it serves; `before`: bytes of the log that an earlier process wrote."""
        assert self.process is not None
        while SERVING not in (told := self.log.read_bytes()[before:].decode(errors="replace")):
            assert self.process.poll() is None, f"the server did not start: {told}"
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: it has no time to say or save anything."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        """End it as an operator does."""
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(20)
        finally:
            self.kill()


@contextmanager
def serving(town: Path, folder: Path, **settings: str) -> Iterator[Served]:
    """Serve a fresh copy of a town's folder until the block ends; `settings` become `ZHIBAN_…`."""
    copied(town, folder)
    server = Server(folder, settings)
    try:
        server.start()
        yield Served(server.base, folder, read(folder / FILE), server)
        server.stop()
    finally:
        if server.process is not None:
            server.kill()
    if found := faults(server.log):
        raise AssertionError("\n".join(found))


def _free_port() -> int:
    """A port that was free a moment ago: passkeys need the address to be known before the server starts."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def faults(log: Path) -> list[str]:
    """What the server logged as an error: a journey that shows the right pictures may still have broken something."""
    lines = (line for line in log.read_text().splitlines() if line.startswith("{"))
    return [line for line in lines if json.loads(line)["levelname"] in ("ERROR", "CRITICAL")]
