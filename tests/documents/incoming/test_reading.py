from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.incoming.reading import HOW_TEXTS, How, Proposal, Reading, read
from office.files.rendering.pool import InMemory, Pool, PoolSettings
from office.files.rendering.shapes import Box, Line, PageText, Span
from tests.documents.incoming.cases import CASES, FIELDS, Case
from tests.documents.incoming.sheets import printed
from tests.office.files.makers import ROOT, samples


def told(reading: Reading) -> dict[str, str]:
    """The proposed values; an empty string where nothing is proposed."""
    found: dict[str, Proposal | None] = {field: getattr(reading, field) for field in FIELDS}
    return {field: made.value if made else "" for field, made in found.items()}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_papers_are_read_right_or_not_at_all(case: Case) -> None:
    assert told(read(case.sheet().layers())) == case.truth


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_is_settled_after_some_pages_stays_so(case: Case) -> None:
    """Reading page by page, the first settled reading is the one of the whole file, and one not settled proposes no date."""
    pages = case.sheet().layers()
    for upto in range(1, len(pages)):
        found = read(pages[:upto], whole=False)
        if found.settled:
            assert told(found) == case.truth, upto
        else:
            assert found.doc_date is None, upto


async def test_the_same_papers_as_real_pdfs_are_read_the_same(tmp_path: Path) -> None:
    """Without any font on the machine: the text layer needs none."""
    async with Pool(PoolSettings(workers=1, font_dirs=(str(tmp_path),))) as pool:
        for case in CASES:
            source = InMemory(printed(case.sheet()), case.name)
            count = len((await pool.inspect(source)).pages)
            pages = [await pool.text(source, number) for number in range(count)]
            assert told(read(pages)) == case.truth, case.name


async def test_the_demonstration_papers_are_read(tmp_path: Path) -> None:
    expected = {
        "urgent-notice.pdf": ("青政办发〔2026〕31号", "青岚县人民政府办公室", "特急", "通知"),
        "bridge-request.pdf": ("禾政〔2026〕22号", "禾渡镇人民政府", "", "请示"),
    }
    async with Pool(PoolSettings(workers=1)) as pool:
        for name, (doc_no, issuer, urgency, kind) in expected.items():
            path = ROOT / "demo" / "paper" / name
            count = len((await pool.inspect(path)).pages)
            found = told(read([await pool.text(path, number) for number in range(count)]))
            assert (found["doc_no"], found["issuer"], found["urgency"], found["kind"]) == (doc_no, issuer, urgency, kind)
            assert found["title"].endswith(kind)
            assert found["doc_date"].startswith("2026-07-")


async def test_pdfs_that_are_no_official_papers_give_nothing() -> None:
    names = ("XiaoBiaoSong", "SimFang-variant", "multicolumn", "crazyones-pdfa", "libreoffice-form", "annotation-text-widget")
    async with Pool(PoolSettings(workers=1)) as pool:
        for name in names:
            path = samples() / "pdf" / f"{name}.pdf"
            count = len((await pool.inspect(path)).pages)
            reading = read([await pool.text(path, number) for number in range(count)])
            assert reading == Reading(), name


async def test_a_scan_says_that_it_has_no_text() -> None:
    async with Pool(PoolSettings(workers=1)) as pool:
        path = samples() / "gongwen" / "07-jiaoyubu-sci-webprint.pdf"
        reading = read([await pool.text(path, number) for number in range(3)])
    assert reading == Reading(has_text=False)


def test_a_proposal_points_at_its_place() -> None:
    reading = read(CASES[0].sheet().layers())
    assert reading.title is not None
    assert reading.doc_no is not None
    assert reading.issuer is not None
    assert reading.doc_date is not None
    assert reading.issuer.box.bottom < reading.doc_no.box.top < reading.doc_no.box.bottom < reading.title.box.top
    assert reading.title.box.height > reading.doc_no.box.height * 2
    assert reading.doc_date.how is How.SIGNATURE
    assert (reading.doc_date.page, reading.title.page) == (1, 0)


def test_every_rule_has_its_sentence() -> None:
    assert set(HOW_TEXTS) == {how.value for how in How}


_ratio = st.floats(0, 1, allow_nan=False)
_words = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "青岚县人民政府文件",
            "青政发〔2026〕3号",
            "签发人：",
            "关于开会的通知",
            "各单位：",
            "2026年7月8日",
            "特急",
            "文件处理单",
            "来文单位",
            "附件1",
        ]
    ),
)


@st.composite
def _spans(draw: st.DrawFn) -> Span:
    left, top = draw(_ratio), draw(_ratio)
    box = Box(left, top, min(1.0, left + draw(_ratio)), min(1.0, top + draw(_ratio) / 10))
    return Span(
        draw(_words),
        box,
        draw(st.sampled_from([0.0, 3.0, 12.0, 16.0, 22.0, 46.0])),
        draw(st.sampled_from([0, 0xE60012, 0xFFFFFF])),
    )


def _pages(spans: Sequence[Sequence[Span]]) -> list[PageText]:
    lines = tuple(Line(" ".join(one.text for one in row), row[0].box, row[0].size, row[0].color, tuple(row)) for row in spans)
    return [PageText(0, 595.0, 842.0, "", lines)]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(_spans(), min_size=1, max_size=4), max_size=12))
def test_any_layer_is_read_without_failing(spans: list[list[Span]]) -> None:
    found = told(read(_pages(spans)))
    assert all(value == value.strip() for value in found.values())
