"""JBIG2 pictures (ITU-T T.88) by PDFium's decoder: the file's segments are put into a PDF of one page and drawn there.

No Python package decodes JBIG2 safely; PDFium does so for every scanned PDF. A PDF holds the segments without the file header
and without the marks of the end (ISO 32000-1, 7.4.7).
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image

from office.files.ofd.faults import Broken, TooMuch
from office.files.rendering.native import lib

_MAGIC = b"\x97JB2\r\n\x1a\n"
_PAGE, _END_OF_PAGE, _END_OF_FILE = 48, 49, 51
_UNKNOWN_LENGTH = 0xFFFFFFFF
_MOST_SEGMENTS = 100_000


class _Segment(NamedTuple):
    kind: int
    header: bytes
    data: bytes


def is_jbig2(data: bytes, told: str) -> bool:
    """By its first bytes, or, for segments without a header, by what the resource is called."""
    return data.startswith(_MAGIC) or (told.upper() in {"JB2", "JBIG2", "GBIG2", "JBIG"} and data[:4] == b"\0\0\0\0")


def decode_jbig2(data: bytes, longest: int, most_pixels: int) -> Image.Image:
    """The first page of a JBIG2 file, grey, at most twice `longest` pixels a side. Raises Broken or TooMuch."""
    try:
        segments = [one for one in _segments(data) if one.kind not in {_END_OF_PAGE, _END_OF_FILE}]
        width, height = struct.unpack_from(">II", next(one.data for one in segments if one.kind == _PAGE))
    except (struct.error, StopIteration, IndexError) as error:
        raise Broken("JBIG2") from error
    if height == _UNKNOWN_LENGTH or min(width, height) < 1:
        raise Broken("JBIG2 without a size")
    if width * height > most_pixels:
        raise TooMuch("JBIG2")
    return _drawn(b"".join(one.header + one.data for one in segments), width, height, longest)


def _drawn(stream: bytes, width: int, height: int, longest: int) -> Image.Image:
    scale = min(1.0, 2 * longest / max(width, height))
    try:
        with lib.PdfDocument(_pdf(stream, width, height)) as document:
            page = document[0]
            bitmap = page.render(scale=scale * max(width, height) / _SIDE, grayscale=True)
            image: Image.Image = bitmap.to_pil().convert("L")
            page.close()
    except lib.PdfiumError as error:
        raise Broken("JBIG2") from error
    return image


_SIDE = 1000.0
"""Longest side of the page in points: PDFium refuses none, and the scale does the rest."""


def _pdf(stream: bytes, width: int, height: int) -> bytes:
    wide, high = (_SIDE * side / max(width, height) for side in (width, height))
    content = f"q {wide:.3f} 0 0 {high:.3f} 0 0 cm /I Do Q".encode()
    image = (
        f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 1"
        f"/Filter/JBIG2Decode/Length {len(stream)}>>"
    )
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {wide:.3f} {high:.3f}]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page.encode(),
        f"<</Length {len(content)}>>stream\n".encode() + content + b"\nendstream",
        image.encode() + b"stream\n" + stream + b"\nendstream",
    ]
    return _numbered(bodies)


def _numbered(bodies: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer<</Size {len(bodies) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


def _segments(data: bytes) -> Iterator[_Segment]:
    """The segments of a file: each header before its data, or all headers first (T.88 annex D)."""
    at, in_order = 0, True
    if data.startswith(_MAGIC):
        in_order, at = bool(data[8] & 1), 9 if data[8] & 2 else 13
    waiting: list[tuple[int, bytes, int]] = []
    while at < len(data) and len(waiting) < _MOST_SEGMENTS:
        kind, length, end = _header(data, at)
        header, at = data[at:end], end
        if in_order:
            yield _Segment(kind, header, data[at : at + length])
            at += length
        else:
            waiting.append((kind, header, length))
            if kind == _END_OF_FILE:
                break
    for kind, header, length in waiting:
        yield _Segment(kind, header, data[at : at + length])
        at += length


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """Kind, length of the data, and where the header ends (T.88, 7.2)."""
    number, flags = struct.unpack_from(">IB", data, at)
    place, referred = at + 5, data[at + 5] >> 5
    if referred == 7:
        referred = struct.unpack_from(">I", data, place)[0] & 0x1FFFFFFF
        place += 4 + (referred + 8) // 8
    else:
        place += 1
    place += referred * (1 if number <= 256 else 2 if number <= 65536 else 4) + (4 if flags & 0x40 else 1)
    (length,) = struct.unpack_from(">I", data, place)
    return flags & 0x3F, len(data) - place - 4 if length == _UNKNOWN_LENGTH else length, place + 4
