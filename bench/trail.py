"""Rows of the trail sealed and verified per second, and how long the proof of one takes; a million rows in the full form."""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import asgi
from bench.ground import Found, Ground, ground, ms, parser, run, tell
from office import audit
from office.audit.proofs import prove
from office.audit.verifying import Verification
from office.http.app import database_config
from office.kernel import modules, settings
from office.kernel.actor import Actor
from office.kernel.database import fetch, open_database
from office.kernel.ids import new_id
from office.kernel.modules import Registry
from office.kernel.work import verb
from office.signing.keys import proves, server_key

FULL, QUICK, EACH, PATHS = 1_000_000, 20_000, 1000, 200
CLERK = Actor(kind="person", id=new_id(), name="苏小满", session=new_id())


@verb
async def write(count: int) -> None:
    """Rows such as acts leave, in one unit of work."""
    for number in range(count):
        audit.record(CLERK, "documents.register", f"documents.handling:{new_id()}", number=number, state="registered")


async def measure(here: Ground, rows: int) -> dict[str, Any]:
    """Write, seal until nothing waits, read everything again, then paths of rows spread over the whole."""
    settings.use(here.settings)
    registry = Registry(asgi.manifests())
    modules.use(registry)
    async with open_database(database_config(here.settings, registry)):
        written = await timed(lambda: write(EACH), rows // EACH)
        sealed = await timed(lambda: audit.seal(server_key()), 1 + rows // 1_000_000)
        started = time.perf_counter()
        found = await Verification(proves).run()
        verified = time.perf_counter() - started
        if (found.rows, list(found.findings), found.waiting) != (rows, [], 0):
            raise RuntimeError(f"not all is sealed or not all holds: {found}")
        paths = [await path(number * rows // PATHS) for number in range(PATHS)]
    return {
        "rows": rows, "written_per_s": round(rows / written), "sealed_per_s": round(rows / sealed),
        "verified_per_s": round(rows / verified), "path_p50_ms": ms(paths, 0.5), "path_p99_ms": ms(paths, 0.99),
    }  # fmt: skip


async def timed(work: Any, times: int) -> float:
    """Seconds that so many runs take together."""
    started = time.perf_counter()
    for _ in range(times):
        await work()
    return time.perf_counter() - started


async def path(position: int) -> float:
    """Seconds for one row's proof, nothing kept from the one before."""
    entry = (await fetch("SELECT entry FROM audit_leaf WHERE position = ?", position))[0]["entry"]
    started = time.perf_counter()
    await prove([str(entry)])
    return time.perf_counter() - started


def measured(options: argparse.Namespace) -> Found:
    """Each engine by itself."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for engine in options.engine:
            with ground(engine, Path(folder)) as here:
                figures[engine] = run(measure(here, QUICK if options.quick else FULL))
    said = [f"{name} sealed {one['sealed_per_s']}/s, verified {one['verified_per_s']}/s" for name, one in figures.items()]
    return Found(figures, "; ".join(said))


if __name__ == "__main__":
    tell("trail", parser(__doc__).parse_args(), measured)
