"""Counting the statements that reach the database, so that a list never asks once per row."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.asyncpg.client import TransactionWrapper as PostgresTransaction

from office.kernel import sqlite

ASKS = ("execute_query", "execute_query_dict", "execute_insert", "execute_many")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent inside the block, in order."""
    sent: list[str] = []
    depth = 0
    with pytest.MonkeyPatch.context() as patch:
        for owner in _clients():
            for name in ASKS:
                ask = getattr(owner, name, None)
                if ask is None:
                    continue

                async def counting(self: Any, query: str, *rest: Any, _ask: Any = ask, **more: Any) -> Any:
                    nonlocal depth
                    if not depth:
                        sent.append(query)
                    depth += 1
                    try:
                        return await _ask(self, query, *rest, **more)
                    finally:
                        depth -= 1

                patch.setattr(owner, name, counting)
        yield sent


def _clients() -> list[type]:
    return [AsyncpgDBClient, PostgresTransaction, *(one for one in vars(sqlite).values() if _is_client(one))]


def _is_client(one: object) -> bool:
    return isinstance(one, type) and one.__module__ == sqlite.__name__ and hasattr(one, "execute_query")


@contextmanager
def max_queries(most: int) -> Iterator[list[str]]:
    """Fails, listing them, if more than `most` statements are sent inside the block."""
    with counted() as sent:
        yield sent
    told = "\n".join(query[:150] for query in sent)
    assert len(sent) <= most, f"{len(sent)} statements, at most {most}:\n{told}"
