"""Memory of the idle demo server: PSS of all its processes after start, after the story, and a minute later (< 250 MiB)."""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.demo import Demo, demo_on
from bench.ground import Found, parser, tell
from tests.support.private import children

LIMIT_MIB = 250
#: Rendering workers end after thirty idle seconds.
IDLE_SECONDS, QUICK_IDLE_SECONDS = 60, 40


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    return [pid, *(below for child in children(pid) for below in tree(child))]


def memory(pid: int) -> dict[str, Any]:
    """PSS and private memory of a process tree in MiB. Other Python processes on the machine share pages and lessen PSS."""
    pss = private = 0
    pids = tree(pid)
    for one in pids:
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()[1:]:
            name, amount = line.split(":")
            pss += int(amount.split()[0]) if name == "Pss" else 0
            private += int(amount.split()[0]) if name in ("Private_Clean", "Private_Dirty") else 0
    return {"pss_mib": round(pss / 1024, 1), "private_mib": round(private / 1024, 1), "processes": len(pids)}


def _watched(demo: Demo, idle_seconds: int) -> dict[str, Any]:
    found = {"after_start": memory(demo.pid)}
    demo.story()
    found["after_story"] = memory(demo.pid)
    time.sleep(idle_seconds)
    found["idle_again"] = memory(demo.pid)
    return found


def measured(options: argparse.Namespace) -> Found:
    """On each engine; PostgreSQL's own processes are not counted."""
    idle = QUICK_IDLE_SECONDS if options.quick else IDLE_SECONDS
    figures: dict[str, Any] = {"limit_mib": LIMIT_MIB, "idle_seconds": idle}
    with tempfile.TemporaryDirectory() as folder:
        for engine in options.engine:
            with demo_on(engine, Path(folder)) as demo:
                figures[engine] = _watched(demo, idle)
    worst = max(figures[engine][when]["pss_mib"] for engine in options.engine for when in ("after_start", "idle_again"))
    gone = all(figures[engine]["idle_again"]["processes"] == 1 for engine in options.engine)
    verdict = f"idle at most {worst} of {LIMIT_MIB} MiB; rendering workers {'gone' if gone else 'STILL THERE'}"
    return Found(figures, verdict, worst < LIMIT_MIB and gone)


if __name__ == "__main__":
    tell("memory", parser(__doc__).parse_args(), measured)
