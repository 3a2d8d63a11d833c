"""Tickets: what a step showed, signed by the server, so that an opinion given off line can be judged when it arrives.

A ticket is stateless until it is spent: `<payload>.<signature>`, both base64url; the payload is canonical JSON (RFC 8785).
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import rfc8785
from msgspec.structs import replace

from office.identity.keys import load_public_key, signature_holds
from office.kernel import base64url, clock
from office.kernel.ids import new_id
from office.kernel.refusal import Gone, Invalid
from office.signing.keys import server_key

VALID = timedelta(days=7)
MAX_LENGTH = 4096


class Ticket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`step` is "<case>/<obligation>", `revision` the obligation's, `post` the acting post, `rendition` what was shown."""

    nonce: str
    step: str
    revision: int
    subject: str
    person: UUID
    post: UUID | None
    on_behalf_of: UUID | None
    rendition: str
    issued_at: datetime


def issue(
    *, step: str, revision: int, subject: str, person: UUID, post: UUID | None, on_behalf_of: UUID | None, rendition: str
) -> str:
    """A ticket for a step, valid 7 days from now."""
    return _signed(Ticket(
        nonce=str(new_id()), step=step, revision=revision, subject=subject, person=person, post=post,
        on_behalf_of=on_behalf_of, rendition=rendition, issued_at=clock.now(),
    ))  # fmt: skip


def unspent(ticket: Ticket) -> str:
    """The same ticket not yet spent, for a signature that was withdrawn: as old as it was, so that nothing is prolonged."""
    return _signed(replace(ticket, nonce=str(new_id())))


def _signed(ticket: Ticket) -> str:
    payload = rfc8785.dumps(msgspec.to_builtins(ticket))
    return f"{base64url.encode(payload)}.{base64url.encode(server_key().sign(b'ticket ' + payload))}"


def open_ticket(text: str) -> Ticket:
    """A ticket of ours, still valid. Refuses: Invalid signing.bad_ticket, Gone signing.ticket_expired."""
    ticket = read_ticket(text)
    if clock.now() > ticket.issued_at + VALID:
        raise Gone("signing.ticket_expired")
    return ticket


def read_ticket(text: str) -> Ticket:
    """A ticket of ours, whatever its age. Refuses: Invalid signing.bad_ticket."""
    try:
        payload, signature = (base64url.decode(part) for part in text.split(".")) if len(text) <= MAX_LENGTH else (b"", b"")
        if signature_holds(load_public_key(server_key().public), b"ticket " + payload, signature):
            return msgspec.json.decode(payload, type=Ticket)
    except (ValueError, msgspec.MsgspecError) as error:
        raise Invalid("signing.bad_ticket") from error
    raise Invalid("signing.bad_ticket")
