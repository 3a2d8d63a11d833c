"""What a failure that nobody foresaw is answered with: the machine's own troubles by their name, all else as internal."""

import errno
from collections.abc import Iterator

import asyncpg
from tortoise.exceptions import DBConnectionError

from office.kernel.refusal import Refusal, Unavailable

FULL = (errno.ENOSPC, errno.EDQUOT)
GONE = (DBConnectionError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.AdminShutdownError)


class Broken(Refusal):
    """The server's own fault."""

    status = 500


def answer_to(error: Exception) -> Refusal:
    """503 where a disk is full or the database is away, with a time to come back; else 500."""
    causes = list(_causes(error))
    if any(_is_full(one) for one in causes):
        return Unavailable("http.no_space", retry_after=60)
    if any(isinstance(one, GONE) for one in causes):
        return Unavailable("http.not_ready", retry_after=5)
    return Broken("http.internal")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _is_full(error: BaseException) -> bool:
    # SQLite says it in words only (SQLITE_FULL).
    by_code = isinstance(error, OSError) and error.errno in FULL
    return by_code or isinstance(error, asyncpg.DiskFullError) or "database or disk is full" in str(error)
