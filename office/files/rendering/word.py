"""The words of an Office file (DOCX, XLSX, PPTX; ISO/IEC 29500), inside a worker: looked over for marks before it is set.

Every part is looked at, for what is not on the pages (hidden sheets, comments, properties, data of any schema) goes along with
the file too. What nobody can read there, and what is embedded and cannot be looked into, counts as a page without words.
"""

import importlib
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from office.files.bounds import MIB
from office.files.ofd.faults import Broken
from office.files.ofd.xmltree import must_be_plain
from office.secrecy import rules
from office.secrecy.folding import may_matter
from office.secrecy.shapes import Looked, PageWords, Rule

etree: Any = importlib.import_module("lxml.etree")
#: Those that begin with what stands first.
_FIRST = ("word/document.xml", "ppt/slides/slide1.xml")
_TYPES = "[content_types].xml"
_TOLD, _DATA = "docProps/", "customXml/"
_XML = (".xml", ".rels", ".vml")
#: What a page shows, or shows nothing of: pictures and fonts; and what a printer was told.
_SHOWN = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".wdp")
_BESIDE = (".odttf", ".fntdata", ".ttf", ".otf")
_PRINTER = "printersettings"
_MOST_PARTS, _MOST, _MOST_IN_ALL = 3000, 16 * MIB, 512 * MIB
_PARAGRAPHS = ("{*}p", "{*}si", "{*}is", "{*}text")
_WORDS = ("t", "tab", "br", "sym")
#: A part in another encoding, or with entities of its own.
_OTHER = re.compile(r"<!DOCTYPE|encoding\s*=\s*[\"'](?!utf-8)", re.IGNORECASE)
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, ValueError, NotImplementedError, RuntimeError,
    EOFError,
)  # fmt: skip

#: Looks over a file that lies inside another; None where it is of no kind whose words can be read.
Inner = Callable[[bytes], Looked | None]


def look_word(file: BinaryIO, inner: Inner | None = None) -> Looked:
    """The rules that an Office file breaks, and whether something in it cannot be read (page 0 is then unread); nothing for
    what is no zip, for it is refused in any case. Without `inner` nothing embedded can be read, nor a picture: no page of this
    file is drawn."""
    try:
        with zipfile.ZipFile(file) as package:
            found = _Found(package, inner)
            found.look()
    except _BROKEN:
        return Looked()
    return Looked(tuple(sorted(found.rules)), unread=(0,) if found.unread else ())


class _Found:
    def __init__(self, package: zipfile.ZipFile, inner: Inner | None) -> None:
        self._package, self._inner = package, inner
        self.rules, self.unread, self._left = set[Rule](), False, _MOST_IN_ALL

    def look(self) -> None:
        """Part by part."""
        parts = [one for one in self._package.infolist() if not one.is_dir()]
        if _TYPES not in {_called(one).casefold() for one in parts}:
            return  # another kind of zip
        if len(parts) > _MOST_PARTS:
            self.unread = True
        for info in parts[:_MOST_PARTS]:
            self._part(info)

    def _part(self, info: zipfile.ZipInfo) -> None:
        name = _called(info)
        last = posixpath.basename(name).casefold()
        if last.endswith(_XML):
            self._xml(name, info)
        elif last.endswith(_SHOWN):
            self.unread = self.unread or (self._inner is None and not name.startswith(_TOLD))
        elif not last.endswith(_BESIDE) and not last.startswith(_PRINTER):
            self._embedded(last, info)

    def _xml(self, name: str, info: zipfile.ZipInfo) -> None:
        data, first = self._read(info), name in _FIRST
        if data is not None and not first and not name.startswith(_TOLD) and not _may_matter(data):
            return
        root = _root(data or b"", vague=name.casefold().endswith(".vml"))
        if root is None:
            self.unread = True
            return
        self.rules |= rules.of_page(_words(root, first), first).union(*map(rules.of_words, _others(root)))
        if name.startswith(_TOLD):
            self.rules |= rules.of_facts((_name(one), "".join(one.itertext())) for one in root)
        elif name.startswith(_DATA):
            self.rules |= rules.of_facts((_name(one), one.text or "") for one in root.iter() if may_matter(one.text or ""))

    def _embedded(self, last: str, info: zipfile.ZipInfo) -> None:
        self.rules |= rules.of_name(last)
        data = self._read(info)
        if data == b"":
            return
        looked = self._inner(data) if data is not None and self._inner else None
        if looked is None or looked.unread:
            self.unread = True
        if looked is not None:
            self.rules |= set(looked.rules)

    def _read(self, info: zipfile.ZipInfo) -> bytes | None:
        """The bytes of a part; None where they are more than is read, or cannot be."""
        most = min(_MOST, self._left)
        try:
            with self._package.open(info) as part:
                data = part.read(most + 1)
        except _BROKEN:
            return None
        self._left -= len(data)
        return data if len(data) <= most else None


def _called(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").lstrip("/")


def _said(paragraph: Any) -> Iterator[str]:
    for one in paragraph.iter("{*}t", "{*}tab", "{*}br", "{*}sym"):
        kind = etree.QName(one).localname
        if kind == "sym":
            yield _symbol(one)
        else:
            yield "\t" if kind == "tab" else "\n" if kind == "br" else one.text or ""


def _symbol(element: Any) -> str:
    """A character of a symbol font, as Word writes the star of Wingdings (F0AB)."""
    code = next((value for name, value in element.attrib.items() if name.rpartition("}")[2] == "char"), "")
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""


def _others(root: Any) -> Iterator[str]:
    """Texts that stand in no run (values of cells, heads and feet of sheets), and those in attributes (names of sheets, what a
    picture is called)."""
    for one in root.iter():
        if isinstance(one.tag, str):
            if one.text and etree.QName(one).localname not in _WORDS and may_matter(one.text):
                yield one.text
            yield from (value for value in one.attrib.values() if may_matter(value))


def _words(root: Any, first: bool) -> PageWords:
    lines = ["".join(_said(paragraph)) for paragraph in root.iter(*_PARAGRAPHS)]
    return PageWords("\n".join(lines), (), rules.head_of(lines) if first else ())


def _may_matter(data: bytes) -> bool:
    """Whether it must be taken apart: it says 密 or a star, or may say so in a way that is not seen from outside."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return may_matter(text) or "&#" in text or "\0" in text or _OTHER.search(text[:400]) is not None


def _root(data: bytes, *, vague: bool) -> Any:
    """The root of a part; None where it cannot be read. `vague`: of a kind that often is not quite XML (VML)."""
    try:
        must_be_plain(data)
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, recover=vague))
    except (Broken, etree.XMLSyntaxError, ValueError, LookupError):
        return None


def _name(element: Any) -> str:
    """What an element is called; a custom property has its name in an attribute."""
    return str(element.get("name") or element.tag).rpartition("}")[2]
