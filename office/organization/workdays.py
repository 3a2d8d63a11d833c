"""The working-day calendar as this deployment has it: the notices shipped and imported, and local edits."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time

import msgspec

from office import audit, outbox
from office.kernel import clock, settings
from office.kernel.actor import Actor
from office.kernel.refusal import Invalid, NotFound
from office.kernel.work import verb
from office.organization import regions
from office.organization.calendar import Overlay, WorkingCalendar, local
from office.organization.events import CalendarChanged
from office.organization.holidays import Notice, Year, parse_year, shipped
from office.organization.models import CalendarDay, CalendarYear
from office.organization.schemas import CalendarDayLine
from office.organization.structure import require_manager

HERE = "本地调整"


async def calendar() -> WorkingCalendar:
    """The calendar with all edits; `.for_region(code)` leaves out other regions' days. Two queries."""
    years = await _years()
    edits = await CalendarDay.all().order_by("day")
    everywhere = [edit for edit in edits if not edit.region]
    # After the notices, so that an edit of a late December day also wins over the next year's notice.
    edited = [_edited_year(year, [edit for edit in everywhere if edit.day[:4] == str(year)]) for year in years]
    overlays = [_overlay(edit) for edit in edits if edit.region]
    return WorkingCalendar([*years.values(), *edited], overlays, closing_time())


def closing_time() -> time:
    """When offices close, as this deployment has set it; 24:00 is the day's last second."""
    told = settings.current().closing_time
    return time(23, 59, 59) if told == "24:00" else time.fromisoformat(told)


async def _years() -> dict[int, Year]:
    imported = [parse_year(msgspec.json.encode(row.notice)) for row in await CalendarYear.all()]
    return dict(sorted({year.year: year for year in [*shipped(), *imported]}.items()))


def _edited_year(year: int, edits: list[CalendarDay]) -> Year:
    return Year(year, HERE, off=_days(edits, is_work=False), work=_days(edits, is_work=True))


def _days(edits: list[CalendarDay], *, is_work: bool) -> frozenset[date]:
    return frozenset(date.fromisoformat(edit.day) for edit in edits if edit.is_work is is_work)


def _overlay(edit: CalendarDay) -> Overlay:
    return Overlay(edit.region, edit.note or HERE, off=_days([edit], is_work=False), work=_days([edit], is_work=True))


async def missing_years(years: Collection[int]) -> list[int]:
    """Which of some years have no notice, so that dates in them are counted by weekends. No query for shipped years."""
    unknown = set(years) - {year.year for year in shipped()}
    known = set(await CalendarYear.filter(year__in=unknown).values_list("year", flat=True)) if unknown else set()
    return sorted(unknown - known)


async def due_notes(dues: Iterable[datetime | None]) -> dict[int, str]:
    """What to show beside due moments, by their year in Shanghai: that its holiday notice is missing.

    No query where all are of shipped years, else one.
    """
    years = {local(due).year for due in dues if due is not None}
    return {year: f"{year}年放假安排未导入，请核对" for year in await missing_years(years)}


def note_of(due: datetime | None, notes: Mapping[int, str]) -> str:
    """The note beside one due moment; mostly empty."""
    return notes.get(local(due).year, "") if due is not None and notes else ""


async def edits_of(year: int) -> list[CalendarDayLine]:
    """The edited days of a year, in order, at most 800. One query."""
    rows = await CalendarDay.filter(day__startswith=f"{year}-").order_by("day", "region").limit(800)
    return [
        CalendarDayLine(day=row.day, is_work=row.is_work, region=row.region, note=row.note, entered_by=row.entered_by)
        for row in rows
    ]


@verb
async def import_year(actor: Actor, notice: Notice) -> None:
    """Take in a year's holiday notice, or a corrected one. Needs organization.manage.

    Owners of open work are told (`organization.calendar_changed`) unless nothing changed. Refuses Invalid
    `organization.workdays_malformed`.
    """
    require_manager(actor)
    year = parse_year(msgspec.json.encode(notice))
    known = (await _years()).get(notice.year)
    told = {"notice": msgspec.to_builtins(notice), "entered_by": actor.name, "entered_at": clock.now()}
    await CalendarYear.update_or_create(year=notice.year, defaults=told)
    audit.record(actor, "organization.import_year", f"organization.calendar_year:{notice.year}", source=notice.source)
    # The days of the notice it takes the place of may change back, so the whole year and the December days of both count.
    named = [*year.off, *year.work, *(known.off | known.work if known else ())]
    if known is None or (known.off, known.work) != (year.off, year.work):
        first, last = date(notice.year, 1, 1), date(notice.year, 12, 31)
        outbox.record(CalendarChanged(first=min([first, *named]), last=last), actor=actor)


@verb
async def unset_calendar_day(actor: Actor, day: date, region: str = "") -> None:
    """Take an edit back: the day is as the year's notice has it. Needs organization.manage.

    Owners of open work are told. Refuses NotFound `organization.day_not_edited`.
    """
    require_manager(actor)
    code = regions.normal(region) if region else ""
    if not await CalendarDay.filter(day=day.isoformat(), region=code).delete():
        raise NotFound("organization.day_not_edited", day=day.isoformat())
    audit.record(actor, "organization.unset_calendar_day", f"organization.calendar_day:{day.isoformat()}", region=code)
    outbox.record(CalendarChanged(first=day, last=day, region=code), actor=actor)


@verb
async def set_calendar_day(actor: Actor, day: date, *, is_work: bool, region: str = "", note: str = "") -> None:
    """Say that a date is worked or not: everywhere, or in a region and all below it. Needs organization.manage.

    Owners of open work are told (`organization.calendar_changed`) unless it was so already. Refuses Invalid
    `organization.year_not_imported` (an edit everywhere would hide that the year's notice is missing) and
    `organization.region_malformed`.
    """
    require_manager(actor)
    code = regions.normal(region) if region else ""
    if not code and day.year not in await _years():
        raise Invalid("organization.year_not_imported", year=day.year)
    before = await CalendarDay.get_or_none(day=day.isoformat(), region=code)
    told = {"is_work": is_work, "note": note, "entered_by": actor.name, "entered_at": clock.now()}
    await CalendarDay.update_or_create(day=day.isoformat(), region=code, defaults=told)
    subject = f"organization.calendar_day:{day.isoformat()}"
    audit.record(actor, "organization.set_calendar_day", subject, is_work=is_work, region=code, note=note)
    if before is None or before.is_work != is_work:
        outbox.record(CalendarChanged(first=day, last=day, region=code), actor=actor)
