"""What a package says about itself (clauses 7.4, 16 自定义标引, 20 附件): facts beside the pages, as told, never trusted."""

import posixpath
from collections.abc import Iterator
from itertools import islice
from typing import TypeVar

from office.files.ofd.document import Document, PageRef
from office.files.ofd.faults import Broken, TooMuch
from office.files.ofd.package import Package, folder_of
from office.files.ofd.signatures import signatures_of
from office.files.ofd.xmltree import Element, load, text_of
from office.files.rendering.shapes import AttachmentFact, Details, Fact, SignatureFact

T = TypeVar("T")
MOST_FACTS, MOST_CHARS, MOST_ATTACHED = 500, 2000, 50
#: PDF, zip (OFD, Office files, archives), compound files of older Office, RAR, 7z, RTF.
_DOCUMENTS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"{\\rtf")
_INFO = (
    "DocID", "Title", "Author", "Subject", "Abstract", "CreationDate", "ModDate", "DocUsage", "Creator", "CreatorVersion",
)  # fmt: skip


def details_of(documents: list[Document]) -> Details:
    """The details of all documents in a package, in order."""
    return Details(
        _first(fact for document in documents for fact in _info(document.body.find("DocInfo"))),
        _first(fact for document in documents for fact in _Tags(document).facts()),
        _first(one for document in documents for one in _attachments(document)),
        _first(one for document in documents for one in _signatures(document)),
    )


def _first(facts: Iterator[T]) -> tuple[T, ...]:
    """No more is made than is told: a small file can spell out millions."""
    return tuple(islice(facts, MOST_FACTS))


def _info(info: Element | None) -> Iterator[Fact]:
    if info is None:
        return
    for name in _INFO:
        if value := text_of(info, name):
            yield Fact(name, _short(value))
    words = [text_of(one) for one in info.iterfind("Keywords/Keyword")]
    if any(words):
        yield Fact("Keywords", _short(" ".join(words)))
    for one in list(info.iterfind("CustomDatas/CustomData"))[:MOST_FACTS]:
        yield Fact(_short(one.get("Name", "")), _short(text_of(one)))


def _short(value: str) -> str:
    return value[:MOST_CHARS].replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class _Tags:
    """Custom tags: trees of any schema whose leaves are texts or point at objects of pages (ObjectRef)."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._texts: dict[str, dict[str, str]] = {}
        self._refs: dict[str, PageRef] = {ref.id: ref for ref in document.pages}

    def facts(self) -> Iterator[Fact]:
        """Every leaf by its path, in the order written."""
        listed = self._document.find(text_of(self._document.root, "CustomTags"))
        if listed is None:
            return
        try:
            for tag in list(load(self._document.package, listed).iterfind("CustomTag"))[:50]:
                file = self._document.find(text_of(tag, "FileLoc"), folder_of(listed))
                if file is not None:
                    yield from self._leaves(load(self._document.package, file), "")
        except (Broken, TooMuch):
            pass  # facts beside the pages: those that can be read are told

    def _leaves(self, element: Element, path: str) -> Iterator[Fact]:
        refs = element.findall("ObjectRef")
        if refs:
            yield Fact(path, _short("".join(map(self._referred, refs[:MOST_FACTS]))))
        elif not len(element) and path and text_of(element):
            yield Fact(path, _short(text_of(element)))
        for child in element:
            if child.tag != "ObjectRef":
                yield from self._leaves(child, _short(f"{path}/{child.tag}" if path else child.tag))

    def _referred(self, ref: Element) -> str:
        page = ref.get("PageRef", "").strip()
        if page not in self._texts:
            self._texts[page] = dict(self._objects(page))
        return self._texts[page].get(text_of(ref), "")

    def _objects(self, page: str) -> Iterator[tuple[str, str]]:
        """Texts of a page by the ID of their object."""
        ref = self._refs.get(page)
        if ref is None:
            return
        for text in self._document.load_page(ref).iter("TextObject"):
            yield text.get("ID", ""), "".join("".join(code.itertext()) for code in text.iterfind("TextCode"))


def _attachments(document: Document) -> Iterator[AttachmentFact]:
    listed = document.find(text_of(document.root, "Attachments"))
    try:
        entries = list(load(document.package, listed).iterfind("Attachment")) if listed else []
    except (Broken, TooMuch):
        return
    for entry in entries[:MOST_FACTS]:
        file = document.find(text_of(entry, "FileLoc"), folder_of(listed or ""))
        yield AttachmentFact(
            _short(entry.get("Name", "")), _short(entry.get("Format", "")), document.package.size(file) if file else -1
        )


def attached(document: Document) -> Iterator[tuple[str, bytes | None]]:
    """The attachments: name and bytes, None where they are not there or too much."""
    listed = document.find(text_of(document.root, "Attachments"))
    try:
        entries = list(load(document.package, listed).iterfind("Attachment")) if listed else []
    except (Broken, TooMuch):
        yield "", None
        return
    if len(entries) > MOST_ATTACHED:
        yield "", None
    for entry in entries[:MOST_ATTACHED]:
        file = document.find(text_of(entry, "FileLoc"), folder_of(listed or ""))
        try:
            yield entry.get("Name", ""), document.package.read(file) if file else None
        except (Broken, TooMuch):
            yield entry.get("Name", ""), None


def carried(package: Package) -> Iterator[tuple[str, bytes | None]]:
    """Documents and archives in a package, by their first bytes and whatever they are called, attachments among them: name and
    bytes, None where not to be read. A viewer shows them to nobody, but they go along with the file."""
    found = 0
    for name in package.names:
        if not package.head(name, 8).startswith(_DOCUMENTS):
            continue
        found += 1
        if found > MOST_ATTACHED:
            yield "", None
            return
        try:
            yield posixpath.basename(name), package.read(name)
        except (Broken, TooMuch):
            yield posixpath.basename(name), None


def is_cut(told: Details) -> bool:
    """Whether a package says more of itself than was told."""
    facts = (*told.info, *told.tags)
    return MOST_FACTS in (len(told.info), len(told.tags)) or any(len(one.value) >= MOST_CHARS for one in facts)


def _signatures(document: Document) -> Iterator[SignatureFact]:
    places = {ref.id: number for number, ref in enumerate(document.pages)}
    for one in signatures_of(document):
        pages = sorted({places[stamp.page] for stamp in one.stamps if stamp.page in places})
        yield SignatureFact(_short(one.kind), _short(one.provider), _short(one.signed_at), tuple(pages))
