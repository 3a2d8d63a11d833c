"""What a signature does when its thirty seconds are over, when its holder lets it go, or when the clerk takes it up."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_as_clerk, lock_handling
from documents.incoming.actions.route import ensure_received
from documents.incoming.actions.sign import CONFIRM_KIND, ask_clerk, targets
from documents.incoming.models import Document, Handling, Opinion
from documents.incoming.schemas import ConfirmationIn
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.http.problem import text_of
from office.inbox import actions as inbox
from office.kernel import clock
from office.kernel.actor import SYSTEM, Actor
from office.kernel.events import Delivery
from office.kernel.refusal import Conflict, Invalid, NotFound, Refusal
from office.kernel.work import savepoint, verb
from office.organization.holdings import holdings_of
from office.organization.queries import units
from office.organization.recipients import Target
from office.signing import actions as signing
from office.signing import models as signed
from office.signing.events import SignatureDue, SignatureWithdrawn
from office.signing.models import Signature
from office.signing.statements import Statement, read_statement


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
    """The step is done, what was sent on is asked; what the signer was entitled to at that moment stands."""
    held = await holdings_of(row.person, entitled_at)
    actor = Actor(kind="person", id=row.person, name=row.person_name, device=row.device, holdings=held)
    statement, case = read_statement(row.statement), await flow.case_of(handling.case_id)
    inside, outside = await targets(actor, handling, statement)
    by_hub = case.hub and str(row.post) != case.custodian.id
    if by_hub and outside:
        inside.append(cases.step("dispatch", case.custodian, f"下发{len(outside)}个单位", ()))
    case = await flow.move(actor, handling.case_id, *_commands(case, row, statement, inside))
    audit.record(actor, "documents.signed", row.subject, post=row.post, signature=str(row.id), kind=statement.action.kind)
    if not by_hub:
        await send_down(actor, handling, row, outside)
    await cases.admit(handling.id, row.person)
    await cases.reflect(actor, handling, case)


def _commands(
    case: rules.Case, row: Signature, statement: Statement, inside: Sequence[rules.Obligation]
) -> list[rules.AnyCommand]:
    obligation, kind = row.step.partition("/")[2], statement.action.kind
    behalf = str(row.on_behalf_of) if row.on_behalf_of else ""
    by = rules.By(person=str(row.person), post=str(row.post or ""), on_behalf_of=behalf)
    act = rules.Act(
        by=by, obligation=obligation, revision=row.revision, outcome=kind, assent=kind not in ("comment", "hold"),
        manner="delegated" if behalf else "own",
    )  # fmt: skip
    done: list[rules.AnyCommand] = [act, *_put_aside(case, row, kind)]
    if not inside:
        return done
    joined = rules.all_of(*inside, label="下发")
    return [rules.Insert(by=by, obligation=obligation, revision=row.revision, place="after", node=joined), *done]


def _put_aside(case: rules.Case, row: Signature, kind: str) -> list[rules.AnyCommand]:
    """暂缓: the leader's word puts the case aside in the clerk's hands, who takes it up again."""
    if kind != "hold":
        return []
    by = rules.By(person=str(row.person), post=case.custodian.id, capacity="custodian")
    return [rules.Suspend(by=by, reason=f"{row.person_name}批示暂缓")]


async def send_down(actor: Actor, handling: Handling, row: Signature, outside: Sequence[tuple[Target, str]]) -> None:
    """下发: a handling of its own in each other unit, in state 待签收; the signer's words travel with it."""
    if not outside:
        return
    await ensure_received(outside)
    document, own = await Document.get(id=handling.document_id), (await units([handling.unit_id]))[handling.unit_id]
    words = f"{row.person_name}：{read_statement(row.statement).opinion.text}"
    for target, role in outside:
        await cases.open_handling(
            actor, document, target.unit, sender=own.label, role=role, parent=handling.id, words=words,
            sent_by=row.step.partition("/")[2],
        )  # fmt: skip


@verb
async def send_down_of(handling: Handling, obligation: str) -> None:
    """Send down what the signature on a step named and the clerk had to confirm first."""
    row = await Signature.filter(
        subject=cases.ref(handling.id), step__endswith=f"/{obligation}", state=signed.EFFECTIVE
    ).first()
    if row is None:
        return
    actor = Actor(
        kind="person", id=row.person, name=row.person_name, holdings=await holdings_of(row.person, row.ticket_at)
    )  # fmt: skip
    await send_down(actor, handling, row, (await targets(actor, handling, read_statement(row.statement)))[1])


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
