"""What bears a mark never leaves intake, through the public door: every way in, and nothing of it is left anywhere."""

import base64
import hashlib
import io
import zipfile
import zlib
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from office.audit.models import AuditEntry
from office.files import stop
from office.files.models import Blob, File
from office.files.uploads.models import ResumableUpload
from office.secrecy.models import Declaration, Stop
from tests.documents.conftest import PAPER
from tests.office.files.makers import chinese_pdf, pdf, text_pdf
from tests.office.files.ofd_maker import NS, ofd, text
from tests.people import Town

NOTICE = (PAPER / "urgent-notice.pdf").read_bytes()
CODE = "GB0626-2005^0001^青岚县政府办^通知^青政办发〔2026〕47号^各乡镇^关于防汛的通知^{}^特急^20260706^县团级^青岚^20260706^^|"


@pytest.fixture
def town(settled: Town) -> Town:
    return settled


async def sent(town: Town, data: bytes, name: str = "通知.pdf", **said: str) -> Any:
    return await (await town.of("苏小满")).post("/files", files={"file": (name, data)}, data=said)


def word(*paragraphs: str, title: str = "", more: str = "") -> bytes:
    out = io.BytesIO()
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f"<w:document {ns}><w:body>{body}</w:body></w:document>")
        package.writestr("docProps/core.xml", f"<p><title>{title}</title></p>")
        if more:
            package.writestr(more, "x")
    return out.getvalue()


def scan(code: str = "", turn: int = 0, kind: str = "PDF", encoding: str = "gb18030") -> bytes:
    """A scanned page of lines, with a printed code at its foot."""
    page = Image.new("L", (1654, 2339), 255)
    pen = ImageDraw.Draw(page)
    for line in range(300, 1700, 80):
        pen.rectangle((220, line, 1430, line + 28), fill=40)
    if code:
        made = zxingcpp.create_barcode(code.encode(encoding), zxingcpp.BarcodeFormat.PDF417).to_image(scale=3)
        page.paste(_picture(made), (220, 1900))
    out = io.BytesIO()
    page.rotate(turn, expand=True, fillcolor=255).save(out, kind, **({"resolution": 200.0} if kind == "PDF" else {}))
    return out.getvalue()


def _picture(made: Any) -> Image.Image:
    high, wide = made.shape[:2]
    return Image.frombytes("L", (wide, high), bytes(memoryview(made)))


def said(*lines: str) -> bytes:
    return ofd("".join(text(line, 30, 20 + 12 * number) for number, line in enumerate(lines)))


def noted(words: str) -> bytes:
    """A page with a note on it (批注)."""
    note = f"<< /Type /Annot /Subtype /Text /Rect [60 600 80 620] /Contents <feff{words.encode('utf-16-be').hex()}> >>".encode()
    return pdf("", more=(note,), page_extra="/Annots [4 0 R]")


def carrying(name: str, data: bytes) -> bytes:
    """A PDF with a file inside it."""
    packed = zlib.compress(data)
    shown = f"<feff{name.encode('utf-16-be').hex()}>"
    stream = b"<< /Type /EmbeddedFile /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed)
    spec = f"<< /Type /Filespec /F {shown} /UF {shown} /EF << /F 4 0 R >> >>".encode()
    names = f"/Names << /EmbeddedFiles << /Names [{shown} 5 0 R] >> >>"
    return pdf("", more=(stream, spec), catalog_extra=names)


def carried(data: bytes, name: str) -> bytes:
    """An OFD with an attachment."""
    entry = f'<ofd:Attachment ID="1" Name="{name}" Format="ofd"><ofd:FileLoc>a.ofd</ofd:FileLoc></ofd:Attachment>'
    listed = f"<ofd:Attachments {NS}>{entry}</ofd:Attachments>"
    files: dict[str, str | bytes] = {"Doc_0/Attachs/Attachments.xml": listed, "Doc_0/Attachs/a.ofd": data}
    return ofd(text("通知"), document="<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>", files=files)


MARKED = {
    "a PDF with a mark": (chinese_pdf("机密★1年"), "通知.pdf", "mark"),
    "a degree alone in the head": (chinese_pdf("机密"), "通知.pdf", "head"),
    "an OFD with a mark": (said("秘密★10年", "关于防汛的通知"), "通知.ofd", "mark"),
    "an OFD whose later page has one": (ofd(text("通知"), text("机密 ★ 长期")), "通知.ofd", "mark"),
    "an OFD that says so of itself": (
        ofd(text("通知"), info='<ofd:CustomDatas><ofd:CustomData Name="密级">机密</ofd:CustomData></ofd:CustomDatas>'),
        "通知.ofd", "metadata",
    ),
    "a Word file with a mark": (word("000123", "机密★1年", "关于防汛的通知"), "通知.docx", "mark"),
    "a Word file that says so of itself": (word("通知", title="【秘密】通知"), "通知.docx", "metadata"),
    "a note on a page": (noted("机密★1年"), "通知.pdf", "mark"),
    "a file inside a PDF": (carrying("附件.pdf", chinese_pdf("机密★1年")), "通知.pdf", "mark"),
    "the name of a file inside a PDF": (carrying("绝密.txt", b"plain"), "通知.pdf", "name"),
    "an attachment of an OFD": (carried(said("机密★长期"), "附件"), "通知.ofd", "mark"),
    "a name": (NOTICE, "【机密】通知.pdf", "name"),
    "the name of a broken file": (b"%PDF-nothing", "机密★1年.pdf", "mark"),
    "the printed code of a scan": (scan(CODE.format("机密")), "扫描.pdf", "barcode"),
    "the same in UTF-8, in a photograph": (scan(CODE.format("秘密★1年"), 0, "JPEG", "utf-8"), "照片.jpg", "barcode"),
    "the same lying on its side": (scan(CODE.format("机密"), 90, "PNG"), "照片.png", "barcode"),
}  # fmt: skip


async def test_is_stopped_and_leaves_nothing(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    for number, (what, (data, name, rule)) in enumerate(MARKED.items(), 1):
        answer = await sent(town, data, name, declaration="不涉密")
        told = answer.json()
        assert (answer.status_code, told["code"]) == (422, "secrecy.stopped"), (what, answer.text)
        assert rule in told["rule"].split(","), what
        row = await Stop.get(id=told["stop"])
        assert (row.person_name, row.address, row.rule) == ("苏小满", "127.0.0.1", told["rule"])
        assert await AuditEntry.filter(action="secrecy.stop", outcome="refused").count() == number
        assert await File.all().count() == await Blob.all().count() == await Declaration.all().count() == 0
        await _nothing_is_left(town, data, name, answer.text, caplog)


async def _nothing_is_left(town: Town, data: bytes, name: str, answer: str, caplog: pytest.LogCaptureFixture) -> None:
    digest = hashlib.sha256(data).hexdigest()
    folder = Path(town.house.settings.folder)
    kept = [one for part in ("intake", "blobs", "renditions") for one in folder.glob(f"{part}/**/*") if one.is_file()]
    assert kept == [folder / "blobs" / ".lock"] * bool(kept)
    trail = [f"{row.facts}{row.subject}{row.request}" for row in await AuditEntry.all()]
    metrics = (await town.house.http.get("http://testserver/metrics")).text
    logged = [f"{record.__dict__}" for record in caplog.records]
    for trace in (*trail, *logged, metrics, answer):
        assert digest not in trace
        assert name not in trace


async def _resumed(town: Town, data: bytes, **named: str) -> Any:
    told = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in named.items())
    headers = {
        "Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)), "Upload-Metadata": told,
        "Content-Type": "application/offset+octet-stream",
    }  # fmt: skip
    return await (await town.of("苏小满")).post("/uploads", content=data, headers=headers)


async def test_a_resumed_upload_is_stopped_too(town: Town) -> None:
    answer = await _resumed(town, chinese_pdf("机密★1年"), filename="课件.pdf")
    assert (answer.status_code, answer.json()["code"]) == (422, "secrecy.stopped"), answer.text
    assert (await File.all().count(), await Stop.all().count()) == (0, 1)
    left = [str(row) for row in await ResumableUpload.all().values()]
    assert not any("课件" in row for row in left)
    assert list((Path(town.house.settings.folder) / "intake").glob("**/*.*")) == []
    assert (await _resumed(town, scan(), filename="扫描.pdf")).json()["code"] == "secrecy.declaration_needed"
    assert (await _resumed(town, scan(), filename="扫描.pdf", declaration="不涉密")).status_code == 201
    assert await Declaration.all().count() == 1


async def test_without_a_mark_it_is_taken_and_leaves_no_record(town: Town) -> None:
    assert (await sent(town, NOTICE)).status_code == 201
    assert (await sent(town, chinese_pdf("内部明电"))).json()["file"]["warnings"][0].startswith("文件标有“内部明电”")
    assert (await sent(town, scan(CODE.format("无")), "扫描.pdf", declaration="不涉密")).status_code == 201
    assert await Stop.all().count() == 0


async def test_an_office_file_without_a_mark_is_none_of_its_affair(town: Town) -> None:
    answer = await sent(town, word("关于防汛的通知", more="word/vbaProject.bin"), "通知.docx")
    assert (answer.status_code, answer.json()["code"]) == (415, "files.macros"), answer.text
    assert await Stop.all().count() == 0


@pytest.mark.parametrize("kind, name", [("PDF", "扫描.pdf"), ("JPEG", "照片.jpg")])
async def test_a_scan_needs_a_declaration_by_name(town: Town, kind: str, name: str) -> None:
    data = scan(kind=kind)
    for words in ({}, {"declaration": "涉密"}, {"declaration": "是"}):
        answer = await sent(town, data, name, **words)
        assert (answer.status_code, answer.json()["code"]) == (422, "secrecy.declaration_needed"), answer.text
    assert await File.all().count() == 0
    taken = await sent(town, data, name, declaration=" 不涉密 ")
    assert taken.status_code == 201, taken.text
    [row] = await Declaration.all()
    assert (row.person_name, str(row.file), row.pages) == ("苏小满", taken.json()["file"]["id"], 1)
    assert "没有密级标志" in row.words
    assert await AuditEntry.filter(action="secrecy.declare").count() == 1


async def test_blank_pages_and_pages_of_words_need_none(town: Town) -> None:
    assert (await sent(town, text_pdf(["one"], pages=3))).status_code == 201
    assert (await sent(town, said("关于防汛的通知"), "通知.ofd")).status_code == 201
    assert await Declaration.all().count() == 0


async def test_what_is_typed_is_stopped_too(town: Town) -> None:
    clerk = await town.of("苏小满")
    file = (await sent(town, NOTICE)).json()["file"]["id"]
    for title in ("关于防汛的通知 机密★1年", "机密 关于防汛的通知"):
        answer = await clerk.post(
            "/handlings", json={"title": title, "files": [file]}, headers={"Idempotency-Key": title.encode().hex()}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "secrecy.stopped"), answer.text
        assert "防汛" not in answer.text
    assert [row.rule for row in await Stop.all().order_by("at")] == ["mark,term", "name"]


async def test_clean_bytes_are_looked_over_once_and_marked_ones_each_time(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    look = stop._pages

    async def counted(source: Any, count: int) -> Any:
        looks.append(count)
        return await look(source, count)

    monkeypatch.setattr(stop, "_pages", counted)
    fresh, marked = text_pdf([f"notice {uuid4()}"] * 2), chinese_pdf("机密★1年")
    assert [(await sent(town, fresh)).status_code for _ in range(2)] == [201, 201]
    assert looks == [1]
    assert [(await sent(town, marked)).json()["code"] for _ in range(2)] == ["secrecy.stopped"] * 2
    assert looks == [1, 1, 1]
