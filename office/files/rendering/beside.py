"""What a PDF says of itself that its details do not show: fields of its own in the information dictionary, XMP (ISO 16684-1)
that is not packed, and its bookmarks. Looked over for marks only."""

import mmap
import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from itertools import islice
from typing import Any

from office.files.rendering.looking import Beside
from office.files.rendering.native import raw as pdfium
from office.files.rendering.notes import text_of

MOST_BOOKMARKS = 5000
#: XMP packets, and bytes of each.
MOST_PACKETS, MOST_XMP = 50, 1024 * 1024
#: Fields in which a 密级 may stand (GB/T 33480-2016, 4.4); a PDF is asked for each by its name.
_FIELDS = (
    "密级", "文件密级", "公文密级", "国家密级", "秘级", "密级和保密期限", "密级程度", "密级等级", "密级标识", "密级标志",
    "涉密等级", "保密期限", "Security", "SecurityLevel", "SecurityGrade", "SecurityClass", "SecurityClassification", "Secret",
    "SecretLevel", "SecrecyLevel", "Secrecy", "Classification", "Classified", "SecurityPeriod", "SecrecyPeriod",
    "SecretPeriod", "MJ", "mj", "miji", "MiJi",
)  # fmt: skip
_XMP = (b"<x:xmpmeta", b"</x:xmpmeta>")
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)[^<>]*>([^<>]{1,400})</")
_ATTRIBUTE = re.compile(r"(?:[\w.-]+:)?([\w.-]+)\s*=\s*[\"']([^\"'<>]{1,400})[\"']")


def beside(document: Any, source: str | bytes) -> Beside:
    """What the information dictionary has in fields of its own, XMP that is not packed, and the bookmarks' words."""
    marks = list(islice(document.get_toc(), MOST_BOOKMARKS + 1))
    words = "\n".join(one.get_title() for one in marks)
    return Beside((*_own_fields(document.raw), *_xmp(source)), words, len(marks) > MOST_BOOKMARKS)


def _own_fields(document: Any) -> Iterator[tuple[str, str]]:
    for field in _FIELDS:
        for encoding in ("utf-8", "gb18030"):
            value = text_of(partial(pdfium.FPDF_GetMetaText, document, field.encode(encoding)))
            if value or value is None:
                yield field, value or "?"


def _xmp(source: str | bytes) -> Iterator[tuple[str, str]]:
    if isinstance(source, bytes):
        yield from _told_in(source)
        return
    with open(source, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield from _told_in(data)


def _told_in(data: bytes | mmap.mmap) -> Iterator[tuple[str, str]]:
    at = 0
    for _ in range(MOST_PACKETS):
        start = data.find(_XMP[0], at)
        if start < 0:
            return
        end = data.find(_XMP[1], start)
        at = min(end if end >= 0 else len(data), start + MOST_XMP)
        text = data[start:at].decode("utf-8", "replace")
        for found in (*_ELEMENT.finditer(text), *_ATTRIBUTE.finditer(text)):
            yield found[1], unescape(found[2])
