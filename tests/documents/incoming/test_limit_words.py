"""Times as opinions write them: what is plain is read, what is not gives nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.incoming.limits.words import limits_in
from office.kernel.clock import SHANGHAI
from office.organization.calendar import national

CALENDAR = national()
# A Wednesday.
NOW = datetime(2026, 7, 8, 10, 0, tzinfo=SHANGHAI)


def read(text: str, now: datetime = NOW) -> list[str]:
    return [at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") for at in limits_in(text, now, CALENDAR)]


@pytest.mark.parametrize(
    "text, moment",
    [
        ("请农业农村办牵头，7月20日前报结果。", "2026-07-20 17:30"),
        ("同意。请于2026年7月20日（周一）前办结。", "2026-07-20 17:30"),
        ("请七月二十日前报来。", "2026-07-20 17:30"),
        ("请抓紧办理，20日之前报我。", "2026-07-20 17:30"),
        ("请5日前报结果。", "2026-08-05 17:30"),
        ("请1月5日前办结。", "2027-01-05 17:30"),
        ("今天下班前报来。", "2026-07-08 17:30"),
        ("请今日内报。", "2026-07-08 17:30"),
        ("下班前报我。", "2026-07-08 17:30"),
        ("请下午3点前到位。", "2026-07-08 15:00"),
        ("明天中午前报。", "2026-07-09 12:00"),
        ("明日10:30前报。", "2026-07-09 10:30"),
        ("后天上午9时30分前到岗。", "2026-07-10 09:30"),
        ("7月9日17时前报。", "2026-07-09 17:00"),
        ("务必在本周五前办结。", "2026-07-10 17:30"),
        ("请周五下午5点半前报。", "2026-07-10 17:30"),
        ("下周一前报方案。", "2026-07-13 17:30"),
        ("请月底前办结。", "2026-07-31 17:30"),
        ("请8月底前办结。", "2026-08-31 17:30"),
        ("年底前完成。", "2026-12-31 17:30"),
        ("请3个工作日内反馈。", "2026-07-13 17:30"),
        ("五个工作日之内报结果。", "2026-07-15 17:30"),
        ("请24小时内处置到位。", "2026-07-09 10:00"),
        ("请三日内报结果。", "2026-07-13 17:30"),
        ("请两天内反馈。", "2026-07-10 17:30"),
        ("一定在7月20日前完成。", "2026-07-20 17:30"),
        ("7月18日至20日前完成排查。", "2026-07-20 17:30"),
        ("7月20日前报初稿，请7月20日前一并附图。", "2026-07-20 17:30"),
    ],
)
def test_what_is_plainly_written_is_read(text: str, moment: str) -> None:
    assert read(text) == [moment]


@pytest.mark.parametrize(
    "text",
    [
        "请尽快办理。", "抓紧落实，及时反馈。", "请汛期前完成。", "会前报我。", "请在7月20日前期工作基础上办理。",
        "7月20日前后再议。", "已于7月7日前办结。", "我办能在7月20日前办结。", "原定7月20日前完成。",
        "不必7月20日前报。", "自7月20日起执行。", "7月20日召开会议。", "7月1日前报。", "2025年7月20日前报。",
        "2月30日前报。", "周一前报。", "上周五前的情况。", "会议召开3日前报送材料。", "过去3天内的雨情。",
        "0个工作日内。", "今天9点前报。", "25时前报。", "请今年汛前、雨前做好。", "请阅。", "",
    ],
)  # fmt: skip
def test_what_is_not_plain_gives_nothing(text: str) -> None:
    assert read(text) == []


def test_several_times_are_all_told_so_that_none_is_chosen() -> None:
    assert read("7月10日前拿方案，7月20日前报结果。") == ["2026-07-10 17:30", "2026-07-20 17:30"]


@given(st.text(alphabet="今明后天日周五下本月底年号时点分半上午前内个工作小之以一二十3259:：（）〇，。", max_size=40))
def test_any_text_is_read_without_a_fault_and_never_into_the_past(text: str) -> None:
    assert all(at > NOW and at.tzinfo is UTC for at in limits_in(text, NOW, CALENDAR))
