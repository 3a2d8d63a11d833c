"""OFD files made by hand, as small as a test needs them, with whatever is to be wrong in them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

from PIL import Image, ImageOps

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
A4 = "0 0 210 297"


def text(
    content: str, x: float = 20, y: float = 30, size: float = 5, more: str = "", inside: str = "", delta: float | None = None
) -> str:
    """A TextObject whose baseline begins at a place, millimetres; `delta` is the step from character to character."""
    step = size if delta is None else delta
    deltas = f' DeltaX="g {len(content) - 1} {step}"' if len(content) > 1 else ""
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y - size} {size * len(content)} {size * 1.3}" Font="1" Size="{size}" {more}>'
        f'{inside}<ofd:TextCode X="0" Y="{size}"{deltas}>{content}</ofd:TextCode></ofd:TextObject>'
    )


def path(data: str, box: str = A4, more: str = 'Stroke="false" Fill="true"', inside: str = "") -> str:
    """A PathObject."""
    return (
        f'<ofd:PathObject ID="8" Boundary="{box}" {more}>{inside}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def square(x: float, y: float, side: float, inside: str = "", more: str = 'Stroke="false" Fill="true"') -> str:
    """A filled square at a place, millimetres."""
    return path(f"M 0 0 L {side} 0 L {side} {side} L 0 {side} C", f"{x} {y} {side} {side}", more, inside)


def fill(value: str, more: str = "") -> str:
    """A FillColor."""
    return f'<ofd:FillColor Value="{value}" {more}/>'


def page(content: str, area: str = "", before: str = "") -> str:
    """A page's XML with one layer."""
    box = f"<ofd:Area><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:Area>" if area else ""
    return f'<ofd:Page {NS}>{before}{box}<ofd:Content><ofd:Layer ID="2">{content}</ofd:Layer></ofd:Content></ofd:Page>'


def ofd(
    *contents: str,
    res: str = "",
    files: Mapping[str, str | bytes] | None = None,
    document: str = "",
    common: str = "",
    body: str = "",
    area: str = A4,
    info: str = "",
) -> bytes:
    """A package of pages (each the content of a layer, or a whole page). `files` adds to and replaces what is made."""
    made: dict[str, str | bytes] = {
        "OFD.xml": f'<ofd:OFD {NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID>{info}'
        f"</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{body}</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": _document(len(contents), area, common, document),
        "Doc_0/PublicRes.xml": f'<ofd:Res {NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="1" FontName="宋体"/></ofd:Fonts>{res}'
        "</ofd:Res>",
    }
    for number, content in enumerate(contents):
        made[f"Doc_0/Pages/Page_{number}/Content.xml"] = content if ":Page " in content or "<Page" in content else page(content)
    return packed(made | dict(files or {}))


def _document(pages: int, area: str, common: str, more: str) -> str:
    refs = "".join(f'<ofd:Page ID="{100 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    return (
        f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:PageArea>"
        f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{common}</ofd:CommonData><ofd:Pages>{refs}</ofd:Pages>{more}</ofd:Document>"
    )


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """The files as a zip, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def png(color: tuple[int, int, int], side: int = 8) -> bytes:
    """A PNG of one colour."""
    rows = b"".join(b"\0" + bytes(color) * side for _ in range(side))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def der(tag: int, *parts: bytes) -> bytes:
    """One DER value."""
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x84]) + size.to_bytes(4, "big")
    return bytes([tag]) + length + content


def seal(kind: str, picture: bytes, side: int = 40) -> bytes:
    """The way to a picture in an SES_Signature (GB/T 38540), with nothing signed."""
    number = der(2, bytes([side]))
    look = der(0x30, der(0x16, kind.encode()), der(4, picture), number, number)
    info = der(0x30, der(0x30), der(0x16, b"id"), der(0x30), look)
    return der(0x30, der(0x30, der(2, b"\x04"), der(0x30, info), der(0x18, b"20260101000000Z")))


def sealed(stamps: Sequence[str], value: bytes) -> tuple[str, dict[str, str | bytes]]:
    """What a seal adds to a package: the body's element and the files. `stamps` are StampAnnot elements."""
    info = (
        '<ofd:SignedInfo><ofd:Provider ProviderName="测试"/><ofd:SignatureMethod>1.2.156.10197.1.501</ofd:SignatureMethod>'
        '<ofd:SignatureDateTime>20260101</ofd:SignatureDateTime><ofd:References CheckMethod="1.2.156.10197.1.401">'
        '<ofd:Reference FileRef="/Doc_0/Document.xml"><ofd:CheckValue>AAAA</ofd:CheckValue></ofd:Reference></ofd:References>'
        f"{''.join(stamps)}</ofd:SignedInfo>"
    )
    files: dict[str, str | bytes] = {
        "Doc_0/Signs/Signatures.xml": f'<ofd:Signatures {NS}><ofd:Signature ID="1" Type="Seal" '
        'BaseLoc="/Doc_0/Signs/Sign_0/Signature.xml"/></ofd:Signatures>',
        "Doc_0/Signs/Sign_0/Signature.xml": f"<ofd:Signature {NS}>{info}<ofd:SignedValue>SignedValue.dat</ofd:SignedValue>"
        "</ofd:Signature>",
        "Doc_0/Signs/Sign_0/SignedValue.dat": value,
    }
    return "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>", files


def jbig2(image: Image.Image, *, in_order: bool = True, header: bool = True) -> bytes:
    """A JBIG2 file of one generic region coded by MMR, which is fax group 4; black is 0 in `image` (mode 1)."""
    out = io.BytesIO()
    inverted = ImageOps.invert(image.convert("L")).convert("1", dither=Image.Dither.NONE)
    inverted.save(out, "TIFF", compression="group4")
    tags = Image.open(out).tag_v2  # type: ignore[attr-defined]
    coded = b"".join(out.getvalue()[at : at + size] for at, size in zip(tags[273], tags[279], strict=True))
    page = struct.pack(">IIIIBH", *image.size, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", *image.size, 0, 0, 0) + b"\x01" + coded
    segments = [(48, 1, page), (38, 1, region), (49, 1, b""), (51, 0, b"")]
    heads = [struct.pack(">IBBBI", n, kind, 0, on, len(data)) for n, (kind, on, data) in enumerate(segments)]
    bodies = [data for _, _, data in segments]
    body = b"".join(map(b"".join, zip(heads, bodies, strict=True))) if in_order else b"".join(heads + bodies)
    return (b"\x97JB2\r\n\x1a\n" + bytes([in_order]) + struct.pack(">I", 1) if header else b"") + body
