"""Random values to be signed: single use, two minutes, for one purpose and one subject."""

import secrets
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from office.identity import rules
from office.identity.models import LoginChallenge
from office.kernel import base64url, clock
from office.kernel.actor import Origin
from office.kernel.refusal import Gone, TooMany
from office.kernel.work import verb

DEVICE, PASSKEY_NEW, PASSKEY_LOGIN = "device", "passkey_new", "passkey_login"
#: Live challenges from one address; a town of 500 behind one exit stays far below.
PER_ADDRESS = 1000
BYTES = 32


class Issued(NamedTuple):
    """A fresh challenge: base64url of 32 random bytes, and when it ends."""

    value: str
    expires_at: datetime


@verb
async def issue(purpose: str, subject: UUID | None, origin: Origin) -> Issued:
    """Give out a challenge. Whether the subject exists is not looked at, so that the answer tells nothing.

    Refuses: TooMany identity.too_many_challenges.
    """
    now, group = clock.now(), rules.address_group(origin.address)
    if await LoginChallenge.filter(address=group, expires_at__gt=now).limit(PER_ADDRESS).count() >= PER_ADDRESS:
        raise TooMany("identity.too_many_challenges", retry_after=60)
    issued = Issued(base64url.encode(secrets.token_bytes(BYTES)), now + rules.CHALLENGE_LIFE)
    await LoginChallenge.create(
        value=issued.value, purpose=purpose, subject=subject, address=group, expires_at=issued.expires_at
    )
    return issued


@verb
async def spend(value: str, purpose: str, subject: UUID | None) -> None:
    """Use a challenge up, whatever comes of it: of two at once one wins. Refuses: Gone identity.challenge_over."""
    now = clock.now()
    query = LoginChallenge.filter(value=value, purpose=purpose, expires_at__gt=now, used_at__isnull=True)
    query = query.filter(subject=subject) if subject else query.filter(subject__isnull=True)
    if not await query.update(used_at=now):
        raise Gone("identity.challenge_over")


async def forget_old() -> None:
    """Drop challenges whose time is over."""
    await LoginChallenge.filter(expires_at__lt=clock.now()).delete()
