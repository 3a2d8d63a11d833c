"""What a database's file still holds of rows that are gone: pages not written again, copies of old rows, statistics."""

import asyncio
import logging

from office.kernel.database import connection, fetch, is_postgres

#: A reader that began before holds SQLite's log open; it is asked again.
TRIES, PAUSE = 20, 0.5
log = logging.getLogger(__name__)


async def scrub() -> None:
    """Write the database anew without them. Everybody waits for it: once in years, and minutes at most."""
    await (_postgres() if is_postgres() else _sqlite())


async def _sqlite() -> None:
    await connection().execute_script("VACUUM")
    for _ in range(TRIES):
        [told] = await fetch("PRAGMA wal_checkpoint(TRUNCATE)")
        if not told["busy"]:
            return
        await asyncio.sleep(PAUSE)
    log.warning("the write-ahead log could not be emptied after a purge; it is when the last reader has ended")


async def _postgres() -> None:
    """Table by table, with the statistics: the most common titles stand there too. What the server's own log of changes (WAL)
    holds goes as it is recycled."""
    rows = await fetch("SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema()")
    for row in rows:
        await connection().execute_script(f"VACUUM (FULL, ANALYZE) {row['name']}")
