"""What a raw row of either engine says, as Python values: SQLite knows neither UUIDs nor instants nor JSON."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec


def marks(values: Sequence[object]) -> str:
    """As many placeholders as values; never empty, for `IN ()` is no SQL on PostgreSQL."""
    return ", ".join("?" * len(values)) or "NULL"


def texts(ids: Iterable[UUID]) -> list[str]:
    """Ids as bound to raw SQL, sorted."""
    return sorted(str(one) for one in ids)


def uuid_of(value: Any) -> UUID:
    """An id column."""
    return UUID(str(value))


def uuid_or_none(value: Any) -> UUID | None:
    """An id column that may be empty."""
    return None if value is None else uuid_of(value)


def instant_of(value: Any) -> datetime:
    """An instant column, aware UTC."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment.astimezone(UTC)


def instant_or_none(value: Any) -> datetime | None:
    """An instant column that may be empty."""
    return None if value is None else instant_of(value)


def json_of(value: Any) -> Any:
    """A JSON column."""
    return msgspec.json.decode(value) if isinstance(value, str | bytes) else value


def like(q: str) -> str:
    """A LIKE pattern that finds `q` anywhere, lower case; to be used with ESCAPE '!'."""
    escaped = q.strip().lower()
    for special in "!%_":
        escaped = escaped.replace(special, f"!{special}")
    return f"%{escaped}%"
