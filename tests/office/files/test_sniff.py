import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.files.sniff import FileType, sniff
from office.files.texts import TEXTS
from office.kernel.refusal import Invalid, Refusal, Unsupported
from tests.office.files.makers import samples
from tests.office.files.office_maker import compound


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.4\n", FileType.PDF),
        (b"\n" * 1019 + b"%PDF-1.7", FileType.PDF),
        (b"<html>" + b"%PDF-1.4", FileType.PDF),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 20, FileType.JPEG),
        (b"\xff\xd8\xff\xe0" + b"%PDF-1.4", FileType.JPEG),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, FileType.PNG),
        (_zip("OFD.xml", "Doc_0/Document.xml"), FileType.OFD),
        (_zip("Doc_0/Document.xml", "ofd.XML"), FileType.OFD),
        (_zip("[Content_Types].xml", "word/document.xml"), FileType.DOCX),
        (_zip("[Content_Types].xml", "word/document.xml", "word/embeddings/OFD.xml"), FileType.DOCX),
        (_zip("[Content_Types].xml", "xl/workbook.xml"), FileType.XLSX),
        (_zip("[content_types].xml", "ppt\\presentation.xml"), FileType.PPTX),
    ],
)
def test_taken_types_are_told_by_content(data: bytes, kind: FileType) -> None:
    assert sniff(io.BytesIO(data)) is kind


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (_zip("Doc_0/OFD.xml"), "ZIP"),
        (_zip("word/document.xml"), "ZIP"),
        (_zip("[Content_Types].xml", "word/document.xml", "OFD.xml"), "几种"),
        (_zip("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"), "几种"),
        (_zip("readme.txt"), "ZIP"),
        (b"<!DOCTYPE html><p>", "HTML"),
        (b'<?xml version="1.0"?><a/>', "XML"),
        (b"GIF89a....", "GIF"),
        (b"II*\x00....", "TIFF"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "WebP"),
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        (b"\x00\x00\x00\x18ftypisom", "音视频"),
        (b"MZ\x90\x00", "Windows"),
        ("关于开会的通知".encode(), "纯文本"),
        (b"\x01\x02\x00\x03", "未知"),
        (b"\x00" * 1020 + b"%PDF-1.7", "未知"),
    ],
)
def test_what_is_not_taken_is_named_exactly(data: bytes, found: str) -> None:
    with pytest.raises(Unsupported) as refused:
        sniff(io.BytesIO(data))
    assert refused.value.code == "files.type_not_taken"
    assert found in str(refused.value.facts["found"])


def test_an_empty_file_is_refused_as_empty() -> None:
    with pytest.raises(Invalid) as refused:
        sniff(io.BytesIO(b""))
    assert refused.value.code == "files.empty"


@pytest.mark.parametrize(
    ("streams", "found"),
    [
        (("WordDocument",), "Word"),
        (("Workbook",), "Excel"),
        (("PowerPoint Document",), "PowerPoint"),
        ((), "doc/xls/ppt/wps"),
    ],
)
def test_files_of_old_office_are_named_with_what_to_do(streams: tuple[str, ...], found: str) -> None:
    with pytest.raises(Unsupported) as refused:
        sniff(io.BytesIO(compound(*streams)))
    assert refused.value.code == "files.old_office"
    assert found in str(refused.value.facts["found"])
    assert "另存为" in TEXTS["files.old_office"]


TAKEN = {".pdf": FileType.PDF, ".ofd": FileType.OFD, ".docx": FileType.DOCX}


def test_real_documents_are_recognised_whatever_they_are_called() -> None:
    for path in sorted(samples().glob("*/*.*")):
        with path.open("rb") as file:
            if path.suffix in TAKEN:
                assert sniff(file) is TAKEN[path.suffix], path.name
                continue
            with pytest.raises(Unsupported) as refused:
                sniff(file)
        word = {".doc": "旧版 Word", ".json": "纯文本"}[path.suffix]
        assert word in str(refused.value.facts["found"]), path.name


@given(st.binary(max_size=2048))
def test_any_bytes_get_a_type_or_a_refusal(data: bytes) -> None:
    try:
        answer: object = sniff(io.BytesIO(data))
    except Refusal as refusal:
        answer = refusal.code
    assert answer in {*FileType, "files.empty", "files.type_not_taken", "files.old_office", "files.encrypted"}
