"""The key that marks rows as written by this house: 32 bytes beside the server's key, never in the database.

Until a row is sealed its mac is what tells it from one that somebody put into the table, or altered there.
"""

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from office.kernel import settings
from office.kernel.key_files import place

NAME = "audit-mac.key"
_given: bytes | None = None


def mac(digest: str) -> str:
    """HMAC-SHA-256 (RFC 2104) over a row's digest, hex."""
    key = _given or _load(str(settings.current().folder / "keys"))
    return hmac.digest(key, digest.encode(), "sha256").hex()


def is_ours(digest: str, said: str) -> bool:
    """Whether this house wrote the row of that digest."""
    return hmac.compare_digest(mac(digest).encode(), said.encode())


@contextmanager
def marked_with(key: bytes) -> Iterator[None]:
    """In the block, the mark is made with this key: a restore writes into a database whose key is not in its place yet."""
    global _given
    _given = key
    try:
        yield
    finally:
        _given = None


@cache
def _load(folder: str) -> bytes:
    file = Path(folder) / NAME
    place(file, secrets.token_bytes(32))
    return file.read_bytes()
