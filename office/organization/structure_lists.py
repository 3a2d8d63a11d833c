"""The administrator's lists: units, people, appointments. Each page is one query."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from office.kernel import clock
from office.kernel.database import fetch
from office.kernel.rows import instant_of, instant_or_none, like, uuid_of
from office.organization.queries import UNIT, unit_card
from office.organization.structure_schemas import (
    AppointmentLine,
    AppointmentPage,
    AppointmentQuery,
    PersonLine,
    PersonPage,
    PersonQuery,
    UnitPage,
    UnitQuery,
)

PAGE = 100
Where = list[tuple[str, list[object]]]


async def units_page(asked: UnitQuery) -> UnitPage:
    """Units whose name, short name or code contains `q`, in the order they were entered."""
    pattern, now = like(asked.q), clock.now()
    named = (
        "(lower(name) LIKE ? ESCAPE '!' OR lower(short_name) LIKE ? ESCAPE '!' OR lower(coalesce(uscc, '')) LIKE ? ESCAPE '!')"
    )
    where: Where = [(named, [pattern] * 3)]
    where += [] if asked.ended else [("(valid_to IS NULL OR valid_to > ?)", [now])]
    where += [("id > ?", [str(asked.cursor)])] if asked.cursor else []
    rows, following = await _page(UNIT, where, "ORDER BY id")
    return UnitPage(items=[unit_card(row) for row in rows], next=following)


async def people_page(asked: PersonQuery) -> PersonPage:
    """People whose name or initials contain `q`, in the order they were entered."""
    pattern = like(asked.q)
    where: Where = [("(lower(name) LIKE ? ESCAPE '!' OR pinyin LIKE ? ESCAPE '!')", [pattern] * 2)]
    where += [("id > ?", [str(asked.cursor)])] if asked.cursor else []
    rows, following = await _page("SELECT id, name, pinyin FROM organization_person", where, "ORDER BY id")
    lines = [PersonLine(id=uuid_of(row["id"]), name=row["name"], pinyin=row["pinyin"]) for row in rows]
    return PersonPage(items=lines, next=following)


async def appointments_page(asked: AppointmentQuery) -> AppointmentPage:
    """Appointments of a unit, a post or a person, or all; newest first."""
    text = (
        "SELECT a.*, n.name, p.title, p.unit, u.name AS unit_name FROM organization_appointment a"
        " JOIN organization_person n ON n.id = a.person JOIN organization_post p ON p.id = a.post"
        " JOIN organization_unit u ON u.id = p.unit"
    )
    wanted = {"p.unit": asked.unit, "a.post": asked.post, "a.person": asked.person}
    where: Where = [(f"{column} = ?", [str(value)]) for column, value in wanted.items() if value]
    where += [] if asked.past else [("(a.valid_to IS NULL OR a.valid_to > ?)", [clock.now()])]
    where += [("a.id < ?", [str(asked.cursor)])] if asked.cursor else []
    rows, following = await _page(text, where, "ORDER BY a.id DESC")
    return AppointmentPage(items=[_line(row) for row in rows], next=following)


def _line(row: Mapping[str, Any]) -> AppointmentLine:
    return AppointmentLine(
        id=uuid_of(row["id"]), person=uuid_of(row["person"]), name=row["name"], post=uuid_of(row["post"]),
        post_title=row["title"], unit=uuid_of(row["unit"]), unit_name=row["unit_name"], kind=row["kind"],
        is_primary=bool(row["is_primary"]), scope=row["scope"], valid_from=instant_of(row["valid_from"]),
        valid_to=instant_or_none(row["valid_to"]), basis=row["basis"],
    )  # fmt: skip


async def _page(text: str, where: Where, order: str) -> tuple[list[dict[str, Any]], UUID | None]:
    """A page, and the id to go on after. The texts are this file's own; what people give is bound."""
    told = " AND ".join(condition for condition, _ in where)
    values = [value for _, bound in where for value in bound]
    rows = await fetch(f"{text}{f' WHERE {told}' if told else ''} {order} LIMIT {PAGE + 1}", *values)
    return rows[:PAGE], uuid_of(rows[PAGE - 1]["id"]) if len(rows) > PAGE else None
