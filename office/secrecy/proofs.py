"""Tying a false alarm to its very bytes without keeping anything of them.

Who is stopped gets a proof: a keyed mark over the record and the bytes' digest. The house keeps neither proof nor digest; when
the bytes come again with a release, it makes the mark anew and compares. Without the key nobody can try a file against a proof.
"""

import hmac
import secrets
from functools import cache
from pathlib import Path
from uuid import UUID

from office.kernel import settings
from office.kernel.base64url import encode
from office.kernel.key_files import place

NAME = "secrecy-proof.key"


def proof_of(stop: UUID, digest: str) -> str:
    """HMAC-SHA-256 (RFC 2104) over record and digest, base64url."""
    key = _load(str(settings.current().folder / "keys"))
    return encode(hmac.digest(key, f"{stop}:{digest}".encode(), "sha256"))


def proves(proof: str, stop: UUID, digest: str) -> bool:
    """Whether a proof was given for these bytes at this stop."""
    return hmac.compare_digest(proof_of(stop, digest).encode(), proof.encode("utf-8", "replace"))


@cache
def _load(folder: str) -> bytes:
    file = Path(folder) / NAME
    place(file, secrets.token_bytes(32))
    return file.read_bytes()
