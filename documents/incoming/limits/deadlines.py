"""Time limits of incoming documents (收文办理时限): which rule gives the date, and the sentence that says so.

Order of rules: the dates stated in the document, at 拟办 and in leaders' words, the earliest of them; then the unit's own rule
(`own_rules`); then the default of this table. No step is due after the whole. The figures are office practice, so every one can
be replaced per unit; nothing is silently applied, since each answer carries its rule's sentence (依据).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from office.organization.calendar import Deadline, Rule, Unit, WorkingCalendar, local


class Grade(StrEnum):
    """What sets the pace of a paper: its urgency, or for ordinary ones its kind."""

    FLASH = "特提"
    URGENT = "特急"
    FAST = "加急"
    ACTION = "办件"
    READING = "阅件"
    CONSULT = "会签"
    CONSULT_URGENT = "紧急会签"


class Stage(StrEnum):
    """Which step the limit is for."""

    REGISTER = "登记拟办"
    LEADER = "领导批示"
    HANDLE = "办理"
    CIRCULATE = "传阅"


Table = Mapping[tuple[Grade, Stage], Rule]

DEFAULTS: Table = {
    (Grade.FLASH, Stage.REGISTER): Rule("系统默认：特提件收到即登记，不超过30分钟，并电话报告", 30, Unit.MINUTES),
    (Grade.FLASH, Stage.LEADER): Rule("系统默认：特提件即送即批，不超过1小时", 1, Unit.HOURS),
    (Grade.FLASH, Stage.HANDLE): Rule("系统默认：特提件未写明时限的12小时内办结", 12, Unit.HOURS),
    (Grade.FLASH, Stage.CIRCULATE): Rule("系统默认：特提件24小时内传阅完毕", 24, Unit.HOURS),
    (Grade.URGENT, Stage.REGISTER): Rule("系统默认：特急件2小时内登记拟办", 2, Unit.HOURS),
    (Grade.URGENT, Stage.LEADER): Rule("系统默认：特急件当日批示", 0, Unit.SAME_DAY),
    (Grade.URGENT, Stage.HANDLE): Rule("系统默认：特急办件24小时内办结", 24, Unit.HOURS),
    (Grade.URGENT, Stage.CIRCULATE): Rule("系统默认：特急件24小时内传阅完毕", 24, Unit.HOURS),
    (Grade.FAST, Stage.REGISTER): Rule("系统默认：加急件当个半日内登记拟办", 0, Unit.HALF_DAY),
    (Grade.FAST, Stage.LEADER): Rule("系统默认：加急件1个工作日内批示", 1, Unit.WORKING_DAYS),
    (Grade.FAST, Stage.HANDLE): Rule("系统默认：加急办件3个工作日内办结", 3, Unit.WORKING_DAYS),
    (Grade.FAST, Stage.CIRCULATE): Rule("系统默认：加急件2个工作日内传阅完毕", 2, Unit.WORKING_DAYS),
    (Grade.ACTION, Stage.REGISTER): Rule("系统默认：办件1个工作日内登记拟办", 1, Unit.WORKING_DAYS),
    (Grade.ACTION, Stage.LEADER): Rule("系统默认：办件3个工作日内批示", 3, Unit.WORKING_DAYS),
    (Grade.ACTION, Stage.HANDLE): Rule("系统默认：办件7个工作日内办结", 7, Unit.WORKING_DAYS),
    (Grade.ACTION, Stage.CIRCULATE): Rule("系统默认：办件5个工作日内传阅完毕", 5, Unit.WORKING_DAYS),
    (Grade.READING, Stage.REGISTER): Rule("系统默认：阅件1个工作日内登记", 1, Unit.WORKING_DAYS),
    (Grade.READING, Stage.CIRCULATE): Rule("系统默认：阅件5个工作日内传阅完毕", 5, Unit.WORKING_DAYS),
    (Grade.CONSULT, Stage.HANDLE): Rule("系统默认：会签5个工作日内反馈，逾期不等于同意", 5, Unit.WORKING_DAYS),
    (Grade.CONSULT_URGENT, Stage.HANDLE): Rule("系统默认：紧急会签1个工作日内反馈，逾期不等于同意", 1, Unit.WORKING_DAYS),
}


class Source(StrEnum):
    """Who stated a limit: the paper itself, the clerk who proposed (拟办), a leader in their words."""

    DOCUMENT = "来文要求"
    PROPOSAL = "拟办要求"
    LEADER = "领导要求"


@dataclass(frozen=True, slots=True)
class Asked:
    """A limit somebody stated: a moment (aware), or a day, which means that day's close of business."""

    by: datetime | date
    source: Source = Source.DOCUMENT

    def at(self, calendar: WorkingCalendar) -> datetime:
        """The moment, UTC."""
        return local(self.by).astimezone(UTC) if isinstance(self.by, datetime) else calendar.close_of(self.by)


def said(moment: datetime) -> str:
    """A moment as a person writes it: 2026年7月9日12时, with minutes where there are any."""
    here = local(moment)
    minutes = f"{here.minute}分" if here.minute else ""
    return f"{here.year}年{here.month}月{here.day}日{here.hour}时{minutes}"


def stated(asked: Asked, received: datetime, calendar: WorkingCalendar) -> Deadline:
    """A stated limit as it is: never moved, only warned about."""
    at = asked.at(calendar)
    day = local(at).date()
    warnings = [] if calendar.is_working_day(day) else [f"{day.month}月{day.day}日不是工作日，请核对"]
    warnings += calendar.warnings_of(day.year)
    if at <= local(received):
        warnings.append("要求的时间在收文之前或已到，请立即与来文单位或领导确认")
    return Deadline(at, f"{asked.source}：{said(at)}前", tuple(warnings))


def is_stated(why: str) -> bool:
    """Whether a sentence (依据) says that somebody stated the limit, not a rule."""
    return why.partition("：")[0] in set(Source)


def limit(
    grade: Grade,
    stage: Stage,
    received: datetime,
    calendar: WorkingCalendar,
    *,
    asked: Iterable[Asked] = (),
    own: Table | None = None,
) -> Deadline | None:
    """When this stage is due, in UTC, and by which rule. None where nobody stated a limit and no rule names the stage.

    `received` (aware) is when the stage began; `own` is the unit's own table.
    Refuses `organization.moment_without_zone` for a naive moment.
    """
    found = [stated(one, received, calendar) for one in asked]
    if found:
        return min(found, key=lambda one: one.at)
    rule = (own or {}).get((grade, stage)) or DEFAULTS.get((grade, stage))
    return calendar.deadline(received, rule) if rule else None


def within(step: Deadline | None, whole: Deadline | None) -> Deadline | None:
    """A step's limit inside the whole's: the earlier. A stage without a figure is due only when somebody stated a time."""
    if whole is None:
        return step
    if step is None:
        return whole if is_stated(whole.why) else None
    return min(step, whole, key=lambda one: one.at)
