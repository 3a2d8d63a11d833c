"""The signatures a document lists (clause 18, 数字签名): what each says it covers, where its seal stands. Nothing is verified.

Verification (`office/files/seals`) works from these entries and the bytes of the files they name.
"""

from collections.abc import Iterator
from typing import NamedTuple

from office.files.ofd.document import Document
from office.files.ofd.faults import Broken, TooMuch
from office.files.ofd.package import folder_of
from office.files.ofd.values import Area, area
from office.files.ofd.xmltree import Element, load, text_of

MAX_SIGNATURES, MAX_STAMPS, MAX_REFERENCES = 200, 5000, 20_000


class Stamp(NamedTuple):
    """A place where a seal is shown (StampAnnot): the page's ID, the whole seal's box there, the part of it that is seen.

    A 骑缝章 has one on every page, each with another part; the part is measured from the box's corner.
    """

    page: str
    box: Area
    part: Area | None


class Reference(NamedTuple):
    """A file that a signature covers, as named, and its digest in base64."""

    file: str
    digest: str


class Signature(NamedTuple):
    """One entry of Signatures.xml with its Signature.xml. Names of files are the package's; nothing where there is none."""

    id: str
    kind: str
    """Seal or Sign."""

    file: str
    provider: str
    method: str
    """OID of the algorithm."""

    digest_method: str
    signed_at: str
    """As written, often in the producer's own form."""

    value_file: str | None
    seal_file: str | None
    stamps: tuple[Stamp, ...]
    references: tuple[Reference, ...]


class Entry(NamedTuple):
    """A line of Signatures.xml: its file, if there is one, and its signature, if that can be read."""

    id: str
    kind: str
    file: str | None
    signature: Signature | None


class Listing(NamedTuple):
    """The list of a document's signatures: whether it names one, the list's file where it is there and can be read, its lines.

    `more`: lines beyond those that are looked at.
    """

    named: bool
    file: str | None
    entries: tuple[Entry, ...]
    more: bool


def listing_of(document: Document) -> Listing:
    """The list as it is; what cannot be read is told, not left out."""
    named = text_of(document.body, "Signatures")
    listed = document.package.find(named, document.folder)
    try:
        lines = list(load(document.package, listed).iterfind("Signature")) if listed is not None else []
    except (Broken, TooMuch):
        return Listing(True, None, (), False)
    entries = tuple(_entry(document, line, folder_of(listed or "")) for line in lines[:MAX_SIGNATURES])
    return Listing(bool(named), listed, entries, len(lines) > MAX_SIGNATURES)


def signatures_of(document: Document) -> list[Signature]:
    """The signatures of one document, in order. Those whose files cannot be read are left out."""
    return [one.signature for one in listing_of(document).entries if one.signature is not None]


def _entry(document: Document, line: Element, folder: str) -> Entry:
    file = document.find(line.get("BaseLoc", ""), folder)
    signature = _signature(document, line, folder)
    return Entry(line.get("ID", ""), line.get("Type", "Seal"), file, signature)


def _signature(document: Document, entry: Element, folder: str) -> Signature | None:
    file = document.find(entry.get("BaseLoc", ""), folder)
    if file is None:
        return None
    try:
        root = load(document.package, file)
    except (Broken, TooMuch):
        return None
    info, here = root.find("SignedInfo"), folder_of(file)
    provider, references = (info.find(name) if info is not None else None for name in ("Provider", "References"))
    return Signature(
        entry.get("ID", ""), entry.get("Type", "Seal"), file,
        provider.get("ProviderName", "") if provider is not None else "",
        text_of(info, "SignatureMethod"), references.get("CheckMethod", "") if references is not None else "",
        text_of(info, "SignatureDateTime"),
        document.find(text_of(root, "SignedValue") or "SignedValue.dat", here),
        document.find(text_of(info, "Seal/BaseLoc"), here), tuple(_stamps(info)), tuple(_references(references)),
    )  # fmt: skip


def _stamps(info: Element | None) -> Iterator[Stamp]:
    for mark in list(info.iterfind("StampAnnot"))[:MAX_STAMPS] if info is not None else ():
        box = area(mark.get("Boundary"))
        if box is not None:
            yield Stamp(mark.get("PageRef", "").strip(), box, area(mark.get("Clip")))


def _references(parent: Element | None) -> Iterator[Reference]:
    for one in list(parent.iterfind("Reference"))[:MAX_REFERENCES] if parent is not None else ():
        yield Reference(one.get("FileRef", ""), text_of(one, "CheckValue"))
