"""Documents and to-dos by the hundred thousand, put straight into the tables, as a county's years would have left them.

Forty units share the documents; one clerk's unit has a fifth of all. What is open stays the same however long the past is.
"""

import itertools
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from tortoise.models import Model

from bench.ground import Ground
from documents.incoming.models import Handling
from office.inbox.models import Todo
from office.inbox.order import of_closed, of_open
from office.kernel.sqlite import instant_text

UNITS, SHARE = 40, 5
OPEN_OF_CLERK, OPEN_OF_LEADER, TO_READ = 300, 60, 40
CHUNK = 10_000
BEGIN = datetime(2021, 1, 4, 0, 30, tzinfo=UTC)
STEP = timedelta(minutes=3)
NEWEST = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

HANDLING = (
    "id", "document_id", "version", "addressed_to", "unit_id", "case_id", "clerk_post", "state", "kind", "title",
    "doc_no", "issuer", "urgency", "sender", "register_no", "register_year", "register_n", "due_at", "due_why", "received_at",
    "signed_for_at", "registered_at", "closed_at", "result", "rev", "doc_no_key",
)  # fmt: skip
TODO = (
    "id", "kind", "source", "holder_kind", "holder", "box", "lane", "sort_key", "title", "summary", "sender",
    "urgency", "due_at", "due_why", "route", "state", "opened_at", "closed_at", "closed_by", "closed_by_name", "reason", "rev",
    "open_key",
)  # fmt: skip
Row = tuple[Any, ...]
Table = tuple[str, Sequence[str], Iterator[Row]]


class Past:
    """Makes the rows from number `first` up to `last`; the same number always makes the same row."""

    def __init__(self, unit: UUID, clerk: UUID, leader: UUID, persons: Mapping[UUID, UUID]) -> None:
        """`persons` says who holds these posts: what was done stays with who did it."""
        self.unit, self.clerk, self.leader, self.persons = unit, clerk, leader, persons
        self._others = [UUID(int=(0xABCD << 80) | (7 << 76) | (2 << 62) | number) for number in range(1, UNITS)]

    def handlings(self, first: int, last: int) -> Iterator[Row]:
        """One row of documents_handling a document."""
        for n in range(first, last):
            at = self.at(n)
            ours = n % SHARE == 0
            unit = self.unit if ours else self._others[n % len(self._others)]
            closed = at + timedelta(days=3 + n % 9)
            due = at + timedelta(days=2 + n % 13)
            yield (
                _id(at, n, 1), _id(at, n, 2), 1, unit, unit, _id(at, n, 3), self.clerk if ours else unit, "closed", "批办",
                f"关于做好第{n}号事项有关工作的通知", f"青政办发〔{at.year}〕{n % 900 + 1}号", OFFICE, URGENCY[n % 20], OFFICE,
                f"收〔{at.year}〕{n}号", at.year, n, due, "批办件七个工作日", at, at, at, closed, "已办结", 9,
                f"青政办发〔{at.year}〕{n % 900 + 1}号",
            )  # fmt: skip

    def todos(self, first: int, last: int) -> Iterator[Row]:
        """Two closed to-dos a document: the clerk's and a leader's of its unit."""
        for n in range(first, last):
            at, ours = self.at(n), n % SHARE == 0
            other = self._others[n % len(self._others)]
            for which, mine in ((4, self.clerk), (5, self.leader)):
                holder = mine if ours else UUID(int=other.int ^ which)
                yield self._todo(n, which, holder, at, at + timedelta(days=1 + n % 9))

    def open(self) -> Iterator[Row]:
        """What is open today."""
        for n in range(OPEN_OF_CLERK):
            yield self._todo(n, 6, self.clerk, NEWEST - timedelta(hours=n), None)
        for n in range(OPEN_OF_LEADER):
            yield self._todo(n, 7, self.leader, NEWEST - timedelta(hours=n), None)
        for n in range(TO_READ):
            yield self._todo(n, 8, self.leader, NEWEST - timedelta(hours=n), None, "read")

    def _todo(self, n: int, which: int, holder: UUID, at: datetime, closed: datetime | None, box: str = "handle") -> Row:
        id, urgency, due = _id(at, n, which), URGENCY[n % 20], at + timedelta(days=2 + n % 13) if n % 3 else None
        number = f"青政办发〔{at.year}〕{n % 900 + 1}号"
        key = of_closed(closed) if closed else of_open(urgency, due)
        state, lane = ("done", "done") if closed else ("open", box)
        kind, who = ("person", self.persons.get(holder, holder)) if closed else ("post", holder)
        return (
            id, "documents.handle", f"flow:{id}", kind, who, box, lane, key, f"关于做好第{n}号事项有关工作的通知",
            number, OFFICE, urgency, due, "批办件七个工作日" if due else "",
            f"/handlings/{id}", state, at, closed, f"person:{holder}" if closed else "", "方知远" if closed else "",
            "已办" if closed else "", 2 if closed else 1, None if closed else f"documents.handle|flow:{id}|{holder}",
        )  # fmt: skip

    def at(self, n: int) -> datetime:
        """When that document came."""
        return BEGIN + STEP * n


OFFICE = "青岚县人民政府办公室"
URGENCY = ("特急", "加急", *[""] * 18)


def _id(at: datetime, n: int, which: int) -> UUID:
    """An UUIDv7 of that moment."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | (which << 40) | n)


async def fill(ground: Ground, past: Past, first: int, last: int) -> None:
    """Put in documents `first` to `last` with their to-dos; the open ones with the first."""
    todos = itertools.chain(past.todos(first, last), past.open() if first == 0 else ())
    tables = [_table(Handling, HANDLING, past.handlings(first, last)), _table(Todo, TODO, todos)]
    if ground.engine == "sqlite":
        _fill_sqlite(ground, tables)
    else:
        await _fill_postgres(ground, tables)


def _table(model: type[Model], columns: Sequence[str], rows: Iterator[Row]) -> Table:
    """A table to fill; columns that the rows do not name get the model's defaults, which the database does not know."""
    rest = {
        name: _stored(field.default)
        for name, field in model._meta.fields_map.items()
        if name not in columns and not field.null and field.default is not None
    }
    values = tuple(rest.values())
    return model._meta.db_table, (*columns, *rest), (row + values for row in rows)


def _stored(default: Any) -> Any:
    """A default as a column holds it: empty lists and objects as JSON text."""
    return msgspec.json.encode(default()).decode() if callable(default) else default


def _fill_sqlite(ground: Ground, tables: list[Table]) -> None:
    connection = sqlite3.connect(ground.data / "zhiban.db", isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-200000")
    for table, columns, rows in tables:
        text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        while part := list(itertools.islice(rows, CHUNK)):
            connection.execute("BEGIN")
            connection.executemany(text, (tuple(map(_sqlite_value, row)) for row in part))
            connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("ANALYZE")
    connection.close()


def _sqlite_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return str(value) if isinstance(value, UUID) else value


async def _fill_postgres(ground: Ground, tables: list[Table]) -> None:
    connection = await asyncpg.connect(ground.url)
    for table, columns, rows in tables:
        while part := list(itertools.islice(rows, CHUNK)):
            await connection.copy_records_to_table(table, records=part, columns=list(columns))
        await connection.execute(f"VACUUM ANALYZE {table}")
    await connection.close()
