"""Giving numbers. The series' row is locked from the giving to the commit, so that order, gaps and reuse are decided by the
database: a rollback gives the number back, and nobody can have taken the next one meanwhile. One commit at a time per series is
the price; a verb therefore takes its number as late as it can."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

from office import audit, outbox
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import fetch, insert_many
from office.kernel.ids import new_id
from office.kernel.refusal import Conflict, Forbidden, Invalid, NotFound
from office.kernel.rows import uuid_of
from office.kernel.work import verb
from office.numbering import rules
from office.numbering.events import NumberVoided
from office.numbering.models import CLOSED, ON_HOLD, OPEN, OUTGOING, RESERVED, USED, VOID, NumberRow, Restored, Series

Kind = Literal["incoming", "outgoing"]
MOST_RESERVED = 50
MOST_CONFIRMED = 1_000
NUMBER_COLUMNS = (
    "id", "series", "n", "state", "subject", "reason", "taken_by", "taken_by_name", "at", "voided_by",
)  # fmt: skip


class Number(msgspec.Struct, frozen=True):
    """A number that was given: as written, as counted, and the ids of its row and series."""

    text: str
    n: int
    id: UUID
    series: UUID


@verb
async def take(actor: Actor, unit: UUID, code: str, year: int, kind: Kind, subject: str) -> Number:
    """Give the next number of a unit's series, which begins at 1 with its first number. Call it inside a unit of work.

    `subject` is the reference of what is numbered. Refuses Forbidden `numbering.not_of_unit` to a person without a post in the
    unit (nobody has one in a unit that has ended), Invalid for a malformed code or year, Conflict `numbering.on_hold`,
    `numbering.closed`, `numbering.code_of_other_unit` (two units cannot issue under one code in one year).
    """
    if actor.kind != "system" and unit not in actor.units:
        raise Forbidden("numbering.not_of_unit")
    series = await _locked(unit, code, year, kind)
    _require_open(series)
    [number] = await _give(actor, series, 1, USED, subject, "")
    audit.record(actor, "numbering.take", subject, number=number.text)
    return number


@verb
async def reserve(actor: Actor, unit: UUID, code: str, year: int, kind: Kind, count: int, reason: str) -> list[Number]:
    """Set numbers aside (预留号) with a reason; each is later put to use, or made void and so explained.

    Refuses as `take`, Forbidden `numbering.not_clerk`, Invalid `numbering.too_many`.
    """
    _require_clerk(actor, unit)
    if not 1 <= count <= MOST_RESERVED:
        raise Invalid("numbering.too_many", most=MOST_RESERVED)
    series = await _locked(unit, code, year, kind)
    _require_open(series)
    numbers = await _give(actor, series, count, RESERVED, "", reason)
    written = [one.text for one in numbers]
    audit.record(actor, "numbering.reserve", f"numbering.series:{series.id}", numbers=written, reason=reason)
    return numbers


@verb
async def use_reserved(actor: Actor, number: UUID, subject: str) -> Number:
    """Put a reserved number to use. Refuses NotFound `numbering.number_unknown`, Conflict `numbering.not_reserved`."""
    row, series = await _number(number)
    _require_clerk(actor, series.unit)
    written = rules.text(series.code, series.year, row.n)
    if not await NumberRow.filter(id=number, state=RESERVED).update(state=USED, subject=subject, at=clock.now()):
        raise Conflict("numbering.not_reserved", number=written)
    audit.record(actor, "numbering.use_reserved", subject, number=written)
    return Number(text=written, n=row.n, id=number, series=series.id)


@verb
async def void(actor: Actor, number: UUID, reason: str) -> None:
    """Make a number void (废号): its row and reason stay, and it is never given again (不得重号、不得挪用).

    Refuses NotFound `numbering.number_unknown`, Forbidden `numbering.not_clerk`, Conflict `numbering.already_void`.
    """
    row, series = await _number(number)
    _require_clerk(actor, series.unit)
    written = rules.text(series.code, series.year, row.n)
    done = await NumberRow.filter(id=number).exclude(state=VOID).update(
        state=VOID, reason=reason, voided_by=actor.ref, voided_at=clock.now()
    )  # fmt: skip
    if not done:
        raise Conflict("numbering.already_void", number=written)
    audit.record(actor, "numbering.void", row.subject or f"numbering.series:{series.id}", number=written, reason=reason)
    if row.subject:
        outbox.record(NumberVoided(number=written, subject=row.subject, reason=reason), actor=actor)


@verb
async def hold_all(actor: Actor, reason: str) -> int:
    """Stop every open series, for a restored backup may be older than the paper register. The number of series stopped.

    A series that had not begun when the backup was made is missing in it: it waits for its confirmation too.
    """
    await Restored.create(id=new_id(), year=clock.today().year, reason=reason, at=clock.now())
    held = await Series.filter(state=OPEN).update(state=ON_HOLD, reason=reason)
    audit.record(actor, "numbering.hold_all", "numbering.series:all", reason=reason, series=held)
    return held


@verb
async def confirm_last(actor: Actor, series: UUID, n: int) -> None:
    """After a restore: a clerk says which number was used last; the series goes on with the next.

    Numbers given after the backup get rows that say so. Refuses NotFound `numbering.series_unknown`, Forbidden
    `numbering.not_clerk`, Conflict `numbering.not_on_hold`, Invalid `numbering.below_recorded`, `numbering.too_far`.
    """
    row = await Series.filter(id=series).select_for_update(no_key=True).first()
    if row is None:
        raise NotFound("numbering.series_unknown")
    _require_clerk(actor, row.unit)
    await _confirm(actor, row, n)


@verb
async def confirm_missing(actor: Actor, unit: UUID, code: str, year: int, kind: Kind, n: int) -> UUID:
    """The same for a series that the backup did not have yet; 0 where it had not begun. Returns the series' id.

    Refuses Forbidden `numbering.not_clerk`, Invalid and Conflict as `take` and `confirm_last`.
    """
    _require_clerk(actor, unit)
    row = await _locked(unit, code, year, kind)
    await _confirm(actor, row, n)
    return uuid_of(row.id)


async def _confirm(actor: Actor, row: Series, n: int) -> None:
    if row.state != ON_HOLD:
        raise Conflict("numbering.not_on_hold", series=_name(row))
    last = row.next - 1
    if n < last:
        raise Invalid("numbering.below_recorded", last=last)
    if n - last > MOST_CONFIRMED:
        raise Invalid("numbering.too_far", last=last, most=MOST_CONFIRMED)
    if n > last:
        await _give(actor, row, n - last, USED, "", "恢复备份后由文书确认已使用，登记内容待补录")
    await Series.filter(id=row.id).update(state=OPEN, reason="")
    audit.record(actor, "numbering.confirm_last", f"numbering.series:{row.id}", last=n, recorded=last)


@verb
async def close_series(actor: Actor, unit: UUID, reason: str) -> int:
    """Close every series of a unit for good: it was merged, split or abolished. The number of series closed."""
    closed = await Series.filter(unit=unit).exclude(state=CLOSED).update(state=CLOSED, reason=reason)
    audit.record(actor, "numbering.close_series", f"organization.unit:{unit}", reason=reason, series=closed)
    return closed


async def _locked(unit: UUID, code: str, year: int, kind: Kind) -> Series:
    """The series' row, locked until the commit; made at its first number.

    ON CONFLICT DO NOTHING waits for another's uncommitted insert: if that commits we lock its row, if not ours goes in.
    """
    rules.check(code, year)
    claim = f"{code}:{year}" if kind == OUTGOING else None
    made = await fetch(
        "INSERT INTO numbering_series (id, unit, code, year, kind, next, state, reason, claim, created_at)"
        " VALUES (?, ?, ?, ?, ?, 1, ?, '', ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        str(new_id()), str(unit), code, year, kind, OPEN, claim, clock.now(),
    )  # fmt: skip
    found = await Series.filter(unit=unit, code=code, year=year, kind=kind).select_for_update(no_key=True).first()
    if found is None:
        raise Conflict("numbering.code_of_other_unit", code=code, year=year)
    if found.next == 1:
        await _refuse_ended(found)
    if made:
        await _hold_if_restored(found)
    return found


async def _hold_if_restored(series: Series) -> None:
    """After a restore a series that is new to us may have been in use: one query, at a series' first number."""
    restored = await Restored.filter(year__gte=series.year).order_by("-at").first()
    if restored is not None:
        series.state, series.reason = ON_HOLD, restored.reason


async def _refuse_ended(series: Series) -> None:
    """No new series for a unit whose series were closed: only its end closes them. One query, at a series' first number."""
    if closed := await Series.filter(unit=series.unit, state=CLOSED).first():
        raise Conflict("numbering.closed", series=_name(series), reason=closed.reason)


async def _give(actor: Actor, series: Series, count: int, state: str, subject: str, reason: str) -> list[Number]:
    """Rows for the next numbers of a locked series."""
    first, now = series.next, clock.now()
    numbers = [
        Number(text=rules.text(series.code, series.year, n), n=n, id=new_id(), series=series.id)
        for n in range(first, first + count)
    ]
    rows: Sequence[Sequence[object]] = [
        (str(one.id), str(series.id), one.n, state, subject, reason, actor.ref, actor.name, now, "") for one in numbers
    ]
    await insert_many("numbering_number", NUMBER_COLUMNS, rows)
    series.next = first + count
    await series.save(update_fields=["next"])
    return numbers


def _require_open(series: Series) -> None:
    if series.state == ON_HOLD:
        raise Conflict("numbering.on_hold", series=_name(series), reason=series.reason)
    if series.state == CLOSED:
        raise Conflict("numbering.closed", series=_name(series), reason=series.reason)


def _require_clerk(actor: Actor, unit: UUID) -> None:
    if actor.kind != "system" and unit not in actor.units_as("clerk", "numbering"):
        raise Forbidden("numbering.not_clerk")


def _name(series: Series) -> str:
    return f"{series.code}〔{series.year}〕"


async def _number(number: UUID) -> tuple[NumberRow, Series]:
    row = await NumberRow.get_or_none(id=number)
    if row is None:
        raise NotFound("numbering.number_unknown")
    return row, await Series.get(id=row.series)
