"""The sealed whole (归档版式文件) that a bundle names, judged as a file where it is at hand: PAdES, SM3, SM2.

No authority is asked whose certificate it is: the bundle's check `seal` holds it against the trail.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from office.files.seals.shapes import Result, Trust
from office.files.seals.texts import REASONS
from office.kernel import base64url
from office.kernel.sm import selftest, sm2
from office.kernel.sm.digests import sm3
from office.signing.evidence.checking import INVALID, UNKNOWN, VALID, Check
from office.signing.evidence.reading import NotABundle, read_bundle
from office.signing.evidence.shapes import FinalSeal

NAME = "sealed"
#: Covered, unchanged since, changed as is allowed, the value holds. P5 and P6 ask who it was and when.
ASKED = ("P1", "P2", "P3", "P4")
Finding = tuple[str, str]


def check_sealed(bundle: Path, originals: Sequence[tuple[Path, str]]) -> Check | None:
    """One check more, of the sealed file in the bundle or among the originals (path and SHA-256); None where it is in none."""
    try:
        held = read_bundle(bundle)
    except NotABundle:
        return None
    seal = held.evidence.seal
    if seal is None:
        return None
    brought = next((path for path, digest in originals if digest == seal.sha256), None)
    data = held.parts.get(f"files/{seal.sha256}") or (brought.read_bytes() if brought else None)
    return None if data is None else _check(list(_findings(seal, data)))


def _check(found: Sequence[Finding]) -> Check:
    outcomes = {outcome for outcome, _ in found}
    return Check(NAME, INVALID if INVALID in outcomes else UNKNOWN if UNKNOWN in outcomes else VALID, [why for _, why in found])


def _findings(seal: FinalSeal, data: bytes) -> Iterator[Finding]:
    digest = sm3(data)
    if digest.hex() != seal.sm3:
        yield INVALID, "归档版式文件的 SM3 摘要不符"
    yield from _signed(seal, data)
    if seal.sm2 is None:
        return
    if selftest.fault():
        yield UNKNOWN, "本机不能核对 SM2 签名"
    elif not _holds(base64url.decode(seal.sm2.public_key), digest, base64url.decode(seal.sm2.signature)):
        yield INVALID, "归档版式文件的 SM2 签名核对不通过"


def _holds(point: bytes, digest: bytes, signature: bytes) -> bool:
    try:
        return sm2.PublicKey(point).verifies(digest, signature)
    except sm2.Failed:
        return False


def _signed(seal: FinalSeal, data: bytes) -> Iterator[Finding]:
    # Loaded with the first sealed file: pyHanko takes most of a second.
    from office.files.seals.pdf import signer_of, verdicts

    found = verdicts(data, 1, Trust(), datetime.now(UTC))
    if len(found) != 1:
        yield INVALID, "归档版式文件上应当正好有一个签名"
        return
    for check in (one for one in found[0].checks if one.id in ASKED and one.result is not Result.GOOD):
        outcome = INVALID if check.result is Result.BAD else UNKNOWN
        yield outcome, f"归档版式文件的签名：{REASONS[check.reason].format(**check.facts)}"
        return
    if signer_of(data) != base64url.decode(seal.certificate):
        yield INVALID, "归档版式文件上的证书不是证据包里的那一张"
