"""The embedded engine: Tortoise's SQLite backend with the traps taken out. Named as the engine in the database's settings.

- A write transaction begins IMMEDIATE, so read-then-write never fails half-way with "database is locked".
- A task cancelled while a transaction begins gives the lock back; Tortoise 1.1.9 keeps it for ever.
- Reads outside a transaction run on connections of their own, so a slow list never holds up a signature.
- Instants are stored in one fixed-width UTC form, so text order is time order.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast

import aiosqlite
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)
from tortoise.connection import get_connections

READERS = 2
BUSY_TIMEOUT_MS = 10_000


def instant_text(at: datetime) -> str:
    """The fixed-width UTC form of an instant: 32 characters, sortable as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00:00")


sqlite3.register_adapter(datetime, instant_text)


class _Transaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        await self._connection.execute("BEGIN IMMEDIATE")


class _TransactionContext(SqliteTransactionContext):
    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            # Cancelled or refused while beginning: undo and hand the lock back, or every later query waits for ever.
            # The connection's own queue runs the rollback after a BEGIN that is still under way.
            try:
                await asyncio.shield(self.connection._connection.rollback())
            finally:
                self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return cast(TransactionalDBClient, self.connection)


def _is_read(query: str) -> bool:
    return query.lstrip()[:6].upper() in ("SELECT", "EXPLAI") or (
        query.lstrip()[:4].upper() == "WITH" and "INSERT" not in query.upper() and "UPDATE" not in query.upper()
    )


class EmbeddedClient(SqliteClient):
    """One writing connection and a few reading ones on the same WAL file."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        kwargs.setdefault("busy_timeout", BUSY_TIMEOUT_MS)
        super().__init__(file_path, **kwargs)
        self._readers: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        self._opened: list[aiosqlite.Connection] = []

    async def create_connection(self, with_db: bool) -> None:
        await super().create_connection(with_db)
        while not self._opened or len(self._opened) < READERS:
            await self._open_reader()

    async def _open_reader(self) -> None:
        reader = await aiosqlite.connect(self.filename, isolation_level=None)
        reader._conn.row_factory = sqlite3.Row
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "query_only=ON"):
            await (await reader.execute(f"PRAGMA {pragma}")).close()
        self._opened.append(reader)
        self._readers.put_nowait(reader)

    async def close(self) -> None:
        for reader in self._opened:
            await reader.close()
        self._opened, self._readers = [], asyncio.Queue()
        await super().close()

    @asynccontextmanager
    async def _reader(self) -> Any:
        reader = await self._readers.get()
        try:
            yield reader
        finally:
            self._readers.put_nowait(reader)

    def _in_transaction(self) -> TransactionContext:
        return _TransactionContext(_Transaction(self), self._lock)

    @translate_exceptions
    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Sequence[dict[str, Any]]]:
        if not self._opened or not _is_read(query):
            return cast(tuple[int, Sequence[dict[str, Any]]], await super().execute_query(query, values))
        rows = await self._read(query, values)
        return len(rows), rows

    @translate_exceptions
    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        if not self._opened or not _is_read(query):
            return cast(list[dict[str, Any]], await super().execute_query_dict(query, values))
        return [dict(row) for row in await self._read(query, values)]

    async def _read(self, query: str, values: list[Any] | None) -> list[Any]:
        async with self._reader() as reader:
            return list(await reader.execute_fetchall(query, values))


client_class = EmbeddedClient
