"""Base64url: one text for one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.kernel.base64url import decode, encode


@given(st.binary(max_size=100))
def test_one_form(data: bytes) -> None:
    text = encode(data)
    assert decode(text) == data
    for other in (text + "=", text + "\n", " " + text):
        with pytest.raises(ValueError, match=r"."):
            decode(other)


@given(st.text(max_size=60))
def test_any_text_is_the_form_of_its_value_or_refused(text: str) -> None:
    try:
        data = decode(text)
    except ValueError:
        return
    assert encode(data) == text


def test_spare_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="not base64url"):
        decode("AB")
