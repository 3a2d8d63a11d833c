"""Small files made by hand: PDFs with and without what a test needs, and where the real samples are."""

import os
import zlib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def samples() -> Path:
    """The folder of real documents; its absence is a failure, never a skip."""
    folder = Path(os.environ.get("ZHIBAN_SAMPLES") or ROOT.parent / "shared" / "samples")
    assert (folder / "SOURCES.md").is_file(), f"no sample documents at {folder}"
    return folder


def pdf(
    content: str | bytes = b"",
    *,
    pages: int = 1,
    size: tuple[float, float] = (595.0, 842.0),
    fonts: str = "/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    more: Sequence[bytes] = (),
    page_extra: str = "",
    catalog_extra: str = "",
) -> bytes:
    """A PDF of equal pages showing `content`; `more` are further objects, numbered from 4 on."""
    body = content.encode("latin-1") if isinstance(content, str) else content
    first = 4 + len(more)
    kids = " ".join(f"{first + index} 0 R" for index in range(pages))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog_extra} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % _length_of(zlib.compress(body)),
        *more,
    ]
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Contents 3 0 R "
        f"/Resources << /Font << {fonts} >> >> {page_extra} >>"
    ).encode()
    return assemble([*objects, *[page] * pages])


def _length_of(data: bytes) -> tuple[int, bytes]:
    return len(data), data


def assemble(objects: Sequence[bytes], trailer: str = "") -> bytes:
    """Number the objects from 1 and write the cross-reference table."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def chinese_pdf(text: str = "青岚县人民政府文件", *, colour: str = "0 0 0 rg", size: int = 32) -> bytes:
    """Chinese text in a font the file does not carry (STSong with the GB character set), as many offices send it."""
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [5 0 R] >>"
    descendant = (
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 6 0 R /DW 1000 >>"
    )
    descriptor = (
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    )
    shown = text.encode("utf-16-be").hex()
    content = f"{colour} BT /F1 {size} Tf 60 600 Td <{shown}> Tj ET"
    return pdf(content, fonts="/F1 4 0 R", more=(font, descendant, descriptor))


def form_pdf(value: str = "SIGNED BY HAND") -> bytes:
    """A text field whose value has no drawn appearance: only a viewer that fills forms shows it."""
    field = (
        f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V ({value}) /Rect [60 600 500 660] /F 4 /DA (/Helv 24 Tf 0 g) >>"
    ).encode()
    helvetica = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return pdf(
        more=(field, helvetica),
        page_extra="/Annots [4 0 R]",
        catalog_extra="/AcroForm << /Fields [4 0 R] /NeedAppearances true "
        "/DR << /Font << /Helv 5 0 R >> >> /DA (/Helv 0 Tf 0 g) >>",
    )


def text_pdf(lines: Sequence[str], *, size: int = 12, pages: int = 1) -> bytes:
    """Plain Latin lines from the top of the page."""
    shown = " ".join(f"({line}) Tj 0 -{size + 4} Td" for line in lines)
    return pdf(f"BT /F1 {size} Tf 60 780 Td {shown} ET", pages=pages)
