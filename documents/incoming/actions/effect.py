"""What a signature does when its thirty seconds are over, when its holder lets it go, or when the clerk takes it up."""

from datetime import datetime
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_as_clerk, lock_handling
from documents.incoming.actions.addressed import sent_by
from documents.incoming.actions.carry import Decision, carry_out, send_down_kept
from documents.incoming.actions.dictate import send_down_entered
from documents.incoming.actions.sign import CONFIRM_KIND, ask_clerk, sent_of
from documents.incoming.models import Handling, Opinion
from documents.incoming.schemas import ConfirmationIn
from office import audit
from office.http.problem import text_of
from office.inbox import actions as inbox
from office.kernel import clock
from office.kernel.actor import SYSTEM, Actor
from office.kernel.events import Delivery
from office.kernel.refusal import Conflict, Invalid, NotFound, Refusal
from office.kernel.work import savepoint, verb
from office.organization.holdings import holdings_of
from office.signing import actions as signing
from office.signing import models as signed
from office.signing.events import SignatureDue, SignatureWithdrawn
from office.signing.models import Signature
from office.signing.statements import read_statement


async def on_due(event: SignatureDue, delivery: Delivery) -> None:
    """The thirty seconds are over, or the holder let it go: what was signed happens now, once."""
    if event.subject.startswith("documents.handling:"):
        await take_effect(event.signature)


async def on_withdrawn(event: SignatureWithdrawn, delivery: Delivery) -> None:
    """Taken back: the clerk is no longer asked, the fact stays in the trail, the followers look again."""
    if not event.subject.startswith("documents.handling:"):
        return
    handling = await Handling.get(id=_id_of(event.subject))
    await lock_handling(handling)
    await Opinion.filter(signature_id=event.signature, withdrawn_at=None).update(withdrawn_at=clock.now())
    await inbox.withdraw(f"signing:{event.signature}", by=SYSTEM, reason="签批人已撤回")
    await cases.touch(SYSTEM, handling)


def _id_of(subject: str) -> UUID:
    return UUID(subject.rpartition(":")[2])


@verb
async def take_effect(id: UUID) -> None:
    """Carry out a held signature. What can no longer happen is put to the clerk with the reason, never dropped."""
    row = await Signature.get(id=id)
    handling = await Handling.get(id=_id_of(row.subject))
    await lock_handling(handling)
    if not await signing.settle(id, expected=signed.HELD, to=signed.EFFECTIVE):
        return
    try:
        async with savepoint():
            await _carry_out(row, handling, row.arrived_at)
    except Refusal as refusal:
        reason = text_of(refusal.code, refusal.facts)
        await handling.refresh_from_db()
        await signing.settle(id, expected=signed.EFFECTIVE, to=signed.PENDING_CLERK, reason=reason)
        await ask_clerk(handling, row, reason)
        await cases.touch(SYSTEM, handling)


async def _carry_out(row: Signature, handling: Handling, entitled_at: datetime) -> None:
    """What the signer was entitled to at that moment stands."""
    said = await _decision(row, entitled_at)
    await carry_out(said, handling)
    audit.record(said.hand, "documents.signed", row.subject, post=row.post, signature=str(row.id), kind=said.kind)


async def _decision(row: Signature, entitled_at: datetime) -> Decision:
    statement, held = read_statement(row.statement), await holdings_of(row.person, entitled_at)
    signer = Actor(kind="person", id=row.person, name=row.person_name, device=row.device, holdings=held)
    kept = sent_by(await Opinion.filter(signature_id=row.id).first())
    return Decision(
        decider=signer, hand=signer, post=row.post, obligation=row.step.partition("/")[2], revision=row.revision,
        kind=statement.action.kind, text=statement.opinion.text, sent=sent_of(statement) if kept is None else kept,
        manner="delegated" if row.on_behalf_of else "own", on_behalf_of=str(row.on_behalf_of or ""),
        due=statement.action.due,
    )  # fmt: skip


@verb
async def send_down_of(handling: Handling, obligation: str) -> None:
    """Send down what the decision on a step named, signed or entered, and the clerk had to confirm first."""
    row = await Signature.filter(
        subject=cases.ref(handling.id), step__endswith=f"/{obligation}", state=signed.EFFECTIVE
    ).first()
    if row is None:
        return await send_down_entered(handling, obligation)
    said = await _decision(row, row.ticket_at)
    await send_down_kept(said, handling)


@verb
async def confirm(actor: Actor, id: UUID, signature: UUID, input: ConfirmationIn) -> Handling:
    """The clerk takes up a signature that waits for confirmation (待确认), or refuses it with a reason the signer sees.

    Refuses: NotFound, Forbidden documents.clerk_only, Conflict signing.not_pending, Invalid flow.reason_missing, and what the
    flow refuses when the step can no longer be done: then it still waits.
    """
    handling = await access_as_clerk(actor, id)
    row = await Signature.get_or_none(id=signature, subject=cases.ref(id))
    if row is None:
        raise NotFound("signing.no_such_signature")
    if not input.accept and not input.reason:
        raise Invalid("flow.reason_missing")
    to = signed.EFFECTIVE if input.accept else signed.REFUSED
    if not await signing.settle(signature, expected=signed.PENDING_CLERK, to=to, reason=input.reason):
        raise Conflict("signing.not_pending", state=row.state)
    if input.accept:
        await _carry_out(row, handling, row.ticket_at)
    else:
        await Opinion.filter(signature_id=signature).update(withdrawn_at=clock.now())
        await cases.touch(actor, handling)
    await inbox.close(CONFIRM_KIND, f"signing:{signature}", by=actor, reason="已采用" if input.accept else "未采用")
    audit.record(actor, "documents.confirm_signature", cases.ref(id), post=handling.clerk_post, signature=str(signature),
                 accept=input.accept)  # fmt: skip
    return handling
