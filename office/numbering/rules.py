"""The form of a number, pure. GB/T 9704-2012 7.2.5: full year in hexagonal brackets, no leading zeros, no 第, ends with 号."""

import re

from office.kernel.refusal import Invalid

CODE = re.compile(r"[\u4e00-\u9fa5A-Za-z]{1,20}")
FIRST_YEAR, LAST_YEAR = 1949, 2199


def text(code: str, year: int, n: int) -> str:
    """A number as written: ("收", 2026, 123) is 收〔2026〕123号."""
    return f"{code}〔{year}〕{n}号"


def check(code: str, year: int) -> None:
    """Refuses Invalid `numbering.code_malformed`, `numbering.year_out_of_range`."""
    if not CODE.fullmatch(code):
        raise Invalid("numbering.code_malformed")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid("numbering.year_out_of_range", year=year)
