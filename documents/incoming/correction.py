"""A correction (更正): a higher version came. Both are kept; opinions stay on their version; the clerk is told."""

from documents.incoming import cases
from documents.incoming.events import DocumentCorrected
from documents.incoming.models import Document, Handling
from office import audit
from office.flow import actions as flow
from office.inbox import actions as inbox
from office.kernel.actor import Actor
from office.outbox import record

CORRECTED_KIND = "documents.corrected"


async def correct(actor: Actor, document: Document) -> None:
    """Bring every handling of the document to its new version, in the running unit of work.

    Tickets for the old version are worth nothing from now on: signing them is refused with the reason.
    """
    for handling in await Handling.filter(document_id=document.id).order_by("id"):
        await flow.lock(handling.case_id)
        await handling.refresh_from_db()
        await _bring_on(actor, document, handling)
    record(DocumentCorrected(document=document.id, to_version=document.version), actor=actor)


async def _bring_on(actor: Actor, document: Document, handling: Handling) -> None:
    handling.version = document.version
    if handling.registered_at is None:
        handling.title, handling.doc_no, handling.urgency = document.title, document.doc_no, document.urgency
    case = await flow.case_of(handling.case_id)
    audit.record(actor, "documents.correct", cases.ref(handling.id), version=document.version)
    await cases.reflect(
        actor, handling, case, state=handling.state, version=handling.version, title=handling.title, doc_no=handling.doc_no,
        urgency=handling.urgency,
    )  # fmt: skip
    await _tell_clerk(document, handling)


async def _tell_clerk(document: Document, handling: Handling) -> None:
    todo = inbox.NewTodo(
        kind=CORRECTED_KIND, source=cases.ref(handling.id), holder=inbox.Holder(kind="post", id=handling.clerk_post),
        title=handling.title, summary=f"来文单位发来第{document.version}版，已有意见标注原版本，请核对", sender=handling.sender,
        urgency=handling.urgency, route_id=str(handling.id),
    )  # fmt: skip
    await inbox.open_many([todo])
