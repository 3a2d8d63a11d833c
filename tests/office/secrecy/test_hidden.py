"""Marks where no page shows them: what is embedded, fastened, nested, too long, too many or told beside the pages.

Whoever opens the original sees it, so it is stopped; what nobody can read there needs the declaration, and never passes in
silence.
"""

import io
import zipfile
from typing import Any

import pytest

from office.files.bounds import Bounds
from office.files.models import File
from office.files.rendering import wire
from office.files.rendering.worker import Worker
from office.secrecy.models import Stop
from tests.office.files.makers import assemble, chinese_pdf, pdf, text_pdf
from tests.office.files.ofd_maker import NS, ofd, packed, text
from tests.office.files.office_maker import SCHEMAS, W, docx, paragraph, xlsx
from tests.office.secrecy.test_stop import carried, carrying, noted, said, scan, sent
from tests.people import Town, settle
from tests.support.house import House

pytestmark = pytest.mark.postgresql_in_proof

MARK = "机密★1年"
CLEAN = ("关于做好防汛工作的通知", "各村：请按时报送。")


@pytest.fixture
async def town(house: House) -> Any:
    made = await settle(house)
    yield made
    await made.close()


def word_with(**parts: str | bytes) -> bytes:
    """A clean Word file and one part more, by its name: "__" stands for "/", and "_" before the ending for a point."""
    return docx(*CLEAN, parts={_name(name): data for name, data in parts.items()})


def _name(said: str) -> str:
    return ".".join(said.replace("__", "/").rsplit("_", 1))


def run(words: str) -> str:
    return f"<w:x {W}>{paragraph(words)}</w:x>"


def hexed(words: str) -> str:
    return f"<feff{words.encode('utf-16-be').hex()}>"


def fastened(data: bytes, name: str = "a.pdf") -> bytes:
    """A PDF with a file fastened to its page by a note, named in no list of the document's."""
    stream = b"<< /Type /EmbeddedFile /Length %d >>\nstream\n%b\nendstream" % (len(data), data)
    spec = f"<< /Type /Filespec /F {hexed(name)} /UF {hexed(name)} /EF << /F 4 0 R >> >>".encode()
    note = b"<< /Type /Annot /Subtype /FileAttachment /Rect [60 600 80 620] /FS 5 0 R >>"
    return pdf("", more=(stream, spec, note), page_extra="/Annots [6 0 R]")


def told(**info: str) -> bytes:
    """A PDF with fields of its own in its information dictionary."""
    fields = " ".join(f"/{''.join(f'#{byte:02X}' for byte in name.encode())} {hexed(value)}" for name, value in info.items())
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    root = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page]
    return assemble([*root, f"<< {fields} >>".encode()], trailer="/Info 4 0 R")


def xmp(fact: str) -> bytes:
    packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>{fact}</rdf:RDF></x:xmpmeta>'.encode()
    stream = b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n%b\nendstream" % (len(packet), packet)
    return pdf("", more=(stream,), catalog_extra="/Metadata 4 0 R")


def bookmarked(title: str) -> bytes:
    entry = f"<< /Title {hexed(title)} /Parent 4 0 R >>".encode()
    return pdf("", more=(b"<< /Type /Outlines /First 5 0 R /Last 5 0 R /Count 1 >>", entry), catalog_extra="/Outlines 4 0 R")


def sheet_of(cell: str, head: str = "", name: str = "表") -> bytes:
    """An Excel file whose second sheet is hidden: a computed text in a cell, a head of the page."""
    space = f'xmlns="{SCHEMAS}/spreadsheetml/2006/main"'
    made = xlsx(("甲", "乙"))
    hidden = (
        f'<worksheet {space}><sheetData><row><c t="str"><f>A1</f><v>{cell}</v></c></row></sheetData>'
        f"<headerFooter><oddHeader>&amp;C{head}</oddHeader></headerFooter></worksheet>"
    )
    return added(made, {"xl/worksheets/sheet2.xml": hidden, "xl/names.xml": f'<x><sheet name="{name}"/></x>'})


def added(package: bytes, parts: dict[str, str | bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as made:
        return packed({one: made.read(one) for one in made.namelist()} | parts)


def attachments(*named: tuple[str, bytes]) -> bytes:
    """An OFD with these attachments."""
    entries = "".join(
        f'<ofd:Attachment ID="{n}" Name="{name}"><ofd:FileLoc>a{n}</ofd:FileLoc></ofd:Attachment>'
        for n, (name, _) in enumerate(named)
    )
    files: dict[str, str | bytes] = {f"Doc_0/Attachs/a{n}": data for n, (_, data) in enumerate(named)}
    files["Doc_0/Attachs/Attachments.xml"] = f"<ofd:Attachments {NS}>{entries}</ofd:Attachments>"
    return ofd(text("通知"), document="<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>", files=files)


def of_itself(*facts: tuple[str, str]) -> bytes:
    rows = "".join(f'<ofd:CustomData Name="{name}">{value}</ofd:CustomData>' for name, value in facts)
    return ofd(text("通知"), info=f"<ofd:CustomDatas>{rows}</ofd:CustomDatas>")


CUSTOM = f'<Properties xmlns="{SCHEMAS}/x"><property name="密级"><lpwstr>机密</lpwstr></property></Properties>'
STOPPED = {
    "a Word file inside a Word file": (word_with(word__embeddings__a_docx=docx(MARK)), "a.docx"),
    "a PDF inside a Word file, called otherwise": (word_with(word__embeddings__oleObject1_bin=chinese_pdf(MARK)), "a.docx"),
    "the name of what is inside": (word_with(**{"word/embeddings/绝密.xlsx": xlsx(("甲",))}), "a.docx"),
    "a property beside one that is broken": (
        word_with(**{"docProps/custom.xml": CUSTOM, "docProps/app.xml": "<broken"}), "a.docx"),
    "a property in English": (
        word_with(**{"docProps/custom.xml": CUSTOM.replace("密级", "Classification").replace("机密", "Top")}), "a.docx"),
    "data of any schema": (word_with(**{"customXml/item1.xml": "<gw><x><密级>机密</密级></x></gw>"}), "a.docx"),
    "endnotes": (word_with(**{"word/endnotes.xml": run(MARK)}), "a.docx"),
    "a part called otherwise": (word_with(**{"custom/Body.XML": run(MARK)}), "a.docx"),
    "written by entities": (word_with(**{"word/footnotes.xml": f"<w:x {W}><w:p><w:r><w:t>&#26426;&#23494;&#9733;1年"
                                         "</w:t></w:r></w:p></w:x>"}), "a.docx"),
    "the star of Wingdings": (docx(*CLEAN, f'<w:p><w:r><w:t>机密</w:t><w:sym {W} w:font="Wingdings" w:char="F0AB"/>'
                                   "<w:t>1年</w:t></w:r></w:p>"), "a.docx"),
    "what a picture is called": (docx(*CLEAN, f'<w:p><w:r><w:x descr="{MARK}"/></w:r></w:p>'), "a.docx"),
    "a computed text on a hidden sheet": (sheet_of(MARK), "a.xlsx"),
    "the head of a sheet": (sheet_of("1", head=MARK), "a.xlsx"),
    "the name of a sheet": (sheet_of("1", name="秘密★长期"), "a.xlsx"),
    "a file fastened to a page": (fastened(chinese_pdf(MARK)), "a.pdf"),
    "the name of a file fastened to a page": (fastened(b"plain", "【机密】名单.txt"), "a.pdf"),
    "a long note": (noted("防汛" * 15_000 + MARK), "a.pdf"),
    "a field of its own": (told(密级="机密"), "a.pdf"),
    "a field of its own in English": (told(SecurityLevel="秘密"), "a.pdf"),
    "XMP": (xmp("<rdf:Description><pdfx:密级>机密</pdfx:密级></rdf:Description>"), "a.pdf"),
    "an attribute of XMP": (xmp('<rdf:Description pdfx:SecurityLevel="绝密"/>'), "a.pdf"),
    "a bookmark": (bookmarked(f"一、{MARK}"), "a.pdf"),
    "a web page inside a PDF": (carrying("a.html", "<html><p>&#26426;密<b>★</b>1年</p></html>".encode()), "a.pdf"),
    "a document in an OFD that nothing names": (ofd(text("通知"), files={"Doc_0/Res/x.dat": chinese_pdf(MARK)}), "a.ofd"),
    "a small black star": (chinese_pdf("机密⭑1年"), "a.pdf"),
}  # fmt: skip
UNREAD = {
    "what nobody can read inside a Word file": (word_with(word__embeddings__x_bin=b"\xd0\xcf\x11\xe0" + bytes(600)), "a.docx"),
    "a broken part": (word_with(**{"customXml/item9.xml": f"<a>{MARK}"}), "a.docx"),
    "entities of its own": (word_with(**{"customXml/item9.xml": '<!DOCTYPE a [<!ENTITY m "机密">]><a>&m;</a>'}), "a.docx"),
    "a picture in a Word file in a Word file": (
        word_with(word__embeddings__a_docx=docx(*CLEAN, parts={"word/media/image1.png": b"x"})), "a.docx"),
    "a PDF in a PDF in a PDF": (carrying("a.pdf", carrying("b.pdf", chinese_pdf(MARK))), "a.pdf"),
    "many pages in a PDF in a PDF": (carrying("a.pdf", text_pdf(["one " * 40], pages=31)), "a.pdf"),
    "RTF in a PDF": (carrying("a.rtf", b"{\\rtf1 \\u26426?\\u23494?\\u9733?1}"), "a.pdf"),
    "a locked PDF in a PDF": (carrying("a.pdf", b"%PDF-1.7\n" + b"% locked\n" * 50), "a.pdf"),
    "a long text in a PDF": (carrying("a.txt", b"a " * 2_200_000 + MARK.encode()), "a.pdf"),
    "more files than are looked at": (attachments(*((f"{n}.txt", b"plain") for n in range(51))), "a.ofd"),
    "a list of attachments that cannot be read": (
        ofd(text("通知"), document="<ofd:Attachments>L.xml</ofd:Attachments>", files={"Doc_0/L.xml": "<broken"}), "a.ofd"),
    "more facts than are told": (of_itself(*((f"甲{n}", "乙") for n in range(501))), "a.ofd"),
    "a fact longer than is told": (of_itself(("甲", "乙" * 2001)), "a.ofd"),
}  # fmt: skip


#: Of Office files these go through the door; the rest are looked at as a worker does, for LibreOffice takes a second for each.
THROUGH = ("a PDF inside a Word file, called otherwise", "a broken part")


def _through_the_door(table: dict[str, tuple[bytes, str]]) -> dict[str, tuple[bytes, str]]:
    return {what: one for what, one in table.items() if what in THROUGH or not one[1].endswith("x")}


async def test_marks_that_no_page_shows_are_stopped(town: Town) -> None:
    for number, (what, (data, name)) in enumerate(_through_the_door(STOPPED).items(), 1):
        answer = await sent(town, data, name, declaration="不涉密")
        assert (answer.status_code, answer.json()["code"]) == (422, "secrecy.stopped"), (what, answer.text)
        assert await Stop.all().count() == number, what
    assert await File.all().count() == 0


async def test_what_nobody_can_read_needs_the_declaration(town: Town) -> None:
    for what, (data, name) in _through_the_door(UNREAD).items():
        answer = await sent(town, data, name)
        assert (answer.status_code, answer.json()["code"]) == (422, "secrecy.declaration_needed"), (what, answer.text)
    assert await File.all().count() == 0


def test_every_part_of_an_office_file_is_looked_at() -> None:
    worker = Worker(Bounds())
    for table in (STOPPED, UNREAD):
        for what, (data, name) in table.items():
            if name.endswith("x"):
                answer = worker.answer(wire.Job("look_word", data=data, key=what, seconds=20))
                assert isinstance(answer, wire.LookedOver), what
                assert answer.value.rules if table is STOPPED else answer.value.unread, what


async def test_more_letters_on_a_page_than_are_read_need_it_too(town: Town) -> None:
    """On a page behind the first, that has words enough to be one of words."""
    full = text_pdf(["a" * 120] * 3, pages=1)
    line = "".join(f"BT /F1 1 Tf 10 {y} Td ({'a' * 600}) Tj ET\n" for y in range(10, 830, 9))
    assert (await sent(town, full, "a.pdf")).status_code == 201
    answer = await sent(town, pdf(line, pages=2), "a.pdf")
    assert answer.json()["code"] == "secrecy.declaration_needed", answer.text
    assert "第 1、2 页" in answer.json()["title"]


async def test_a_form_whose_pages_are_a_placeholder_needs_it_too(town: Town) -> None:
    packet = b"<xdp><field>x</field></xdp>"
    more = (b"<< /XFA 5 0 R /Fields [] >>", b"<< /Length %d >>\nstream\n%b\nendstream" % (len(packet), packet))
    words = f"BT /F1 12 Tf 40 700 Td ({'Please wait. ' * 20}) Tj ET"
    data = pdf(words, more=more, catalog_extra="/AcroForm 4 0 R /NeedsRendering true")
    assert (await sent(town, data, "a.pdf")).json()["code"] == "secrecy.declaration_needed"
    assert (await sent(town, data, "a.pdf", declaration="不涉密")).status_code == 201


async def test_what_is_clean_inside_passes_without_a_word(town: Town) -> None:
    for name, data in {
        "a.docx": word_with(word__embeddings__a_xlsx=xlsx(("甲", "乙")), word__printerSettings1_bin=b"\0x"),
        "b.pdf": carrying("附件.pdf", text_pdf(["one " * 40])),
        "c.pdf": fastened(text_pdf(["one " * 40])),
        "d.pdf": xmp('<rdf:Description pdfx:SecurityLevel="无"><dc:title>防汛</dc:title></rdf:Description>'),
        "e.pdf": bookmarked("第一章　保守国家秘密的义务"),
        "f.ofd": carried(said("关于防汛的通知"), "附件"),
        "g.pdf": told(密级="无", 来源="县政府"),
    }.items():
        answer = await sent(town, data, name)
        assert answer.status_code == 201, (name, answer.text)
    assert (await sent(town, carrying("扫描.pdf", scan()), "h.pdf")).json()["code"] == "secrecy.declaration_needed"
    assert await Stop.all().count() == 0
