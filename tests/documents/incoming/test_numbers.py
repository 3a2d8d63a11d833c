import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.incoming.reading.numbers import normalise_doc_no, standing_number

ONE = "青政办发〔2026〕31号"
_wide = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    "raw",
    [
        "青政办发〔2026〕31号",
        " 青政办发 〔2026〕 31 号 ",
        "青政办发[2026]31号",
        "青政办发［2026］31号",
        "青政办发(2026)31号",
        "青政办发（2026）31号",
        "青政办发【2026】31号",
        "青政办发﹝2026﹞31号",
        "青政办发〔２０２６〕３１号",
        "青政办发〔2026〕031号",
        "青政办发〔2026〕第31号",
        "青政办发〔2026〕31",
        "青政办发\u3000〔2026〕\u200b31号",
    ],
)
def test_writings_of_one_number_are_equal(raw: str) -> None:
    assert normalise_doc_no(raw) == ONE


@pytest.mark.parametrize(
    "other", ["青政办发〔2025〕31号", "青政发〔2026〕31号", "青政办发〔2026〕310号", "青政办函〔2026〕31号"]
)
def test_other_numbers_stay_apart(other: str) -> None:
    assert normalise_doc_no(other) != ONE


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(raw: str) -> None:
    once = normalise_doc_no(raw)
    assert normalise_doc_no(once) == once


@given(
    st.text("青岚县政办发函委镇", min_size=1, max_size=8),
    st.integers(1950, 2099),
    st.integers(1, 99_999),
    st.sampled_from(["〔〕", "[]", "()", "（）", "【】", "﹝﹞", "［］"]),
    st.booleans(),
    st.sampled_from(["", " ", "\u3000"]),
)
def test_any_number_is_found_and_normalised(code: str, year: int, serial: int, pair: str, wide: bool, gap: str) -> None:
    digits = f"{serial}".translate(_wide) if wide else f"{serial}"
    raw = f"{code}{gap}{pair[0]}{year}{pair[1]}{gap}{digits}号"
    assert standing_number(raw) is not None
    assert normalise_doc_no(raw) == f"{code}〔{year}〕{serial}号"


@pytest.mark.parametrize(
    "text",
    [
        "根据青政办发〔2026〕31号文件精神，",
        "青政办发〔2026〕号",
        "青政办发〔20XX〕31号",
        "〔2026〕31号",
        "第31号",
        "2026年7月8日",
        "",
        "收〔2026〕",
    ],
)
def test_what_is_no_number_standing_alone_is_none(text: str) -> None:
    assert standing_number(text) is None


def test_a_label_before_the_number_is_dropped() -> None:
    assert standing_number("发文字号：" + ONE) == ONE
