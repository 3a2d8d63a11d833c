"""A row of the trail as the bytes that are hashed: canonical JSON (RFC 8785) of its columns, without digest and mac."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
import rfc8785

from office.kernel.rows import instant_of, json_of
from office.kernel.sqlite import instant_text

COLUMNS = (
    "id", "at", "action", "subject", "outcome", "actor", "actor_name", "post", "unit", "on_behalf_of",
    "session", "device", "address", "request", "facts",
)  # fmt: skip
_fast = msgspec.json.Encoder(order="deterministic")


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a raw row as they are hashed: the id as text, `at` as fixed-width UTC text, `facts` as a value."""
    said = {name: row[name] for name in COLUMNS}
    return {**said, "id": str(row["id"]), "at": instant_text(instant_of(row["at"])), "facts": json_of(row["facts"])}


def canonical(said: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed."""
    return bytes(rfc8785.dumps(dict(said)))


def digest(said: Mapping[str, Any]) -> str:
    """SHA-256, hex, of what `told` gives."""
    return hashlib.sha256(canonical(said)).hexdigest()


def holds(row: Mapping[str, Any], digest_hex: str) -> bool:
    """Whether a raw row is the one that has this digest.

    msgspec's sorted form is the canonical one for nearly every row and fifty times faster; what it spells otherwise (a
    float such as 1.0) is asked of rfc8785.
    """
    try:
        said = told(row)
        return hashlib.sha256(_fast.encode(said)).hexdigest() == digest_hex or digest(said) == digest_hex
    except (ValueError, TypeError, msgspec.MsgspecError, rfc8785.CanonicalizationError, RecursionError):
        return False  # a column that was made unreadable was altered
