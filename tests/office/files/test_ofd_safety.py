"""What an OFD may not do: swell, loop, reach out, lead two readers to two different things. It is refused, or shown without that."""

# ruff: noqa: E501 - a line of XML is read best as one line
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from office.files.bounds import MIB, Bounds
from office.files.rendering import process
from office.files.rendering.ofd import Ofd
from office.files.rendering.pool import InMemory, Pool, PoolSettings
from office.files.rendering.shapes import PageWarning
from office.kernel.refusal import Invalid, NotFound, Refusal, TooLarge, Unsupported
from tests.office.files.makers import ROOT, text_pdf
from tests.office.files.ofd_maker import NS, fill, ofd, packed, page, seal, sealed, square, text

Held = Callable[[bytes], InMemory]


def opened(data: bytes, bounds: Bounds | None = None) -> Ofd:
    return Ofd(data, bounds or Bounds(), PoolSettings().font_dirs)


def refused(data: bytes, bounds: Bounds | None = None) -> Refusal:
    """The refusal a file meets by its first page at the latest."""
    try:
        made = opened(data, bounds)
        made.inspect()
        made.render(0, 540)
    except Refusal as refusal:
        return refusal
    pytest.fail("it was shown")


def zipped(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


OFD_XML = f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>".encode()


def test_a_bomb_is_refused_by_its_directory() -> None:
    assert refused(ofd("", files={"Doc_0/Res/big": b"\0" * (64 * MIB)})).code == "files.too_heavy"
    assert refused(ofd("", files={"Doc_0/Res/big": b"\0" * (97 * MIB)})).code == "files.too_heavy"


def test_a_size_that_lies_is_found_while_reading() -> None:
    data = bytearray(ofd(text("正文")))
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"Doc_0/Pages/Page_0/Content.xml"))
    struct.pack_into("<I", data, at + 24, 40)
    assert refused(bytes(data)).code in {"files.page_damaged", "files.damaged"}


@pytest.mark.parametrize("name", ["../evil", "Doc_0/../../evil", "Doc_0\\..\\..\\evil"])
def test_names_that_lead_out_are_refused(name: str) -> None:
    assert refused(ofd("", files={name: "x"})).code == "files.damaged"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    assert refused(zipped(("OFD.xml", OFD_XML), ("OFD.xml", OFD_XML))).code == "files.damaged"
    assert refused(zipped(("OFD.xml", OFD_XML), ("/OFD.xml", OFD_XML))).code == "files.damaged"
    assert refused(zipped(("OFD.xml", OFD_XML), ("ofd.XML", OFD_XML))).code == "files.damaged"


def test_a_rare_compression_that_is_broken_is_damage() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("OFD.xml", OFD_XML)
    data = bytearray(out.getvalue())
    data[30 + len("OFD.xml") + 4 : 30 + len("OFD.xml") + 40] = b"\xff" * 36
    assert refused(bytes(data)).code == "files.damaged"


def test_overlapping_entries_are_refused() -> None:
    data = bytearray(ofd(text("正文"), text("正文")))
    first, second = (data.rfind(b"PK\x01\x02", 0, data.rfind(f"Doc_0/Pages/Page_{n}".encode())) for n in (0, 1))
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    assert refused(bytes(data)).code in {"files.damaged", "files.page_damaged"}


@pytest.mark.parametrize("name", ["OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_wherever_it_stands(name: str, encoding: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("秘密内容")
    content = page(text("&x;")) if "Content" in name else OFD_XML.decode()
    bad = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]>{content}'
    told = refused(ofd(text("正文"), files={name: bad.encode(encoding)}))
    assert told.code in {"files.damaged", "files.page_damaged"}


def test_unusual_encodings_are_not_a_way_around() -> None:
    bad = b'<?xml version="1.0" encoding="IBM037"?><a/>'
    assert refused(ofd("", files={"OFD.xml": bad})).code == "files.damaged"


def test_a_composite_that_draws_itself_is_refused() -> None:
    inner = '<ofd:CompositeObject ID="2" Boundary="0 0 9 9" ResourceID="{}"/>'
    units = "".join(
        f'<ofd:CompositeGraphicUnit ID="{60 + n}"><ofd:Content>{inner.format(60 + (n + 1) % 3)}</ofd:Content></ofd:CompositeGraphicUnit>'
        for n in range(3)
    )
    told = refused(ofd(inner.format(60), res=f"<ofd:CompositeGraphicUnits>{units}</ofd:CompositeGraphicUnits>"))
    assert told.code == "files.page_too_large"


def test_composites_that_double_at_each_step_are_stopped() -> None:
    def unit(n: int) -> str:
        inner = (
            f'<ofd:CompositeObject ID="2" Boundary="0 0 9 9" ResourceID="{61 + n}"/>' * 10
            if n < 20
            else square(0, 0, 1, fill("1 1 1"))
        )
        return f'<ofd:CompositeGraphicUnit ID="{60 + n}"><ofd:Content>{inner}</ofd:Content></ofd:CompositeGraphicUnit>'

    res = f"<ofd:CompositeGraphicUnits>{''.join(unit(n) for n in range(21))}</ofd:CompositeGraphicUnits>"
    told = refused(ofd('<ofd:CompositeObject ID="2" Boundary="0 0 9 9" ResourceID="60"/>', res=res))
    assert told.code == "files.page_too_large"


def test_patterns_within_patterns_are_stopped() -> None:
    inside = square(0, 0, 4, fill("255 0 0"))
    for _ in range(60):
        inside = square(
            0,
            0,
            4,
            f'<ofd:FillColor><ofd:Pattern Width="4" Height="4"><ofd:CellContent>{inside}</ofd:CellContent></ofd:Pattern></ofd:FillColor>',
        )
    assert refused(ofd(inside)).code in {"files.page_too_large", "files.page_damaged"}


def test_deep_xml_and_deep_blocks_are_refused() -> None:
    assert refused(ofd("<ofd:PageBlock>" * 5000 + "</ofd:PageBlock>" * 5000)).code == "files.page_damaged"
    assert refused(ofd("<ofd:PageBlock>" * 100 + "</ofd:PageBlock>" * 100)).code == "files.page_too_large"


@pytest.mark.parametrize("area", ["0 0 90000 297", "0 0 210 1e9", "0 0 1 9999"])
def test_giant_pages_are_refused(area: str) -> None:
    assert refused(ofd(text("正文"), area=area)).code == "files.page_too_large"


@pytest.mark.parametrize("area", ["0 0 0 0", "0 0 -5 -5", "nan nan nan nan", "x", ""])
def test_an_area_that_says_nothing_is_a4(area: str) -> None:
    [size] = opened(ofd(text("正文"), area=area)).inspect().pages
    assert size == (595.28, 841.89)


def test_numbers_beyond_reason_are_no_crash() -> None:
    for told in ("1e308", "-1e308", "nan", "inf", "1e-320", "99999999999999999999", "٣", "--5", "0x10"):
        objects = square(
            0,
            0,
            10,
            fill(f"{told} {told} {told}"),
            f'Fill="true" LineWidth="{told}" CTM="{told} 0 0 {told} {told} {told}" DashPattern="{told} {told}"',
        )
        words = text("正文", more=f'HScale="{told}" Weight="{told}" CharDirection="{told}"').replace(
            'Size="5"', f'Size="{told}"'
        )
        made = opened(ofd(objects + words))
        assert made.render(0, 540).data
        made.text(0)


def test_too_many_pages_and_no_page_at_all() -> None:
    assert refused(ofd("", "", ""), Bounds(max_pages=2)).code == "files.too_many_pages"
    assert refused(ofd()).code == "files.damaged"


def test_a_picture_that_claims_to_be_enormous_is_not_decoded() -> None:
    chunk = b"IHDR" + struct.pack(">II", 60_000, 60_000) + b"\x08\x02\0\0\0"
    head = b"\x89PNG\r\n\x1a\n\0\0\0\r" + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"\0\0\0\x10IDAT" + b"\0" * 64
    res = '<ofd:MultiMedias><ofd:MultiMedia ID="5" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>'
    image = '<ofd:ImageObject ID="6" CTM="50 0 0 50 0 0" Boundary="20 20 50 50" ResourceID="5"/>'
    told = refused(ofd(image, res=res, files={"Doc_0/Res/a.png": head}))
    assert told.code == "files.page_too_large"


def test_encrypted_packages_are_told_as_such() -> None:
    body = "<ofd:Encryptions>Encryptions.xml</ofd:Encryptions>"
    assert refused(ofd("", body=body)).code == "files.encrypted"
    locked = bytearray(ofd(""))
    locked[locked.find(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(locked)).code == "files.encrypted"


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", packed({}), packed({"OFD.xml": ""}), packed({"OFD.xml": "<a/>"}), packed({"OFD.xml": OFD_XML})]
)
def test_what_is_no_ofd_is_damaged(data: bytes) -> None:
    assert refused(data).code == "files.damaged"


def test_a_broken_page_leaves_the_others() -> None:
    made = opened(ofd(text("一"), "", text("三"), files={"Doc_0/Pages/Page_1/Content.xml": "<ofd:Page"}))
    assert made.inspect().warnings == (PageWarning.PAGE_DAMAGED,)
    with pytest.raises(Invalid) as told:
        made.render(1, 540)
    assert (told.value.code, told.value.facts["page"]) == ("files.page_damaged", 2)
    assert made.text(2).text == "三"
    with pytest.raises(NotFound):
        made.render(3, 540)


def test_wrong_paths_cases_and_namespaces_are_forgiven() -> None:
    plain = page(square(10, 10, 50, fill("255 0 0"))).replace("ofd:", "").replace(":ofd", "")
    other = page(text("第二页")).replace("http://www.ofdspec.org/2016", "http://www.ofdspec.org")
    bare = page(text("第三页")).replace(f" {NS}", "")
    files = {
        "ofd.xml": OFD_XML.replace(b"Doc_0/Document.xml", b"\\doc_0\\DOCUMENT.XML"),
        "Doc_0/Document.xml": f'<ofd:Document {NS}><ofd:CommonData/><ofd:Pages><ofd:Page ID="1" BaseLoc="/Doc_0/pages/page_0/content.XML"/>'
        '<ofd:Page ID="2" BaseLoc="./Pages/../Pages/Page_1/Content.xml"/><ofd:Page ID="3" BaseLoc="Elsewhere/Third.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Pages/Page_0/Content.xml": plain, "Doc_0/Pages/Page_1/Content.xml": other, "Doc_0/Third.xml": bare,
    }  # fmt: skip
    made = opened(packed(files))
    assert made.render(0, 540).tones == "red"
    assert (made.text(1).text, made.text(2).text) == ("第二页", "第三页")


async def test_a_seal_that_is_a_bomb_harms_nobody(held: Held) -> None:
    inner = ofd("", files={"Doc_0/Res/big": b"\0" * (64 * MIB)})
    body, files = sealed(['<ofd:StampAnnot ID="1" PageRef="100" Boundary="10 10 40 40"/>'], seal("ofd", inner))
    async with Pool(PoolSettings(workers=1)) as pool:
        with pytest.raises(TooLarge) as told:
            await pool.render(held(ofd(text("正文"), body=body, files=files)), 0, 540)
        assert told.value.code == "files.page_too_large"
        assert (await pool.text(held(ofd(text("下一个"))), 0)).text == "下一个"


async def test_a_machine_without_the_renderer_says_so_and_shows_the_rest(
    held: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where libGL is missing: loading skia fails in the worker, not in the server."""
    (tmp_path / "skia.py").write_text(
        'raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")\n'
    )
    monkeypatch.setattr(process, "ROOT", f"{tmp_path}:{ROOT}")
    async with Pool(PoolSettings(workers=1)) as pool:
        with pytest.raises(Unsupported) as told:
            await pool.inspect(held(ofd(text("正文"))))
        assert told.value.code == "files.ofd_renderer_missing"
        assert len((await pool.inspect(held(text_pdf(["alive"])))).pages) == 1


@pytest.mark.parametrize("font", [b"", b"no font at all", b"\x00\x01\x00\x00" + b"\xff" * 400])
def test_a_font_that_is_none_is_stood_in_for_and_told(font: bytes) -> None:
    res = f'<ofd:Res {NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="1" FontName="宋体"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font></ofd:Fonts></ofd:Res>'
    numbers = '<ofd:CGTransform CodePosition="0" CodeCount="2" GlyphCount="2"><ofd:Glyphs>3 4</ofd:Glyphs></ofd:CGTransform>'
    made = opened(ofd(text("通知", inside=numbers), files={"Doc_0/PublicRes.xml": res, "Doc_0/Res/f.ttf": font}))
    assert made.render(0, 540).warnings == (PageWarning.INCOMPLETE,)
    assert [line.text for line in made.text(0).lines] == ["通知"]
