"""Opaque tokens: 256 random bits that only their holder has; we keep the SHA-256."""

import base64
import binascii
import hashlib
import secrets

from office.kernel.refusal import Invalid

KEY_PREFIX = "zbk_"
LONGEST = 200


def new_token() -> str:
    """A session token, 43 characters of base64url."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """An integration client's key: `zbk_` and 256 random bits, so that a scanner finds one that leaked."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: SHA-256, hex. No salt or slow hash, for it is random already."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def encode(data: bytes) -> str:
    """Base64url without padding (RFC 4648, 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Strict base64url without padding: one text for one value. Refuses: Invalid identity.bad_base64."""
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as error:
        raise Invalid("identity.bad_base64") from error
    if encode(data) != text:
        raise Invalid("identity.bad_base64")
    return data
