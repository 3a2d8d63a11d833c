"""Memory of the idle demo server: PSS of all its processes after start, after the story, and when it rests again (< 250 MiB).

Rendering workers end by themselves after thirty idle seconds, so each engine takes a good half minute of waiting; stderr tells.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.demo import Demo, demo_on
from bench.ground import Found, parser, tell
from tests.support.private import children

LIMIT_MIB = 250
#: Seconds in which the workers must have ended, and in which the server is then left alone.
WORKERS_SECONDS, REST_SECONDS, QUICK_REST_SECONDS = 60.0, 15.0, 2.0


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    return [pid, *(below for child in children(pid) for below in tree(child))]


def memory(pid: int) -> dict[str, Any]:
    """PSS and private memory of a process tree in MiB. Other Python processes on the machine share pages and lessen PSS."""
    pss = private = 0
    pids = tree(pid)
    for one in pids:
        for line in _rollup(one):
            name, amount = line.split(":")
            pss += int(amount.split()[0]) if name == "Pss" else 0
            private += int(amount.split()[0]) if name in ("Private_Clean", "Private_Dirty") else 0
    return {"pss_mib": round(pss / 1024, 1), "private_mib": round(private / 1024, 1), "processes": len(pids)}


def _rollup(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return []


def _watched(demo: Demo, rest_seconds: float) -> dict[str, Any]:
    found = {"after_start": memory(demo.pid)}
    demo.story()
    found["after_story"] = memory(demo.pid)
    waited = _alone(demo.pid)
    time.sleep(rest_seconds)
    found["idle_again"] = memory(demo.pid) | {"workers_ended_after_s": waited}
    return found


def _alone(pid: int) -> float:
    """Wait until the server has no worker left, or too long; the seconds."""
    started = time.monotonic()
    while len(tree(pid)) > 1 and time.monotonic() - started < WORKERS_SECONDS:
        time.sleep(0.5)
    return round(time.monotonic() - started, 1)


def measured(options: argparse.Namespace) -> Found:
    """On each engine; PostgreSQL's own processes are not counted."""
    rest = QUICK_REST_SECONDS if options.quick else REST_SECONDS
    figures: dict[str, Any] = {"limit_mib": LIMIT_MIB, "rest_seconds": rest}
    with tempfile.TemporaryDirectory() as folder:
        for engine in options.engine:
            print(f"memory: {engine}, about a minute", file=sys.stderr, flush=True)
            with demo_on(engine, Path(folder)) as demo:
                figures[engine] = _watched(demo, rest)
    worst = max(figures[engine][when]["pss_mib"] for engine in options.engine for when in ("after_start", "idle_again"))
    gone = all(figures[engine]["idle_again"]["processes"] == 1 for engine in options.engine)
    verdict = f"idle at most {worst} of {LIMIT_MIB} MiB; rendering workers {'gone' if gone else 'STILL THERE'}"
    return Found(figures, verdict, worst < LIMIT_MIB and gone)


if __name__ == "__main__":
    tell("memory", parser(__doc__).parse_args(), measured)
