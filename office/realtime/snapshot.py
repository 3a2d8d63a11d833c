"""One consistent view of the database for several reads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import aiosqlite
from tortoise.backends.sqlite.client import SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.transactions import in_transaction

from office.kernel.database import connection, execute, is_postgres
from office.kernel.sqlite import EmbeddedClient


class _Reading(SqliteTransactionWrapper):
    """Sends the block's queries to one of the reading connections."""

    def __init__(self, client: EmbeddedClient, reader: aiosqlite.Connection) -> None:
        super().__init__(client)
        self._connection = reader


@asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """Everything read inside sees the database at one moment, that of the first read; nothing can be written.

    PostgreSQL: REPEATABLE READ, READ ONLY. SQLite: a read transaction on a reading connection; it holds up no writer.
    """
    client = connection()
    if is_postgres():
        async with in_transaction("default"):
            await execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        async with _embedded(cast(EmbeddedClient, client)):
            yield


@asynccontextmanager
async def _embedded(client: EmbeddedClient) -> AsyncIterator[None]:
    async with client._reader() as reader:
        token = get_connections().set("default", _Reading(client, reader))
        try:
            await (await reader.execute("BEGIN")).close()
            yield
        finally:
            get_connections().reset(token)
            # A leaving client must not leave the reader inside its snapshot: it would show old data to the next one.
            await asyncio.shield(reader.rollback())
