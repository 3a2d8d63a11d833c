"""An Office file without what would make the program that sets it read anything but the file itself.

Links to other files and addresses (pictures, templates, other workbooks, frames), fields that fetch, embedded chunks of other
formats and controls are taken out of a copy; hyperlinks stay, they are only text to whoever sets the page. The original is
kept as it came.
"""

import io
import re
import zipfile
from typing import NamedTuple

from office.files.ofd.parser import etree
from office.files.ooxml.parts import Element, Package, load, relationships

#: Relationships that bring in other formats or programs, wherever they lead.
_DROPPED = {"aFChunk", "control", "activeXControlBinary", "attachedTemplate"}
_FETCHES = re.compile(r"^\s*(?:INCLUDETEXT|INCLUDEPICTURE|INCLUDE|DDE|DDEAUTO|LINK|IMPORT|RD|DATABASE)\b", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"


class Cleaned(NamedTuple):
    """The copy, and whether anything that a page may have shown was taken out."""

    data: bytes
    lacks: bool


def cleaned(package: Package) -> Cleaned:
    """A copy of the package, parts without change byte for byte. Raises Broken or TooMuch."""
    out, lacks = io.BytesIO(), False
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in package.names:
            data = package.read(name)
            changed = _without(package, name)
            lacks = lacks or (changed is not None and changed.shown)
            archive.writestr(name, data if changed is None else changed.data)
    return Cleaned(out.getvalue(), lacks)


class _Changed(NamedTuple):
    data: bytes
    shown: bool


def _without(package: Package, name: str) -> _Changed | None:
    """The part as it goes on, None where nothing is taken out."""
    if name.endswith(".rels"):
        return _relationships(package, name)
    if name.startswith("word/") and name.endswith(".xml") and _may_fetch(package.read(name)):
        return _fields(package, name)
    return None


def _relationships(package: Package, name: str) -> _Changed | None:
    root, shown, gone = load(package, name), False, []
    for element, one in relationships(root):
        if one.kind in _DROPPED or (one.external and one.kind != "hyperlink"):
            gone.append(element)
            shown = shown or one.kind != "attachedTemplate"
    for element in gone:
        root.remove(element)
    return _Changed(_written(root), shown) if gone else None


def _may_fetch(data: bytes) -> bool:
    return b"instr" in data


def _fields(package: Package, name: str) -> _Changed | None:
    """Empty the instructions of fields that fetch, whole or in pieces; what they last showed stays."""
    root, changed = load(package, name), False
    for space in (_W, _STRICT):
        for element in root.iter(f"{space}fldSimple"):
            if _FETCHES.match(element.get(f"{space}instr", "")):
                element.set(f"{space}instr", "")
                changed = True
        changed = _complex(root, space) or changed
    return _Changed(_written(root), False) if changed else None


def _complex(root: Element, space: str) -> bool:
    """Fields of several runs: an instruction may be cut anywhere, and fields stand in one another."""
    changed, open_fields = False, list[list[Element]]()
    for element in root.iter(f"{space}fldChar", f"{space}instrText"):
        if element.tag == f"{space}instrText":
            if open_fields:
                open_fields[-1].append(element)
            elif _FETCHES.match(element.text or ""):
                element.text, changed = "", True
        elif element.get(f"{space}fldCharType") == "begin":
            open_fields.append([])
        elif open_fields and element.get(f"{space}fldCharType") == "end":
            changed = _emptied(open_fields.pop()) or changed
    for parts in open_fields:
        changed = _emptied(parts) or changed
    return changed


def _emptied(parts: list[Element]) -> bool:
    if not _FETCHES.match("".join(part.text or "" for part in parts)):
        return False
    for part in parts:
        part.text = ""
    return True


def _written(root: Element) -> bytes:
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data
