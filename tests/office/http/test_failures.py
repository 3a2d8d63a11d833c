"""The machine's own troubles are told by their name, with a time to come back."""

import errno
import logging
import sqlite3

import asyncpg
import pytest
from starlette.types import Message
from tortoise.exceptions import DBConnectionError, OperationalError

from office.http.failures import answer_to
from tests.support.house import House


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


@pytest.mark.engines("sqlite")
async def test_a_line_that_went_is_no_fault_of_the_house(house: House, caplog: pytest.LogCaptureFixture) -> None:
    gone = "unable to perform operation on <TCPTransport closed=True reading=False 0x55c2>; the handler is closed"

    async def send(_: Message) -> None:
        raise RuntimeError(gone)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http", "method": "GET", "path": "/healthz", "raw_path": b"/healthz", "query_string": b"", "headers": [],
        "client": ("127.0.0.1", 50000), "server": ("testserver", 80), "scheme": "http", "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    with caplog.at_level(logging.INFO):
        await house.app(scope, receive, send)
    assert [one.message for one in caplog.records if one.name == "office.http.middleware"] == ["client left"]
