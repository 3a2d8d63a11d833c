"""OFD drawn and read: by the pixels of pages made by hand, and by every real file there is."""

# ruff: noqa: E501 - a line of XML is read best as one line
import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter

from office.files.bounds import Bounds
from office.files.rendering import ofd as rendering
from office.files.rendering import pdf
from office.files.rendering.ofd import Ofd
from office.files.rendering.pdf import Pdf
from office.files.rendering.pool import InMemory, Pool, PoolSettings
from office.files.rendering.shapes import PageWarning
from office.kernel.refusal import TooLarge
from tests.office.files import looks
from tests.office.files.makers import samples
from tests.office.files.ofd_maker import der, fill, jbig2, ofd, page, path, png, seal, sealed, square, text

Held = Callable[[bytes], InMemory]
RED, GREEN, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)
MEDIA = '<ofd:MultiMedias><ofd:MultiMedia ID="5" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>'
IMAGE = '<ofd:ImageObject ID="6" CTM="50 0 0 50 0 0" Boundary="20 20 50 50" ResourceID="5" {}/>'


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Image.Image]:
    """A page as it is before it is made small: 840 px for 210 mm, so four to a millimetre."""

    def draw(data: bytes, number: int = 0, warnings: Sequence[PageWarning] = ()) -> Image.Image:
        seen: list[Image.Image] = []
        encode = rendering.encode_page
        monkeypatch.setattr(rendering, "encode_page", lambda image, pale: seen.append(image) or encode(image, pale=pale))
        opened = Ofd(data, Bounds(), PoolSettings().font_dirs)
        told = opened.render(number, 840).warnings
        opened.close()
        assert told == tuple(warnings)
        return seen[-1]

    return draw


def at(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    """The pixel at a place in millimetres."""
    found = image.getpixel((round(x * 4), round(y * 4)))
    assert isinstance(found, tuple)
    return found


def near(found: Sequence[int], wanted: Sequence[int], by: int = 12) -> bool:
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


Drawn = Callable[..., Image.Image]


def test_paths_ctm_and_colours(drawn: Drawn) -> None:
    image = drawn(ofd(
        square(10, 10, 20, fill("255 0 0")) + square(40, 10, 20, fill("#0 #FF #0")) + square(70, 10, 20, fill("0 0 255", 'Alpha="0"'))
        + square(10, 40, 10, fill("0 0 255"), 'Stroke="false" Fill="true" CTM="2 0 0 1 5 0"')
        + path("M 0 0 L 100 0", "10 100 100 1", 'LineWidth="4"', '<ofd:StrokeColor Value="255 0 0"/>')
        + path("M 0 0 L 40 0 L 40 40 L 0 40 C M 10 10 L 30 10 L 30 30 L 10 30 C", "120 10 40 40", 'Stroke="false" Fill="true" Rule="Even-Odd"', fill("0 255 0"))
    ))  # fmt: skip
    assert (at(image, 20, 20), at(image, 50, 20), at(image, 80, 20)) == (RED, GREEN, WHITE)
    assert (at(image, 12, 45), at(image, 16, 45), at(image, 34, 45), at(image, 36, 45)) == (WHITE, BLUE, BLUE, WHITE)
    assert (at(image, 50, 101.5), at(image, 50, 98.5), at(image, 50, 104)) == (RED, RED, WHITE)
    assert (at(image, 125, 15), at(image, 140, 30)) == (GREEN, WHITE)


def test_arcs_and_curves(drawn: Drawn) -> None:
    circle = path("M 0 20 A 20 20 0 1 1 0 20.01 C", "60 40 40 40", inside=fill("255 0 0"))
    curve = path("M 0 0 Q 20 40 40 0 C", "60 100 40 40", inside=fill("0 0 255"))
    bent = path("M 0 0 B 0 40 40 40 40 0 C", "120 100 40 40", inside=fill("0 255 0"))
    image = drawn(ofd(path("M 0 20 A 20 20 0 0 1 40 20 C", "10 40 40 40", inside=fill("255 0 0")) + circle + curve + bent))
    assert (at(image, 30, 45), at(image, 30, 75)) == (RED, WHITE)
    assert (at(image, 80, 118), at(image, 80, 122)) == (BLUE, WHITE)
    assert (at(image, 140, 128), at(image, 140, 132)) == (GREEN, WHITE)


def test_colour_spaces_palettes_and_drawing_parameters(drawn: Drawn) -> None:
    res = (
        '<ofd:ColorSpaces><ofd:ColorSpace ID="20" Type="CMYK"/><ofd:ColorSpace ID="21" Type="RGB"><ofd:Palette><ofd:CV>1 2 3</ofd:CV>'
        '<ofd:CV>#00 #FF #00</ofd:CV></ofd:Palette></ofd:ColorSpace><ofd:ColorSpace ID="22" Type="GRAY"/></ofd:ColorSpaces>'
        '<ofd:DrawParams><ofd:DrawParam ID="30" Relative="31"/><ofd:DrawParam ID="31" LineWidth="6" Relative="30">'
        '<ofd:FillColor Value="255 0 0"/><ofd:StrokeColor Value="0 0 255"/></ofd:DrawParam></ofd:DrawParams>'
    )
    image = drawn(ofd(
        square(10, 10, 20, fill("0 255 255 0", 'ColorSpace="20"')) + square(40, 10, 20, '<ofd:FillColor Index="1" ColorSpace="21"/>')
        + square(70, 10, 20, fill("128", 'ColorSpace="22"')) + square(10, 40, 20, "", 'Fill="true" Stroke="false" DrawParam="30"')
        + path("M 0 10 L 100 10", "50 40 100 20", 'DrawParam="30"'), res=res,
    ))  # fmt: skip
    assert (at(image, 20, 20), at(image, 50, 20), at(image, 80, 20)) == (RED, GREEN, (128, 128, 128))
    assert (at(image, 20, 50), at(image, 100, 52.5)) == (RED, BLUE)


def test_gradients(drawn: Drawn) -> None:
    ends = '<ofd:Segment Position="0"><ofd:Color Value="255 0 0"/></ofd:Segment><ofd:Segment Position="1"><ofd:Color Value="0 0 255"/></ofd:Segment>'

    def shaded(kind: str, told: str, x: float, y: float, inside: str = ends) -> str:
        return square(x, y, 40, f"<ofd:FillColor><ofd:{kind} {told}>{inside}</ofd:{kind}></ofd:FillColor>")

    corners = "".join(
        f'<ofd:Point X="{x}" Y="{y}"><ofd:Color Value="{color}"/></ofd:Point>'
        for x, y, color in ((0, 0, "255 0 0"), (40, 0, "255 0 0"), (0, 40, "0 0 255"), (40, 40, "0 0 255"))
    )
    image = drawn(ofd(
        shaded("AxialShd", 'StartPoint="10 0" EndPoint="30 0"', 10, 10) + shaded("AxialShd", 'StartPoint="10 0" EndPoint="30 0" Extend="3"', 60, 10)
        + shaded("AxialShd", 'StartPoint="0 0" EndPoint="40 0" MapType="Repeat" MapUnit="10"', 110, 10)
        + shaded("RadialShd", 'StartPoint="20 20" EndPoint="20 20" EndRadius="20" Extend="0"', 10, 60)
        + shaded("RadialShd", 'StartPoint="20 20" EndPoint="20 20" EndRadius="20" Eccentricity="0.8" Extend="2"', 60, 60)
        + shaded("AxialShd", 'StartPoint="10 0" EndPoint="30 0" Extend="1"', 110, 60) + shaded("AxialShd", 'StartPoint="10 0" EndPoint="30 0" Extend="2"', 160, 60)
        + shaded("GouraudShd", 'Extend="1"', 110, 110, corners.replace('"40"', '"20"') + '<ofd:BackColor Value="0 255 0"/>')
        + shaded("LaGouraudShd", 'VerticesPerRow="2"', 10, 110, corners) + shaded("GouraudShd", "", 60, 110, corners)
    ))  # fmt: skip
    assert (at(image, 12, 20), at(image, 48, 20)) == (WHITE, WHITE)
    assert near(at(image, 30, 20), (128, 0, 128), 30)
    assert (at(image, 62, 20), at(image, 98, 20)) == (RED, BLUE)
    assert near(at(image, 111, 20), at(image, 121, 20), 30)
    assert near(at(image, 30, 80), RED, 20)
    assert at(image, 12, 62) == WHITE
    assert near(at(image, 80, 93), BLUE, 30)
    assert near(at(image, 98, 80), (26, 0, 230), 40)
    assert near(at(image, 30, 112), RED, 30)
    assert near(at(image, 30, 148), BLUE, 30)
    assert near(at(image, 63, 113), RED, 50)
    assert (at(image, 112, 70), at(image, 148, 70)) == (RED, WHITE)  # 1: from the end towards the start, and on
    assert (at(image, 162, 70), at(image, 198, 70)) == (WHITE, BLUE)
    assert (at(image, 148, 148), near(at(image, 112, 111), RED, 50)) == (GREEN, True)


def test_patterns_repeat_their_cell(drawn: Drawn) -> None:
    cell = f"<ofd:CellContent>{square(0, 0, 5, fill('255 0 0'))}</ofd:CellContent>"
    pattern = (
        f'<ofd:FillColor><ofd:Pattern Width="5" Height="5" XStep="10" YStep="10" {{}}>{cell}</ofd:Pattern></ofd:FillColor>'
    )
    image = drawn(ofd(
        square(13, 13, 40, pattern.format("")) + square(73, 13, 40, pattern.format('RelativeTo="Page"'))
        + square(13, 73, 40, pattern.format('CTM="2 0 0 2 0 0"'))
    ))  # fmt: skip
    assert (at(image, 15, 15), at(image, 20, 15), at(image, 25, 25), at(image, 45, 35)) == (RED, WHITE, RED, RED)
    assert (at(image, 74, 14), at(image, 77, 17), at(image, 82, 22)) == (RED, WHITE, RED)
    assert (at(image, 20, 80), at(image, 25, 80), at(image, 36, 96)) == (RED, WHITE, RED)


def test_clips_narrow_in_the_space_they_are_told_for(drawn: Drawn) -> None:
    def clips(flag: str, box: str) -> str:
        left, top, wide, high = box.split()
        inner = f'<ofd:Path Boundary="{left} {top} {wide} {high}"><ofd:AbbreviatedData>M 0 0 L {wide} 0 L {wide} {high} L 0 {high} C</ofd:AbbreviatedData></ofd:Path>'
        return f'<ofd:Clips TransFlag="{flag}"><ofd:Clip><ofd:Area>{inner}</ofd:Area></ofd:Clip></ofd:Clips>'

    doubled = 'Stroke="false" Fill="true" CTM="2 0 0 2 0 0"'
    image = drawn(ofd(
        square(10, 10, 20, clips("true", "0 0 10 10") + fill("255 0 0"), doubled)
        + square(80, 10, 20, clips("false", "0 0 10 10") + fill("255 0 0"), doubled)
    ))  # fmt: skip
    assert (at(image, 28, 28), at(image, 32, 28)) == (RED, WHITE)
    assert (at(image, 88, 18), at(image, 92, 18)) == (RED, WHITE)


def test_pictures_by_content_with_masks_and_without_ctm(drawn: Drawn) -> None:
    res = (
        MEDIA
        + '<ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>m.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>'
    )
    mask = Image.new("L", (8, 8))
    mask.paste(255, (0, 0, 4, 8))
    out = io.BytesIO()
    mask.save(out, "PNG")
    files = {"Doc_0/Res/a.png": png(RED), "Doc_0/Res/m.png": out.getvalue()}
    bare = '<ofd:ImageObject ID="6" Boundary="100 20 50 50" ResourceID="5" ImageMask="7"/>'
    image = drawn(ofd(IMAGE.format("") + bare, res=res, files=files))
    assert (at(image, 45, 45), at(image, 75, 45)) == (RED, WHITE)
    assert (at(image, 110, 45), at(image, 140, 45)) == (RED, WHITE)


@pytest.mark.parametrize("told", ["in order", "headers first", "bare"])
def test_jbig2_is_drawn(drawn: Drawn, told: str) -> None:
    scan = Image.new("1", (400, 200), 255)
    scan.paste(0, (0, 0, 200, 100))
    data = jbig2(scan, in_order=told != "headers first", header=told != "bare")
    media = MEDIA.replace('Type="Image"', 'Type="Image" Format="GBIG2"')
    image = drawn(ofd(IMAGE.format(""), res=media, files={"Doc_0/Res/a.png": data}))
    assert (at(image, 30, 30), at(image, 60, 30), at(image, 30, 60)) == (BLACK, WHITE, WHITE)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "JPEG", "JPEG2000"])
def test_pictures_are_what_their_bytes_are(drawn: Drawn, kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), RED).save(out, kind)
    image = drawn(ofd(IMAGE.format(""), res=MEDIA, files={"Doc_0/Res/a.png": out.getvalue()}))
    assert near(at(image, 45, 45), RED)


def test_templates_lie_behind_or_before_and_layers_keep_their_order(drawn: Drawn) -> None:
    back, front = (page(square(10, 10, 20, fill(color))) for color in ("255 0 0", "0 0 255"))
    uses = '<ofd:Template TemplateID="50" ZOrder="Background"/><ofd:Template TemplateID="51" ZOrder="Foreground"/>'
    common = '<ofd:TemplatePage ID="50" BaseLoc="Tpls/a.xml"/><ofd:TemplatePage ID="51" BaseLoc="Tpls/b.xml"/>'
    files = {"Doc_0/Tpls/a.xml": back, "Doc_0/Tpls/b.xml": front.replace("10 10 20 20", "25 10 20 20")}
    image = drawn(ofd(page(square(15, 10, 20, fill("0 255 0")), before=uses), common=common, files=files))
    assert (at(image, 12, 20), at(image, 20, 20), at(image, 30, 20)) == (RED, GREEN, BLUE)


def test_composites_annotations_and_what_is_not_to_be_seen(drawn: Drawn) -> None:
    unit = f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="60" Width="20" Height="20"><ofd:Content>{square(0, 0, 20, fill("255 0 0"))}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>'
    use = '<ofd:CompositeObject ID="61" Boundary="10 10 40 40" CTM="2 0 0 2 0 0" ResourceID="60" Alpha="128"/>'
    hidden = square(100, 10, 20, fill("0 0 255"), 'Stroke="false" Fill="true" Visible="false"')
    note = f'<ofd:PageAnnot xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Annot Type="Stamp"><ofd:Appearance Boundary="100 100 20 20">{square(0, 0, 20, fill("0 255 0"))}</ofd:Appearance></ofd:Annot><ofd:Annot Type="Path" Visible="false"><ofd:Appearance Boundary="140 100 20 20">{square(0, 0, 20, fill("0 255 0"))}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>'
    files = {
        "Doc_0/Annotations.xml": '<ofd:Annotations xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Page PageID="100"><ofd:FileLoc>Annots/a.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>',
        "Doc_0/Annots/a.xml": note,
    }
    data = ofd(use + hidden, res=unit, files=files, document="<ofd:Annotations>Annotations.xml</ofd:Annotations>")
    image = drawn(data)
    assert near(at(image, 45, 45), (255, 127, 127))
    assert (at(image, 110, 20), at(image, 110, 110), at(image, 150, 110)) == (WHITE, GREEN, WHITE)


def test_seals_as_png_and_as_ofd_let_the_text_show_and_are_cut_for_the_edge(drawn: Drawn) -> None:
    body, files = sealed(
        ['<ofd:StampAnnot ID="1" PageRef="100" Boundary="10 10 40 40"/>', '<ofd:StampAnnot ID="2" PageRef="101" Boundary="10 10 40 40" Clip="20 0 20 40"/>'],
        seal("png", png(RED)),
    )  # fmt: skip
    black = square(20, 20, 5, fill("0 0 0"))
    data = ofd(black, black, body=body, files=files)
    whole, half = drawn(data), drawn(data, 1)
    assert (at(whole, 15, 15), at(whole, 22, 22), at(whole, 55, 15)) == (RED, BLACK, WHITE)
    assert (at(half, 15, 15), at(half, 22, 22), at(half, 45, 15)) == (WHITE, BLACK, RED)
    inner = ofd(square(0, 0, 20, fill("255 0 0")), area="0 0 20 40")
    body, files = sealed(['<ofd:StampAnnot ID="1" PageRef="100" Boundary="10 10 40 40"/>'], seal("ofd", inner))
    nested = drawn(ofd(black, body=body, files=files))
    assert (at(nested, 15, 15), at(nested, 22, 22), at(nested, 15, 45)) == (RED, BLACK, WHITE)


def test_a_seal_within_a_seal_within_a_seal_is_not_followed(drawn: Drawn) -> None:
    body, files = sealed(['<ofd:StampAnnot ID="1" PageRef="100" Boundary="0 0 20 20"/>'], seal("png", png(RED)))
    inner = ofd(square(0, 0, 5, fill("0 0 255")), area="0 0 20 20", body=body, files=files)
    body, files = sealed(['<ofd:StampAnnot ID="1" PageRef="100" Boundary="10 10 40 40"/>'], seal("ofd", inner))
    image = drawn(ofd("", body=body, files=files))
    assert (at(image, 15, 15), at(image, 40, 40)) == (BLUE, WHITE)


@pytest.mark.parametrize("value", [b"", b"\x30\x84\xff\xff\xff\xff", der(0x30, der(0x30)), b"\x30\x80" + b"\x00" * 40])
def test_a_broken_seal_is_told_and_the_page_is_shown(drawn: Drawn, value: bytes) -> None:
    body, files = sealed(['<ofd:StampAnnot ID="1" PageRef="100" Boundary="10 10 40 40"/>'], value)
    image = drawn(ofd(square(10, 10, 20, fill("0 0 255")), body=body, files=files), warnings=[PageWarning.INCOMPLETE])
    assert at(image, 20, 20) == BLUE


def test_the_version_marked_as_current_is_shown(drawn: Drawn) -> None:
    body = '<ofd:Versions><ofd:Version ID="1" Index="1" BaseLoc="Doc_0/V1.xml"/><ofd:Version ID="2" Index="2" Current="true" BaseLoc="Doc_0/V2.xml"/></ofd:Versions>'
    version = (
        '<ofd:DocVersion xmlns:ofd="http://www.ofdspec.org/2016" ID="2"><ofd:DocRoot>New.xml</ofd:DocRoot></ofd:DocVersion>'
    )
    new = '<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CommonData/><ofd:Pages><ofd:Page ID="1" BaseLoc="/Doc_0/New/Content.xml"/></ofd:Pages></ofd:Document>'
    files = {"Doc_0/V2.xml": version, "Doc_0/New.xml": new, "Doc_0/New/Content.xml": page(square(10, 10, 20, fill("0 0 255")))}
    image = drawn(ofd(square(10, 10, 20, fill("255 0 0")), body=body, files=files))
    assert at(image, 20, 20) == BLUE


def test_the_page_area_may_start_anywhere(drawn: Drawn) -> None:
    image = drawn(ofd(page(square(110, 110, 20, fill("255 0 0")), area="100 100 210 100")))
    assert image.size == (840, 400)
    assert at(image, 20, 20) == RED


def test_text_is_set_by_its_offsets_and_read_where_it_stands() -> None:
    words = (
        text("关于防汛的通知", 40, 50, 7.76)
        + text("青政发", 40, 70, 5, 'Visible="false"')
        + text("附", 40, 90, 5, 'CTM="0 1 -1 0 0 0"')
    )
    opened = Ofd(ofd(words), Bounds(), PoolSettings().font_dirs)
    layer = opened.text(0)
    [line] = layer.lines
    assert layer.text == "关于防汛的通知\n青政发\n附"
    assert (line.text, round(line.size)) == ("关于防汛的通知", 22)
    assert math.isclose(line.box.left, 40 / 210, abs_tol=1e-4)
    assert math.isclose(line.box.right, (40 + 7 * 7.76) / 210, abs_tol=2e-3)
    assert line.box.top < 50 / 297 < line.box.bottom
    assert opened.render(0, 540).warnings == ()


def test_text_without_any_font_is_told(held: Held, tmp_path: Path) -> None:
    opened = Ofd(ofd(text("通知")), Bounds(), [str(tmp_path)])
    assert opened.render(0, 540).warnings == (PageWarning.FONT_MISSING,)
    assert opened.text(0).warnings == (PageWarning.FONT_MISSING,)
    assert opened.text(0).text == "通知"


def test_what_is_missing_is_told_and_the_rest_is_shown(drawn: Drawn) -> None:
    image = drawn(ofd(IMAGE.format("") + square(100, 10, 20, fill("255 0 0")), res=MEDIA), warnings=[PageWarning.INCOMPLETE])
    assert at(image, 110, 20) == RED


def test_a_font_of_the_file_needs_none_of_the_machine(tmp_path: Path) -> None:
    """Glyph numbers, outlines and widths are the file's own; the machine's fonts change nothing."""
    file = str(samples() / "ofd" / "09-horizontal-text-suwell.ofd")
    bare, usual = Ofd(file, Bounds(), [str(tmp_path)]), Ofd(file, Bounds(), PoolSettings().font_dirs)
    assert bare.render(0, 540) == usual.render(0, 540)
    assert bare.render(0, 540).warnings == ()
    assert bare.text(0) == usual.text(0)


PAPERS = ("gongwen/01-luqiao-pifu.ofd", "ofd/08-signout.ofd", "ofd/01-fapiao-vat-invoice.ofd", "ofd/17-watermark.ofd")


@pytest.mark.parametrize("name", PAPERS)
def test_the_pdf_shows_what_the_picture_shows(drawn: Drawn, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn by two: skia's raster, and PDFium from the PDF that skia wrote. Fewer than one pixel in a hundred may differ much."""
    data = (samples() / name).read_bytes()
    opened = Ofd(data, Bounds(), PoolSettings().font_dirs)
    pages, made = len(opened.inspect().pages), Pdf(opened.pdf(), Bounds())
    assert len(made.inspect().pages) == pages
    seen: list[Image.Image] = []
    encode = pdf.encode_page
    monkeypatch.setattr(pdf, "encode_page", lambda image: seen.append(image) or encode(image))
    made.render(pages - 1, 840)
    mine = drawn(data, pages - 1)
    apart = ImageChops.difference(mine, seen[0].resize(mine.size)).convert("L").filter(ImageFilter.BoxBlur(2))
    assert sum(apart.histogram()[80:]) < 0.01 * mine.width * mine.height


def test_a_picture_on_every_page_is_in_the_pdf_once(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    Image.effect_noise((300, 300), 200).convert("RGB").save(out, "PNG")
    files = {"Doc_0/Res/a.png": out.getvalue()}
    one, many = (Ofd(ofd(*[IMAGE.format("")] * pages, res=MEDIA, files=files), Bounds(), []) for pages in (1, 12))
    size = len(many.pdf())
    assert size < 1.2 * len(one.pdf())
    monkeypatch.setattr(rendering, "MAX_PDF", size // 2)
    with pytest.raises(TooLarge, match="too_heavy"):
        many.pdf()


EXPECTED_LINES = {
    "01-fapiao-vat-invoice.ofd": "重庆增值税电子普通发票",
    "08-signout.ofd": "XX市政府文件处理",
    "10-nonstandard-paths.ofd": "J320585-2021-000213",
    "17-watermark.ofd": "拿来主义",
    "18-attachment.ofd": "这是一个带有附件的OFD文件",
}


async def test_every_real_file_is_drawn_and_read_without_a_warning_and_looks_as_it_did() -> None:
    async with Pool(PoolSettings(workers=1)) as pool:
        for file in looks.files():
            inspection = await pool.inspect(file)
            assert (inspection.media_type, inspection.warnings) == ("application/ofd", ()), file.name
            for number in range(len(inspection.pages)):
                made, layer = await pool.render(file, number, 540), await pool.text(file, number)
                assert (made.warnings, layer.warnings) == ((), ()), file.name
                assert len(made.data) < 40_000, file.name
                with Image.open(looks.kept(file, number)) as look:
                    assert looks.unlike(looks.picture(made.data), look.convert("RGB")) == "", f"{file.name}, page {number + 1}"
            if file.name in EXPECTED_LINES:
                layer = await pool.text(file, 0)
                assert any(EXPECTED_LINES[file.name] in line.text for line in layer.lines), file.name


SEAL = ("12-SESV4SignDoc", (0.2, 0.16, 0.46, 0.32))
TITLE = ("19-integrity", (0.3, 0.06, 0.7, 0.15))
HAND = ("08-signout", (0.25, 0.36, 0.65, 0.48))
HEAD = ("03-nanhuochang-han", (0.05, 0.06, 0.95, 0.16))


@pytest.mark.parametrize("file, part", [SEAL, TITLE, HAND, HEAD])
def test_what_is_missing_from_a_page_or_has_lost_its_colour_is_noticed(file: str, part: tuple[float, ...]) -> None:
    """The comparison itself: a stamp, a title, handwriting, a red head painted over; moved by a line; turned grey."""
    with Image.open(looks.KEPT / f"{file}-1.png") as look:
        page = look.convert("RGB")
    assert looks.unlike(page, page) == ""
    left, top, right, bottom = (round(at * side) for at, side in zip(part, page.size * 2, strict=True))
    without = page.copy()
    without.paste("white", (left, top, right, bottom))
    assert looks.unlike(without, page) != ""
    moved = Image.new("RGB", page.size, "white")
    moved.paste(page, (0, 5))
    assert looks.unlike(moved, page) != ""
    if file in (SEAL[0], HEAD[0]):
        assert looks.unlike(page.convert("L").convert("RGB"), page) != ""


def test_a_pale_watermark_is_kept_on_the_phone() -> None:
    """A fifth of the ink is taken for paper by four greys; who sees no watermark passes the paper on."""
    words = text("普通的正文没有水印", 20, 40) + text("内部资料", 30, 120, 20, 'Alpha="51"', fill("170 160 165"))
    opened = Ofd(ofd(words), Bounds(), PoolSettings().font_dirs)
    shown = Image.open(io.BytesIO(opened.render(0, 540).data)).convert("L")
    assert shown.crop((60, 230, 320, 320)).getextrema()[0] == 232
    assert len(shown.getcolors() or []) == 5
    plain = Ofd(ofd(text("普通的正文没有水印", 20, 40)), Bounds(), PoolSettings().font_dirs)
    assert len(Image.open(io.BytesIO(plain.render(0, 540).data)).convert("L").getcolors() or []) == 4
