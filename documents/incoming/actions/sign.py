"""Signing a step (签批): take the statement, hold it, and let it take effect thirty seconds later, or put it to the clerk."""

from collections.abc import Sequence
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_handling, clerk_post
from documents.incoming.actions.opinions import write_opinion
from documents.incoming.actions.route import ROLE_LABELS, target_steps
from documents.incoming.derive import KINDS
from documents.incoming.models import Document, Handling
from documents.incoming.states import ACT_NAMES
from documents.incoming.versions import version_of
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.inbox import actions as inbox
from office.kernel.actor import Actor
from office.kernel.events import Delivery
from office.kernel.refusal import Conflict, Invalid, NotFound, Refusal
from office.kernel.work import savepoint, verb
from office.organization.holdings import holdings_of
from office.organization.queries import units
from office.organization.recipients import Target
from office.signing import actions as signing
from office.signing import models as signed
from office.signing.actions import Received
from office.signing.events import SignatureDue, SignatureWithdrawn
from office.signing.keys import unb64
from office.signing.models import Signature
from office.signing.queries import shown
from office.signing.schemas import SignatureAnswer, SignatureIn
from office.signing.statements import Statement, read_statement

CONFIRM_KIND = "documents.confirm_signature"
ENDED = "签批时的任职或委托已结束，请文书确认是否采用"


@verb
async def sign(actor: Actor, id: UUID, input: SignatureIn) -> SignatureAnswer:
    """Sign the step that a ticket names. The very same statement again gets the same answer.

    Accepted if the ticket is unspent, the step open at that revision and the key not revoked now, whatever time the device
    claims; put to the clerk if the post or delegation ended meanwhile. Refuses: all that `signing.receive` refuses; Conflict
    flow.already_handled, signing.other_rendition, signing.being_signed, signing.ticket_spent; Invalid for a recipient.
    """
    received = await signing.receive(actor, input.statement, input.signature, _strokes(input))
    handling = await _named(received, id)
    case = rules.decode((await flow.lock(handling.case_id)).tree.encode())
    if (before := await signing.earlier(received)) is not None:
        return shown(before, _effects(received.statement, []))
    leaf = _open_leaf(case, received)
    await _ensure_same_rendition(handling, received)
    pending = "" if _entitled(actor, leaf, received) else ENDED
    outside = [] if pending else (await _targets(actor, handling, received.statement))[1]
    row = await signing.hold(actor, received, pending_clerk=pending)
    await _note(actor, handling, leaf, received, row)
    return shown(row, _effects(received.statement, outside))


def _strokes(input: SignatureIn) -> bytes | None:
    try:
        return unb64(input.strokes) if input.strokes is not None else None
    except ValueError as error:
        raise Invalid("signing.bad_strokes") from error


async def _named(received: Received, id: UUID) -> Handling:
    """The handling the ticket is about: the server's ticket proves that this person was asked."""
    handling = await Handling.get_or_none(id=id)
    if handling is None or received.ticket.subject != cases.ref(id):
        raise NotFound("documents.no_such_handling")
    return handling


def _open_leaf(case: rules.Case, received: Received) -> rules.Obligation:
    wanted, revision = received.ticket.step.partition("/")[2], received.ticket.revision
    found = next((leaf for leaf in rules.leaves(case.root) if leaf.id == wanted), None)
    if found is None or found.state != "live" or found.revision != revision:
        raise Conflict("flow.already_handled", state=found.state if found else "void")
    return found


async def _ensure_same_rendition(handling: Handling, received: Received) -> None:
    version = await version_of(handling.document_id, handling.version)
    if version.rendition != received.statement.rendition:
        raise Conflict("signing.other_rendition")


def _entitled(actor: Actor, leaf: rules.Obligation, received: Received) -> bool:
    """Whether the person may still act as the ticket says; own appointment or the same delegation."""
    if leaf.holder.kind == "person":
        return leaf.holder.id == str(actor.id)
    held = [one for one in actor.holdings if str(one.post) == leaf.holder.id]
    return any(one.on_behalf_of in (None, received.ticket.on_behalf_of) for one in held)


async def _targets(
    actor: Actor, handling: Handling, statement: Statement
) -> tuple[list[rules.Obligation], list[tuple[Target, str]]]:
    sent = [(one.to, one.role) for one in statement.action.dispatch]
    if statement.action.kind not in KINDS:
        raise Invalid("documents.unknown_action", kind=statement.action.kind[:20])
    return await target_steps(actor, handling, sent, handling.due_at)


def _effects(statement: Statement, outside: Sequence[tuple[Target, str]]) -> list[str]:
    said = [f"意见记为“{KINDS[statement.action.kind]}”"] if statement.action.kind in KINDS else []
    counted = {role: sum(1 for one in statement.action.dispatch if one.role == role) for role in ROLE_LABELS}
    said += [f"{ROLE_LABELS[role]} {count} 个" for role, count in counted.items() if count]
    return said + ([f"其中下发 {len(outside)} 个单位"] if outside else [])


async def _note(actor: Actor, handling: Handling, leaf: rules.Obligation, received: Received, row: Signature) -> None:
    said = received.statement
    action = {"kind": said.action.kind, "dispatch": [{"to": one.to, "role": one.role} for one in said.action.dispatch]}
    text = said.opinion.text or (ACT_NAMES["read"] if said.action.kind == "read" else "")
    await write_opinion(actor, handling, leaf, received.ticket.post, text, action, signature=row.id)
    if row.state == signed.PENDING_CLERK:
        await _ask_clerk(handling, row, row.reason)


async def _ask_clerk(handling: Handling, row: Signature, reason: str) -> None:
    todo = inbox.NewTodo(
        kind=CONFIRM_KIND, source=f"signing:{row.id}", holder=inbox.Holder(kind="post", id=handling.clerk_post),
        title=handling.title, summary=f"{row.person_name}的签批待确认：{reason}", sender=row.person_name,
        urgency=handling.urgency, route_id=str(handling.id),
    )  # fmt: skip
    await inbox.open_many([todo])


async def on_due(event: SignatureDue, delivery: Delivery) -> None:
    """The thirty seconds are over, or the holder let it go: what was signed happens now, once."""
    if event.subject.startswith("documents.handling:"):
        await take_effect(event.signature)


async def on_withdrawn(event: SignatureWithdrawn, delivery: Delivery) -> None:
    """Taken back: the clerk is no longer asked, the followers look again."""
    if event.subject.startswith("documents.handling:"):
        handling = await Handling.get(id=UUID(event.subject.rpartition(":")[2]))
        actor = Actor(kind="system", name="系统")
        await inbox.withdraw(f"signing:{event.signature}", by=actor, reason="签批人已撤回")
        case = await flow.case_of(handling.case_id)
        await cases.reflect(actor, handling, case)


@verb
async def take_effect(id: UUID, *, expected: str = signed.HELD) -> None:
    """Carry out a signature. What can no longer happen is put to the clerk with the reason, never dropped."""
    row = await Signature.get(id=id)
    handling = await Handling.get(id=UUID(row.subject.rpartition(":")[2]))
    await flow.lock(handling.case_id)
    await handling.refresh_from_db()
    if not await signing.settle(id, expected=expected, to=signed.EFFECTIVE):
        return
    try:
        async with savepoint():
            await _carry_out(row, handling)
    except Refusal as refusal:
        await signing.settle(id, expected=signed.EFFECTIVE, to=signed.PENDING_CLERK, reason=refusal.code)
        await _ask_clerk(handling, row, "生效时这一步已有变化")


async def _carry_out(row: Signature, handling: Handling) -> None:
    actor = await _signer(row)
    statement = read_statement(row.statement)
    inside, outside = await _targets(actor, handling, statement)
    case = await flow.move(actor, handling.case_id, *_commands(row, statement, inside))
    audit.record(actor, "documents.signed", row.subject, post=row.post, signature=str(row.id), kind=statement.action.kind)
    await _send_down(actor, handling, statement, outside)
    await cases.admit(handling.id, row.person)
    await cases.reflect(actor, handling, case)


async def _signer(row: Signature) -> Actor:
    """The signer as of the arrival: what they were entitled to then stands."""
    held = await holdings_of(row.person, row.arrived_at)
    return Actor(kind="person", id=row.person, name=row.person_name, device=row.device, holdings=held)


def _commands(row: Signature, statement: Statement, inside: Sequence[rules.Obligation]) -> list[rules.AnyCommand]:
    obligation = row.step.partition("/")[2]
    by = rules.By(
        person=str(row.person), post=str(row.post or ""), on_behalf_of=str(row.on_behalf_of) if row.on_behalf_of else ""
    )
    kind = statement.action.kind
    act = rules.Act(
        by=by, obligation=obligation, revision=row.revision, outcome=kind, assent=kind not in ("comment", "hold"),
        manner="delegated" if row.on_behalf_of else "own",
    )  # fmt: skip
    if not inside:
        return [act]
    joined = rules.all_of(*inside, label="下发")
    return [rules.Insert(by=by, obligation=obligation, revision=row.revision, place="after", node=joined), act]


async def _send_down(actor: Actor, handling: Handling, statement: Statement, outside: Sequence[tuple[Target, str]]) -> None:
    """下发: a handling of its own in each other unit, in state 待签收; the signer's words travel with it."""
    if not outside:
        return
    document = await Document.get(id=handling.document_id)
    names = await units([handling.unit_id])
    for target, role in outside:
        await cases.open_handling(
            actor, document, target.unit, sender=names[handling.unit_id].label, role=role, parent=handling.id,
            words=f"{actor.name}：{statement.opinion.text}",
        )  # fmt: skip


@verb
async def confirm(actor: Actor, id: UUID, signature: UUID, *, accept: bool, reason: str) -> Handling:
    """The clerk takes up a signature that waits for confirmation (待确认), or refuses it with a reason the signer sees.

    Refuses: NotFound, Forbidden documents.clerk_only, Conflict signing.not_pending.
    """
    handling = await access_handling(actor, id, lock=True)
    post = clerk_post(actor, handling)
    row = await Signature.get_or_none(id=signature, subject=cases.ref(id))
    if row is None:
        raise NotFound("signing.no_such_signature")
    if row.state != signed.PENDING_CLERK:
        raise Conflict("signing.not_pending", state=row.state)
    if accept:
        await take_effect(signature, expected=signed.PENDING_CLERK)
    else:
        await signing.settle(signature, expected=signed.PENDING_CLERK, to=signed.REFUSED, reason=reason)
    await inbox.close(CONFIRM_KIND, f"signing:{signature}", by=actor, reason="已采用" if accept else "未采用")
    audit.record(actor, "documents.confirm_signature", cases.ref(id), post=post, signature=str(signature), accept=accept)
    return handling
