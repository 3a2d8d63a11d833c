from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.incoming.reading.dates import standing_date

_DIGITS = "〇一二三四五六七八九"


def _tens(number: int) -> str:
    ten, one = divmod(number, 10)
    return ("" if ten == 0 else "十" if ten == 1 else _DIGITS[ten] + "十") + (_DIGITS[one] if one else "")


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.sampled_from(["〇", "○", "零", "O", "Ｏ"]))
def test_every_day_is_read_in_every_writing(day: date, zero: str) -> None:
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year)).replace("〇", zero)
    assert standing_date(f"{day.year}年{day.month}月{day.day}日") == day
    assert standing_date(f"{day.year} 年 {day.month:02} 月 {day.day:02} 日") == day
    assert standing_date(f"{year}年{_tens(day.month)}月{_tens(day.day)}日") == day
    assert standing_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        *("2026年2月30日", "2026年13月1日", "2026年0月1日", "二〇二六年十三月一日", "二〇二六年十十月一日"),
        *("2026年7月", "7月8日", "20XX年1月1日", "2026年7月8日印发", "截至2026年7月8日", "1026年1月1日", "2026-7.8", ""),
    ],
)
def test_what_is_no_day_of_the_calendar_is_none(text: str) -> None:
    assert standing_date(text) is None


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_none(text: str) -> None:
    assert standing_date(text) is None or isinstance(standing_date(text), date)
