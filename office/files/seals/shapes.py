"""What a verification answers, as plain frozen values that travel from a worker and are kept beside the blob."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

AHEAD = timedelta(minutes=10)
"""How far another machine's clock may be ahead of ours."""

MOST_CHARS, MOST_PAGES = 200, 2000


def told(text: str) -> str:
    """A text out of the file, for a sentence: short, on one line."""
    clean = "".join(char if char.isprintable() else " " for char in text[:MOST_CHARS])
    return clean.encode("utf-8", "replace").decode("utf-8").strip()


class Outcome(StrEnum):
    """有效, 无效, 无法确认."""

    VALID = "valid"
    INVALID = "invalid"
    UNSURE = "unsure"


class Result(StrEnum):
    """Of one check. Only `GOOD` counts towards 有效; `NOTE` is told and counts for nothing; `NONE`: nothing to check."""

    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"
    NOTE = "note"
    NONE = "none"


class Check(msgspec.Struct, frozen=True):
    """One check: V1 to V12 of an OFD seal, P1 to P6 of a PDF signature; `reason` is a code of `texts.REASONS`."""

    id: str
    result: Result
    reason: str
    facts: dict[str, str] = {}


class Verdict(msgspec.Struct, frozen=True):
    """One seal or signature. `name`: the seal's, else the signer's; `pages` from 0; times in UTC, None where there is none."""

    kind: str
    name: str
    signer: str
    provider: str
    signed_at: datetime | None
    pages: tuple[int, ...]
    checks: tuple[Check, ...]
    outcome: Outcome


class Trust(msgspec.Struct, frozen=True):
    """What this deployment trusts: certificates of authorities and revocation lists (DER), the ids of cancelled seals.

    `cancelled` is None where nobody keeps that list here. `id` names this state of the folder.
    """

    id: str = ""
    anchors: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    cancelled: tuple[str, ...] | None = None


MUST: dict[str, frozenset[str]] = {
    "V": frozenset({"V1", "V2", "V3", "V4", "V5", "V6", "V7", "V10"}),
    "P": frozenset({"P1", "P2", "P3", "P4", "P5", "P6"}),
}
"""Checks that must have come out well for 有效; of the others none may be bad or unsure."""


def outcome_of(checks: tuple[Check, ...]) -> Outcome:
    """无效 where one check is bad; 有效 only where all that must be made were made and came out well; else 无法确认."""
    if any(check.result is Result.BAD for check in checks):
        return Outcome.INVALID
    good = {check.id for check in checks if check.result is Result.GOOD}
    unsure = any(check.result is Result.UNSURE for check in checks)
    made = any(must <= good for must in MUST.values())
    return Outcome.VALID if made and not unsure else Outcome.UNSURE
