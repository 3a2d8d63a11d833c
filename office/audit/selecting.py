"""Choosing rows of the trail: each question is answered along an index, newest first, whatever the trail's length.

A kind is several acts. Asked for alone it is one short walk for each act, laid together, for no index has kinds; beside a
person, a unit or a thing it is a condition on the rows of that one's index.

Names of acts stand in the text, not bound: PostgreSQL plans a bound one for the average act, and would look for a rare one
among all rows. They are the manifests' own.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import msgspec

from office.audit import rows as trail
from office.audit.schemas import AuditFilter
from office.kernel import clock
from office.kernel.base64url import encode
from office.kernel.database import fetch
from office.kernel.modules import registry
from office.kernel.paging import place
from office.kernel.refusal import Invalid
from office.kernel.rows import instant_of

COLUMNS = ", ".join((*trail.COLUMNS, "digest", "mac"))
ORDER = "ORDER BY at DESC, id DESC"
FIRST_YEAR, LAST_YEAR = 1900, 2200
#: Filters that a column answers by being equal; those of the first line narrow the walk to one index.
NARROW = {"person": "actor_name", "unit": "unit", "subject": "subject"}
Where = list[tuple[str, list[Any]]]


async def select(asked: AuditFilter, most: int, cursor: str = "") -> list[dict[str, Any]]:
    """Raw rows, newest first, at most so many. One query. Refuses: Invalid audit.unknown_kind, http.bad_cursor."""
    narrow = [(f"{column} = ?", [said]) for name, column in NARROW.items() if (said := getattr(asked, name))]
    where: Where = [*narrow, *_between(asked), *_after(cursor)]
    where += [("actor = ?", [asked.actor])] if asked.actor else []
    names = _acts(asked)
    if names is None or narrow or len(names) == 1:
        return await _walk([*where, *_named(asked, names)], most)
    return await _laid_together(names, where, most)


def _acts(asked: AuditFilter) -> list[str] | None:
    """The acts that are asked for; None where any is, or what was refused whatever it was."""
    if asked.action:
        return [asked.action]
    if not asked.kind or asked.kind == "refused":
        return None
    names = sorted(act.name for act in registry().acts.values() if act.kind == asked.kind)
    if not names:
        raise Invalid("audit.unknown_kind", kind=asked.kind)
    return names


def _named(asked: AuditFilter, names: Sequence[str] | None) -> Where:
    if names is None:
        return [("outcome = 'refused'", [])] if asked.kind == "refused" else []
    if len(names) == 1:
        return [_act(names[0])]
    listed = ", ".join(f"'{name}'" for name in names)
    return [(f"action IN ({listed})", [])]


def _act(name: str) -> tuple[str, list[Any]]:
    return (f"action = '{name}'", []) if name in registry().acts else ("action = ?", [name])


async def _walk(where: Where, most: int) -> list[dict[str, Any]]:
    text, values = _text(where)
    return await fetch(f"SELECT {COLUMNS} FROM audit_entry{text} {ORDER} LIMIT {most}", *values)  # noqa: S608 - values are bound


async def _laid_together(names: Sequence[str], where: Where, most: int) -> list[dict[str, Any]]:
    parts, values = [], list[Any]()
    for name in names:
        text, bound = _text([_act(name), *where])
        parts.append(f"SELECT * FROM (SELECT {COLUMNS} FROM audit_entry{text} {ORDER} LIMIT {most}) AS one")  # noqa: S608
        values += bound
    return await fetch(f"{' UNION ALL '.join(parts)} {ORDER} LIMIT {most}", *values)


def _text(where: Where) -> tuple[str, list[Any]]:
    told = " AND ".join(condition for condition, _ in where)
    return (f" WHERE {told}" if told else ""), [value for _, bound in where for value in bound]


def _between(asked: AuditFilter) -> Where:
    since = [("at >= ?", [_moment(asked.since, time.min)])] if asked.since else []
    return since + ([("at <= ?", [_moment(asked.until, time.max)])] if asked.until else [])


def _moment(day: date, at: time) -> datetime:
    """A moment of a day; years no row is of are taken as the nearest that one may be."""
    year = min(max(day.year, FIRST_YEAR), LAST_YEAR)
    day = day if year == day.year else date(year, 1, 1)
    return datetime.combine(day, at, clock.SHANGHAI).astimezone(UTC)


def _after(cursor: str) -> Where:
    """A row comparison is a place on the index; the same said with OR would read everything newer first."""
    if not cursor:
        return []
    at, id = place(cursor, tuple[datetime, UUID])
    return [("(at, id) < (?, ?)", [at.astimezone(UTC), str(id)])]


def cursor_after(row: dict[str, Any]) -> str:
    """Where to go on after a row."""
    return encode(msgspec.json.encode((instant_of(row["at"]), str(row["id"]))))
