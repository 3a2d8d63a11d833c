"""Taking, withdrawing, releasing and settling signatures. What a signature then does, its subject's owner decides."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import rfc8785

from office import audit, identity, outbox
from office.kernel import clock, settings
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.kernel.refusal import Conflict, Forbidden, NotFound
from office.kernel.sqlite import instant_text
from office.kernel.work import verb
from office.signing.events import SignatureDue, SignatureWithdrawn
from office.signing.keys import server_key, spki
from office.signing.models import EFFECTIVE, HELD, PENDING_CLERK, TAKEN_BACK, WITHDRAWN, Signature
from office.signing.statements import Statement, check_signature, check_strokes, read_statement
from office.signing.steps import open_key as key_of
from office.signing.tickets import Ticket, open_ticket


@dataclass(frozen=True)
class Received:
    """A statement that is authentic: by this person, with this device's key, on a ticket of ours."""

    text: str
    statement: Statement
    ticket: Ticket
    signature: bytes | None
    strokes: bytes | None
    public_key: bytes | None


async def receive(actor: Actor, text: str, signature: str | None, strokes: bytes | None) -> Received:
    """Check everything about a statement that does not depend on the matter it is about.

    Refuses: Invalid signing.bad_statement, signing.bad_ticket, signing.other_strokes; Gone signing.ticket_expired; Forbidden
    signing.not_your_ticket, signing.unknown_key, signing.key_revoked, signing.bad_signature; Conflict signing.other_rendition.
    """
    statement = read_statement(text)
    check_strokes(statement, strokes)
    ticket = open_ticket(statement.ticket)
    if ticket.person != actor.id:
        raise Forbidden("signing.not_your_ticket")
    if statement.rendition != ticket.rendition:
        raise Conflict("signing.other_rendition")
    public = await _public_key(actor, statement.key)
    return Received(text, statement, ticket, check_signature(text, signature, public), strokes, public)


async def _public_key(actor: Actor, device: UUID | None) -> bytes | None:
    if device is None:
        return None
    key = await identity.device_key(device, lock=True)
    if key is None or key.person != actor.id:
        raise Forbidden("signing.unknown_key")
    if key.revoked_at is not None:
        raise Forbidden("signing.key_revoked")
    return spki(key.public_key)


async def earlier(received: Received) -> Signature | None:
    """The signature already made of this very statement: the same request again. Refuses: Conflict signing.ticket_spent."""
    row = await Signature.get_or_none(nonce=UUID(received.ticket.nonce))
    if row is not None and row.statement != received.text:
        raise Conflict("signing.ticket_spent", state=row.state)
    return row


@verb
async def hold(actor: Actor, received: Received, *, pending_clerk: str = "") -> Signature:
    """Store a received signature: held for the undo time, or put to the clerk with the reason given.

    The caller has locked the matter and found the step open. Refuses: Conflict signing.being_signed.
    """
    ticket, now = received.ticket, clock.now()
    open_key = None if pending_clerk else key_of(ticket.step, ticket.revision)
    if open_key and (other := await Signature.get_or_none(open_key=open_key)):
        raise Conflict("signing.being_signed", name=other.person_name, state=other.state)
    row = _row(actor, received, open_key, PENDING_CLERK if pending_clerk else HELD, pending_clerk)
    row.held_until = now + timedelta(seconds=settings.current().hold_seconds)
    await row.save(force_create=True)
    audit.record(actor, "signing.sign", row.subject, post=ticket.post, signature=str(row.id), state=row.state,
                 device=str(row.device or ""), statement=_digest(received.text.encode()))  # fmt: skip
    if not pending_clerk:
        outbox.record(SignatureDue(signature=row.id, subject=row.subject), actor=actor, not_before=row.held_until)
    return row


def _row(actor: Actor, received: Received, open_key: str | None, state: str, reason: str) -> Signature:
    ticket, statement, key, row_id, now = received.ticket, received.statement, server_key(), new_id(), clock.now()
    said = countersigned(row_id, received.text, received.signature, instant_text(now))
    return Signature(
        id=row_id, subject=ticket.subject, step=ticket.step, revision=ticket.revision, open_key=open_key,
        nonce=UUID(ticket.nonce), person=actor.own_id, person_name=actor.name, post=ticket.post,
        on_behalf_of=ticket.on_behalf_of, state=state, reason=reason, statement=received.text,
        signature=received.signature, strokes=received.strokes, device=statement.key, public_key=received.public_key,
        countersignature=key.sign(said), server_key=key.id, ticket_at=ticket.issued_at, device_at=statement.device_time,
        arrived_at=now,
    )  # fmt: skip


def countersigned(signature: UUID, statement: str, device_signature: bytes | None, arrived_at: str) -> bytes:
    """The bytes the server countersigns: which statement, with which device signature, arrived when. Canonical JSON."""
    return rfc8785.dumps({
        "signature": str(signature),
        "statement_sha256": _digest(statement.encode()),
        "device_signature_sha256": _digest(device_signature) if device_signature else None,
        "arrived_at": arrived_at,
    })  # fmt: skip


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@verb
async def withdraw(actor: Actor, id: UUID) -> Signature:
    """Take a held signature back (撤回), which stays a fact in the trail.

    Refuses: NotFound, Conflict signing.too_late.
    """
    row = await own(actor, id)
    moved = await Signature.filter(id=id, state__in=(HELD, PENDING_CLERK)).update(state=WITHDRAWN, open_key=None)
    if not moved:
        raise Conflict("signing.too_late", state=(await Signature.get(id=id)).state)
    audit.record(actor, "signing.withdraw", row.subject, post=row.post, signature=str(id))
    outbox.record(SignatureWithdrawn(signature=id, subject=row.subject), actor=actor)
    return row


@verb
async def take_back(actor: Actor, signatures: Sequence[UUID]) -> None:
    """The act was taken back (撤回) after it took effect: its signatures attest it no longer, and say since when."""
    changes: dict[str, object] = {"state": TAKEN_BACK, "taken_back_at": clock.now(), "open_key": None}
    for row in await Signature.filter(id__in=list(signatures), state=EFFECTIVE).order_by("id"):
        await Signature.filter(id=row.id, state=EFFECTIVE).update(**changes)
        audit.record(actor, "signing.take_back", row.subject, post=row.post, signature=str(row.id))


@verb
async def release(actor: Actor, id: UUID) -> Signature:
    """Let a held signature take effect at once (立即送出). A second call does nothing more. Refuses: NotFound."""
    row = await own(actor, id)
    if row.state == HELD and await outbox.hurry(SignatureDue.name, f"signature:{id}"):
        audit.record(actor, "signing.release", row.subject, post=row.post, signature=str(id))
    return row


async def own(actor: Actor, id: UUID) -> Signature:
    """The actor's own signature. Refuses: NotFound signing.no_such_signature."""
    row = await Signature.get_or_none(id=id, person=actor.own_id)
    if row is None:
        raise NotFound("signing.no_such_signature")
    return row


async def settle(id: UUID, *, expected: str, to: str, reason: str = "") -> bool:
    """Move a signature on, in the running unit of work; False if it is no longer in the expected state."""
    changes: dict[str, object] = {"state": to, "reason": reason[:200]}
    changes["effective_at"] = clock.now() if to == EFFECTIVE else None
    if to != EFFECTIVE:
        changes["open_key"] = None
    return bool(await Signature.filter(id=id, state=expected).update(**changes))
