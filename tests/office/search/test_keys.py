"""What is typed is found however it was written: the keys of a word are among those of every text that contains it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.kernel.refusal import Invalid
from office.search.asked import asked
from office.search.excerpts import BEFORE, LENGTH, excerpts
from office.search.folding import folded, placed, tidied
from office.search.keys import keys_of_text, keys_of_word

TEXTS = st.text(alphabet=st.sampled_from("防汛工作通知〔〕［］(（）)２０26 第0047号abＡＢ,，。\n　⺠①ﬁ\u200b-"), max_size=60)
ANY = st.text(max_size=60)


@given(TEXTS | ANY, st.integers(0, 60), st.integers(1, 12))
def test_whatever_contains_a_word_has_its_keys(text: str, start: int, length: int) -> None:
    whole = folded(text)
    word = whole[start : start + length]
    assert set(keys_of_word(word)) <= keys_of_text(whole)


@given(TEXTS | ANY)
def test_every_character_comes_from_a_place_in_order(text: str) -> None:
    form = placed(text)
    assert len(form.text) == len(form.places)
    assert form.places == sorted(form.places)
    assert all(0 <= place < len(text) for place in form.places)


@given(TEXTS)
def test_what_is_shown_is_found_as_what_was_written(text: str) -> None:
    assert folded(tidied(text)) == folded(text)


@pytest.mark.parametrize(
    "written",
    ["青政办发〔2026〕47号", "青政办发[2026]47号", "青政办发(2026) 47 号", "青政办发【2026】第47号",
     "青政办发［２０２６］４７号", "青政办发（2026）047号"],
)  # fmt: skip
def test_a_number_is_one_in_every_shape(written: str) -> None:
    assert folded(written) == "青政办发〔2026〕47号"


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("关 于 防\n汛", "关于防汛"),
        ("Word  File\n2", "word file 2"),
        ("⺠⽣", "民生"),
        ("ＧＢ／Ｔ 9704", "gb/t 9704"),
        ("第\u200b一", "第一"),
    ],
)
def test_blanks_widths_and_radicals(written: str, form: str) -> None:
    assert folded(written) == form


def test_keys_are_characters_pairs_and_whole_runs() -> None:
    assert keys_of_text("防汛2026") == {"防", "汛", "防汛", "2", "0", "6", "汛2", "20", "02", "26", "2026"}
    assert keys_of_word("防汛") == ["防汛"]
    assert keys_of_word("汛") == ["汛"]
    assert "2026" in keys_of_word("〔2026〕")
    assert "2026" not in keys_of_word("〔2026")


@pytest.mark.parametrize("q", ["，。", "《》 -", "\u200b"])
def test_punctuation_alone_asks_for_nothing(q: str) -> None:
    with pytest.raises(Invalid) as told:
        asked(q)
    assert told.value.code == "search.nothing_asked"


@given(TEXTS, st.integers(0, 60), st.integers(1, 6))
def test_an_excerpt_is_a_piece_of_the_text_with_every_hit_marked(text: str, start: int, length: int) -> None:
    shown = tidied(text)
    word = folded(shown)[start : start + length]
    if not keys_of_word(word):
        return
    [found] = excerpts([("正文", shown)], [word])
    plain = "".join(piece.text for piece in found.pieces if piece.text != "…" or piece.hit)
    assert plain in shown
    assert len(plain) <= LENGTH
    assert any(piece.hit for piece in found.pieces)
    assert word in folded(plain) or len(word) > LENGTH - BEFORE


def test_two_excerpts_tell_where_both_words_are() -> None:
    found = excerpts([("标题", "关于防汛的通知"), ("意见", "请办理"), ("正文", "落实值班制度")], ["防汛", "值班"])
    assert [(one.where, [(piece.text, piece.hit) for piece in one.pieces]) for one in found] == [
        ("标题", [("关于", False), ("防汛", True), ("的通知", False)]),
        ("正文", [("落实", False), ("值班", True), ("制度", False)]),
    ]
