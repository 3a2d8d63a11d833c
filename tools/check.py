"""`python -m tools.check lint|test|proof`: runs every check of a list, each under its name, and sums up at the end.

All checks run even when one fails, so that one run tells everything that is wrong.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.setup import node

#: A benchmark that takes longer hangs.
BENCH_SECONDS = 2 * 3600.0
ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
MYPY = (str(BIN / "mypy"), "--strict", "--untyped-calls-exclude=asyncpg")


@dataclass(frozen=True)
class Check:
    """One named command, run in a folder of the checkout; after so many seconds it is ended and has failed."""

    name: str
    command: tuple[str, ...]
    folder: Path = ROOT
    env: dict[str, str] | None = None
    seconds: float | None = None


def lint() -> list[Check]:
    """Style, the house rules, types and the direction of imports."""
    return [
        Check("ruff check", (str(BIN / "ruff"), "check", "--quiet", ".")),
        Check("house rules", (sys.executable, "-m", "tools.lint")),
        Check("mypy", (str(BIN / "mypy"),)),
        Check("mypy of the tools", (*MYPY, *packages("tools.setup", "tools.lint", "tools.check", "tests.support"))),
        Check("import contracts", (str(BIN / "lint-imports"), "--no-cache")),
    ]


def packages(*names: str) -> list[str]:
    """Arguments that make mypy check these packages or modules."""
    return [word for name in names for word in ("-p", name)]


def web() -> list[Check]:
    """The web clients: their build, types and tests."""
    if not (ROOT / "web" / "package.json").exists():
        return []
    found = node.find()
    if found is None:
        raise SystemExit("zhiban: no Node for the web client's checks: run `make test`, which brings one")
    return [
        Check("web build", (sys.executable, "-m", "tools.setup", "web")),
        Check("web types", (*found.npm, "run", "--silent", "typecheck"), ROOT / "web", found.env),
        Check("web tests", (*found.npm, "test", "--silent"), ROOT / "web", found.env),
    ]


#: A file's tests stay together, for they share what a module sets up; files in their order, else few long tests come last.
TOGETHER = ("--dist", "loadfile", "--no-loadscope-reorder")


def pytest(marker: str, *more: str) -> Check:
    """Every Python test with that mark; `PYTEST_ARGS` of the environment is added."""
    extra = os.environ.get("PYTEST_ARGS", "").split()
    return Check(f"pytest ({marker})", (sys.executable, "-m", "pytest", "-m", marker, *more, *extra), env=_compiled_once())


def _compiled_once() -> dict[str, str]:
    """The environment for hundreds of short processes: if none may keep the program compiled, each compiles it anew."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def processes() -> str:
    """How many test processes: two more than cores, for some wait before a browser or for a clock; six at most, for each has a
    database cluster of its own."""
    return str(min(6, (os.cpu_count() or 2) + 2))


def benches() -> list[Check]:
    """Each command in bench/, in the order of their names: a module that can be run, and ends within the hours it is given."""
    found = sorted(path for path in (ROOT / "bench").glob("*.py") if "__main__" in path.read_text())
    return [Check(f"bench {path.stem}", (sys.executable, "-m", f"bench.{path.stem}"), seconds=BENCH_SECONDS) for path in found]


def run(check: Check) -> tuple[bool, float]:
    """Run one check with its output shown; whether it ended well, and the seconds it took."""
    print(f"\n── {check.name} " + "─" * max(0, 70 - len(check.name)), flush=True)
    started = time.monotonic()
    try:
        code = subprocess.run(
            check.command, cwd=check.folder, env=check.env, stdin=subprocess.DEVNULL, timeout=check.seconds, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        print(f"{check.name}: did not end within {check.seconds:.0f} s", flush=True)
        code = 1
    return code == 0, time.monotonic() - started


def run_all(checks: list[Check]) -> bool:
    """Run the checks in order and print one line for each; whether all ended well."""
    done = [(check.name, *run(check)) for check in checks]
    print("\n── summary " + "─" * 63)
    for name, well, seconds in done:
        print(f"  {'ok    ' if well else 'FAILED'} {name} · {seconds:.0f} s")
    return all(well for _, well, _ in done)


def main(names: list[str]) -> int:
    """0 when every check of the named list ended well, else 1; 2 for a list that does not exist."""
    lists: dict[str, Callable[[], list[Check]]] = {
        "lint": lint,
        "test": lambda: [*lint(), *web(), pytest("not proof", "-n", processes(), *TOGETHER)],
        "proof": lambda: [pytest("proof"), *benches()],
    }
    if len(names) != 1 or names[0] not in lists:
        print(f"usage: python -m tools.check {'|'.join(lists)}", file=sys.stderr)
        return 2
    return 0 if run_all(lists[names[0]]()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
