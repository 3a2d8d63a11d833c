"""The signatures a document lists (clause 18, 数字签名): what each says it covers, where its seal stands. Nothing is verified.

Verification (GM/T 0031, 0099) works from these entries and the bytes of the files they name.
"""

from collections.abc import Iterator
from typing import NamedTuple

from office.files.ofd.document import Document
from office.files.ofd.faults import Broken
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


def signatures_of(document: Document) -> list[Signature]:
    """The signatures of one document, in order. Those whose files cannot be read are left out."""
    listed = document.package.find(text_of(document.body, "Signatures"), document.folder)
    if listed is None:
        return []
    try:
        entries = list(load(document.package, listed).iterfind("Signature"))[:MAX_SIGNATURES]
    except Broken:
        return []
    return [one for entry in entries if (one := _signature(document, entry, folder_of(listed))) is not None]


def _signature(document: Document, entry: Element, folder: str) -> Signature | None:
    file = document.find(entry.get("BaseLoc", ""), folder)
    if file is None:
        return None
    try:
        root = load(document.package, file)
    except Broken:
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
