"""成文日期 as written: Arabic digits (GB/T 9704-2012 7.3.5), Chinese numerals on older papers, or plain 2026-07-08."""

import re
from datetime import date

from office.numbering.folding import plain

_ARABIC = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日$")
_DASHED = re.compile(r"^(\d{4})([-./])(\d{1,2})\2(\d{1,2})$")
_CHINESE = re.compile(r"^([一二三四五六七八九〇○零OoＯ]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日$")
_DIGITS = dict(zip("〇一二三四五六七八九", range(10), strict=True)) | dict.fromkeys("○零Oo", 0)
_EARLIEST = 1949


def _word(number: int) -> str:
    """1 to 31 in Chinese words."""
    tens, ones = divmod(number, 10)
    return ("", "十", "二十", "三十")[tens] + ("〇一二三四五六七八九"[ones] if ones else "")


WORDS = {_word(number): number for number in range(1, 32)}


def standing_date(text: str) -> date | None:
    """The date when the text is nothing but a date of the calendar, else None."""
    bare = plain(text).replace("廿", "二十").replace("卅", "三十")
    if found := _ARABIC.match(bare):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DASHED.match(bare):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if found := _CHINESE.match(bare):
        year = int("".join(str(_DIGITS[digit]) for digit in found[1]))
        return _day(year, WORDS.get(found[2], 0), WORDS.get(found[3], 0))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= _EARLIEST else None
    except ValueError:
        return None
