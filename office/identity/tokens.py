"""Opaque tokens: 256 random bits that only their holder has; we keep the SHA-256."""

import hashlib
import secrets

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
