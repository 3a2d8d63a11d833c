"""What the clerk is shown before registering: what the file says and where, what contradicts it, what may be the same."""

from uuid import UUID

from documents.incoming.access import access_handling
from documents.incoming.models import Document, DocumentVersion
from documents.incoming.reading.proposal import HOW_TEXTS, Proposal, Reading
from documents.incoming.reading.reader import read
from documents.incoming.registration.claims import differences
from documents.incoming.registration.duplicates import duplicates_of
from documents.incoming.registration.schemas import Placed, ReadingOut
from documents.incoming.versions import version_of
from office.files.models import Blob
from office.files.pages import page_text
from office.files.rendering.shapes import PageText
from office.kernel.actor import Actor
from office.kernel.refusal import NotFound

FIRST_PAGES, MOST_PAGES = 6, 60


async def reading(actor: Actor, id: UUID) -> ReadingOut:
    """Read the main file: what is in the document is proposed, what is not stays empty. Refuses: NotFound, also
    documents.withheld."""
    handling = await access_handling(actor, id)
    if handling.withheld:
        raise NotFound("documents.withheld")
    version = await version_of(handling.document_id, handling.version)
    document, found = await Document.get(id=handling.document_id), await _read(version)
    doc_no, issuer = (one.value if one else "" for one in (found.doc_no, found.issuer))
    return ReadingOut(
        title=_placed(found.title), doc_no=_placed(found.doc_no), issuer=_placed(found.issuer),
        doc_date=_placed(found.doc_date), urgency=_placed(found.urgency), main_to=_placed(found.main_to),
        signer=_placed(found.signer), doc_type=_placed(found.kind), has_text=found.has_text,
        duplicates=await duplicates_of(handling, doc_no or handling.doc_no, issuer or handling.issuer, version.rendition),
        differences=differences(version.metadata, found, document.origin),
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
