"""A real server in a process of its own, with the demo town: one for each engine and each module of tests."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import engines, forked
from tests.web.fixtures import shared_folder
from tests.web.served import copied, template

__all__ = ["loaded", "shared_folder", "tampered", "town_server", "towns"]
ROOT = Path(__file__).parents[2]
ZHIBAN = (sys.executable, "-c", "import sys; sys.argv[0] = 'zhiban'; import asgi; asgi.main()")


@dataclass(frozen=True)
class Served:
    """Where it answers, and where its data lies."""

    url: str
    data: Path
    env: dict[str, str]


def environment(database: str) -> dict[str, str]:
    """What a person's own shell gives, also where the tests run under make, which the command line notices."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHIBAN_", "MAKE"))}
    return {**kept, "ZHIBAN_DATABASE_URL": database, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


def hear_ctrl_c() -> None:
    """For a child before it starts: a test run in the background ignores SIGINT, and its children would too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def zhiban(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return forked.run(words, env)


@contextmanager
def serving(words: list[str], data: Path, env: dict[str, str], program: str = forked.ZHIBAN) -> Iterator[Served]:
    """Run a server until the block ends; it must say where it serves."""
    log = data.parent / "server.log"
    with log.open("w") as out:
        process = forked.Running(words, env, out.fileno(), out.fileno(), program)
    try:
        while not (found := re.search(r"http://[\d.]+:\d+(?=\D)", log.read_text("utf-8", "replace"))):
            assert process.poll() is None, log.read_text()[-3000:]
            time.sleep(0.02)
        yield Served(found[0], data, env)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Towns:
    """`zhiban run-demo` on each engine, started when it is first asked for: on PostgreSQL it loads the town itself."""

    def __init__(self, folder: Path, loaded: Path, running: ExitStack) -> None:
        self._folder, self._loaded, self._running = folder, loaded, running
        self._served: dict[str, Served] = {}

    def on(self, engine: str) -> Served:
        if engine not in self._served:
            self._served[engine] = self._running.enter_context(self._start(engine))
        return self._served[engine]

    @contextmanager
    def _start(self, engine: str) -> Iterator[Served]:
        data = self._folder / engine / "town"
        data.parent.mkdir()
        url = "" if engine == "sqlite" else engines.postgres().database()
        if not url:
            run_before(self._loaded, data)
        try:
            with serving(["run-demo", "--port", "0", "--data", str(data)], data, environment(url)) as served:
                yield served
        finally:
            if url:
                engines.postgres().drop(url)


def run_before(loaded: Path, data: Path) -> None:
    """A data folder as `zhiban run-demo` has left it."""
    copied(loaded, data)
    (data / ".demo-loaded").touch()


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory, loaded: Path) -> Iterator[Towns]:
    with ExitStack() as running:
        yield Towns(tmp_path_factory.mktemp("towns"), loaded, running)


@pytest.fixture
def town_server(engine_kind: str, towns: Towns) -> Served:
    """The module's own server, once on SQLite and once on PostgreSQL; tests add documents to it and change nothing else."""
    return towns.on(engine_kind)


@pytest.fixture(scope="module")
def loaded(shared_folder: Path) -> Path:
    """The data folder of a loaded town on SQLite that nobody serves, to be copied."""
    return template(shared_folder)


@pytest.fixture
def tampered(loaded: Path, tmp_path: Path, request: Any) -> Iterator[Served]:
    """The same town behind a server that alters what `request.param` names."""
    data = tmp_path / "town"
    copied(loaded, data)
    with serving([request.param, str(data)], data, environment(""), "tests.demo.tampered") as served:
        yield served
