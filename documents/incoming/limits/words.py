"""A time limit as an opinion plainly writes it (请7月20日前报结果): read, never guessed.

A day means its close of business; 前 includes the day, as the field uses it. A day that is over is no limit. Several different
times in one opinion are left to people, and so is what only presses (尽快、抓紧、汛期前). Source: customary wording of leaders'
opinions; periods of days by 民法典 arts. 200-203 (the first day is not counted, a last day off moves to the next one worked).
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from documents.incoming.reading.dates import WORDS
from office.kernel.clock import SHANGHAI
from office.organization.calendar import WorkingCalendar, local, same_number

_NUMBER: Final = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_HOUR: Final = rf"(?P<half>上午|下午|晚上|晚|中午)?(?P<hour>{_NUMBER})(?:[时点]|[:：](?=\d))(?P<minute>半|\d{{1,2}})?分?整?"
_DAYS: Final = (
    rf"(?:(?P<year>\d{{4}})年)?(?P<month>{_NUMBER})月(?P<day>{_NUMBER})[日号]"
    r"|(?<![月\d])(?<!召开|开始|举行|届满|到期|会议)(?P<only>\d{1,2})[日号]"
    r"|(?P<near>今[天日]|明[天日]|后天)"
    r"|(?P<week>本周|这周|(?<!下)下周|本星期|(?<!下)下星期|(?<![上每个])(?:周|星期))(?P<weekday>[一二三四五六日天])"
    rf"|(?:(?P<ending>{_NUMBER})|本|(?<![上下每]))(?P<month_end>月底)|(?<![明后去\d])(?P<year_end>年底)"
)
_BY: Final = re.compile(
    rf"(?:(?P<date>{_DAYS})(?:[（(][^（()）]{{1,6}}[)）])?)?(?P<time>{_HOUR}|下班|中午)?(?:之前|以前|前)(?![期后述往景])"
)
_TODAY: Final = re.compile(r"今[天日](?:之内|以内|内)")
_WITHIN: Final = re.compile(rf"(?P<n>{_NUMBER})(?P<unit>个工作日|个?小时|[天日])(?:之内|以内|内)")
# A clause that tells of a time instead of asking for one.
_TOLD: Final = re.compile(
    r"(?:已|曾|能|(?<!一)定)(?:经|于|在)|原定|不必|不需|无需|不用|不要|自.{1,12}起|(?:近|过去)[\d一二两三四五六七八九十]"
)
_CLAUSE: Final = re.compile(r"[，,。；;！!？?\n]+")
_NEAR: Final = {"今": 0, "明": 1, "后": 2}
_HALF_YEAR: Final = 183
_DAY: Final = timedelta(days=1)


def limits_in(text: str, now: datetime, calendar: WorkingCalendar) -> list[datetime]:
    """The different moments (UTC, after `now`) by which the words ask for something, in the order written."""
    clauses = [clause for clause in _CLAUSE.split(text) if not _TOLD.search(clause)]
    found = (at for clause in clauses for at in _moments(clause, local(now), calendar))
    return list(dict.fromkeys(at.astimezone(UTC) for at in found if at > now))


def _moments(clause: str, now: datetime, calendar: WorkingCalendar) -> Iterator[datetime]:
    for match in _BY.finditer(clause):
        if (match["date"] or match["time"]) and (day := _day(match, now.date())):
            yield from _at(match, day, calendar)
    if _TODAY.search(clause):
        yield calendar.close_of(now.date())
    for match in _WITHIN.finditer(clause):
        yield from _after(_number(match["n"]), match["unit"], now, calendar)


def _after(n: int, unit: str, now: datetime, calendar: WorkingCalendar) -> Iterator[datetime]:
    if not n:
        return
    if unit.endswith("小时"):
        yield now + timedelta(hours=n)
    elif unit == "个工作日":
        yield calendar.close_of(calendar.add_working_days(calendar.counted_from(now), n).date)
    else:
        yield calendar.close_of(calendar.add_working_days(now.date() + n * _DAY, 0).date)


def _day(match: re.Match[str], today: date) -> date | None:
    """The day that is meant; None where the calendar has no such day, or it is not plain which one."""
    if match["month"]:
        return _dated(match["year"], _number(match["month"]), _number(match["day"]), today)
    if match["only"]:
        return _next_numbered(_number(match["only"]), today)
    if match["near"]:
        return today + _NEAR[match["near"][0]] * _DAY
    if match["week"]:
        return _weekday(match["week"], "一二三四五六日".index(match["weekday"].replace("天", "日")), today)
    if match["year_end"]:
        return date(today.year, 12, 31)
    return _month_end(match["ending"], today) if match["month_end"] else today


def _month_end(month: str | None, today: date) -> date | None:
    first = _dated(None, _number(month), 28, today) if month else today
    return same_number(first.replace(day=1), 1) - _DAY if first else None


def _dated(year: str | None, month: int, day: int, today: date) -> date | None:
    """Without a year: this year's, or the next one's where that is at most half a year away."""
    if year:
        return _made(int(year), month, day)
    this = _made(today.year, month, day)
    if this is None or this >= today:
        return this
    following = _made(today.year + 1, month, day)
    return following if following and (following - today).days <= _HALF_YEAR else None


def _next_numbered(day: int, today: date) -> date | None:
    """20日: of this month, or of the next where it is past."""
    if day >= today.day:
        return _made(today.year, today.month, day)
    following = same_number(today.replace(day=1), 1)
    return _made(following.year, following.month, day)


def _weekday(week: str, n: int, today: date) -> date | None:
    """本周五, 下周一; a bare 周五 only while this week's is still to come."""
    day = today + (n - today.weekday()) * _DAY
    if week.startswith("下"):
        return day + 7 * _DAY
    return day if day >= today else None


def _at(match: re.Match[str], day: date, calendar: WorkingCalendar) -> Iterator[datetime]:
    if not match["time"] or match["time"] == "下班":
        yield calendar.close_of(day)
    elif match["time"] == "中午":
        yield datetime.combine(day, time(12), SHANGHAI)
    else:
        minute = 30 if match["minute"] == "半" else int(match["minute"] or 0)
        hour = _number(match["hour"])
        hour += 12 if match["half"] in ("下午", "晚上", "晚") and hour < 12 else 0
        if hour < 24 and minute < 60:
            yield datetime.combine(day, time(hour, minute), SHANGHAI)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(text: str) -> int:
    """Digits or Chinese words up to 31; 0 for what is neither."""
    return int(text) if text.isdigit() else WORDS.get(text.replace("两", "二"), 0)
