"""Opening the database: one engine per process, chosen by the address; the rest of the code asks this port, not the engine."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext

POOL_MAX = 20
KNOWN = "sqlite:///路径/zhiban.db 或 postgres://用户:密码@主机:端口/库名"


#: What may stand after the `?` of a PostgreSQL address.
OPTIONS = frozenset({"host", "minsize", "maxsize", "ssl", "sslmode", "application_name", "schema"})
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class BadAddress(ValueError):
    """A database address that is none; the message is Chinese, says what is right, and repeats no password."""


def _sqlite(path: str, options: Mapping[str, str]) -> dict[str, Any]:
    return {"engine": "office.kernel.sqlite", "credentials": {"file_path": path, **options}}


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = _options(parts.query)
    credentials: dict[str, Any] = {
        "host": options.pop("host", parts.hostname),
        "port": parts.port or 5432,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "database": parts.path.lstrip("/"),
        "minsize": int(options.pop("minsize", "1")),
        "maxsize": int(options.pop("maxsize", str(POOL_MAX))),
        **options,
    }
    return {"engine": "tortoise.backends.asyncpg", "credentials": credentials}


def _options(query: str) -> dict[str, str]:
    """The options, libpq's name of the TLS mode turned into asyncpg's; one nobody knows would fail at the first query."""
    options = dict(parse_qsl(query))
    if unknown := sorted(options.keys() - OPTIONS):
        raise BadAddress(f"不认识选项 {'、'.join(unknown)}，可用的有 {'、'.join(sorted(OPTIONS))}")
    mode = options.pop("sslmode", "") or options.get("ssl", "")
    if mode and mode not in SSL_MODES:
        raise BadAddress(f"的 sslmode 不对，只能是 {'、'.join(SSL_MODES)}")
    return {**options, "ssl": mode} if mode else options


def connection_settings(url: str) -> dict[str, Any]:
    """Tortoise's settings for an address: `sqlite:///path/file.db` or `postgres://user:word@host:port/name?maxsize=20`.

    Raises BadAddress for what is none.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and (parts.netloc or len(parts.path) < 2):
        raise BadAddress("的路径要写全，用三条斜线：sqlite:///绝对路径/zhiban.db")
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path), dict(parse_qsl(parts.query)))
    if parts.scheme in ("postgres", "postgresql"):
        return _postgres(url)
    raise BadAddress(f"不是数据库地址（{parts.scheme}），应为 {KNOWN}" if parts.scheme else f"不是数据库地址，应为 {KNOWN}")


def tortoise_config(url: str, apps: Mapping[str, Sequence[str]], migrations: Mapping[str, str]) -> dict[str, Any]:
    """Tortoise's whole configuration: `apps` maps a label to its model modules, `migrations` to its migration package."""
    described: dict[str, dict[str, Any]] = {
        label: {"models": list(models), "default_connection": "default"} for label, models in apps.items()
    }
    for label, package in migrations.items():
        described[label]["migrations"] = package
    return {
        "connections": {"default": connection_settings(url)},
        "apps": described,
        "use_tz": True,
        "timezone": "UTC",
    }


@asynccontextmanager
async def open_database(config: dict[str, Any]) -> AsyncIterator[TortoiseContext]:
    """Open the database for this process; every task sees it until the block ends.

    Tortoise caches SQL by connection name, so the cache is emptied first: else a process that had SQLite open before
    would send its placeholders to PostgreSQL.
    """
    EXECUTOR_CACHE.clear()
    context = TortoiseContext()
    with context:
        await context.init(config=config, _enable_global_fallback=True)
    try:
        await context.connections.get("default").create_connection(with_db=True)
        yield context
    finally:
        await context.close_connections()


def connection() -> BaseDBAsyncClient:
    """The connection of the running unit of work, else the pool; for raw SQL on hot paths."""
    return get_connection("default")


def is_postgres() -> bool:
    """Whether the engine is PostgreSQL; only for SQL that the two engines spell differently."""
    return str(connection().capabilities.dialect) == "postgres"


def sql(text: str) -> str:
    """Raw SQL with `?` placeholders, turned to `$n` where the engine wants that. `?` must not stand inside literals."""
    if not is_postgres():
        return text
    head, *rest = text.split("?")
    return head + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))


async def fetch(text: str, *values: object) -> list[dict[str, Any]]:
    """Rows of a raw query, also of `UPDATE … RETURNING` (whose rows Tortoise's execute_query drops on PostgreSQL)."""
    return list(await connection().execute_query_dict(sql(text), list(values)))


async def execute(text: str, *values: object) -> int:
    """Run a raw statement; the number of rows it changed.

    Tortoise 1.1.9 tells 0 for every INSERT on PostgreSQL (it reads the wrong word of "INSERT 0 1"), so those are counted here.
    """
    if text.lstrip()[:6].upper() == "INSERT":
        return len(await fetch(f"{text} RETURNING 1 AS one", *values))
    changed, _ = await connection().execute_query(sql(text), list(values))
    return int(changed)


def database_now() -> str:
    """SQL for the database's own clock, in the column's form; leases use it, for two machines' clocks differ."""
    return "now()" if is_postgres() else "strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now')"


def database_later(seconds: int) -> str:
    """SQL for the database's own clock, that many seconds ahead."""
    if is_postgres():
        return f"now() + interval '{int(seconds)} seconds'"
    return f"strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now', '+{int(seconds)} seconds')"


async def one_at_a_time(lock: int) -> None:
    """Of all that name this lock one at a time from here to the end of its unit of work; SQLite's writers are that already."""
    if is_postgres():
        await fetch("SELECT pg_advisory_xact_lock(?)", lock)


async def insert_many(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, returning: str = ""
) -> list[Any]:
    """Insert all rows in one statement; with `returning`, that column of each, in the order of the rows.

    SQLite takes at most 32,766 values in one statement, so more go in several.
    """
    step = max(1, 32_000 // max(1, len(columns)))
    found: list[Any] = []
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        marks = ", ".join(f"({', '.join('?' * len(columns))})" for _ in part)
        text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {marks}"  # noqa: S608 - names from the code, values bound
        values = [value for row in part for value in row]
        if returning:
            found += [row[returning] for row in await fetch(f"{text} RETURNING {returning}", *values)]
        else:
            await connection().execute_query(sql(text), values)
    return found
