"""Signing a step (签批): take the statement and hold it; thirty seconds later it takes effect (`effect`)."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import lock_handling
from documents.incoming.actions.addressed import Addressed, ensure_others
from documents.incoming.actions.carry import targets
from documents.incoming.actions.opinions import write_opinion
from documents.incoming.limits import leader
from documents.incoming.limits.leader import due_in
from documents.incoming.models import Handling, Opinion
from documents.incoming.opinions.derive import KINDS
from documents.incoming.policy import WORK, units_of
from documents.incoming.states import ACT_NAMES, SIGNED_ACTS
from documents.incoming.versions import version_of
from office.flow import actions as flow
from office.flow import rules
from office.flow.rules.verbs import demand
from office.flow.texts import CLOSED
from office.inbox import actions as inbox
from office.kernel import base64url
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict, Invalid, NotFound
from office.kernel.work import verb
from office.organization.queries import people
from office.signing import actions as signing
from office.signing import models as signed
from office.signing.actions import Received
from office.signing.models import Signature
from office.signing.queries import shown
from office.signing.schemas import SignatureAnswer, SignatureIn
from office.signing.statements import Statement, read_statement
from office.signing.steps import obligation_of, open_key, step_of
from office.signing.tickets import read_ticket

CONFIRM_KIND = "documents.confirm_signature"
ENDED = "签批时的任职或委托已结束，请文书确认是否采用"


@verb
async def sign(actor: Actor, id: UUID, input: SignatureIn) -> SignatureAnswer:
    """Sign the step that a ticket names. The very same statement again gets the same answer, however late.

    Accepted if the ticket is unspent, the step open at that revision and the key not revoked now, whatever time the device
    claims; put to the clerk if the post or delegation ended meanwhile, also where the step was skipped for it: so the ticket
    lets in, not a role of today. Refuses: all that `signing.receive` refuses; Conflict documents.someone_else,
    flow.already_handled, flow.step_closed, flow.changed_meanwhile, signing.other_rendition, signing.being_signed,
    signing.ticket_spent, documents.not_signed; Invalid documents.no_limit_here, documents.opinion_empty, or for a recipient.
    """
    if (before := await _same_before(actor, id, input.statement)) is not None:
        return await _answer(before)
    received = await signing.receive(actor, input.statement, input.signature, _strokes(input))
    handling = await _named(received, id)
    await lock_handling(handling)
    if (before := await signing.earlier(received)) is not None:
        return await _answer(before)
    leaf = await _open_leaf(await flow.case_of(handling.case_id), received)
    await _ensure_same_rendition(handling, received)
    leader.check(leaf, received.statement.action.due)
    _ensure_said(received.statement)
    _ensure_others(actor, received)
    pending = "" if leaf.state == "live" and _entitled(actor, handling, leaf, received) else ENDED
    said = received.statement
    to = Addressed() if pending else await targets(actor, handling, said.action.kind, sent_of(said))
    effects = await _effects(said, to, handling.unit_id)
    row = await signing.hold(actor, received, pending_clerk=pending)
    await _note(actor, handling, leaf, received, row, {"effects": effects, **to.kept()})
    return shown(row, effects)


async def _same_before(actor: Actor, id: UUID, text: str) -> Signature | None:
    """The signature this very statement made before: its ticket may have expired and its key been revoked since."""
    nonce = read_ticket(read_statement(text).ticket).nonce
    row = await Signature.get_or_none(nonce=UUID(nonce), person=actor.own_id, subject=cases.ref(id))
    return row if row is not None and row.statement == text else None


async def _answer(row: Signature) -> SignatureAnswer:
    opinion = await Opinion.filter(signature_id=row.id).first()
    return shown(row, list(opinion.action.get("effects", [])) if opinion else [])


def _strokes(input: SignatureIn) -> bytes | None:
    try:
        return base64url.decode(input.strokes) if input.strokes is not None else None
    except ValueError as error:
        raise Invalid("signing.bad_strokes") from error


async def _named(received: Received, id: UUID) -> Handling:
    """The handling the ticket is about: the server's ticket proves that this person was asked."""
    handling = await Handling.get_or_none(id=id)
    if handling is None or received.ticket.subject != cases.ref(id):
        raise NotFound("documents.no_such_handling")
    return handling


async def _open_leaf(case: rules.Case, received: Received) -> rules.Obligation:
    wanted = obligation_of(received.ticket.step)
    leaf = next((leaf for leaf in rules.leaves(case.root) if leaf.id == wanted), None)
    if leaf is None:
        raise Conflict("flow.step_closed", state="void", how=CLOSED["void"])
    if case.state == "suspended":
        raise Conflict("flow.suspended", state=case.state)
    if leaf.state == "done":
        name = (await people([UUID(leaf.done_by)])).get(UUID(leaf.done_by), "")
        raise Conflict("documents.someone_else", name=name, state=leaf.state)
    # Skipped because its holder left: what they signed before goes to the clerk, as long as the clerk has not settled it.
    demand(leaf, received.ticket.revision, "skipped" if rules.stand_in(case, wanted) else "live")
    if leaf.act not in SIGNED_ACTS:
        raise Conflict("documents.not_signed", act=ACT_NAMES.get(leaf.act, leaf.act))
    return leaf


async def _ensure_same_rendition(handling: Handling, received: Received) -> None:
    version = await version_of(handling.document_id, handling.version)
    if version.rendition != received.statement.rendition:
        raise Conflict("signing.other_rendition")


def _entitled(actor: Actor, handling: Handling, leaf: rules.Obligation, received: Received) -> bool:
    """Whether the person may still act as the ticket says: own appointment or the same delegation, in the same unit."""
    if leaf.holder.kind == "person":
        return leaf.holder.id == str(actor.id) and handling.unit_id in units_of(actor)
    held = [one for one in actor.holdings if str(one.post) == leaf.holder.id and one.covers(WORK)]
    return any(one.on_behalf_of in (None, received.ticket.on_behalf_of) for one in held)


def sent_of(statement: Statement) -> list[tuple[str, str]]:
    """To whom a statement sends, and as what."""
    return [(one.to, one.role) for one in statement.action.dispatch]


def _ensure_said(statement: Statement) -> None:
    """Only 圈阅 says nothing; whatever decides is in words or by hand. Refuses: Invalid documents.opinion_empty."""
    if statement.action.kind != "read" and not statement.opinion.text and statement.opinion.strokes is None:
        raise Invalid("documents.opinion_empty")


def _ensure_others(actor: Actor, received: Received) -> None:
    """A delegate may send to whom they act for; nobody else to themselves."""
    if received.ticket.on_behalf_of is None:
        ensure_others(actor, sent_of(received.statement))


async def _effects(statement: Statement, to: Addressed, unit: UUID) -> list[str]:
    said = [f"意见记为“{KINDS[statement.action.kind]}”"] if statement.action.kind in KINDS else []
    due = statement.action.due
    limit = await leader.told(due, unit) if due else []
    return [*said, *to.told(unit), *limit]


async def _note(
    actor: Actor, handling: Handling, leaf: rules.Obligation, received: Received, row: Signature, told: Mapping[str, Any]
) -> None:
    said, ticket = received.statement, received.ticket
    dispatch = [{"to": one.to, "role": one.role} for one in said.action.dispatch]
    action = {"kind": said.action.kind, "dispatch": dispatch, **told, **due_in(said.action.due)}
    text = said.opinion.text or (KINDS["read"] if said.action.kind == "read" else "")
    behalf = (await people([ticket.on_behalf_of])).get(ticket.on_behalf_of, "") if ticket.on_behalf_of else ""
    await write_opinion(actor, handling, leaf, ticket.post, text, action, signature=row.id, behalf=behalf)
    if row.state == signed.PENDING_CLERK:
        await ask_clerk(handling, row, row.reason)


async def ask_clerk(handling: Handling, row: Signature, reason: str) -> None:
    """Put a signature before the clerk (待确认), in the running unit of work."""
    todo = inbox.NewTodo(
        kind=CONFIRM_KIND, source=f"signing:{row.id}", holder=inbox.Holder(kind="post", id=handling.clerk_post),
        title=cases.title_of(handling), summary=f"{row.person_name}的签批待确认：{reason}", sender=row.person_name,
        urgency=handling.urgency, route_id=str(handling.id),
    )  # fmt: skip
    await inbox.open_many([todo])


async def ensure_unsigned(case: rules.Case, *leaves: rules.Obligation) -> None:
    """Nobody's signature on these steps is in its thirty seconds. Refuses: Conflict signing.being_signed with the name."""
    for row in (await being_signed(case, leaves)).values():
        raise Conflict("signing.being_signed", name=row.person_name, state=row.state)


async def being_signed(case: rules.Case, leaves: Iterable[rules.Obligation]) -> dict[str, Signature]:
    """Those of these steps, by id, on which a signature is in its thirty seconds. At most one query."""
    keys = {open_key(step_of(case.id, leaf.id), leaf.revision): leaf.id for leaf in leaves}
    rows = await Signature.filter(open_key__in=list(keys), state=signed.HELD) if keys else []
    return {keys[row.open_key]: row for row in rows}
