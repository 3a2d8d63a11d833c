"""The demo town's papers: what a reader, a registrar and a 2G line find in them."""

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

FOLDER = Path(__file__).parents[2] / "demo" / "paper"
HAN = re.compile(r"[㐀-鿿]")
OTHERS = ["swimming-safety-urgent", "old-villages-notice", "bridge-request"]


def pages(name: str) -> list[str]:
    """The text layer, a string a page, lines joined as pypdfium2 reads them."""
    with pypdfium2.PdfDocument(FOLDER / f"{name}.pdf") as document:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def whole(name: str) -> str:
    """All text without line ends, so that a sentence broken over two lines is found."""
    return "".join(pages(name)).replace("\n", "")


def four_greys(page: pypdfium2.PdfPage) -> bytes:
    """A page 540 px wide in four greys, WebP lossless."""
    picture = page.render(scale=540 / page.get_width(), grayscale=True).to_pil().convert("L")
    levels: Image.Image = picture.point(lambda value: value // 64 * 85)
    out = io.BytesIO()
    levels.convert("RGB").save(out, "WEBP", lossless=True, method=4, quality=60)
    return out.getvalue()


@pytest.mark.parametrize("name", ["urgent-notice", "urgent-notice-v2"])
def test_three_pages_of_at_least_560_different_characters(name: str) -> None:
    found = pages(name)
    assert len(found) == 3
    assert all(len(set(HAN.findall(page))) >= 560 for page in found)


def test_the_three_pages_fit_a_weak_line() -> None:
    with pypdfium2.PdfDocument(FOLDER / "urgent-notice.pdf") as document:
        assert sum(len(four_greys(page)) for page in document) < 60 * 1024


def test_fields_stand_in_the_text_layer_in_reading_order() -> None:
    first = pages("urgent-notice")[0].split("\n")
    assert first[:6] == [
        "特急",
        "青岚县人民政府办公室文件",
        "青政办发〔2026〕31号",
        "青岚县人民政府办公室关于全力防范",
        "应对新一轮强降雨过程的紧急通知",
        "各乡镇人民政府、街道办事处，县政府有关部门、各直属机构：",
    ]
    marks = ["一、认清", "二、压实", "三、备足", "四、果断", "五、严肃", "7月9日12时前", "附件：", "2026年7月8日抄送："]
    places = [whole("urgent-notice").index(mark) for mark in marks]
    assert places == sorted(places)


def test_the_last_page_carries_signature_date_and_imprint() -> None:
    last = pages("urgent-notice")[2]
    assert re.search(
        r"青岚县人民政府办公室\n2026年7月8日\n抄送：[^。]+。\n青岚县人民政府办公室\s+2026年7月8日 ?印发\n— 3 —\s*$", last
    )


def test_the_corrected_version_differs_in_one_date_only() -> None:
    old, new = whole("urgent-notice"), whole("urgent-notice-v2")
    assert old != new
    assert old.replace("7月9日12时前", "7月10日12时前") == new


@pytest.mark.parametrize("name", ["urgent-notice", "urgent-notice-v2", *OTHERS])
def test_no_paper_carries_a_secrecy_mark(name: str) -> None:
    assert not re.search(r"秘密|机密|绝密|★", whole(name))


@pytest.mark.parametrize(
    "name, told",
    [
        ("swimming-safety-urgent", ["加急", "青教发〔2026〕18号", "7月13日17时30分前"]),
        ("old-villages-notice", ["青政办发〔2026〕28号", "供各单位阅知"]),
        ("bridge-request", ["禾政〔2026〕22号", "签发人：苏映川", "青岚县人民政府：", "妥否，请批示。", "（联系人：石砚秋）"]),
    ],
)
def test_the_other_papers_tell_their_fields(name: str, told: list[str]) -> None:
    text = whole(name)
    assert [mark for mark in told if mark not in text] == []


def test_the_villages_are_as_many_as_the_notice_says() -> None:
    listed = re.search(r"一百四十个.*?：(.*?)。", whole("urgent-notice"))
    assert listed is not None
    assert len(re.split("[、；]", listed[1])) == 140


@pytest.mark.parametrize(
    "name, most", [("urgent-notice", 430_000), ("urgent-notice-v2", 430_000), *((name, 80_000) for name in OTHERS)]
)
def test_fonts_are_subset(name: str, most: int) -> None:
    assert (FOLDER / f"{name}.pdf").stat().st_size < most
