"""The type of a file by its content, never by its name (文件类型识别).

Taken: PDF, OFD, DOCX, XLSX, PPTX, JPEG, PNG. All else is recognised only so that the refusal says exactly what was found. A
file that is two things at once is what it then parses as: the renderer opens it as the type found here and refuses it as
damaged if it is not. A zip that is a document of two kinds is refused: nobody could say which one was meant.
"""

import struct
from collections.abc import Iterator
from enum import StrEnum
from typing import BinaryIO, NoReturn

from office.kernel.refusal import Invalid, Unsupported

HEAD = 64 * 1024
DIRECTORY = 4 * 1024 * 1024
PDF_WINDOW = 1024


class FileType(StrEnum):
    """A type that is taken; the value is its media type."""

    PDF = "application/pdf"
    OFD = "application/ofd"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    JPEG = "image/jpeg"
    PNG = "image/png"


#: Office Open XML (ISO/IEC 29500): shown as LibreOffice sets it, the original kept.
OFFICE = frozenset({FileType.DOCX, FileType.XLSX, FileType.PPTX})

_TAKEN = ((b"\xff\xd8\xff", FileType.JPEG), (b"\x89PNG\r\n\x1a\n", FileType.PNG))

#: The folder that the main part of each kind lies in.
_FOLDERS = {"word/": FileType.DOCX, "xl/": FileType.XLSX, "ppt/": FileType.PPTX}
_CONTENT_TYPES = "[content_types].xml"
_MACROS = "vbaproject.bin"

_HTML, _XML, _PLAIN = "网页（HTML）", "XML 文件", "纯文本文件"
#: What is not taken and can be read as text where it lies inside another file.
TEXTS = frozenset({_HTML, _XML, _PLAIN})

_ZIP_MEMBERS = (
    (b"application/vnd.oasis.opendocument", "OpenDocument 文档"),
    (b"AndroidManifest.xml", "安卓安装包"),
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Streams of a compound file (MS-CFB) that tell what made it.
_OLD_OFFICE = (
    ("WordDocument", "旧版 Word 文档（doc）"),
    ("Workbook", "旧版 Excel 表格（xls）"),
    ("Book", "旧版 Excel 表格（xls）"),
    ("PowerPoint Document", "旧版 PowerPoint 演示文稿（ppt）"),
)

_OTHERS = (
    (b"{\\rtf", "RTF 文档"),
    (b"Rar!\x1a\x07", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"GIF8", "GIF 图片"),
    (b"II*\x00", "TIFF 图片"),
    (b"MM\x00*", "TIFF 图片"),
    (b"BM", "BMP 图片"),
    (b"MZ", "Windows 程序"),
    (b"\x7fELF", "Linux 程序"),
    (b"%!PS", "PostScript 文件"),
    (b"Founder CEB", "CEB 版式文件"),
)


def sniff(file: BinaryIO) -> FileType:
    """Tell the type of a seekable file from its first 64 KiB (and, for a zip, its directory); the position is left anywhere.

    Refuses files.empty (422), files.encrypted (422) for an Office file with a password, files.macros, files.old_office and
    files.type_not_taken (415) with `found`, the Chinese name of what it is.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Invalid("files.empty")
    for magic, kind in _TAKEN:
        if head.startswith(magic):
            return kind
    if b"%PDF-" in head[:PDF_WINDOW]:
        return FileType.PDF
    if head.startswith(b"PK\x03\x04") and (found := _in_zip(file)) is not None:
        return found
    if head.startswith(_OLE):
        _refuse_compound(head, file)
    raise Unsupported("files.type_not_taken", found=_name_of(head, file))


def _name_of(head: bytes, file: BinaryIO) -> str:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_name(head + _tail(file))
    for magic, name in _OTHERS:
        if head.startswith(magic):
            return name
    return _container_name(head) or _text_name(head)


def _in_zip(file: BinaryIO) -> FileType | None:
    """By the zip's own directory, read as far as `DIRECTORY` bytes: OFD.xml at its root, or the parts of an Office file.

    A Word document that carries an OFD inside it is a Word document.
    """
    names = _directory(file)
    kinds = [FileType.OFD] if "ofd.xml" in names else []
    if _CONTENT_TYPES in names:
        kinds += [kind for folder, kind in _FOLDERS.items() if any(name.startswith(folder) for name in names)]
    if len(kinds) > 1:
        raise Unsupported("files.type_not_taken", found="同时带有几种文档的压缩包")
    if kinds and any(name.rpartition("/")[2] == _MACROS for name in names):
        raise Unsupported("files.macros")
    return kinds[0] if kinds else None


def _directory(file: BinaryIO) -> set[str]:
    """Names in a zip's directory as the rules compare them; nothing is unpacked."""
    tail = _tail(file)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        return set()
    size, start = struct.unpack_from("<II", tail, end + 12)
    file.seek(start)
    return {name.replace("\\", "/").lstrip("/").lower() for name in _names(file.read(min(size, DIRECTORY)))}


def _refuse_compound(head: bytes, file: BinaryIO) -> NoReturn:
    """A compound file: an Office file of before 2007, or a newer one that is locked with a password."""
    (shift,), (sector,) = struct.unpack_from("<H", head.ljust(76), 30), struct.unpack_from("<I", head.ljust(76), 48)
    file.seek((sector + 1) << min(shift, 12))
    entries = file.read(HEAD)

    def holds(stream: str) -> bool:
        return f"{stream}\0".encode("utf-16-le") in entries

    if holds("EncryptedPackage"):
        raise Invalid("files.encrypted")
    found = next((name for stream, name in _OLD_OFFICE if holds(stream)), "旧版 Office 文档（doc/xls/ppt/wps）")
    raise Unsupported("files.old_office", found=found)


def _names(directory: bytes) -> Iterator[str]:
    at = 0
    while directory[at : at + 4] == b"PK\x01\x02" and at + 46 <= len(directory):
        name, extra, comment = struct.unpack_from("<HHH", directory, at + 28)
        yield directory[at + 46 : at + 46 + name].decode("latin-1")
        at += 46 + name + extra + comment


def _tail(file: BinaryIO) -> bytes:
    end = file.seek(0, 2)
    file.seek(max(0, end - HEAD))
    return file.read(HEAD)


def _zip_name(seen: bytes) -> str:
    """Entry names stand uncompressed in the local headers and in the directory at the end; nothing is unpacked."""
    return next((name for member, name in _ZIP_MEMBERS if member in seen), "ZIP 压缩包")


def _container_name(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP 图片"
    if head[4:8] == b"ftyp":
        return "HEIC 图片" if head[8:12] in {b"heic", b"heix", b"mif1", b"hevc"} else "音视频文件"
    return None


def _text_name(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:256].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return _HTML
    if start.startswith((b"<?xml", b"<svg")):
        return _XML
    return "未知类型文件" if b"\x00" in head else _PLAIN
