"""What the clerk is shown before registering: the fields read from the file, each with its place, and what may be the same."""

from uuid import UUID

from documents.incoming.access import access_handling
from documents.incoming.models import Document, DocumentVersion, Handling
from documents.incoming.reading.numbers import normalise_doc_no
from documents.incoming.reading.proposal import HOW_TEXTS, Proposal, Reading
from documents.incoming.reading.reader import read
from documents.incoming.schemas import DuplicateOut, Placed, ReadingOut
from documents.incoming.versions import version_of
from office.files.models import Blob
from office.files.pages import page_text
from office.files.rendering.shapes import PageText
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.refusal import NotFound

FIRST_PAGES, MOST_PAGES, DUPLICATES = 6, 60, 5


async def reading(actor: Actor, id: UUID) -> ReadingOut:
    """Read the main file: what is in the document is proposed, what is not stays empty. Refuses: NotFound, also
    documents.withheld."""
    handling = await access_handling(actor, id)
    if handling.withheld:
        raise NotFound("documents.withheld")
    version = await version_of(handling.document_id, handling.version)
    found = await _read(version)
    return ReadingOut(
        title=_placed(found.title), doc_no=_placed(found.doc_no), issuer=_placed(found.issuer),
        doc_date=_placed(found.doc_date), urgency=_placed(found.urgency), main_to=_placed(found.main_to),
        signer=_placed(found.signer),
        doc_type=_placed(found.kind), has_text=found.has_text, duplicates=await _duplicates(handling, version, found),
    )  # fmt: skip


async def _read(version: DocumentVersion) -> Reading:
    """Read on from the first page, without leaving one out, until the signature or an attachment is met; 60 pages at most.

    Never the first and the last pages alone: the last date of a file is often an attachment's.
    """
    digest = version.files[0]["digest"]
    pages = (await Blob.get(digest=digest)).pages
    texts, wanted = list[PageText](), FIRST_PAGES
    while True:
        texts += [await page_text(digest, page) for page in range(len(texts) + 1, min(wanted, pages, MOST_PAGES) + 1)]
        found = read(texts, whole=len(texts) >= pages)
        if found.settled or len(texts) >= min(pages, MOST_PAGES):
            return found
        wanted *= 2


def _placed(proposal: Proposal | None) -> Placed | None:
    if proposal is None:
        return None
    box = proposal.box
    how = HOW_TEXTS[proposal.how]
    return Placed(proposal.value, proposal.page + 1, (box.left, box.top, box.right, box.bottom), how)


async def _duplicates(handling: Handling, version: DocumentVersion, found: Reading) -> list[DuplicateOut]:
    """Handlings of this unit with the same number, however its brackets are written, or with the same bytes."""
    document = await Document.get(id=handling.document_id)
    key = normalise_doc_no(found.doc_no.value) if found.doc_no else document.doc_no_key
    rows = await fetch(
        "SELECT h.id, h.title, h.doc_no, h.register_no, h.received_at, v.rendition FROM documents_handling h"
        " JOIN documents_document d ON d.id = h.document_id"
        " JOIN documents_version v ON v.document_id = d.id AND v.version = h.version"
        " WHERE h.unit_id = ? AND h.id <> ? AND ((d.doc_no_key = ? AND d.doc_no_key <> '') OR v.rendition = ?)"
        " ORDER BY h.received_at DESC LIMIT ?",
        str(handling.unit_id), str(handling.id), key, version.rendition, DUPLICATES,
    )  # fmt: skip
    same = version.rendition
    return [
        DuplicateOut(id=UUID(str(row["id"])), title=row["title"], doc_no=row["doc_no"], register_no=row["register_no"],
                     received_at=row["received_at"], why="文件完全相同" if row["rendition"] == same else "发文字号相同")
        for row in rows
    ]  # fmt: skip
