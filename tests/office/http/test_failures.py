"""The machine's own troubles are told by their name, with a time to come back."""

import errno
import sqlite3

import asyncpg
import pytest
from tortoise.exceptions import DBConnectionError, OperationalError

from office.http.failures import answer_to


def _caused(outer: Exception, inner: Exception) -> Exception:
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    "error, code, status",
    [
        (OSError(errno.ENOSPC, "no space"), "http.no_space", 503),
        (_caused(RuntimeError("kept"), OSError(errno.EDQUOT, "quota")), "http.no_space", 503),
        (_caused(OperationalError("x"), sqlite3.OperationalError("database or disk is full")), "http.no_space", 503),
        (asyncpg.DiskFullError("could not extend file"), "http.no_space", 503),
        (_caused(RuntimeError("x"), asyncpg.ConnectionDoesNotExistError("gone")), "http.not_ready", 503),
        (DBConnectionError("refused"), "http.not_ready", 503),
        (OSError(errno.EACCES, "denied"), "http.internal", 500),
        (ValueError("else"), "http.internal", 500),
    ],
)
def test_by_its_cause(error: Exception, code: str, status: int) -> None:
    refusal = answer_to(error)
    assert (refusal.code, refusal.status) == (code, status)
