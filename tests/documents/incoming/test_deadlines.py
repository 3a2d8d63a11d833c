"""Time limits of incoming documents: the table, the order of rules, and the sentence that names the rule."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.incoming.limits.deadlines import DEFAULTS, Asked, Grade, Source, Stage, is_stated, limit, within
from documents.incoming.limits.own_rules import KNOWN, MOST, named, own_rule
from office.kernel.clock import SHANGHAI
from office.kernel.refusal import Invalid
from office.organization.calendar import Deadline, Unit, national

CALENDAR = national()
RECEIVED = datetime(2026, 7, 8, 16, 20, tzinfo=SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due(grade: Grade, stage: Stage, *asked: Asked) -> Deadline:
    found = limit(grade, stage, RECEIVED, CALENDAR, asked=asked)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "grade, stage, moment, why",
    [
        (Grade.FLASH, Stage.REGISTER, "2026-07-08 16:50", "系统默认：特提件收到即登记，不超过30分钟，并电话报告"),
        (Grade.URGENT, Stage.REGISTER, "2026-07-08 18:20", "系统默认：特急件2小时内登记拟办"),
        (Grade.URGENT, Stage.HANDLE, "2026-07-09 16:20", "系统默认：特急办件24小时内办结"),
        (Grade.FAST, Stage.REGISTER, "2026-07-08 17:30", "系统默认：加急件当个半日内登记拟办"),
        (Grade.FAST, Stage.HANDLE, "2026-07-13 17:30", "系统默认：加急办件3个工作日内办结"),
        (Grade.ACTION, Stage.HANDLE, "2026-07-17 17:30", "系统默认：办件7个工作日内办结"),
        (Grade.READING, Stage.CIRCULATE, "2026-07-15 17:30", "系统默认：阅件5个工作日内传阅完毕"),
        (Grade.CONSULT, Stage.HANDLE, "2026-07-15 17:30", "系统默认：会签5个工作日内反馈，逾期不等于同意"),
        (Grade.CONSULT_URGENT, Stage.HANDLE, "2026-07-09 17:30", "系统默认：紧急会签1个工作日内反馈，逾期不等于同意"),
    ],
)
def test_defaults(grade: Grade, stage: Stage, moment: str, why: str) -> None:
    found = due(grade, stage)
    assert (found.at, found.why) == (at(moment), why)


def test_the_documents_own_date_comes_before_every_rule() -> None:
    found = due(Grade.URGENT, Stage.HANDLE, Asked(at("2026-07-20 12:00")))
    assert (found.at, found.why) == (at("2026-07-20 12:00"), "来文要求：2026年7月20日12时前")


def test_of_document_and_leader_the_earlier_holds() -> None:
    document = Asked(date(2026, 7, 10))
    early, late = Asked(at("2026-07-09 09:05"), Source.LEADER), Asked(at("2026-07-11 09:00"), Source.LEADER)
    assert due(Grade.ACTION, Stage.HANDLE, document, early).why == "领导要求：2026年7月9日9时5分前"
    assert due(Grade.ACTION, Stage.HANDLE, document, late).why == "来文要求：2026年7月10日17时30分前"


def test_a_stated_day_off_or_past_is_kept_and_warned_about() -> None:
    saturday = due(Grade.ACTION, Stage.HANDLE, Asked(date(2026, 7, 11)))
    assert saturday.at == at("2026-07-11 17:30")
    assert saturday.warnings == ("7月11日不是工作日，请核对",)
    past = due(Grade.ACTION, Stage.HANDLE, Asked(RECEIVED))
    assert past.warnings == ("要求的时间在收文之前或已到，请立即与来文单位或领导确认",)


def test_the_units_own_table_comes_before_the_default() -> None:
    own = {(Grade.ACTION, Stage.HANDLE): own_rule(Grade.ACTION, Stage.HANDLE, 5, Unit.WORKING_DAYS)}
    found = limit(Grade.ACTION, Stage.HANDLE, RECEIVED, CALENDAR, own=own)
    assert found == Deadline(at("2026-07-15 17:30"), "本单位规定：办件5个工作日内办结")
    assert limit(Grade.FAST, Stage.HANDLE, RECEIVED, CALENDAR, own=own) == due(Grade.FAST, Stage.HANDLE)


def test_no_rule_no_date() -> None:
    assert limit(Grade.READING, Stage.LEADER, RECEIVED, CALENDAR) is None


def test_a_limit_over_the_year_end_is_warned_about() -> None:
    found = limit(Grade.ACTION, Stage.HANDLE, at("2026-12-30 09:00"), CALENDAR)
    assert found is not None
    assert found.warnings == ("2027年放假安排尚未导入，期限暂按周末推算，导入后请核对",)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(Invalid, match=r"organization\.moment_without_zone"):
        limit(Grade.URGENT, Stage.HANDLE, datetime(2026, 7, 8), CALENDAR)
    with pytest.raises(Invalid, match=r"organization\.moment_without_zone"):
        limit(Grade.URGENT, Stage.HANDLE, RECEIVED, CALENDAR, asked=[Asked(datetime(2026, 7, 9))])


@given(st.integers(0, 200_000))
@settings(max_examples=60)
def test_more_urgent_is_never_later(minutes: int) -> None:
    received = datetime(2026, 1, 5, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
    pace = [limit(grade, Stage.HANDLE, received, CALENDAR) for grade in (Grade.FLASH, Grade.URGENT, Grade.FAST, Grade.ACTION)]
    moments = [found.at for found in pace if found is not None]
    assert len(moments) == 4
    assert moments == sorted(moments)


def test_every_default_says_it_is_one() -> None:
    assert all(rule.name.startswith("系统默认：") for rule in DEFAULTS.values())


@given(
    key=st.sampled_from(sorted(KNOWN)),
    unit=st.sampled_from(list(MOST)),
    data=st.data(),
)
def test_a_units_own_rule_is_read_back_from_its_sentence(key: tuple[Grade, Stage], unit: Unit, data: st.DataObject) -> None:
    amount = data.draw(st.integers(min(1, MOST[unit]), MOST[unit]))
    rule = own_rule(*key, amount, unit)
    assert named(rule.name) == (key[1], rule)
    assert not is_stated(rule.name)


def test_every_default_is_named_by_its_sentence_and_no_stated_limit_is() -> None:
    assert {named(rule.name) for rule in DEFAULTS.values()} == {(stage, rule) for (_, stage), rule in DEFAULTS.items()}
    for source in Source:
        why = due(Grade.ACTION, Stage.HANDLE, Asked(date(2026, 7, 10), source)).why
        assert (named(why), is_stated(why)) == (None, True)


def test_no_step_is_due_after_the_whole() -> None:
    step, early = due(Grade.ACTION, Stage.LEADER), due(Grade.ACTION, Stage.HANDLE, Asked(date(2026, 7, 9)))
    late, ruled = due(Grade.ACTION, Stage.HANDLE, Asked(date(2026, 7, 30))), due(Grade.READING, Stage.CIRCULATE)
    assert (within(step, early), within(step, late), within(step, None)) == (early, step, step)
    assert (within(None, early), within(None, ruled), within(None, None)) == (early, None, None)
