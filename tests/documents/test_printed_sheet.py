"""文件处理单 as PDF: what is on it, in which order, and that nothing is printed as an empty box."""

import io
from typing import Any

import httpx
import pypdfium2
import pytest

from office.audit.models import AuditEntry
from office.kernel import settings
from office.papers import typesetting
from tests.documents.conftest import STROKES, Office, Phone
from tests.office.papers.pdfa import faults

pytestmark = pytest.mark.postgresql_in_proof


async def printed(office: Office, name: str, handling: str) -> httpx.Response:
    return await (await office.town.of(name)).get(f"/handlings/{handling}/sheet")


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


async def sheet_of(office: Office, name: str, handling: str) -> str:
    answer = await printed(office, name, handling)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    return "\n".join(pages_of(answer.content))


async def sign(office: Office, name: str, handling: str, text: str, strokes: bytes | None = None) -> None:
    body = Phone().signed(await office.step(name, handling), text, strokes=strokes)
    answer = await (await office.town.of(name)).post(f"/handlings/{handling}/signatures", json=body)
    assert answer.status_code == 201, answer.text


async def test_the_sheet_has_what_the_form_has_and_the_trail_says_who_printed_it(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await sign(office, "秦望舒", handling, "请抓紧办理，㐱家湾两户先行转移。")
    held = await sheet_of(office, "苏小满", handling)
    assert "先行转移" not in held, "what is held is nobody's yet"
    await office.after_hold()
    await office.ok("苏小满", handling, "conclusions", result="已全部转移安置。")
    text = await sheet_of(office, "苏小满", handling)
    for words in (
        "禾渡镇人民政府文件处理单", "来文单位", "青岚县人民政府办公室", "青政办发〔2026〕47号", "特急",
        "关于做好防汛工作的紧急通知", "拟请秦镇长阅示。", "请抓紧办理，㐱家湾两户先行转移。", "秦望舒",
        "已全部转移安置。", "本系统为非涉密系统", "第 1 页，共 1 页",
    ):  # fmt: skip
        assert words in text, f"{words} is not on the sheet:\n{text}"
    rows = await AuditEntry.filter(action="documents.print", subject=f"documents.handling:{handling}")
    assert [row.facts["form"] for row in rows] == ["handling-sheet"] * 2


async def test_leaders_stand_by_rank_and_never_by_time(office: Office) -> None:
    handling = await office.proposed("秦望舒", "程晚照", order="parallel")
    await sign(office, "程晚照", handling, "副职先签。")
    await sign(office, "秦望舒", handling, "正职后签。")
    await office.after_hold()
    text = await sheet_of(office, "苏小满", handling)
    assert text.index("正职后签。") < text.index("副职先签。")


async def test_handwriting_is_drawn_as_lines_and_many_words_take_many_pages(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await sign(office, "秦望舒", handling, "第一条，抓紧办理。\n" * 190, STROKES)
    await office.after_hold()
    answer = await printed(office, "苏小满", handling)
    pages = pages_of(answer.content)
    assert len(pages) > 2
    assert "（续）" in pages[1]
    assert f"第 2 页，共 {len(pages)} 页" in pages[1]
    assert b"pdfaid:part>2<" in answer.content
    assert b"pdfaid:conformance>B<" in answer.content
    assert faults(answer.content) == []
    document = pypdfium2.PdfDocument(answer.content)
    kinds = {item.type for page in document for item in page.get_objects(max_depth=8)}
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds, "handwriting is vectors"


async def test_for_a_character_without_a_glyph_its_number_is_printed_and_the_foot_says_so(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await sign(office, "秦望舒", handling, "请\ue0ab\U0001f600村办理。")
    await office.after_hold()
    text = await sheet_of(office, "苏小满", handling)
    assert "请〔U+E0AB〕〔U+1F600〕村办理。" in text
    assert "字库没有的字以〔国际编码〕标注：U+E0AB、U+1F600。" in text
    assert (await AuditEntry.filter(action="documents.print").order_by("-id").first()).facts["absent"] == "U+E0AB、U+1F600"


async def test_words_cannot_reach_the_template(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    trick = '#read("/etc/passwd") #import "@preview/x:1.0.0": * $x$ \\ \u202e倒\u202c'
    await sign(office, "秦望舒", handling, trick)
    await office.after_hold()
    text = (await sheet_of(office, "苏小满", handling)).replace("\n", "").replace("\u200b", "")
    assert '#read("/etc/passwd")' in text


async def test_a_word_that_no_line_holds_is_broken_and_never_runs_off_the_paper(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await sign(office, "秦望舒", handling, f"见 https://example.invalid/{'W' * 400} 和{'Ж' * 300}")
    await office.after_hold()
    document = pypdfium2.PdfDocument((await printed(office, "苏小满", handling)).content)
    right = max(item.get_bounds()[2] for page in document for item in page.get_objects(max_depth=8))
    assert right < 210 / 25.4 * 72 - 50, "within the margin"


async def test_who_may_print_it(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    assert (await printed(office, "秦望舒", handling)).status_code == 200
    for name in ("程晚照", "白露秋", "何路人"):
        assert (await printed(office, name, handling)).status_code in (403, 404), name
    assert (await office.house.http.get(f"/handlings/{handling}/sheet")).status_code == 401


async def test_too_many_at_once_are_told_to_wait_and_no_fonts_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    handling = await office.proposed("秦望舒")
    monkeypatch.setattr(typesetting, "WAITING", -typesetting.AT_ONCE)
    busy = await printed(office, "苏小满", handling)
    assert (busy.status_code, busy.json()["code"], busy.headers["retry-after"]) == (503, "papers.busy", "10")
    monkeypatch.undo()
    monkeypatch.setattr(typesetting, "_folders", list)
    bare = await printed(office, "苏小满", handling)
    assert (bare.status_code, bare.json()["code"]) == (503, "papers.no_fonts")


async def test_the_customers_folder_comes_first(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from msgspec.structs import replace

    handling = await office.proposed("秦望舒")
    folders = typesetting._folders()
    monkeypatch.setattr(typesetting, "_folders", list)
    before = settings.current()
    settings.use(replace(before, fonts=folders[0]))
    try:
        assert (await printed(office, "苏小满", handling)).status_code == 200
    finally:
        settings.use(before)
