"""Two verifiers, written apart, on the same bundles: the house's own and the one made from docs/evidence-format.md alone."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from office.signing.evidence.checking import INVALID, UNKNOWN, VALID, brought, check_bundle
from tests.office.signing import workshop
from tools import verify_evidence

KEYS = json.dumps({"items": [{"id": workshop.SERVER.id, "public_key": workshop.b64(workshop.SERVER.der)}]}).encode()


def outcomes(path: Path, data: bytes, saved: bytes | None) -> dict[str, str]:
    """What both say of a bundle, check by check; they must say the same."""
    path.write_bytes(data)
    known = [saved] if saved is not None else []
    ours = {one.name: one.outcome for one in check_bundle(path, brought(known) if known else None)}
    theirs = verify_evidence.verify(path, known)
    assert ours == theirs, f"the verifiers differ on {path}"
    return ours


def overall(told: dict[str, str]) -> str:
    """The outcome of all checks together."""
    return INVALID if INVALID in told.values() else UNKNOWN if UNKNOWN in told.values() else VALID


def bundles(seed: int, count: int) -> Iterator[tuple[str, bytes, bool]]:
    """How it was made, a bundle, whether it was changed; a quarter is good."""
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        good = workshop.Made(chance).zipped()
        if number % 4 == 0:
            yield "good", good, False
        else:
            change = chance.choice(workshop.CHANGES)
            yield change.__name__, change(good, chance), True


def compared(folder: Path, seed: int, count: int) -> Counter[tuple[str, str]]:
    """Judge so many bundles by both; how often each kind of change had each outcome."""
    told: Counter[tuple[str, str]] = Counter()
    for number, (how, data, _) in enumerate(bundles(seed, count)):
        saved = KEYS if number % 8 < 6 else None
        told[how, overall(outcomes(folder / "bundle.zip", data, saved))] += 1
    return told
