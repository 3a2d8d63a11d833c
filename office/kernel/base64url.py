"""Base64url without padding (RFC 4648, section 5; RFC 7515): how keys, signatures and challenges are written."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def encode(data: bytes) -> str:
    """The text of these bytes."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of a text; strict, so that one text stands for one value. Raises ValueError for anything else."""
    data = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if encode(data) != text:  # Python skips what is not in the alphabet, and ignores spare bits
        raise ValueError("not base64url")
    return data


def decode_or_none(text: str) -> bytes | None:
    """The bytes of a text, None for what is not base64url."""
    try:
        return decode(text)
    except ValueError:
        return None
