"""The parts of a package (ISO/IEC 29500-2): its content types, relationships, and the main part of each kind of file."""

import posixpath
from collections.abc import Iterator
from typing import Any, NamedTuple

from office.files.ofd.faults import Broken, TooMuch
from office.files.ofd.package import Package
from office.files.ofd.parser import etree
from office.files.ofd.xmltree import must_be_plain
from office.files.sniff import FileType

CONTENT_TYPES, ROOT_RELATIONSHIPS = "[Content_Types].xml", "_rels/.rels"
MAX_PART = 64 * 1024 * 1024
"""Unpacked bytes of one XML part; a sheet of a hundred thousand rows has about 30 MB."""

#: What the main part's content type holds, without and with macros (the latter are refused).
_MAIN = {FileType.DOCX: "wordprocessingml", FileType.XLSX: "spreadsheetml", FileType.PPTX: "presentationml"}
_MACROS = ("macroenabled", "vbaproject")

Element = Any


class Relationship(NamedTuple):
    """One part's word about another: the kind (last word of its type), the target as written, whether it leads outside."""

    id: str
    kind: str
    target: str
    external: bool


def parsed(data: bytes) -> Element:
    """The root of an XML part, namespaces kept. Raises Broken."""
    must_be_plain(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False, huge_tree=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise Broken("not XML") from error


def load(package: Package, name: str) -> Element:
    """The root of one part. Raises Broken or TooMuch."""
    return parsed(package.read(name, MAX_PART))


def relationships(root: Element) -> Iterator[tuple[Element, Relationship]]:
    """Every relationship of a relationships part, with its element."""
    for one in root:
        if isinstance(one.tag, str) and one.tag.endswith("}Relationship"):
            kind = one.get("Type", "").rpartition("/")[2]
            outside = one.get("TargetMode", "").lower() == "external"
            yield one, Relationship(one.get("Id", ""), kind, one.get("Target", ""), outside)


def must_be(package: Package, kind: FileType) -> str:
    """The name of the main part. Raises Broken where the package is no file of this kind; `has_macros` asks first."""
    root = load(package, _found(package, ROOT_RELATIONSHIPS))
    target = next((one.target for _, one in relationships(root) if one.kind == "officeDocument" and not one.external), "")
    main = package.find(target) if target else None
    if main is None or _MAIN[kind] not in _content_type(package, main):
        raise Broken("no main part of its kind")
    return main


def has_macros(package: Package) -> bool:
    """Whether any part is one of macros, by its content type or its name."""
    types = [one.get("ContentType", "").lower() for one in load(package, _found(package, CONTENT_TYPES))]
    names = [posixpath.basename(name).lower() for name in package.names]
    return any(mark in one for one in types for mark in _MACROS) or "vbaproject.bin" in names


def _content_type(package: Package, name: str) -> str:
    """The type of a part: its own, else that of its extension."""
    default = ""
    for one in load(package, _found(package, CONTENT_TYPES)):
        if one.get("PartName", "").lstrip("/").casefold() == name.casefold():
            return str(one.get("ContentType", "")).lower()
        if one.get("Extension", "").casefold() == name.rpartition(".")[2].casefold():
            default = one.get("ContentType", "").lower()
    return default


def _found(package: Package, name: str) -> str:
    found = package.find(f"/{name}")
    if found is None:
        raise Broken(f"no {name}")
    return found


__all__ = ["Broken", "Element", "Package", "Relationship", "TooMuch", "has_macros", "load", "must_be", "relationships"]
