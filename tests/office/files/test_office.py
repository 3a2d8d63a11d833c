"""Word, Excel and PowerPoint files: taken, shown as LibreOffice sets them, and unable to reach anything."""

import asyncio
import os
import tempfile
import zipfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from office.files import store, workers
from office.files.models import Blob, File
from office.files.rendering.conversion import Converter, ConverterSettings, program
from office.files.rendering.pool import InMemory, Pool
from office.files.sniff import FileType
from office.kernel.refusal import Invalid, Refusal, TooLarge, Unavailable, Unsupported
from tests.office.files.makers import samples
from tests.office.files.office_maker import NAMES, compound, docx, package, paragraph, pptx, relationships, xlsx
from tests.people import Town

NOTICE = docx(paragraph("关于做好防汛工作的通知", 22), "各乡镇人民政府：", "请抓好落实。")


@pytest.fixture
def town(settled: Town) -> Town:
    return settled


@pytest.fixture
async def converter() -> AsyncIterator[Converter]:
    made = Converter(ConverterSettings())
    yield made
    await made.close()


async def _sent(town: Town, data: bytes, name: str = "通知.docx") -> Any:
    return await (await town.of("苏小满")).post("/files", files={"file": (name, data)})


async def test_a_word_file_is_shown_and_its_original_kept(town: Town) -> None:
    answer = await _sent(town, NOTICE, "通知.pdf")
    assert answer.status_code == 201, answer.text
    file, client = answer.json()["file"], await town.of("苏小满")
    assert (file["media_type"], file["pages"], file["size"]) == (FileType.DOCX.value, 1, len(NOTICE))
    assert "转换" in file["warnings"][0]
    picture = await client.get(f"/files/{file['id']}/pages/1?width=540")
    assert (picture.status_code, picture.content[8:12]) == (200, b"WEBP")
    assert "关于做好防汛工作的通知" in (await client.get(f"/files/{file['id']}/text?page=1")).json()["text"]
    assert (await client.get(f"/files/{file['id']}/pdf")).content[:5] == b"%PDF-"
    original = await client.get(f"/files/{file['id']}/content")
    assert (original.headers["content-type"], original.content) == (FileType.DOCX.value, NOTICE)
    assert await asyncio.to_thread(store.blob_path(file["digest"]).read_bytes) == NOTICE
    for made in store.rendition_path(file["digest"], "x").parent.iterdir():
        made.unlink()  # what is made of a file may be dropped
    assert (await client.get(f"/files/{file['id']}/pages/1?width=540")).status_code == 200


async def test_without_libreoffice_it_is_refused_and_leaves_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.converter(), "_program", None)
    answer = await _sent(town, NOTICE)
    assert (answer.status_code, answer.json()["code"]) == (415, "files.office_missing")
    assert await File.all().count() == await Blob.all().count() == 0


MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
VBA = '<Override PartName="/word/a.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
REFUSED = {
    "old Word": (compound("WordDocument"), "files.old_office"),
    "old Excel": (compound("Workbook"), "files.old_office"),
    "locked": (compound("EncryptionInfo", "EncryptedPackage"), "files.encrypted"),
    "macros by name": (docx("x", parts={"word/vbaProject.bin": b"x"}), "files.macros"),
    "macros by type": (docx("x", main_type=MACROS), "files.macros"),
    "macros by another name": (
        docx("x", parts={"word/a.bin": b"x"}, types=VBA),
        "files.macros",
    ),
    "an OFD and a Word file in one": (docx("x", parts={"OFD.xml": "<a/>"}), "files.type_not_taken"),
    "no main part": (package("word/document.xml", {"word/document.xml": "<a/>"}, main_type="application/xml"), "files.damaged"),
    "a bomb": (docx("x", parts={"word/media/a.xml": b"\0" * 9_000_000}), "files.too_heavy"),
    "a DOCTYPE": (docx("x", parts={"_rels/.rels": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "files.damaged"),
    "half a file": (NOTICE[: len(NOTICE) // 2], "files.type_not_taken"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_not_taken_is_refused_by_name(pool: Pool, name: str) -> None:
    data, code = REFUSED[name]
    with pytest.raises(Refusal) as refused:
        await pool.ready(InMemory(data, name))
    assert refused.value.code == code


async def test_a_real_old_word_file_is_named(pool: Pool) -> None:
    with pytest.raises(Unsupported) as refused:
        await pool.inspect(samples() / "gongwen" / "18-xidian-tongzhi.doc")
    assert (refused.value.code, "Word" in str(refused.value.facts["found"])) == ("files.old_office", True)


async def test_what_it_says_about_itself(pool: Pool) -> None:
    core = '<cp xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>防汛通知</dc:title><dc:creator>王某</dc:creator></cp>'
    told = await pool.details(InMemory(docx("x", parts={"docProps/core.xml": core, "word/embeddings/a.bin": b"12"}), "told"))
    assert {one.name: one.value for one in told.info} == {"title": "防汛通知", "creator": "王某"}
    assert [(one.name, one.size) for one in told.attachments] == [("a.bin", 2)]


PICTURE = f'<w:p><w:r><w:t>图</w:t></w:r><w:hyperlink r:id="r2" {NAMES}><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>'
FIELD = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> INCLU</w:instrText></w:r><w:r><w:instrText>DETEXT '
    '"file:///etc/passwd"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>旧结果</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)


async def test_what_leads_outside_is_taken_out_of_the_copy(pool: Pool) -> None:
    links = relationships(
        ("r1", "image", "http://127.0.0.1:9/a.png", True), ("r2", "hyperlink", "http://example.com/", True),
        ("r3", "attachedTemplate", "file:///C:/a.dotm", True), ("r4", "aFChunk", "afchunk.mht", False),
    )  # fmt: skip
    simple = '<w:p><w:fldSimple w:instr="DDEAUTO a b"><w:r><w:t>旧</w:t></w:r></w:fldSimple></w:p>'
    data = docx(PICTURE, FIELD, simple, parts={"word/_rels/document.xml.rels": links, "word/afchunk.mht": "x"})
    ready, lacks = await pool.ready(InMemory(data, "links"))
    archive = zipfile.ZipFile(BytesIO(ready))
    kept, body = archive.read("word/_rels/document.xml.rels").decode(), archive.read("word/document.xml").decode()
    assert lacks
    assert [one for one in ("r1", "r2", "r3", "r4") if f'"{one}"' in kept] == ["r2"]
    assert [word for word in ("INCLU", "DETEXT", "DDEAUTO") if word in body] == []
    assert "旧结果" in body
    assert (await pool.ready(InMemory(NOTICE, "plain")))[1] is False


async def test_sheets_and_slides_are_set_too(pool: Pool, converter: Converter) -> None:
    for data, kind, pages in (
        (xlsx(("单位", "人数"), ("望川街道", "12")), FileType.XLSX, 1),
        (pptx("第一页", "第二页"), FileType.PPTX, 2),
    ):
        ready, _ = await pool.ready(InMemory(data, kind.value))
        made = InMemory(await converter.pdf(ready, kind), f"made of {kind}")
        assert len((await pool.inspect(made)).pages) == pages
        assert ("望川街道" if kind is FileType.XLSX else "第一页") in (await pool.text(made, 0)).text


def _stand_in(folder: Path, script: str) -> ConverterSettings:
    """A program in LibreOffice's place that does what the script says; `$made` is the PDF it is asked for."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/bash\nfor last; do :; done\nmade=made/paper.pdf\n{script}\n")
    path.chmod(0o755)
    return ConverterSettings(program=str(path), seconds=2, hidden=(str(folder / "hidden"),), memory=512 * 1024 * 1024)


async def test_it_sees_no_network_no_data_and_no_settings_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    monkeypatch.setenv("ZHIBAN_DATABASE_URL", "postgres://secret")
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "secret").write_text("秘")
    settings = _stand_in(tmp_path, f"(env; cat /proc/net/dev; ls {tmp_path}/hidden /root; ulimit -v; cat $last) > $made")
    told = (await Converter(settings).pdf(b"original", FileType.DOCX)).decode()
    assert "original" in told
    assert "524288" in told
    assert [word for word in ("proxy", "secret", "eth0", "ZHIBAN") if word in told] == []


async def test_one_that_does_not_end_is_ended_with_all_it_started(tmp_path: Path) -> None:
    settings = _stand_in(tmp_path, "sleep 61.7 & sleep 61.7")
    with pytest.raises(Invalid) as refused:
        await Converter(settings).pdf(b"x", FileType.DOCX)
    assert refused.value.code == "files.render_timeout"
    await asyncio.sleep(0.1)
    assert not [pid for pid in os.listdir("/proc") if pid.isdigit() and b"61.7" in _command(pid)]


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


async def test_one_at_a_time_and_not_too_many_wait(tmp_path: Path) -> None:
    path = _stand_in(tmp_path, "date +%s.%N > $made; sleep 0.3; date +%s.%N >> $made").program
    converter = Converter(ConverterSettings(program=path, queue=2))
    answers = await asyncio.gather(*(converter.pdf(b"x", FileType.DOCX) for _ in range(3)), return_exceptions=True)
    spans = sorted([float(word) for word in one.split()] for one in answers if isinstance(one, bytes))
    assert [type(one) for one in answers if not isinstance(one, bytes)] == [Unavailable]
    assert spans[0][1] <= spans[1][0]


async def test_what_is_no_pdf_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        await Converter(_stand_in(tmp_path, "true")).pdf(b"x", FileType.DOCX)
    path = _stand_in(tmp_path, "head -c 2000 /dev/zero > $made").program
    with pytest.raises((TooLarge, Invalid)):
        await Converter(ConverterSettings(program=path, most=1000)).pdf(b"x", FileType.DOCX)


def test_libreoffice_is_here() -> None:
    assert program() is not None


async def test_without_namespaces_it_is_set_too_and_leaves_nothing(
    converter: Converter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel that gives none: a folder in memory instead, and what a killed process left of such goes with the next."""
    old = Path(tempfile.mkdtemp(prefix="zhiban-setting-", dir="/dev/shm"))
    (old / "paper.docx").write_bytes(b"left")
    os.utime(old, (0, 0))
    refusing = "from office.files.rendering import setting; setting._unshared = lambda: False; setting.main()"
    start = asyncio.create_subprocess_exec

    async def started(*command: str, **how: Any) -> Any:
        return await start(command[0], "-P", "-s", "-c", refusing, **how)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", started)
    assert (await converter.pdf(NOTICE, FileType.DOCX))[:5] == b"%PDF-"
    assert list(Path("/dev/shm").glob("zhiban-setting-*")) == []
