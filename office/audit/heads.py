"""Heads: what one batch of the trail commits to, as canonical JSON that the server signs; to be kept outside the house."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import msgspec
import rfc8785

from office.kernel.sqlite import instant_text

FORMAT = "zhiban-audit-head-1"
PREFIX = b"audit-head "
FIRST = "0" * 64

#: Whether the server key of that id signed these bytes: (id, message, signature).
Proves = Callable[[str, bytes, bytes], bool]


class Signer(Protocol):
    """The server's key, as the sealing needs it."""

    id: str

    def sign(self, message: bytes) -> bytes:
        """64 bytes, r||s."""
        ...


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """After batch `batch` the trail had `size` rows and this Merkle root; `previous` is the digest of the head before."""

    format: str
    batch: int
    size: int
    root: str
    previous: str
    sealed_at: str

    @property
    def text(self) -> str:
        """Canonical JSON (RFC 8785)."""
        return bytes(rfc8785.dumps(msgspec.to_builtins(self))).decode()

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hex: what the next head names as `previous`."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def message(self) -> bytes:
        """The bytes that the server signs."""
        return PREFIX + self.text.encode()


def head(batch: int, size: int, root: str, previous: str, sealed_at: datetime) -> Head:
    """The head of a batch."""
    return Head(FORMAT, batch, size, root, previous, instant_text(sealed_at))


class KeptHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A head as it is kept outside: its exact text, the signature (raw r||s), the key's id and its SPKI DER; base64url."""

    format: str
    head: str
    signature: str
    server_key: str
    public_key: str
