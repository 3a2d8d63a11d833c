"""Merkle tree hashes as in RFC 6962, section 2.1 (RFC 9162 is the same): SHA-256, a leaf under 0x00, a node under 0x01.

The prefixes keep a node from being passed off as a leaf. A tree of n leaves is split at the largest power of two below n.
"""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Leaves in the left subtree of a tree of `size` > 1: the largest power of two below it."""
    return 1 << (size - 1).bit_length() - 1


class Frontier:
    """A tree that grows at its right end, known only by its largest whole subtrees: at most log2(n) hashes."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """`peaks` are the whole subtrees of a tree of `size` leaves, the largest first; one for each bit of the size."""
        self.size = size
        self.peaks = list(peaks)

    def add(self, leaf: bytes) -> list[bytes]:
        """Put one leaf hash at the end; the whole subtrees that end with it, by height, the leaf itself at 0."""
        self.size, whole = self.size + 1, [leaf]
        for _ in range((self.size & -self.size).bit_length() - 1):
            whole.append(node_hash(self.peaks.pop(), whole[-1]))
        self.peaks.append(whole[-1])
        return whole

    @property
    def root(self) -> bytes:
        """The hash of the whole tree."""
        if not self.peaks:
            return EMPTY
        found = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            found = node_hash(peak, found)
        return found


def consistent(first: int, second: int, old: bytes, new: bytes, path: Sequence[bytes]) -> bool:
    """Whether a tree of `second` leaves with root `new` begins with that of `first` leaves with root `old` (RFC 9162, section
    2.1.4.2); false where path and sizes do not fit."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and old == new
    steps = [old, *path] if first & (first - 1) == 0 else list(path)
    if not steps:
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    of_old = of_new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            of_old, of_new = node_hash(sibling, of_old), node_hash(sibling, of_new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            of_new = node_hash(of_new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and (of_old, of_new) == (old, new)


def root_from_path(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion path leads to (RFC 9162, section 2.1.3.2); None where path and place do not fit."""
    if not 0 <= position < size:
        return None
    node, last, found = position, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return found if last == 0 else None
