"""A real server in a process of its own, with the demo town, on each engine."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Engine

ROOT = Path(__file__).parents[2]
ZHIBAN = (sys.executable, "-c", "import sys; sys.argv[0] = 'zhiban'; import asgi; asgi.main()")


@dataclass(frozen=True)
class Served:
    """Where it answers, and where its data lies."""

    url: str
    data: Path
    env: dict[str, str]


def environment(database: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHIBAN_")}
    return {**kept, "ZHIBAN_DATABASE_URL": database, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


def zhiban(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*ZHIBAN, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=180, check=False)


@contextmanager
def serving(command: list[str], data: Path, env: dict[str, str]) -> Iterator[Served]:
    """Run a server until the block ends; it must say where it serves."""
    log = data.parent / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=out, text=True)
    try:
        assert process.stdout is not None
        url = next((found[0] for line in process.stdout if (found := re.search(r"http://[\d.]+:\d+", line))), None)
        assert url, log.read_text()[-3000:]
        yield Served(url, data, env)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def town_server(empty_engine: Engine, tmp_path: Path) -> Iterator[Served]:
    """`zhiban run-demo`, once on SQLite and once on PostgreSQL."""
    data, env = tmp_path / "town", environment(empty_engine.url)
    with serving([*ZHIBAN, "run-demo", "--port", "0", "--data", str(data)], data, env) as served:
        yield served


@pytest.fixture
def tampered(empty_engine: Engine, tmp_path: Path, request: Any) -> Iterator[Served]:
    """The same town behind a server that alters what `request.param` names."""
    data, env = tmp_path / "town", environment(empty_engine.url)
    done = zhiban("demo", "load", "--data", str(data), env=env)
    assert done.returncode == 0, done.stderr
    with serving([sys.executable, "-m", "tests.demo.tampered", request.param, str(data)], data, env) as served:
        yield served
