"""A second verifier of proofs between heads, from docs/evidence-format.md alone: `python verify_head_proof.py PROOF`.

Standard library. Prints the two heads that the proof is about: hold them against those you kept. Exit code 0 where the later
trail begins with the whole of the earlier, else 1."""

import hashlib
import json
import re
import sys
from pathlib import Path


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


def roots(first: int, size: int, path: list[bytes], old: bytes | None) -> tuple[bytes, bytes]:
    """The roots of the first leaves and of all `size` that a path leads to (RFC 6962, section 2.1.2): its last hash is that of
    the largest subtree beside; `old` is the root of the first leaves where these are a subtree from the very left."""
    if first == size:
        one = path.pop() if old is None else old
        return one, one
    half, beside = 1 << (size - 1).bit_length() - 1, path.pop()
    if first <= half:
        one, other = roots(first, half, path, old)
        return one, node(other, beside)
    one, other = roots(first - half, size - half, path, None)
    return node(beside, one), node(beside, other)


def proves(data: bytes) -> bool:
    """Whether the proof holds; whatever the bytes are."""
    try:
        told = json.loads(data)
        if told["format"] != "zhiban-audit-proof-1" or not all(re.fullmatch("[0-9a-f]{64}", one) for one in told["path"]):
            return False
        old, new = json.loads(told["first"]), json.loads(told["second"])
        path = [bytes.fromhex(one) for one in told["path"]]
        if type(old["size"]) is not int or type(new["size"]) is not int or not 0 < old["size"] <= new["size"] < 2**53:
            return False
        found = roots(old["size"], new["size"], path, bytes.fromhex(old["root"]))
        return not path and [one.hex() for one in found] == [old["root"], new["root"]]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False


if __name__ == "__main__":
    proof = Path(sys.argv[1]).read_bytes()
    good = proves(proof)
    print(
        "valid" if good else "invalid", *([json.loads(proof)[name] for name in ("first", "second")] if good else []), sep="\n"
    )
    sys.exit(not good)
