"""Parts of a file that a reader asks for, by RFC 9110 section 14."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.http.ranges import Unsatisfiable, wanted


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        ("bytes=0-9", [(0, 9)]), ("bytes=90-", [(90, 99)]), ("bytes=-10", [(90, 99)]), ("bytes=95-200", [(95, 99)]),
        ("bytes=-200", [(0, 99)]), ("BYTES = 0-0 , 5-6", [(0, 0), (5, 6)]), ("bytes=99-99,200-300", [(99, 99)]),
        ("bytes=5-4", []), ("bytes=a-b", []), ("bytes=", []), ("items=0-1", []), ("bytes", []), ("bytes=0-1,x", []),
        ("bytes=--1", []), ("bytes=" + ",".join(["0-0"] * 21), []), ("bytes=٣-٤", []),
    ],
)  # fmt: skip
def test_which_parts_are_meant(header: str, parts: list[tuple[int, int]]) -> None:
    assert list(wanted(header, 100)) == parts


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=500-600,700-"])
def test_behind_the_end_is_refused(header: str) -> None:
    with pytest.raises(Unsatisfiable) as refused:
        wanted(header, 100)
    assert refused.value.headers["Content-Range"] == "bytes */100"


@given(st.text(max_size=30).map("bytes={}".format) | st.text(max_size=30), st.integers(0, 50))
def test_whatever_is_asked_is_inside_or_nothing(header: str, size: int) -> None:
    try:
        parts = wanted(header, size)
    except Unsatisfiable:
        return
    assert all(0 <= first <= last < size for first, last in parts)
