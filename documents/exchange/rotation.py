"""The secrets of a webhook: one that signs, and those it replaced, which sign beside it until their overlap is over. Pure."""

import base64
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from standardwebhooks.webhooks import Webhook as Signer

from office.kernel.refusal import Conflict

MOST_OLD = 4


class OldSecret(msgspec.Struct, frozen=True):
    """A replaced secret, and how long it still signs."""

    secret: str
    until: datetime


def fresh() -> str:
    """A new secret, as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(os.urandom(32)).decode()


def still_signing(old: Any, now: datetime) -> list[OldSecret]:
    """The replaced secrets, as stored, that still sign."""
    return [one for one in msgspec.convert(old, list[OldSecret]) if one.until > now]


def replaced(secret: str, old: Any, now: datetime, overlap: timedelta) -> list[OldSecret]:
    """The old secrets once this one is replaced; without an overlap none signs any more.

    Refuses: Conflict exchange.too_many_secrets: dropping one silently would break a receiver that still knows only that.
    """
    if not overlap:
        return []
    kept = [*still_signing(old, now), OldSecret(secret, now + overlap)]
    if len(kept) > MOST_OLD:
        raise Conflict("exchange.too_many_secrets", limit=MOST_OLD)
    return kept


def signature_of(secrets: Sequence[str], id: str, at: datetime, body: str) -> str:
    """The header `webhook-signature`: a signature by each secret, parted by blanks."""
    return " ".join(Signer(secret).sign(id, at, body) for secret in secrets)
