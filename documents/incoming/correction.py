"""A correction (更正): a higher version came. Both are kept; opinions stay on their version; the clerk is told."""

from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_as_clerk, lock_handling
from documents.incoming.below.sendings import seen, seen_below
from documents.incoming.events import DocumentCorrected
from documents.incoming.models import Document, Handling, Opinion
from documents.incoming.states import CLOSED, REOPENED
from office import audit
from office.flow import actions as flow
from office.inbox import actions as inbox
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict
from office.kernel.work import verb
from office.outbox import record

CORRECTED_KIND = "documents.corrected"


async def correct(actor: Actor, document: Document) -> None:
    """Bring every handling of the document to its new version, in the running unit of work.

    Tickets for the old version are worth nothing from now on: signing them is refused with the reason. Handlings are locked in
    the order of their ids: a parent before what it sent down, as recalling does. What a decision sent down while its case was
    waited for here is found by looking again.
    """
    while behind := await Handling.filter(document_id=document.id).exclude(version=document.version).order_by("id"):
        for handling in behind:
            await lock_handling(handling)
            await _bring_on(actor, document, handling)
    record(DocumentCorrected(document=document.id, to_version=document.version), actor=actor)


async def _bring_on(actor: Actor, document: Document, handling: Handling) -> None:
    """What the clerk registered stays as registered; before that the new version's words stand."""
    changes: dict[str, object] = {"version": document.version}
    if handling.registered_at is None:
        changes |= cases.as_it_came(document)
    handling.update_from_dict(changes)
    await handling.save(update_fields=list(changes))
    audit.record(actor, "documents.correct", cases.ref(handling.id), version=document.version)
    if handling.state not in REOPENED:
        await flow.move(actor, handling.case_id, about=cases.about(handling))
        await _tell_clerk(document, handling)
    await cases.touch(actor, handling)


async def _tell_clerk(document: Document, handling: Handling) -> None:
    todo = inbox.NewTodo(
        kind=CORRECTED_KIND, source=cases.ref(handling.id), holder=inbox.Holder(kind="post", id=handling.clerk_post),
        title=handling.title, summary=await _asks(document, handling), sender=handling.sender,
        urgency=handling.urgency, route_id=str(handling.id),
    )  # fmt: skip
    await inbox.open_many([todo])


async def _asks(document: Document, handling: Handling) -> str:
    """What came and what to do about it; only a unit that has opinions is told that they stay on the version before."""
    came = f"来文单位发来第{document.version}版"
    if handling.state == CLOSED:
        return f"{came}，本件已按前一版办结：请比对两版，影响办理结果的告知承办人和来文单位；核对后点“已核对更正”"
    if not await Opinion.filter(handling_id=handling.id, withdrawn_at=None).exists():
        return f"{came}，本单位还没有意见，请按第{document.version}版办理；核对后点“已核对更正”"
    return f"{came}，已有意见标注原版本：请比对两版，影响办理的告知签批人和承办人；核对后点“已核对更正”"


@verb
async def acknowledge(actor: Actor, id: UUID) -> Handling:
    """The clerk has compared the versions (已核对更正), and seen what units above added (上级加办) or a unit
    below sent back after the end (下级退文).

    Refuses: NotFound, Forbidden documents.clerk_only, Conflict documents.nothing_to_acknowledge.
    """
    handling = await access_as_clerk(actor, id)
    corrected = await inbox.close(CORRECTED_KIND, cases.ref(id), by=actor, reason="已核对")
    added = await seen(actor, id) + await seen_below(actor, handling)
    if not corrected and not added:
        raise Conflict("documents.nothing_to_acknowledge")
    audit.record(actor, "documents.acknowledge", cases.ref(id), post=handling.clerk_post, version=handling.version,
                 corrected=corrected, added=added)  # fmt: skip
    await cases.touch(actor, handling)
    return handling
