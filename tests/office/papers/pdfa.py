"""What ISO 19005-2 (PDF/A-2b) asks of a file's structure, held against a printed form with a reader that is not its writer's.

No validator is to be had here (veraPDF is in no registry that this machine reaches), so these are the clauses that a writer can
break: each is named by its number. What needs an eye (colour, glyphs of the right shape) and what typst cannot write (forms,
signatures, JPEG 2000) is not in it.
"""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
)
from pyhanko.pdf_utils.reader import PdfFileReader

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
DC, XMP, RDF = (
    "{http://purl.org/dc/elements/1.1/}",
    "{http://ns.adobe.com/xap/1.0/}",
    "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}",
)
#: 6.1.7.2 and 6.1.6.1: filters that may be.
FILTERS = {
    "/FlateDecode",
    "/ASCII85Decode",
    "/ASCIIHexDecode",
    "/RunLengthDecode",
    "/DCTDecode",
    "/CCITTFaxDecode",
    "/JBIG2Decode",
}
#: 6.5.1: actions that may not be.
ACTIONS = {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans",
           "/GoTo3DView", "/JavaScript"}  # fmt: skip
DEVICE = {"/DeviceRGB": b"RGB ", "/DeviceCMYK": b"CMYK"}
PAINTS = {"/DeviceRGB": rb"\b(rg|RG)\b", "/DeviceCMYK": rb"\b[\d.]+ [\d.]+ [\d.]+ [\d.]+ [kK]\b"}


def faults(pdf: bytes) -> list[str]:
    """What in this file is against PDF/A-2b, each with its clause; none where all is as it must be."""
    reader = PdfFileReader(io.BytesIO(pdf))
    objects = list(_objects(reader))
    return [
        *_file(pdf, reader),
        *_metadata(reader),
        *_colours(reader, objects),
        *(one for held in objects for one in _of(held)),
    ]


def _objects(reader: PdfFileReader) -> Iterator[Any]:
    """Every dictionary and stream that can be reached, once."""
    waiting: list[Any] = [
        reader.trailer.raw_get("/Root"),
        *([reader.trailer.raw_get("/Info")] if "/Info" in reader.trailer else []),
    ]
    seen: set[Any] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.reference in seen:
                continue
            seen.add(one.reference)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [one.raw_get(name) for name in one]
        elif isinstance(one, ArrayObject):
            waiting += [one.raw_get(place) for place in range(len(one))]
        elif isinstance(one, NumberObject) and abs(int(one)) > 2**31 - 1:
            raise AssertionError("6.1.13: an integer beyond 2147483647")
        elif isinstance(one, NameObject) and len(one) > 128:
            raise AssertionError("6.1.13: a name of more than 127 bytes")


def _at(held: Any, name: str, otherwise: Any = None) -> Any:
    """A member, what it refers to rather than the reference."""
    try:
        return held[name]
    except KeyError:
        return otherwise


def _all(held: Any) -> list[Any]:
    """The members of an array, or the one thing where it is none."""
    return [held[place] for place in range(len(held))] if isinstance(held, ArrayObject) else [held] if held is not None else []


def _file(pdf: bytes, reader: PdfFileReader) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7][\r\n]+%[\x80-\xff]{4}", pdf):
        yield "6.1.2: header"
    if "/ID" not in reader.trailer or "/Encrypt" in reader.trailer:
        yield "6.1.3: the trailer has no ID, or the file is encrypted"
    if not re.search(rb"%%EOF\r?\n?$", pdf):
        yield "6.1.3: bytes after the end"
    root = reader.root
    for name in ("/AA", "/Names", "/AcroForm", "/Requirements", "/OpenAction"):
        held = _at(root, name)
        if held is not None and (name != "/Names" or {"/JavaScript", "/EmbeddedFiles"} & set(held)):
            yield f"6.5, 6.8, 6.10: {name} in the catalog"


def _metadata(reader: PdfFileReader) -> Iterator[str]:
    """6.6.2 to 6.6.4: XMP, which part and level it claims, and that it says what the information dictionary says."""
    held = _at(reader.root, "/Metadata")
    if held is None:
        yield "6.6.2.1: no metadata"
        return
    tree = etree.fromstring(held.data)
    if b"bytes=" in held.data[:200] or b"encoding=" in held.data[:200]:
        yield "6.6.2.1: the packet's header"
    said = {one.tag: (one.text or "").strip() for one in tree.iter() if isinstance(one.tag, str)}
    said |= {name: value for one in tree.iter(f"{RDF}Description") for name, value in one.attrib.items()}
    if (said.get(f"{PDFAID}part"), said.get(f"{PDFAID}conformance")) != ("2", "B"):
        yield "6.6.4: it does not claim PDF/A-2b"
    info: Mapping[str, Any] = _at(reader.trailer, "/Info", {})
    titles = [one.text for one in tree.iterfind(f".//{DC}title//{RDF}li")]
    if "/Title" in info and [str(info["/Title"])] != titles:
        yield "6.6.2.3 (6.1.5): the title differs"
    for name, tag in (("/CreationDate", f"{XMP}CreateDate"), ("/ModDate", f"{XMP}ModifyDate")):
        digits = re.sub(r"\D", "", said.get(tag, ""))[:12]
        if name in info and digits != re.sub(r"\D", "", str(info[name]))[:12]:
            yield f"6.1.5: {name} differs"


def _colours(reader: PdfFileReader, objects: list[Any]) -> Iterator[str]:
    """6.2.3 and 6.2.4.3: device colours only where the output intent is of that kind."""
    intents = [one for one in _all(_at(reader.root, "/OutputIntents")) if one["/S"] == "/GTS_PDFA1"]
    profiles = {one["/DestOutputProfile"].data[16:20] for one in intents if "/DestOutputProfile" in one}
    if len(profiles) > 1:
        yield "6.2.3: more than one profile"
    used = {str(one.raw_get(name)) for one in objects for name in one} & DEVICE.keys()
    pages = [one for one in objects if _at(one, "/Type") == "/Page"]
    for content in (data for page in pages for data in _content(page)):
        used |= {name for name, form in PAINTS.items() if re.search(form, content)}
    for name in sorted(used):
        if DEVICE[name] not in profiles:
            yield f"6.2.4.3: {name} without an output intent for it"


def _content(page: Any) -> Iterator[bytes]:
    held = page["/Contents"]
    for one in _all(held):
        yield one.data


def _of(held: Any) -> Iterator[str]:
    if isinstance(held, StreamObject):
        filters = _all(_at(held, "/Filter"))
        if set(map(str, filters)) - FILTERS:
            yield f"6.1.7.2: filter {filters}"
        if {"/F", "/FFilter", "/FDecodeParms"} & set(held):
            yield "6.1.7.1: a stream outside of the file"
    if _at(held, "/Type") == "/Font":
        yield from _font(held)
    if _at(held, "/Subtype") == "/Image" and ({"/Alternates", "/OPI"} & set(held) or _at(held, "/Interpolate", False)):
        yield "6.2.8: an image with alternates, OPI or interpolation"
    if _at(held, "/Subtype") in ("/PS", "/Reference") or "/Ref" in held or "/TR" in held or "/HTP" in held:
        yield "6.2.5, 6.2.9: PostScript, a reference, a transfer function"
    if _at(held, "/S") in ACTIONS or "/AA" in held or "/EF" in held:
        yield "6.5.1, 6.8: an action or an embedded file"
    if _at(held, "/Type") == "/Annot" and _at(held, "/Subtype") not in ("/Link", "/Popup") and "/AP" not in held:
        yield "6.3.3: an annotation without an appearance"


def _font(font: Any) -> Iterator[str]:
    """6.2.11: every face is embedded; a composite one says how codes lead to glyphs."""
    name = _at(font, "/BaseFont", "?")
    if font["/Subtype"] in ("/Type0", "/Type3"):
        if font["/Subtype"] == "/Type0" and font["/Encoding"] not in ("/Identity-H", "/Identity-V"):
            yield f"6.2.11.3.3: {name} has a CMap that is not embedded"
        return
    described = _at(font, "/FontDescriptor", {})
    if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described):
        yield f"6.2.11.4.1: {name} is not embedded"
    if font["/Subtype"] == "/CIDFontType2" and "/CIDToGIDMap" not in font:
        yield f"6.2.11.3.2: {name} has no CIDToGIDMap"
    if font["/Subtype"].startswith("/CIDFont") and "/CIDSystemInfo" not in font:
        yield f"6.2.11.3.1: {name} has no CIDSystemInfo"
