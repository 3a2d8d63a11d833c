"""The worker, through its door: faces found, pages bound, pictures upright, and nothing that acts taken along."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from pyhanko.pdf_utils.generic import DictionaryObject, NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from office.kernel.refusal import Invalid, Refusal, TooLarge
from office.papers import typesetting
from office.papers.typesetting import bind, form_of, typeset
from office.papers.wire import Part
from tests.office.files.makers import samples
from tests.office.papers.pdfa import faults

PAPER = Path(__file__).resolve().parents[3] / "demo" / "paper"
MADE = {"year": 2026, "month": 11, "day": 30, "hour": 8, "minute": 3}
PDF = "application/pdf"


def stamp(*lines: str) -> dict[str, Any]:
    return {"title": "封签", "made": MADE, "lines": list(lines)}


def picture(folder: Path, orientation: int, size: tuple[int, int] = (300, 200)) -> Part:
    """A JPEG whose upper left corner, as it is stored, is black; shown turned by EXIF."""
    image = Image.new("RGB", size, "white")
    image.paste("black", (0, 0, 60, 40))
    exif = Image.Exif()
    exif[274] = orientation
    path = folder / f"{orientation}.jpg"
    image.save(path, exif=exif)
    return Part("image/jpeg", path.name, str(path))


def rendered(pdf: bytes, page: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page].render(scale=1).to_pil().convert("L")
    finally:
        document.close()


async def test_rare_characters_are_printed_by_the_face_that_has_them() -> None:
    made = await typeset("seal", stamp("㐱𠮷䶮", "堃喆"))
    text = pypdfium2.PdfDocument(made.pdf)[0].get_textpage().get_text_bounded()
    assert all(one in text for one in "㐱𠮷䶮堃喆")


async def test_for_what_no_face_has_its_number_stands_and_is_told() -> None:
    made = await typeset("seal", stamp("赵\U0001f9c2\ufe0f", "\ue0ab明"))
    text = pypdfium2.PdfDocument(made.pdf)[0].get_textpage().get_text_bounded()
    assert [one.strip() for one in text.splitlines()] == ["赵〔U+1F9C2〕", "〔U+E0AB〕明"]
    assert made.absent == "\ue0ab\U0001f9c2"


async def test_fonts_without_a_forms_own_words_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_folders", lambda: ["/usr/share/fonts/truetype/dejavu"])
    with pytest.raises(Refusal) as refused:
        await typeset("seal", stamp("a"))
    assert refused.value.code in ("papers.no_fonts", "papers.no_glyph")


def without(pdf: bytes, change: Callable[[Any, Any], None]) -> bytes:
    """The same file with its catalog and its first page changed by an update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer.root, writer.find_page_for_modification(0)[0].get_object())
    writer.update_root()
    writer.update_container(writer.find_page_for_modification(0)[0].get_object())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _no_intent(root: Any, page: Any) -> None:
    del root["/OutputIntents"]
    page["/Group"] = DictionaryObject({NameObject("/CS"): NameObject("/DeviceRGB")})


def _acts(root: Any, page: Any) -> None:
    root["/OpenAction"] = DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})


def _calls(root: Any, page: Any) -> None:
    page["/AA"] = DictionaryObject()


def _no_metadata(root: Any, page: Any) -> None:
    del root["/Metadata"]


async def test_a_form_has_what_pdf_a_asks_and_what_has_not_is_noticed() -> None:
    """By a reader that is not its writer's; the clauses are in `pdfa.py`."""
    made = (await typeset("seal", stamp("甲"))).pdf
    assert faults(made) == []
    for change in (_no_intent, _acts, _calls, _no_metadata):
        assert faults(without(made, change)) != [], change.__name__
    assert faults((PAPER / "bridge-request.pdf").read_bytes()) != [], "what does not claim it"


async def test_pages_pictures_and_forms_become_one(tmp_path: Path) -> None:
    parts = [
        form_of("seal", stamp("甲")), Part(PDF, "a", str(PAPER / "bridge-request.pdf")), picture(tmp_path, 1),
        picture(tmp_path, 6), Part(PDF, "form", str(samples() / "pdf" / "libreoffice-form.pdf")),
        Part(PDF, "with", str(samples() / "pdf" / "with-attachment.pdf")),
    ]  # fmt: skip
    made = await bind(parts, form_of("seal", stamp("乙")))
    document = pypdfium2.PdfDocument(made.pdf)
    assert made.pages == len(document) == 7
    assert document.get_formtype() == 0
    assert pypdfium2.raw.FPDFDoc_GetAttachmentCount(document.raw) == 0
    assert "Alice" in document[5].get_textpage().get_text_bounded(), "what a form shows is drawn into its page"
    assert pypdfium2.PdfDocument(made.beside)[0].get_textpage().get_text_bounded() == "乙"
    wide, turned = rendered(made.pdf, 3), rendered(made.pdf, 4)
    assert (wide.width > wide.height, turned.height > turned.width) == (True, True)


async def test_a_turned_picture_is_upright(tmp_path: Path) -> None:
    page = rendered((await bind([picture(tmp_path, 6, (3000, 2000))])).pdf, 0)
    dark = [(x, y) for x in range(0, page.width, 8) for y in range(0, page.height, 8) if page.getpixel((x, y)) < 60]
    assert dark, "the corner is there"
    assert min(x for x, _ in dark) > page.width / 2, "turned a quarter to the right it is at the upper right"


async def test_what_cannot_be_read_or_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "x.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(Invalid) as refused:
        await bind([Part(PDF, "坏文件.pdf", str(broken))])
    assert (refused.value.code, refused.value.facts) == ("papers.not_bound", {"name": "坏文件.pdf"})
    monkeypatch.setattr(typesetting, "MOST_PAGES", 1)
    with pytest.raises(TooLarge):
        await bind([Part(PDF, "a", str(PAPER / "bridge-request.pdf"))])


async def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "SECONDS", 0.01)
    with pytest.raises(Exception, match=r"papers\.timeout"):
        await typeset("seal", stamp("甲"))
