"""The embedded engine: Tortoise's SQLite backend with the traps taken out. Named as the engine in the database's settings.

- A write transaction begins IMMEDIATE, so read-then-write never fails half-way with "database is locked".
- A task cancelled while a transaction begins gives the lock back; Tortoise 1.1.9 keeps it for ever.
- Reads outside a transaction run on connections of their own, so a slow list never holds up a signature.
- Instants are stored in one fixed-width UTC form, so text order is time order.
"""

import asyncio
import re
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
from tortoise.exceptions import OperationalError

READERS = 2
BUSY_TIMEOUT_MS = 10_000


def instant_text(at: datetime) -> str:
    """The fixed-width UTC form of an instant: 32 characters, sortable as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00:00")


sqlite3.register_adapter(datetime, instant_text)


class _Transaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error


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

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        try:
            if not self.connection._finalized:
                await (self._committed() if exc_type is None else self.connection.rollback())
        finally:
            get_connections().reset(self.token)
            self._trxlock.release()

    async def _committed(self) -> None:
        try:
            await self.connection.commit()
        except BaseException:
            # A commit that failed (a full disk) leaves the transaction open, and the next BEGIN would fail.
            await asyncio.shield(self.connection._connection.rollback())
            raise


_READS = re.compile(r"\s*(?:SELECT|EXPLAIN|WITH)\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


def _is_read(query: str) -> bool:
    if not _READS.match(query):
        return False
    return query.lstrip()[:4].upper() != "WITH" or not _WRITES.search(query)


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

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        # Tortoise's own leaves the connection in BEGIN when its task is cancelled half-way.
        async with self._in_transaction() as connection:
            await connection.execute_many(query, values)

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
            try:
                return list(await reader.execute_fetchall(query, values))
            except asyncio.CancelledError:
                await reader.interrupt()  # nobody waits for it any more; the next one on this connection would
                raise


client_class = EmbeddedClient
