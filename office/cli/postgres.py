"""PostgreSQL's own programs for backup: found on the machine, told the address without showing the password."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from office.cli.words import Failure

DEBIAN = Path("/usr/lib/postgresql")


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
    return {**os.environ, **{name: value for name, value in told.items() if value}}


def run(url: str, name: str, arguments: Sequence[str]) -> None:
    """Run one of the programs on the database at an address. Raises Failure with what it said."""
    command = [program(name), "--no-password", *arguments]
    done = subprocess.run(command, env=environment(url), capture_output=True, text=True, check=False)  # noqa: S603 - fixed program
    if done.returncode != 0:
        said = re.sub(r"\s*\n\s*", "；", done.stderr.strip())[-600:]
        raise Failure(f"{name} 没有成功（{done.returncode}）：{said}")
