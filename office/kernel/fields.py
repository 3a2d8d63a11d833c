"""Columns that every table writes in the same way."""

from typing import Any, TypeVar

import msgspec
from tortoise import fields

from office.kernel.ids import new_id

T = TypeVar("T")


def identifier() -> Any:
    """The primary key: a UUIDv7 given by the code, never by the database."""
    return fields.UUIDField(primary_key=True, default=new_id)


def instant(**options: Any) -> Any:
    """A moment: timestamptz on PostgreSQL, fixed-width UTC text on SQLite."""
    return fields.DatetimeField(**options)


def facts(**options: Any) -> Any:
    """A small JSON value, encoded by msgspec (dates, ids and Structs included)."""
    return fields.JSONField(encoder=_encode, decoder=_decode, **options)


def _encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _decode(text: str | bytes) -> Any:
    return msgspec.json.decode(text)
