"""Pages of the database a query touches: PostgreSQL's own count (EXPLAIN BUFFERS), SQLite's page cache counters (apsw)."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

import apsw
import asyncpg

from bench.ground import Ground
from office.kernel import database
from office.kernel.sqlite import instant_text

Query = tuple[str, list[Any]]


@contextmanager
def overheard() -> Iterator[list[Query]]:
    """The raw queries that `fetch` runs in the block."""
    heard: list[Query] = []
    connection = database.connection()
    run = type(connection).execute_query_dict

    async def listening(self: Any, text: str, values: list[Any] | None = None) -> Any:
        heard.append((text, list(values or ())))
        return await run(self, text, values)

    with patch.object(type(connection), "execute_query_dict", listening):
        yield heard


async def pages(ground: Ground, queries: Sequence[Query]) -> int:
    """Pages these queries touch together, found in the cache or not."""
    if ground.engine == "sqlite":
        return _sqlite_pages(ground, queries)
    connection = await asyncpg.connect(ground.url)
    try:
        return sum([await _worst_plan(connection, text, values) for text, values in queries])
    finally:
        await connection.close()


async def _worst_plan(connection: asyncpg.Connection, text: str, values: Sequence[Any]) -> int:
    """A driver's prepared statement is planned for its values at first and for any values later: the worse counts."""
    found = []
    await connection.execute(f"PREPARE asked AS {text}")
    for mode in ("force_custom_plan", "force_generic_plan"):
        await connection.execute(f"SET plan_cache_mode = {mode}")
        given = f"({', '.join(map(_literal, values))})" if values else ""
        told = await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE asked{given}")
        plan = json.loads(told)[0]["Plan"]
        found.append(int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]))
    await connection.execute("DEALLOCATE asked")
    return max(found)


def _literal(value: Any) -> str:
    if isinstance(value, bool | int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def _sqlite_pages(ground: Ground, queries: Sequence[Query]) -> int:
    connection = apsw.Connection(str(ground.data / "zhiban.db"), flags=apsw.SQLITE_OPEN_READONLY)
    connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    counters = (apsw.SQLITE_DBSTATUS_CACHE_HIT, apsw.SQLITE_DBSTATUS_CACHE_MISS)
    before = sum(connection.status(one)[0] for one in counters)
    for text, values in queries:
        connection.execute(text, [instant_text(one) if isinstance(one, datetime) else one for one in values]).fetchall()
    touched = sum(connection.status(one)[0] for one in counters) - before
    connection.close()
    return touched
