"""What a signature does when its thirty seconds are over or its holder lets it go; `confirm` is for what waits then."""

from datetime import datetime
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import lock_handling
from documents.incoming.actions.addressed import sent_by
from documents.incoming.actions.carry import Decision, carry_out, send_down_kept
from documents.incoming.actions.dictate import send_down_entered
from documents.incoming.actions.hindrance import CORRECTED, Since, hindrance
from documents.incoming.actions.sign import ask_clerk, sent_of
from documents.incoming.models import Handling, Opinion
from office import audit, identity
from office.flow import actions as flow
from office.inbox import actions as inbox
from office.kernel import clock
from office.kernel.actor import SYSTEM, Actor
from office.kernel.events import Delivery
from office.kernel.refs import id_of, kind_of
from office.kernel.refusal import Refusal
from office.kernel.texts import text_of
from office.kernel.work import savepoint, verb
from office.organization.holdings import holdings_of
from office.signing import actions as signing
from office.signing import models as signed
from office.signing.events import SignatureDue, SignatureWithdrawn
from office.signing.models import Signature
from office.signing.statements import read_statement
from office.signing.steps import case_of, obligation_of

SIGNED_ANEW = "签批人已重新签批"


async def on_due(event: SignatureDue, delivery: Delivery) -> None:
    """The thirty seconds are over, or the holder let it go: what was signed happens now, once."""
    if kind_of(event.subject) == "documents.handling":
        await take_effect(event.signature)


async def on_withdrawn(event: SignatureWithdrawn, delivery: Delivery) -> None:
    """Taken back: the clerk is no longer asked, the fact stays in the trail, the followers look again."""
    if kind_of(event.subject) != "documents.handling":
        return
    handling = await Handling.get(id=id_of(event.subject))
    await lock_handling(handling)
    await Opinion.filter(signature_id=event.signature, withdrawn_at=None).update(withdrawn_at=clock.now())
    await inbox.withdraw(f"signing:{event.signature}", by=SYSTEM, reason="签批人已撤回")
    await cases.touch(SYSTEM, handling)


@verb
async def take_effect(id: UUID) -> None:
    """Carry out a held signature. What can no longer happen is put to the clerk with the reason, never dropped."""
    row = await Signature.get(id=id)
    handling = await Handling.get(id=id_of(row.subject))
    await lock_handling(handling)
    if not await signing.settle(id, expected=signed.HELD, to=signed.EFFECTIVE):
        return
    try:
        async with savepoint():
            await _ensure_unhindered(row, handling)
            await enact(row, handling, row.arrived_at, (obligation_of(row.step), row.revision))
            await _let_go_earlier(row)
    except Refusal as refusal:
        reason = text_of(refusal.code, refusal.facts)
        await handling.refresh_from_db()
        await signing.settle(id, expected=signed.EFFECTIVE, to=signed.PENDING_CLERK, reason=reason)
        await ask_clerk(handling, row, reason)
        if refusal.code == CORRECTED:
            await inbox.update(asked_by(row), summary=reason)
        await cases.touch(SYSTEM, handling)


async def _ensure_unhindered(row: Signature, handling: Handling) -> None:
    """Nothing that came in the thirty seconds stands against it. Refuses: what `hindrance` tells."""
    opinion, key = await Opinion.get(signature_id=row.id), await identity.device_key(row.device) if row.device else None
    since = Since(
        signed=opinion.version, version=handling.version, account_disabled=await identity.is_disabled(row.person),
        device_revoked=row.device is not None and (key is None or key.revoked_at is not None),
    )  # fmt: skip
    if (refusal := hindrance(since)) is not None:
        raise refusal


async def _let_go_earlier(row: Signature) -> None:
    """Signed anew by the same person: what of theirs still waits for the clerk on this step is asked no more."""
    earlier = Signature.filter(subject=row.subject, step=row.step, person=row.person, state=signed.PENDING_CLERK)
    for one in await earlier.order_by("id"):
        await signing.settle(one.id, expected=signed.PENDING_CLERK, to=signed.WITHDRAWN, reason=SIGNED_ANEW)
        await Opinion.filter(signature_id=one.id).update(withdrawn_at=clock.now())
        await inbox.withdraw(f"signing:{one.id}", by=SYSTEM, reason=SIGNED_ANEW)
        audit.record(SYSTEM, "documents.signed_anew", row.subject, signature=str(one.id), by=str(row.id))


def asked_by(row: Signature) -> str:
    """The source of the to-do that asks for the step a signature is on."""
    return flow.source_of(case_of(row.step), obligation_of(row.step))


async def enact(row: Signature, handling: Handling, entitled_at: datetime, step: tuple[str, int]) -> None:
    """What the signer was entitled to at that moment stands, on this step at this revision."""
    said = await _decision(row, entitled_at, step)
    await carry_out(said, handling)
    audit.record(said.hand, "documents.signed", row.subject, post=row.post, signature=str(row.id), kind=said.kind)


async def _decision(row: Signature, entitled_at: datetime, step: tuple[str, int]) -> Decision:
    statement, held = read_statement(row.statement), await holdings_of(row.person, entitled_at)
    opinion = await Opinion.get(signature_id=row.id)
    signer = Actor(kind="person", id=row.person, name=row.person_name, device=row.device, holdings=held)
    kept = sent_by(opinion)
    return Decision(
        decider=signer, hand=signer, post=row.post, obligation=step[0], revision=step[1],
        kind=statement.action.kind, text=statement.opinion.text, sent=sent_of(statement) if kept is None else kept,
        manner="delegated" if row.on_behalf_of else "own", on_behalf_of=str(row.on_behalf_of or ""),
        due=statement.action.due, version=opinion.version,
    )  # fmt: skip


@verb
async def send_down_of(handling: Handling, obligation: str) -> None:
    """Send down what the decision on a step named, signed or entered, and the clerk had to confirm first."""
    said_by = Opinion.filter(handling_id=handling.id, obligation=obligation, withdrawn_at=None).exclude(signature_id=None)
    ids = await said_by.values_list("signature_id", flat=True)
    row = await Signature.filter(id__in=list(ids), state=signed.EFFECTIVE).first()
    if row is None:
        return await send_down_entered(handling, obligation)
    said = await _decision(row, row.ticket_at, (obligation, row.revision))
    await send_down_kept(said, handling)
