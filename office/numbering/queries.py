"""Reads of numbering, and its promises."""

from collections.abc import Collection, Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta
from tortoise.expressions import Q

from office.kernel import paging
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.modules import Invariant
from office.kernel.refusal import NotFound
from office.numbering import rules
from office.numbering.models import NumberRow, Series
from office.numbering.schemas import NumberLine, NumberPage, SeriesLine, SeriesList

PAGE = 100
# What the column holds: a cursor of ours has no other.
Year = Annotated[int, Meta(ge=0, le=9999)]


async def series_of(units: Collection[UUID], year: int | None = None, cursor: str = "") -> SeriesList:
    """A page of the series of these units, newest year first. One query. Refuses: Invalid http.bad_cursor."""
    rows = Series.filter(unit__in=list(units), **({} if year is None else {"year": year}))
    rows = rows.filter(_after(cursor)) if cursor else rows
    found = await rows.order_by("-year", "kind", "code", "id").limit(paging.PAGE + 1)
    page, following = paging.cut(found, "year", "kind", "code", "id")
    return SeriesList(items=[_line(row) for row in page], next=following)


def _after(cursor: str) -> Q:
    year, kind, code, id = paging.place(cursor, tuple[Year, str, str, UUID])
    same_kind = Q(code__gt=code) | Q(code=code, id__gt=id)
    return Q(year__lt=year) | Q(year=year) & (Q(kind__gt=kind) | Q(kind=kind) & same_kind)


def _line(row: Series) -> SeriesLine:
    return SeriesLine(
        id=row.id, unit=row.unit, code=row.code, year=row.year, kind=row.kind, last=row.next - 1, state=row.state,
        reason=row.reason,
    )  # fmt: skip


async def numbers_of(actor: Actor, series: UUID, cursor: int = 0) -> NumberPage:
    """The numbers of a series of the units whose clerk the actor is, after number `cursor`, in their order. Two queries.

    Refuses: NotFound numbering.series_unknown, also where it is another unit's.
    """
    found = await Series.get_or_none(id=series, unit__in=list(actor.units_as("clerk", "numbering")))
    if found is None:
        raise NotFound("numbering.series_unknown")
    rows = await NumberRow.filter(series=series, n__gt=cursor).order_by("n").limit(PAGE)
    lines = [
        NumberLine(
            id=row.id, n=row.n, text=rules.text(found.code, found.year, row.n), state=row.state, subject=row.subject,
            reason=row.reason, by=row.taken_by_name, at=row.at,
        )
        for row in rows
    ]  # fmt: skip
    return NumberPage(items=lines, next=str(rows[-1].n) if len(rows) == PAGE else None)


async def without_gaps() -> Sequence[str]:
    """Every series has a row for each number from 1 to the last given, and none beyond."""
    rows = await fetch(
        "SELECT s.id, s.next - 1 AS last, count(x.id) AS rows_, coalesce(max(x.n), 0) AS top FROM numbering_series s"
        " LEFT JOIN numbering_number x ON x.series = s.id GROUP BY s.id, s.next"
        " HAVING count(x.id) <> s.next - 1 OR coalesce(max(x.n), 0) <> s.next - 1"
    )
    return [f"series {row['id']}: last {row['last']}, {row['rows_']} rows, highest {row['top']}" for row in rows]


INVARIANTS = [Invariant(name="numbering.without_gaps", check=without_gaps)]
