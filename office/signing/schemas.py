"""What goes over the wire about signatures."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from office.kernel.text import VISIBLE
from office.signing.statements import MAX_STATEMENT


class SignatureIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement in its canonical text, the device's signature over it, the handwriting; both base64url or null."""

    statement: Annotated[str, msgspec.Meta(min_length=2, max_length=MAX_STATEMENT, pattern=VISIBLE)]
    signature: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    strokes: Annotated[str, msgspec.Meta(max_length=90_000)] | None = None


class SignatureOut(msgspec.Struct, frozen=True):
    """A signature's state; `effects` say in Chinese what it does or will do."""

    id: UUID
    subject: str
    state: str
    held_until: datetime
    arrived_at: datetime
    effects: list[str] = []
    reason: str = ""


class SignatureAnswer(msgspec.Struct, frozen=True):
    """One signature."""

    signature: SignatureOut


class Withdrawn(msgspec.Struct, frozen=True):
    """A withdrawn signature's step can be signed again: its ticket, unspent."""

    ticket: str


class ServerKeyOut(msgspec.Struct, frozen=True):
    """A server key: its id, the suite it signs in, the public key as SPKI DER in base64url, whether it signs today."""

    id: str
    suite: str
    public_key: str
    present: bool


class ServerKeys(msgspec.Struct, frozen=True):
    """The server's keys: the present one first, then those it replaced."""

    items: list[ServerKeyOut]


class Evidence(msgspec.Struct, frozen=True):
    """All that a stranger needs to check a signature; keys and signatures base64url, keys as SPKI DER.

    `taken_back_at`: since when the act it attests is taken back (撤回); the proofs stay true of what was signed.
    """

    id: UUID
    suite: str
    statement: str
    signature: str | None
    public_key: str | None
    ticket: str
    countersigned: str
    countersignature: str
    server_key_id: str
    server_public_key: str
    ticket_at: datetime
    device_at: datetime
    arrived_at: datetime
    state: str
    taken_back_at: datetime | None = None
