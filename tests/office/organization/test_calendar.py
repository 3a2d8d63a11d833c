"""Working time: the 2026 notice, the counting rules of the 民法典, and closing time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from office.kernel.clock import SHANGHAI
from office.kernel.refusal import Invalid
from office.organization.calendar import MOST, Overlay, Rule, Unit, WorkingCalendar, national
from office.organization.holidays import parse_year, shipped

CALENDAR = national()
DAYS = st.dates(date(2025, 12, 1), date(2027, 2, 28))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)).map(lambda moment: moment.replace(tzinfo=SHANGHAI))
UNITS = st.sampled_from(list(Unit))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def year_days() -> list[date]:
    return [date(2026, 1, 1) + timedelta(n) for n in range(365)]


def test_2026_has_248_working_days_spread_over_the_months_as_published() -> None:
    worked = [day for day in year_days() if CALENDAR.is_working_day(day)]
    by_month = [sum(day.month == month for day in worked) for month in range(1, 13)]
    assert by_month == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert len(worked) == 248


@pytest.mark.parametrize(
    "start, n, due",
    [
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 10, "2026-10-20"),
        ("2026-09-25", 0, "2026-09-28"),
        ("2026-10-08", -1, "2026-09-30"),
    ],
)
def test_the_start_day_is_not_counted(start: str, n: int, due: str) -> None:
    found = CALENDAR.add_working_days(date.fromisoformat(start), n)
    assert (found.date, found.warnings) == (date.fromisoformat(due), ())


@given(DAYS, st.integers(1, 60))
@settings(max_examples=100)
def test_a_period_ends_on_a_working_day_and_counts_back(start: date, n: int) -> None:
    due = CALENDAR.add_working_days(start, n).date
    assert CALENDAR.is_working_day(due)
    assert CALENDAR.working_days_between(start, due) == n
    assert CALENDAR.working_days_between(due, start) == -n
    if CALENDAR.is_working_day(start):
        assert CALENDAR.add_working_days(due, -n).date == start


@given(DAYS, st.integers(0, 20), st.integers(0, 40), st.integers(0, 10))
@settings(max_examples=100)
def test_later_or_longer_never_ends_earlier(start: date, shift: int, n: int, more: int) -> None:
    first = CALENDAR.add_working_days(start, n).date
    assert CALENDAR.add_working_days(start + timedelta(shift), n + more).date >= first


@given(MOMENTS, st.integers(0, 20_000), st.integers(0, 12), UNITS)
@example(datetime(2026, 1, 4, 18, 0, tzinfo=SHANGHAI), 0, 0, Unit.MONTHS)
@example(datetime(2026, 1, 4, 17, 30, tzinfo=SHANGHAI), 1, 0, Unit.MONTHS)
@settings(max_examples=200)
def test_a_later_receipt_never_has_an_earlier_deadline(start: datetime, minutes: int, amount: int, unit: Unit) -> None:
    rule = Rule("规则", amount, unit)
    early, late = CALENDAR.deadline(start, rule), CALENDAR.deadline(start + timedelta(minutes=minutes), rule)
    assert early.at <= late.at
    assert early.at >= start
    assert early.why == "规则"
    assert early.at.utcoffset() == timedelta()


@pytest.mark.parametrize(
    "received, amount, unit, due",
    [
        ("2026-07-08 17:30", 1, Unit.WORKING_DAYS, "2026-07-09 17:30"),
        ("2026-07-08 17:31", 1, Unit.WORKING_DAYS, "2026-07-10 17:30"),
        ("2026-07-10 18:00", 1, Unit.WORKING_DAYS, "2026-07-14 17:30"),
        ("2026-07-11 09:00", 1, Unit.WORKING_DAYS, "2026-07-14 17:30"),
        ("2026-09-30 23:50", 24, Unit.HOURS, "2026-10-01 23:50"),
        ("2026-09-30 23:50", 30, Unit.MINUTES, "2026-10-01 00:20"),
        ("2026-07-08 09:00", 0, Unit.HALF_DAY, "2026-07-08 12:00"),
        ("2026-07-08 12:01", 0, Unit.HALF_DAY, "2026-07-08 17:30"),
        ("2026-07-10 17:31", 0, Unit.HALF_DAY, "2026-07-13 12:00"),
        ("2026-07-11 19:00", 0, Unit.SAME_DAY, "2026-07-12 17:30"),
        ("2026-01-31 09:00", 1, Unit.MONTHS, "2026-02-28 17:30"),
        ("2026-07-01 09:00", 3, Unit.MONTHS, "2026-10-08 17:30"),
        ("2026-08-31 09:00", 1, Unit.MONTHS, "2026-09-30 17:30"),
        ("2026-01-04 09:00", 0, Unit.MONTHS, "2026-01-04 17:30"),
        ("2026-01-04 18:00", 0, Unit.MONTHS, "2026-01-05 17:30"),
    ],
)
def test_moments(received: str, amount: int, unit: Unit, due: str) -> None:
    assert CALENDAR.deadline(at(received), Rule("规则", amount, unit)).at == at(due)


def test_same_day_ends_at_midnight() -> None:
    due = CALENDAR.deadline(at("2026-07-08 16:00"), Rule("当日", 0, Unit.SAME_DAY)).at
    assert at("2026-07-08 23:59") < due < at("2026-07-09 00:00")


def test_a_receipt_in_another_zone_counts_by_the_shanghai_day() -> None:
    utc = datetime(2026, 7, 8, 1, 0, tzinfo=UTC)
    assert CALENDAR.deadline(utc, Rule("规则", 1, Unit.WORKING_DAYS)).at == at("2026-07-09 17:30")


def test_closing_time_is_configurable() -> None:
    calendar = national(closing=time(18, 0))
    assert calendar.deadline(at("2026-07-08 17:45"), Rule("规则", 1, Unit.WORKING_DAYS)).at == at("2026-07-09 18:00")


def test_a_year_without_a_notice_counts_weekends_and_says_so() -> None:
    due = CALENDAR.add_working_days(date(2026, 12, 31), 1)
    assert due.date == date(2027, 1, 1)
    assert due.warnings == ("2027年放假安排尚未导入，期限暂按周末推算，导入后请核对",)
    assert CALENDAR.deadline(at("2026-12-31 09:00"), Rule("规则", 1, Unit.WORKING_DAYS)).warnings == due.warnings
    assert CALENDAR.deadline(at("2026-12-31 09:00"), Rule("规则", 1, Unit.MONTHS)).warnings == due.warnings


def test_an_overlay_reaches_its_region_only_and_the_deeper_one_wins() -> None:
    day = date(2026, 7, 9)
    county = Overlay("430581", "台风停工", off=frozenset({day}))
    town = Overlay("430581101", "镇上照常", work=frozenset({day}))
    calendar = WorkingCalendar(shipped(), [town, county])
    assert not calendar.for_region("430581102000").is_working_day(day)
    assert calendar.for_region("430581101201").is_working_day(day)
    assert calendar.for_region("430500000000").is_working_day(day)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"{}",
        b'{"year":2026,"source":"x","off":[],"work":[],"more":1}',
        b'{"year":2026,"source":"x","off":[["2026-05-03","2026-05-01"]],"work":[]}',
        b'{"year":2026,"source":"x","off":[["2026-05-01","2026-12-01"]],"work":[]}',
        b'{"year":2026,"source":"x","off":[],"work":["2028-01-01"]}',
        b'{"year":2026,"source":"x","off":[["2026-05-01","2026-05-02"]],"work":["2026-05-01"]}',
    ],
)
def test_a_wrong_notice_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match=r"organization\.workdays_malformed"):
        parse_year(data)


def test_a_notice_may_name_the_december_before() -> None:
    notice = parse_year(b'{"year":2027,"source":"x","off":[["2026-12-31","2027-01-02"]],"work":[]}')
    assert not WorkingCalendar([*shipped(), notice]).is_working_day(date(2026, 12, 31))


def test_hostile_input_is_refused() -> None:
    with pytest.raises(Invalid, match=r"organization\.period_out_of_range"):
        CALENDAR.add_working_days(date(2026, 1, 1), MOST + 1)
    with pytest.raises(Invalid, match=r"organization\.period_out_of_range"):
        CALENDAR.deadline(at("2026-07-08 09:00"), Rule("规则", -1, Unit.HOURS))
    with pytest.raises(Invalid, match=r"organization\.moment_without_zone"):
        CALENDAR.deadline(datetime(2026, 7, 8), Rule("规则", 1, Unit.HOURS))
    with pytest.raises(Invalid, match=r"organization\.date_out_of_range"):
        CALENDAR.add_working_days(date.max, 1)
