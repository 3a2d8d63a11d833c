"""What of a text is printed, and what needs a glyph."""

from hypothesis import given
from hypothesis import strategies as st

from office.papers.glyphs import WRITES, cleaned, marked, named, numbers, plain, seen


def test_controls_draw_nothing_and_turn_no_line_around() -> None:
    assert plain("甲\u202e乙\u202c\u200b\x00\r\n丙\u2028丁\t戊\ufeff") == "甲乙\n丙\n丁 戊"


def test_a_blank_of_any_width_is_a_blank() -> None:
    assert plain("3:00\u202fPM\u00a0甲\u2003乙\u3000丙\u1680丁") == "3:00 PM 甲 乙\u3000丙 丁"


def test_every_text_of_the_data_is_cleaned_and_the_rest_stays() -> None:
    data = {"a": ["\x07甲", {"b": "乙\u200d"}], "n": 3, "none": None, "yes": True}
    assert cleaned(data) == {"a": ["甲", {"b": "乙"}], "n": 3, "none": None, "yes": True}


def test_a_selector_needs_no_glyph_of_its_own() -> None:
    assert set(seen("辻\U000e0100\ufe00\n")) == {"辻"}


def test_names_are_numbers_too_and_not_without_end() -> None:
    assert named("𠮷") == "“𠮷”（U+20BB7）"
    assert named("一二三四五六七八九十甲乙丙").endswith("等13个字")


def test_an_absent_character_is_its_number_and_its_selector_goes_with_it() -> None:
    data = {"by": "张\U0002e8f6\U000e0100三", "lines": ["辻\ufe00", 3, None]}
    assert marked(data, "\U0002e8f6") == {"by": "张〔U+2E8F6〕三", "lines": ["辻\ufe00", 3, None]}
    assert numbers("") == ""
    assert numbers("".join(map(chr, range(0xE000, 0xE00D)))).endswith("、U+E00B等13个字")


@given(st.text(), st.sets(st.characters(exclude_characters=WRITES)))
def test_what_is_absent_is_nowhere_and_the_rest_in_its_order(words: str, absent: set[str]) -> None:
    said = marked(words, absent)
    assert not absent & set(said)
    assert marked(words, set()) == words
    left = iter(said)
    assert all(one in left for one in words if one not in absent and list(seen(one)))


@given(st.text())
def test_what_is_left_is_what_can_be_seen_in_its_order(words: str) -> None:
    kept = plain(words)
    assert plain(kept) == kept
    drawn = [one for one in words if one.isprintable() and one != " "]
    assert [one for one in kept if one.isprintable() and one != " "] == drawn
