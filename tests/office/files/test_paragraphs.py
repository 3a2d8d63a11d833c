"""Lines of a page as paragraphs: what goes on is joined as it is read, what stands alone stays alone."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from office.files.paragraphs import INDENT, paragraphs
from office.files.rendering.shapes import Box, Line, PageText, Span

WIDTH, HEIGHT, SIZE, PITCH = 595.0, 842.0, 16.0, 28.0
LEFT, EMS = 88.0, 26


@dataclass
class Sheet:
    """A page that is set line by line: text from `em` widths of a character right of the left edge."""

    lines: list[Line]

    def put(self, text: str, em: float = 0, size: float = SIZE, skip: float = 1, letter: float = 1) -> "Sheet":
        """`letter`: how wide a character is, in ems; a row's pieces stand apart at `|`."""
        top = (self.lines[-1].box.top if self.lines else 0.1) + skip * PITCH / HEIGHT
        spans, left = [], LEFT + em * SIZE
        for piece in text.split("|"):
            right = left + len(piece) * size * letter
            spans.append(Span(piece, Box(left / WIDTH, top, right / WIDTH, top + size / HEIGHT), size, 0))
            left = right + 4 * size
        box = Box(spans[0].box.left, top, spans[-1].box.right, top + size / HEIGHT)
        self.lines.append(Line(" ".join(span.text for span in spans), box, size, 0, tuple(spans)))
        return self

    def read(self) -> list[str]:
        return paragraphs(PageText(0, WIDTH, HEIGHT, "", tuple(self.lines))).split("\n")


def words(count: int, first: str = "水") -> str:
    return first + "文" * (count - 1)


def test_a_paragraph_of_an_official_document() -> None:
    sheet = Sheet([]).put("关于全力防范", 7, 22).put("强降雨的紧急通知", 5, 22).put("各乡镇人民政府：")
    sheet.put(words(24), 2).put(words(25, "雨")).put("止。").put(words(24, "二"), 2).put("末。").put("2026年7月8日", 16)
    assert sheet.read() == [
        "关于全力防范", "强降雨的紧急通知", "各乡镇人民政府：", INDENT + words(24) + words(25, "雨") + "止。",
        INDENT + words(24, "二") + "末。", "2026年7月8日",
    ]  # fmt: skip


def test_a_short_line_ends_its_paragraph_and_an_item_begins_one() -> None:
    sheet = Sheet([]).put(words(26)).put(words(26, "一") + "")
    assert len(sheet.read()) == 1
    for item in ("一、认清形势", "（二）责任人", "3.报送时间", "第四条　附则"):
        assert Sheet([]).put(words(26)).put(item).read() == [words(26), item]
    assert Sheet([]).put(words(26)).put(words(20)).put(words(26)).read() == [words(26) + words(20), words(26)]


def test_another_size_a_gap_and_a_table_s_row_stand_alone() -> None:
    assert len(Sheet([]).put(words(26)).put(words(9), size=12).put(words(26)).read()) == 3
    assert len(Sheet([]).put(words(26)).put(words(26)).put(words(26), skip=2.5).read()) == 2
    assert Sheet([]).put("鹤鸣水库|柴仲谋|窦敏捷|庞贵").put("碧潭水库|裴俊逸|郝卓然").read() == [
        "鹤鸣水库 柴仲谋 窦敏捷 庞贵", "碧潭水库 裴俊逸 郝卓然",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "then", "whole"),
    [
        ("docu-", "ment and", "document and"),
        ("white", "dogs and", "white dogs and"),
        ("Sino-", "British line", "Sino-British line"),
        ("year 20", "26 and on", "year 2026 and on"),
        ("app 指办", "and so on", "app 指办and so on"),
    ],
)
def test_words_are_joined_as_they_are_read(first: str, then: str, whole: str) -> None:
    before = "the quick brown fox jumps over the lazy "
    assert Sheet([]).put(before + first, letter=0.5).put(then, letter=0.5).read() == [before + whole]


@given(
    st.lists(st.tuples(st.text("水文ab1、", min_size=1, max_size=28), st.sampled_from([0.0, 2.0, 7.0])), min_size=1, max_size=9)
)
def test_no_character_of_chinese_lines_is_lost(lines: list[tuple[str, float]]) -> None:
    sheet = Sheet([])
    for text, em in lines:
        sheet.put(f"文{text}文", em)
    read = "".join(sheet.read()).replace(INDENT, "")
    assert read == "".join(line.text for line in sheet.lines)


def test_a_page_without_lines_is_its_text() -> None:
    assert paragraphs(PageText(0, WIDTH, HEIGHT, "隐字", ())) == "隐字"
    assert paragraphs(PageText(0, WIDTH, HEIGHT, "", ())) == ""


@pytest.mark.parametrize("size", [0.0, -12.0, float("inf"), float("nan")])
def test_a_page_whose_sizes_are_none_still_reads(size: float) -> None:
    sheet = Sheet([]).put("关于全力防范").put("强降雨的通知")
    sheet.lines = [replace(line, size=size) for line in sheet.lines]
    assert "".join(sheet.read()).replace(INDENT, "") == "关于全力防范强降雨的通知"
