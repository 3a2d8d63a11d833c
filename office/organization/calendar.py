"""Working time (工作日): which days are worked, and when a period ends.

Sources: 民法典 arts. 200-204 (the first day is not counted; a period that ends on a day off ends on the next working day),
the State Council's yearly holiday notice, and office practice for closing time. Business dates are Asia/Shanghai;
moments go in and out in UTC.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from office.kernel.clock import SHANGHAI
from office.kernel.refusal import Invalid
from office.organization import regions
from office.organization.holidays import Year, shipped

MOST = 3660  # working days, hours or minutes are bounded so that no input can make a long loop
YEARS = range(1949, 2200)
CLOSING = time(17, 30)
NOON = time(12)
DAY = timedelta(days=1)


class Unit(StrEnum):
    """How a period is counted."""

    MINUTES = "minutes"  # natural minutes, nights and days off included
    HOURS = "hours"  # natural hours: the urgent classes
    HALF_DAY = "half_day"  # the same working half-day
    SAME_DAY = "same_day"  # the same natural day; after closing, the next natural day
    WORKING_DAYS = "working_days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Rule:
    """A period and the Chinese sentence that names it to people: ("系统默认：办件7个工作日内办结", 7, WORKING_DAYS)."""

    name: str
    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Due:
    """A day, and what a person must know before trusting it."""

    date: date
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment (UTC), the rule that produced it in Chinese, and warnings to show beside it."""

    at: datetime
    why: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overlay:
    """Local days of one region and all below it: an ethnic holiday, a stoppage, a typhoon closure."""

    region: str
    name: str
    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()


def same_number(start: date, months: int) -> date:
    """The same day number `months` later, or that month's last day (民法典 202)."""
    count = start.year * 12 + start.month - 1 + months
    following = date(*divmod_month(count + 1), 1)
    last = (following - DAY).day
    return date(*divmod_month(count), min(start.day, last))


def divmod_month(count: int) -> tuple[int, int]:
    """Months since year 0 as (year, month)."""
    year, month = divmod(count, 12)
    return year, month + 1


def local(moment: datetime) -> datetime:
    """The moment in Asia/Shanghai. Refuses `organization.moment_without_zone` and a year outside YEARS."""
    if moment.tzinfo is None:
        raise Invalid("organization.moment_without_zone")
    sane(moment.date())
    return moment.astimezone(SHANGHAI)


def sane(day: date) -> None:
    """Refuses `organization.date_out_of_range` for a year no office file has."""
    if day.year not in YEARS:
        raise Invalid("organization.date_out_of_range", first=YEARS.start, last=YEARS.stop - 1)


class WorkingCalendar:
    """Weekends, the national notices that are known, and local overlays; a later or deeper overlay wins over an earlier one."""

    def __init__(self, years: Iterable[Year], overlays: Iterable[Overlay] = (), closing: time = CLOSING) -> None:
        known = list(years)
        self._known = frozenset(year.year for year in known)
        self._overlays = tuple(overlays)
        self._years = tuple(known)
        self.closing = closing
        self._days: dict[date, bool] = {}
        for year in known:
            self._turn(year.off, year.work)
        for overlay in sorted(self._overlays, key=lambda one: regions.level(one.region)):
            self._turn(overlay.off, overlay.work)

    def _turn(self, off: frozenset[date], work: frozenset[date]) -> None:
        self._days |= dict.fromkeys(off, False) | dict.fromkeys(work, True)

    def for_region(self, code: str) -> "WorkingCalendar":
        """This calendar with only the overlays that reach the region (12-digit code)."""
        reaching = [overlay for overlay in self._overlays if regions.contains(overlay.region, code)]
        return WorkingCalendar(self._years, reaching, self.closing)

    def everywhere(self) -> "WorkingCalendar":
        """This calendar without any region's overlays."""
        return WorkingCalendar(self._years, [], self.closing)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work that day; in a year without a notice, Monday to Friday."""
        return self._days.get(day, day.weekday() < 5)

    def add_working_days(self, start: date, n: int) -> Due:
        """The n-th working day after `start`, which is not counted; n < 0 counts back; 0 is the day itself or the next one
        worked. Refuses |n| over MOST and a year outside YEARS. Warns when a year on the way has no notice."""
        self._bounded(n)
        sane(start)
        if n == 0:
            return self._on_or_after(start)
        day, left, step = start, abs(n), DAY if n > 0 else -DAY
        while left:
            day += step
            left -= self.is_working_day(day)
        return Due(day, self._missing(min(start, day), max(start, day)))

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative when end is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        self._bounded((end - start).days)
        return sum(self.is_working_day(start + DAY * n) for n in range(1, (end - start).days + 1))

    def warnings_of(self, year: int) -> tuple[str, ...]:
        """What to show beside a year's dates: that its notice is missing."""
        return self._missing(date(year, 1, 1), date(year, 1, 1))

    def close_of(self, day: date) -> datetime:
        """Close of business on a day, UTC."""
        return self._moment(day, self.closing)

    def counted_from(self, start: datetime) -> date:
        """The day a receipt counts as: a working day until closing, else the next working day."""
        here = local(start)
        if self.is_working_day(here.date()) and here.time() <= self.closing:
            return here.date()
        return self.add_working_days(here.date(), 1).date

    def deadline(self, start: datetime, rule: Rule) -> Deadline:
        """When a period that begins at `start` (aware) ends. Refuses a naive moment and an amount outside 0..MOST."""
        self._bounded(rule.amount)
        if rule.amount < 0:
            raise Invalid("organization.period_out_of_range", most=MOST)
        at, warnings = self._end(start, local(start), rule)
        return Deadline(at, rule.name, warnings)

    def _end(self, start: datetime, here: datetime, rule: Rule) -> tuple[datetime, tuple[str, ...]]:
        match rule.unit:
            case Unit.MINUTES:
                return start.astimezone(UTC) + timedelta(minutes=rule.amount), ()
            case Unit.HOURS:
                return start.astimezone(UTC) + timedelta(hours=rule.amount), ()
            case Unit.SAME_DAY:
                late = here.time() > self.closing
                return (self.close_of(here.date() + DAY) if late else self._moment(here.date(), time.max)), ()
            case Unit.HALF_DAY:
                return self._half_day(here)
            case Unit.WORKING_DAYS:
                due = self.add_working_days(self.counted_from(start), rule.amount)
                return self.close_of(due.date), self._missing(here.date(), due.date)
            case Unit.MONTHS:
                # Never before the day the receipt counts as: no months after closing would end before they began.
                due = self._on_or_after(max(same_number(here.date(), rule.amount), self.counted_from(start)))
                return self.close_of(due.date), due.warnings

    def _half_day(self, here: datetime) -> tuple[datetime, tuple[str, ...]]:
        day = self.counted_from(here)
        morning = day != here.date() or here.time() <= NOON
        return self._moment(day, NOON if morning else self.closing), self._missing(here.date(), day)

    def _on_or_after(self, day: date) -> Due:
        last = next(found for found in self._from(day) if self.is_working_day(found))
        return Due(last, self._missing(day, last))

    def _from(self, day: date) -> Iterator[date]:
        while True:
            yield day
            day += DAY

    def _missing(self, first: date, last: date) -> tuple[str, ...]:
        years = [year for year in range(first.year, last.year + 1) if year not in self._known]
        return tuple(f"{year}年放假安排尚未导入，期限暂按周末推算，导入后请核对" for year in years)

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, SHANGHAI).astimezone(UTC)

    def _bounded(self, n: int) -> None:
        if abs(n) > MOST:
            raise Invalid("organization.period_out_of_range", most=MOST)


def national(closing: time = CLOSING) -> WorkingCalendar:
    """The calendar of the notices shipped with the program, without local days."""
    return WorkingCalendar(shipped(), closing=closing)
