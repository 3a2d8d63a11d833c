import io
from collections.abc import Callable

import pytest
from PIL import Image

from office.files.bounds import Bounds
from office.files.rendering.pool import InMemory, Pool, PoolSettings
from office.files.rendering.shapes import WIDTHS, PageWarning, Rendition
from office.kernel.refusal import Invalid, NotFound, Refusal, TooLarge
from tests.office.files.makers import ROOT, assemble, chinese_pdf, form_pdf, pdf, samples, text_pdf

Held = Callable[[bytes], InMemory]

EXPECTED = {
    "GHOSTSCRIPT-698804-1-fuzzed.pdf": "blank",
    "GeoTopo-komprimiert.pdf": 117,
    "SimFang-variant.pdf": 1,
    "XiaoBiaoSong.pdf": 1,
    "annotation-text-widget.pdf": 1,
    "ccitt_EndOfBlock_false.pdf": 1,
    "crazyones-pdfa.pdf": 1,
    "issue11922_reduced.pdf": "blank",
    "libreoffice-form.pdf": 1,
    "libreoffice-writer-password.pdf": "files.encrypted",
    "multicolumn.pdf": 3,
    "poppler-395-0-fuzzed.pdf": "files.encrypted",
    "scan-bad.pdf": 1,
    "unreadablemetadata.pdf": "files.damaged",
    "with-attachment.pdf": 1,
    "07-jiaoyubu-sci-webprint.pdf": 3,
}


def picture(rendition: Rendition) -> Image.Image:
    return Image.open(io.BytesIO(rendition.data)).convert("RGB")


def ink(rendition: Rendition) -> int:
    """Pixels clearly darker than paper."""
    return sum(picture(rendition).convert("L").histogram()[:150])


async def test_every_real_pdf_is_shown_or_refused_with_its_exact_reason(pool: Pool) -> None:
    found: dict[str, object] = {}
    for path in sorted(samples().glob("*/*.pdf")):
        try:
            told = await pool.inspect(path)
            first = await pool.render(path, 0, 540)
            layer = await pool.text(path, 0)
        except Refusal as refusal:
            found[path.name] = refusal.code
            continue
        assert first.width == 540
        assert len(first.data) < 25_000, path.name
        assert picture(first).size == (first.width, first.height)
        assert layer.width == pytest.approx(told.pages[0][0], abs=0.1)
        found[path.name] = "blank" if PageWarning.BLANK in first.warnings else len(told.pages)
    assert found == EXPECTED


async def test_the_demonstration_papers_fit_a_weak_line(pool: Pool) -> None:
    for path in sorted((ROOT / "demo" / "paper").glob("*.pdf")):
        first = await pool.render(path, 0, 540)
        assert (first.tones, first.warnings) == ("red", ()), path.name
        assert len(first.data) < 25_000, path.name


async def test_three_widths_and_no_other(pool: Pool, held: Held) -> None:
    source = held(text_pdf(["Hello"]))
    for width in WIDTHS:
        made = await pool.render(source, 0, width)
        assert (made.width, made.media_type) == (width, "image/webp")
        assert made.height == pytest.approx(width * 842 / 595, abs=1)
    with pytest.raises(Invalid) as refused:
        await pool.render(source, 0, 541)
    assert refused.value.code == "files.width_not_offered"


async def test_a_page_that_is_not_there_is_refused(pool: Pool, held: Held) -> None:
    source = held(text_pdf(["Hello"], pages=2))
    for page in (-1, 2):
        with pytest.raises(NotFound) as refused:
            await pool.render(source, page, 540)
        assert refused.value.code == "files.no_such_page"
        assert refused.value.facts == {"page": page + 1, "pages": 2}


async def test_a_rotated_page_is_shown_and_read_upright(pool: Pool, held: Held) -> None:
    source = held(pdf("BT /F1 20 Tf 0 1 -1 0 100 50 Tm (Sideways) Tj ET", page_extra="/Rotate 90"))
    told = await pool.inspect(source)
    assert told.pages == ((842.0, 595.0),)
    layer = await pool.text(source, 0)
    assert [line.text for line in layer.lines] == ["Sideways"]
    box = layer.lines[0].box
    assert box.left == pytest.approx(50 / 842, abs=0.01)
    assert 0 < box.top < box.bottom < 0.2
    made = await pool.render(source, 0, 540)
    dark = picture(made).convert("L").point([255 if value < 128 else 0 for value in range(256)]).getbbox()
    assert dark is not None
    assert dark[0] / made.width == pytest.approx(box.left, abs=0.02)
    assert dark[1] / made.height > box.top - 0.01


async def test_text_has_places_sizes_and_colours(pool: Pool, held: Held) -> None:
    content = "1 0 0 rg BT /F1 30 Tf 100 700 Td (MASTHEAD) Tj ET 0 g BT /F1 1 Tf 12 0 0 12 60 600 Tm (body text) Tj ET"
    layer = await pool.text(held(pdf(content)), 0)
    head, body = layer.lines
    assert (head.text, head.size, head.color) == ("MASTHEAD", 30.0, 0xFF0000)
    assert (body.text, body.size, body.color) == ("body text", 12.0, 0)
    assert head.box.left == pytest.approx(100 / 595, abs=0.01)
    assert head.box.bottom < body.box.top
    assert "MASTHEAD" in layer.text


async def test_far_apart_words_of_one_line_are_spans_of_their_own(pool: Pool, held: Held) -> None:
    layer = await pool.text(held(pdf("BT /F1 12 Tf 60 700 Td (left) Tj 300 0 Td (right) Tj ET")), 0)
    assert [[span.text for span in line.spans] for line in layer.lines] == [["left", "right"]]


async def test_a_watermark_is_in_the_text_and_not_among_the_lines(pool: Pool, held: Held) -> None:
    slanted = "BT /F1 40 Tf 0.7 0.7 -0.7 0.7 100 200 Tm (WATERMARK) Tj ET BT /F1 12 Tf 60 700 Td (body) Tj ET"
    layer = await pool.text(held(pdf(slanted)), 0)
    assert [line.text for line in layer.lines] == ["body"]
    assert "WATERMARK" in layer.text


async def test_a_font_of_negative_size_is_as_large_and_turned(pool: Pool, held: Held) -> None:
    turned = "BT /F1 -12 Tf 300 700 Td (on its head) Tj ET BT /F1 -12 Tf -1 0 0 -1 60 600 Tm (upright) Tj ET"
    layer = await pool.text(held(pdf(turned)), 0)
    assert [(line.text, line.size) for line in layer.lines] == [("upright", 12.0)]
    assert "on its head" in layer.text


async def test_a_text_layer_is_cut_at_its_bound(held: Held) -> None:
    async with Pool(PoolSettings(workers=1, bounds=Bounds(max_text_chars=10))) as pool:
        layer = await pool.text(held(text_pdf(["abcdefghijklmnop"])), 0)
    assert layer.truncated
    assert "".join(line.text for line in layer.lines) == "abcdefghij"


async def test_filled_form_fields_are_drawn(pool: Pool, held: Held) -> None:
    empty, filled = held(form_pdf("")), held(form_pdf())
    assert (await pool.inspect(filled)).has_forms
    assert ink(await pool.render(filled, 0, 720)) > ink(await pool.render(empty, 0, 720)) + 200


async def test_chinese_text_without_any_font_is_marked(no_fonts: PoolSettings, held: Held) -> None:
    async with Pool(no_fonts) as pool:
        chinese = await pool.render(held(chinese_pdf()), 0, 540)
        latin = await pool.render(held(text_pdf(["Latin is always drawn"])), 0, 540)
        layer = await pool.text(held(chinese_pdf()), 0)
        single = held(chinese_pdf("青"))
        alone, alone_text = await pool.render(single, 0, 540), await pool.text(single, 0)
        real = await pool.render(samples() / "pdf" / "XiaoBiaoSong.pdf", 0, 540)
    assert chinese.warnings == (PageWarning.FONT_MISSING,)
    assert latin.warnings == ()
    assert alone.warnings == alone_text.warnings == layer.warnings == (PageWarning.FONT_MISSING,)
    assert real.warnings == (PageWarning.FONT_MISSING,)
    assert [line.text for line in layer.lines] == ["青岚县人民政府文件"]


async def test_bounds_are_refusals(held: Held) -> None:
    bounds = Bounds(max_pages=2, max_page_points=2000, max_bytes=4000)
    async with Pool(PoolSettings(workers=1, bounds=bounds)) as pool:
        with pytest.raises(TooLarge) as many:
            await pool.inspect(held(text_pdf(["x"], pages=3)))
        with pytest.raises(TooLarge) as wide:
            await pool.render(held(pdf(size=(3000, 300))), 0, 540)
        with pytest.raises(TooLarge) as high:
            await pool.render(held(pdf(size=(30, 1999))), 0, 540)
        with pytest.raises(TooLarge) as big:
            await pool.inspect(held(b"%PDF-1.4" + b" " * 5000))
    assert (many.value.code, many.value.facts) == ("files.too_many_pages", {"pages": 3, "limit": 2})
    assert wide.value.code == high.value.code == "files.page_too_large"
    assert big.value.code == "files.too_large"


async def test_what_only_claims_to_be_a_pdf_is_damaged(pool: Pool, held: Held) -> None:
    for data in (b"%PDF-1.7 and nothing more", b"<html>%PDF-1.4</html>", assemble([b"<< /Type /Catalog >>"])):
        with pytest.raises(Invalid) as refused:
            await pool.inspect(held(data))
        assert refused.value.code == "files.damaged"


async def test_signs_of_a_font_with_its_own_idea_of_height_stay_on_their_line(pool: Pool, held: Held) -> None:
    """A font's box says where its characters may reach: here one that hangs a whole line below the baseline."""
    low = (
        b"<< /Type /FontDescriptor /FontName /Low /Flags 32 /FontBBox [0 -1500 1000 -700] /ItalicAngle 0 /Ascent -700 "
        b"/Descent -1500 /CapHeight 0 /StemV 80 >>"
    )
    font = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /Low /FirstChar 44 /LastChar 44 /Widths [500] /FontDescriptor 4 0 R "
        b"/Encoding /WinAnsiEncoding >>"
    )
    fonts = "/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> /F2 5 0 R"
    content = "BT /F1 20 Tf 100 700 Td (one) Tj /F2 20 Tf (,) Tj /F1 20 Tf (two) Tj 0 -24 Td (three) Tj ET"
    layer = await pool.text(held(pdf(content, fonts=fonts, more=[low, font])), 0)
    assert [line.text for line in layer.lines] == ["one,two", "three"]
