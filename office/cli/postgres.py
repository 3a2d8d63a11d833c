"""PostgreSQL's own programs for backup: found on the machine, told the address without showing the password, heard out.

How far they are is read from what `--verbose` says: a table's contents begin, an index is being made; and
within a table from the server's own count of the rows that are through (pg_stat_progress_copy, PostgreSQL 14).
"""

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import asyncpg
import asyncpg.exceptions

from office.cli.progress import Progress, progress
from office.cli.words import Failure
from office.kernel.database import connection_settings

DEBIAN = Path("/usr/lib/postgresql")
#: Lines by which the programs say that a table's contents begin (pg_dump, pg_restore), and that another thing is made.
_CONTENTS = re.compile(r'^pg_\w+: (?:dumping contents of|processing data for) table "(?:.*\.)?([^".]+)"')
_MADE = re.compile(r"^pg_restore: creating ")
_UNDER_WAY = (
    "SELECT c.relname AS name, p.tuples_processed AS rows FROM pg_stat_progress_copy p LEFT JOIN pg_class c ON c.oid = p.relid"
    " WHERE p.datname = current_database()"
)
_TROUBLE = re.compile(r"(error|detail|hint|fatal|query was|warning|失败|错误)", re.IGNORECASE)


def program(name: str) -> str:
    """The newest pg_dump or pg_restore. Raises Failure that says what to install."""
    versions = sorted((path for path in DEBIAN.glob(f"*/bin/{name}")), key=lambda path: -_number(path.parents[1].name))
    found = str(versions[0]) if versions else shutil.which(name)
    if found is None:
        raise Failure(f"这台机器上没有 {name}，不能备份或恢复 PostgreSQL。请安装：sudo apt-get install -y postgresql-client")
    return found


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def environment(url: str) -> dict[str, str]:
    """The address as libpq's environment (PGHOST …): a command line could be read by everybody on the machine."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    told = {
        "PGHOST": options.get("host") or parts.hostname or "", "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""), "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/"), "PGSSLMODE": options.get("ssl") or options.get("sslmode") or "",
    }  # fmt: skip
    # The C locale: what they say is read by `_CONTENTS`.
    return {**os.environ, **{name: value for name, value in told.items() if value}, "LC_ALL": "C"}


async def dump(url: str, target: Path, snapshot: str, rows: Mapping[str, int]) -> None:
    """Dump the database as a snapshot sees it, in the custom form. Raises Failure with what pg_dump said."""
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
    with progress("数据库", sum(rows.values()) + len(rows)) as bar:
        await _run(url, "pg_dump", options, _Ear(bar, rows, 1))


def contents(dump: Path) -> list[str]:
    """The lines of a dump's table of contents. Raises Failure where this machine's pg_restore cannot read it."""
    command = [program("pg_restore"), "--list", str(dump)]
    done = subprocess.run(  # noqa: S603 - fixed program
        command, env={**os.environ, "LC_ALL": "C"}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Failure(f"{dump} 读不出内容，没有恢复：{_joined(done.stderr.splitlines())}")
    return [line for line in done.stdout.splitlines() if line and not line.startswith(";")]


async def put_back(url: str, source: Path, rows: Mapping[str, int]) -> None:
    """Replace what is in the database by a dump, in one transaction. Raises Failure; then nothing has changed."""
    listed = len(contents(source))
    # Structure and indexes are taken to cost half of what the rows cost.
    each = max(1, sum(rows.values()) // (2 * max(1, listed)))
    name = urlsplit(url).path.lstrip("/")
    options = ["--clean", "--if-exists", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    with progress("数据库", sum(rows.values()) + listed * each) as bar:
        await _run(url, "pg_restore", [*options, "--dbname", name, str(source)], _Ear(bar, rows, each))


class _Ear:
    """Hears the lines of a program: moves the bar, keeps what is trouble."""

    def __init__(self, bar: Progress, rows: Mapping[str, int], each: int) -> None:
        self._bar, self._rows, self._each = bar, rows, each
        self._table, self._through = "", 0
        self.trouble: list[str] = []

    def hear(self, line: str) -> None:
        found = _CONTENTS.match(line)
        if found or _MADE.match(line):
            # The contents of the table before are through.
            self._through += self._rows.get(self._table, 0) + self._each
            self._table = found[1] if found else ""
            self._bar.to(self._through)
        elif _TROUBLE.search(line):
            self.trouble.append(line)

    def copied(self, table: str | None, rows: int) -> None:
        """So many rows of a table are through; None for one that only the program's own transaction sees, as when restoring."""
        if table in (None, self._table):
            self._bar.to(self._through + min(rows, self._rows.get(self._table, 0)))


async def _run(url: str, name: str, options: Sequence[str], ear: _Ear) -> None:
    process = await asyncio.create_subprocess_exec(
        program(name), "--no-password", "--verbose", *options, env=environment(url), stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    assert process.stderr is not None, "asked for"  # noqa: S101 - tells the type checker
    watching = asyncio.create_task(_watch(url, ear))  # lint: allow-task ends with the block, reads figures only
    try:
        async for line in process.stderr:
            ear.hear(line.decode("utf-8", "replace").rstrip("\n"))
        code = await process.wait()
    except BaseException:  # interrupted: the program must not go on without us
        process.terminate()
        await process.wait()
        raise
    finally:
        watching.cancel()
        await asyncio.wait([watching])
    if code != 0:
        raise Failure(f"{name} 没有成功（{code}）：{_joined(ear.trouble)}")


async def _watch(url: str, ear: _Ear) -> None:
    """Ask the server every second how many rows of the table under way are through; where it cannot say, the bar waits."""
    given = connection_settings(url)["credentials"]
    with contextlib.suppress(asyncpg.exceptions.PostgresError, OSError):
        connection = await asyncpg.connect(**{key: value for key, value in given.items() if key not in ("minsize", "maxsize")})
        try:
            while True:
                await asyncio.sleep(1)
                for row in await connection.fetch(_UNDER_WAY):
                    ear.copied(row["name"], row["rows"])
        finally:
            connection.terminate()


def _joined(lines: Sequence[str]) -> str:
    return "；".join(line.strip() for line in lines if line.strip())[-600:] or "没有说明原因"
