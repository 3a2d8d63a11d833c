"""Word, Excel and PowerPoint files made by hand, as small as a test needs them, with whatever is to be wrong in them."""

import struct
from collections.abc import Mapping
from xml.sax.saxutils import escape

from tests.office.files.ofd_maker import packed

SCHEMAS = "http://schemas.openxmlformats.org"
RELS = f"{SCHEMAS}/officeDocument/2006/relationships"
W = f'xmlns:w="{SCHEMAS}/wordprocessingml/2006/main"'
NAMES = f'{W} xmlns:r="{RELS}"'
_MAIN = {
    "word/document.xml": "wordprocessingml.document.main",
    "xl/workbook.xml": "spreadsheetml.sheet.main",
    "ppt/presentation.xml": "presentationml.presentation.main",
}
_MODES = {False: "Internal", True: "External"}
Parts = Mapping[str, str | bytes]


def package(main: str, parts: Parts, types: str = "", main_type: str = "") -> bytes:
    """A package of these parts; `types` are more content types, `main_type` another than the main part's own."""
    kind = main_type or f"application/vnd.openxmlformats-officedocument.{_MAIN[main]}+xml"
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{SCHEMAS}/package/2006/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/><Override PartName="/{main}" ContentType="{kind}"/>{types}</Types>',
        "_rels/.rels": relationships(("r1", "officeDocument", main, False)),
    }
    return packed(made | dict(parts))


def relationships(*rows: tuple[str, str, str, bool]) -> str:
    """A relationships part: id, kind, target, whether it leads outside."""
    made = "".join(
        f'<Relationship Id="{id}" Type="{RELS}/{kind}" Target="{escape(target)}" TargetMode="{_MODES[outside]}"/>'
        for id, kind, target, outside in rows
    )
    return f'<Relationships xmlns="{SCHEMAS}/package/2006/relationships">{made}</Relationships>'


def paragraph(text: str, size: float = 16, more: str = "") -> str:
    """A paragraph of one run."""
    return f'<w:p>{more}<w:r><w:rPr><w:sz w:val="{round(size * 2)}"/></w:rPr><w:t>{escape(text)}</w:t></w:r></w:p>'


def docx(*paragraphs: str, parts: Parts | None = None, types: str = "", main_type: str = "") -> bytes:
    """A Word file: texts, or paragraphs as XML."""
    body = "".join(one if one.startswith("<") else paragraph(one) for one in paragraphs)
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
    main: Parts = {"word/document.xml": f"<w:document {NAMES}><w:body>{body}{page}</w:body></w:document>"}
    return package("word/document.xml", {**main, **(parts or {})}, types, main_type)


def xlsx(*rows: tuple[str, ...]) -> bytes:
    """An Excel file of one sheet of texts."""
    sheet = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>" for row in rows
    )
    space = f'xmlns="{SCHEMAS}/spreadsheetml/2006/main" xmlns:r="{RELS}"'
    return package(
        "xl/workbook.xml",
        {
            "xl/workbook.xml": f'<workbook {space}><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relationships(("r1", "worksheet", "worksheets/sheet1.xml", False)),
            "xl/worksheets/sheet1.xml": f"<worksheet {space}><sheetData>{sheet}</sheetData></worksheet>",
        },
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>',
    )


def pptx(*slides: str) -> bytes:
    """A PowerPoint file, a text on each slide."""
    space = f'xmlns:p="{SCHEMAS}/presentationml/2006/main" xmlns:a="{SCHEMAS}/drawingml/2006/main" xmlns:r="{RELS}"'
    tree = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    names = [f"slide{n}.xml" for n in range(1, len(slides) + 1)]
    parts: dict[str, str | bytes] = {
        "ppt/presentation.xml": f"<p:presentation {space}><p:sldIdLst>"
        + "".join(f'<p:sldId id="{256 + n}" r:id="r{n}"/>' for n in range(len(slides)))
        + '</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": relationships(
            *((f"r{n}", "slide", f"slides/{name}", False) for n, name in enumerate(names))
        ),
    }
    for name, text in zip(names, slides, strict=True):
        shape = (
            '<p:sp><p:nvSpPr><p:cNvPr id="2" name="t"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
            '<a:off x="900000" y="900000"/><a:ext cx="7000000" cy="1000000"/></a:xfrm><a:prstGeom prst="rect"/></p:spPr>'
            f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p:txBody></p:sp>"
        )
        parts[f"ppt/slides/{name}"] = f"<p:sld {space}><p:cSld><p:spTree>{tree}{shape}</p:spTree></p:cSld></p:sld>"
    slide = "application/vnd.openxmlformats-officedocument.presentationml.slide+xml"
    types = "".join(f'<Override PartName="/ppt/slides/{name}" ContentType="{slide}"/>' for name in names)
    return package("ppt/presentation.xml", parts, types)


def compound(*streams: str) -> bytes:
    """The beginning of a compound file (MS-CFB) whose directory names these streams."""
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<H", head, 30, 9)
    struct.pack_into("<I", head, 48, 1)
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))
    return bytes(head) + b"\0" * 512 + entries.ljust(1024, b"\0")
