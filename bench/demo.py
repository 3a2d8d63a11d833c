"""A demo server in a process of its own, and the story played against it by the command that anyone can run."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.ground import ROOT, wait_for
from tests.support import engines
from tests.support.private import free_port

ZHIBAN = (sys.executable, "-c", "import asgi; asgi.main()")


@dataclass(frozen=True)
class Demo:
    """A demo server that answers."""

    base: str
    data: Path
    pid: int

    def story(self, server: str = "") -> dict[str, Any]:
        """The account of `zhiban demo two-minutes`; a story that did not come to its end is an error here.

        `server` is another address that leads to this server.
        """
        command = [*ZHIBAN, "demo", "two-minutes", "--server", server or self.base, "--data", str(self.data), "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
        told: dict[str, Any] = json.loads(done.stdout) if done.stdout.startswith("{") else {"ok": False, "error": done.stderr}
        if not told["ok"]:
            wrong = [check for check in told.get("checks", []) if not check["ok"]]
            raise RuntimeError(f"the story did not come to its end: {told['error']} {wrong}")
        return told


@contextmanager
def demo_on(engine: str, folder: Path) -> Iterator[Demo]:
    """`zhiban run-demo` on an engine, with a data folder of its own."""
    if engine == "sqlite":
        with _running(folder / engine, "") as demo:
            yield demo
        return
    cluster = engines.Postgres(durable=True)
    try:
        with _running(folder / engine, cluster.database()) as demo:
            yield demo
    finally:
        cluster.close()


@contextmanager
def _running(data: Path, url: str) -> Iterator[Demo]:
    port = free_port()
    base, environment = f"http://127.0.0.1:{port}", os.environ | {"ZHIBAN_LOG_LEVEL": "WARNING"}
    if url:
        environment["ZHIBAN_DATABASE_URL"] = url
    command = [*ZHIBAN, "run-demo", "--port", str(port), "--data", str(data)]
    # Its greeting names passwords, so it goes nowhere.
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"{base}/readyz", process, 420)  # thirty hashed passwords take minutes on a busy machine
        yield Demo(base, data, process.pid)
    finally:
        process.terminate()
        process.wait(30)
