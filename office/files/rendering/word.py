"""The words of an Office file (DOCX, XLSX, PPTX; ISO/IEC 29500), inside a worker: looked over for marks before it is set."""

import importlib
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from office.files.bounds import MIB
from office.secrecy import rules
from office.secrecy.shapes import Looked, PageWords

etree: Any = importlib.import_module("lxml.etree")
#: Parts that people read, and those in which the file tells of itself.
_PARTS = (
    "word/document.xml", "word/header", "word/footer", "word/footnotes.xml", "word/comments.xml", "xl/sharedStrings.xml",
    "xl/worksheets/sheet", "ppt/slides/slide", "ppt/notesSlides/",
)  # fmt: skip
#: Those that begin with what stands first.
_FIRST = (_PARTS[0], "ppt/slides/slide1.xml")
_TOLD = "docProps/"
_MOST_PARTS, _MOST = 200, 16 * MIB
_BROKEN = (zipfile.BadZipFile, etree.XMLSyntaxError, OSError, ValueError, NotImplementedError, RuntimeError, EOFError)


def look_word(file: BinaryIO) -> Looked:
    """The rules that an Office file breaks; none for what is none or is broken, for it is refused in any case."""
    try:
        with zipfile.ZipFile(file) as package:
            found = {rule for words in _words(package) for rule in rules.of_page(words, bool(words.head))}
            return Looked(tuple(sorted(found | rules.of_facts(_facts(package)))))
    except _BROKEN:
        return Looked()


def _words(package: zipfile.ZipFile) -> Iterator[PageWords]:
    for name, root in _parts(package, _PARTS):
        lines = ["".join(_said(paragraph)) for paragraph in root.iter("{*}p", "{*}si", "{*}is")]
        head = rules.head_of(lines) if name in _FIRST else ()
        yield PageWords("\n".join(lines), (), head)


def _said(paragraph: Any) -> Iterator[str]:
    for one in paragraph.iter("{*}t", "{*}tab", "{*}br"):
        kind = etree.QName(one).localname
        yield "\t" if kind == "tab" else "\n" if kind == "br" else one.text or ""


def _facts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Core, application's and custom properties; a custom one has its name in an attribute."""
    for _, root in _parts(package, (_TOLD,)):
        for one in root:
            yield one.get("name") or etree.QName(one).localname, "".join(one.itertext())


def _parts(package: zipfile.ZipFile, beginnings: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    wanted = [one for one in package.infolist() if one.filename.startswith(beginnings) and one.filename.endswith(".xml")]
    for info in wanted[:_MOST_PARTS]:
        with package.open(info) as part:
            data = part.read(_MOST)
        yield info.filename, etree.fromstring(data, _parser())


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
