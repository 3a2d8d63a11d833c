"""Values to be signed: single use, two minutes, for one purpose and one subject.

A challenge carries its own proof and is not stored, so that however many a stranger asks for, nobody else waits. Stored is one
that was spent, and it is spent only after a good signature. Its 32 bytes: 12 random, 4 of its end (seconds, big-endian), 16 of
an HMAC-SHA256 (RFC 2104) over these, the purpose and the subject, under a secret of this deployment.
"""

import hmac
import secrets
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from tortoise.exceptions import IntegrityError

from office.identity import rules
from office.identity.models import ServerSecret, SpentChallenge
from office.kernel import base64url, clock
from office.kernel.refusal import Gone
from office.kernel.work import savepoint, verb

DEVICE, PASSKEY_NEW, PASSKEY_LOGIN = "device", "passkey_new", "passkey_login"
BYTES = 32
_RANDOM, _TOLD = 12, 16
_PLACE = "login_challenges"


class Issued(NamedTuple):
    """A fresh challenge: base64url of its 32 bytes, and when it ends."""

    value: str
    expires_at: datetime


async def issue(purpose: str, subject: UUID | None) -> Issued:
    """Give out a challenge. Whether the subject exists is not looked at, so that the answer tells nothing."""
    ends = int((clock.now() + rules.CHALLENGE_LIFE).timestamp())
    told = secrets.token_bytes(_RANDOM) + ends.to_bytes(4, "big")
    return Issued(base64url.encode(told + await _proof(told, purpose, subject)), datetime.fromtimestamp(ends, UTC))


async def ensure_good(value: bytes, purpose: str, subject: UUID | None) -> None:
    """Refuse what was not given out for this, is spent, or whose time is over: Gone identity.challenge_over."""
    told, proof = value[:_TOLD], value[_TOLD:]
    ours = len(value) == BYTES and hmac.compare_digest(proof, await _proof(told, purpose, subject))
    over = int.from_bytes(told[_RANDOM:], "big") <= clock.now().timestamp()
    if not ours or over or await SpentChallenge.exists(value=base64url.encode(value)):
        raise Gone("identity.challenge_over")


@verb
async def spend(value: bytes) -> None:
    """Use a challenge up after a good signature: of two at once one wins. Refuses: Gone identity.challenge_over."""
    ends = datetime.fromtimestamp(int.from_bytes(value[_RANDOM:_TOLD], "big"), UTC)
    try:
        async with savepoint():
            await SpentChallenge.create(value=base64url.encode(value), expires_at=ends)
    except IntegrityError as error:
        raise Gone("identity.challenge_over") from error


async def forget_old() -> None:
    """Drop spent challenges whose time is over: they are refused for that."""
    await SpentChallenge.filter(expires_at__lt=clock.now()).delete()


async def _proof(told: bytes, purpose: str, subject: UUID | None) -> bytes:
    message = b"\0".join((told, purpose.encode(), subject.bytes if subject else b""))
    return hmac.digest(await _secret(), message, "sha256")[: BYTES - _TOLD]


async def _secret() -> bytes:
    """The same for every process: it lies in the database, made when it is first wanted."""
    row = await ServerSecret.get_or_none(name=_PLACE)
    return bytes((row or await _first_secret()).value)


@verb
async def _first_secret() -> ServerSecret:
    row = ServerSecret(name=_PLACE, value=secrets.token_bytes(32))
    try:
        async with savepoint():
            await row.save(force_create=True)
    except IntegrityError:
        return await ServerSecret.get(name=_PLACE)
    return row
