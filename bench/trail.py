"""Rows of the trail sealed and verified per second, and how long the proof of one takes; a million rows in the full form.

A verification is told as a ratio to a plain reading of the same rows in the same run, with what it added to the process's
memory; the auditor's list as the middle and the 99th percentile of a page, by what it is asked for. What the auditor's indexes
cost the writing: rows a second with them and without, turn by turn.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import asgi
from bench.ground import Found, Ground, ground, median, ms, parser, run, tell
from office import audit
from office.audit.proofs import prove
from office.audit.schemas import AuditFilter
from office.audit.selecting import cursor_after, select
from office.audit.verifying import Verification
from office.http.app import database_config
from office.kernel import modules, settings
from office.kernel.actor import Actor
from office.kernel.database import connection, fetch, is_postgres, open_database
from office.kernel.ids import new_id
from office.kernel.modules import Registry
from office.kernel.work import verb
from office.signing.keys import proves, server_key

FULL, QUICK, EACH, PATHS = 1_000_000, 20_000, 1000, 200
CHUNK, PAGES = 2000, 20
#: First columns of the indexes that only the auditor's list needs, and how many rows are written with and without them.
ONLY_LISTED, INDEXED, TURNS = ("unit", "action", "outcome"), 60_000, 5
CLERKS = [Actor(kind="person", id=new_id(), name=f"苏小满{number}", session=new_id()) for number in range(40)]
#: One act in so many is of the second kind, and one of a person's is of the third.
ACTS = ("documents.register", *["documents.view"] * 6, *["files.view"] * 6, *["signing.sign"] * 3, "documents.return")
ASKED = {
    "all": AuditFilter(), "kind": AuditFilter(kind="view"), "rare_kind": AuditFilter(kind="delegate"),
    "refused": AuditFilter(kind="refused"), "person": AuditFilter(person="苏小满7"),
    "person_and_rare_kind": AuditFilter(person="苏小满7", kind="delegate"),
}  # fmt: skip


@verb
async def write(count: int) -> None:
    """Rows such as acts leave, in one unit of work."""
    for number in range(count):
        clerk, action = CLERKS[number % len(CLERKS)], ACTS[number % len(ACTS)]
        audit.record(clerk, action, f"documents.handling:{new_id()}", number=number, state="registered")


async def measure(here: Ground, rows: int) -> dict[str, Any]:
    """Write, seal until nothing waits, read everything again, then paths of rows spread over the whole."""
    settings.use(here.settings)
    registry = Registry(asgi.manifests())
    modules.use(registry)
    async with open_database(database_config(here.settings, registry)):
        written = await timed(lambda: write(EACH), rows // EACH)
        sealed = await timed(lambda: audit.seal(server_key()), 1 + rows // 1_000_000)
        scanned = await timed(scan, 1)
        before, started = peak_mib(), time.perf_counter()
        found = await Verification(proves).run()
        verified, grown = time.perf_counter() - started, peak_mib() - before
        if (found.rows, list(found.findings), found.waiting) != (rows, [], 0):
            raise RuntimeError(f"not all is sealed or not all holds: {found}")
        paths = [await path(number * rows // PATHS) for number in range(PATHS)]
        lists = {name: await pages(asked) for name, asked in ASKED.items()}
    return {
        "rows": rows, "written_per_s": round(rows / written), "sealed_per_s": round(rows / sealed),
        "verified_per_s": round(rows / verified), "scanned_per_s": round(rows / scanned),
        "verify_to_scan": round(verified / scanned, 2), "verify_memory_mib": round(grown, 1),
        "list_p50_ms": {name: ms(times, 0.5) for name, times in lists.items()},
        "list_p99_ms": {name: ms(times, 0.99) for name, times in lists.items()},
        "path_p50_ms": ms(paths, 0.5), "path_p99_ms": ms(paths, 0.99),
    }  # fmt: skip


async def indexed(here: Ground, rows: int) -> dict[str, Any]:
    """Rows written per second with all indexes of the trail and without those that only the auditor's list asks for, turn by
    turn in one growing database, and the cost as the ratio of the middles."""
    settings.use(here.settings)
    registry = Registry(asgi.manifests())
    modules.use(registry)
    async with open_database(database_config(here.settings, registry)):
        listed, with_all, without = await auditors(), list[int](), list[int]()
        for _ in range(TURNS):
            with_all.append(await rate(rows))
            for name, _made in listed:
                await connection().execute_script(f"DROP INDEX {name}")
            without.append(await rate(rows))
            for _name, made in listed:
                await connection().execute_script(made)
    cost = round(median(without) / median(with_all) - 1, 3)
    return {"indexes": [name for name, _ in listed], "with_per_s": with_all, "without_per_s": without, "cost": cost}


async def rate(rows: int) -> int:
    """Rows written per second, a thousand in a transaction."""
    return round(rows / await timed(lambda: write(EACH), rows // EACH))


async def auditors() -> list[tuple[str, str]]:
    """The indexes of audit_entry that only its list needs, and how they are made."""
    if is_postgres():
        text = "SELECT indexname AS name, indexdef AS made FROM pg_indexes WHERE tablename = 'audit_entry'"
    else:
        text = (
            "SELECT name, sql AS made FROM sqlite_master WHERE type = 'index' AND tbl_name = 'audit_entry' AND sql IS NOT NULL"
        )
    found = [(str(row["name"]), str(row["made"])) for row in await fetch(text)]
    return [(name, made) for name, made in found if any(f"({columns}" in made.replace('"', "") for columns in ONLY_LISTED)]


async def timed(work: Any, times: int) -> float:
    """Seconds that so many runs take together."""
    started = time.perf_counter()
    for _ in range(times):
        await work()
    return time.perf_counter() - started


async def scan() -> None:
    """A plain reading of the same rows, as many at once."""
    text = (
        "SELECT l.position, e.* FROM audit_leaf l JOIN audit_entry e ON e.id = l.entry WHERE l.position >= ? AND l.position < ?"
    )
    first = 0
    while await fetch(f"{text} ORDER BY l.position", first, first + CHUNK):
        first += CHUNK


def peak_mib() -> float:
    """The most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def pages(asked: AuditFilter) -> list[float]:
    """Seconds for each of the first pages of a list."""
    found, cursor = [], ""
    for _ in range(PAGES):
        started = time.perf_counter()
        rows = await select(asked, 101, cursor)
        found.append(time.perf_counter() - started)
        cursor = cursor_after(rows[99]) if len(rows) > 100 else ""
    return found


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
            with ground(engine, Path(folder) / "indexed") as here:
                figures[engine]["auditors_indexes"] = run(indexed(here, QUICK if options.quick else INDEXED))
    said = [
        f"{name} sealed {one['sealed_per_s']}/s, verified {one['verified_per_s']}/s ({one['verify_to_scan']} of a scan)"
        for name, one in figures.items()
    ]
    return Found(figures, "; ".join(said))


if __name__ == "__main__":
    tell("trail", parser(__doc__).parse_args(), measured)
