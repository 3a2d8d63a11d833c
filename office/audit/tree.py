"""The sealed tree as it lies in the database: leaves, and whole subtrees of 256^level leaves, so that nothing reads all of it.

Every hash of a tree of n leaves comes from a few reads of at most 256 neighbours each, whatever n is.
"""

from office.audit.merkle import EMPTY, Frontier, leaf_hash, node_hash, split
from office.kernel.database import fetch

FAN, LEVELS = 256, 7


class Tree:
    """Hashes of ranges of leaves; what was read once is kept, so make one for each task."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, int], list[bytes]] = {}

    async def hash(self, start: int, end: int) -> bytes:
        """The hash of the tree over the leaves [start, end), as RFC 6962 splits it; `start` a multiple of its left part."""
        if end <= start:
            return EMPTY
        level = _level(start, end - start)
        if level is not None:
            return await self._node(level, start // FAN**level)
        middle = start + split(end - start)
        return node_hash(await self.hash(start, middle), await self.hash(middle, end))

    async def path(self, position: int, size: int) -> list[bytes]:
        """The inclusion path of a leaf in the tree of the first `size` leaves (RFC 6962, section 2.1.1), from the leaf up."""
        start, end, found = 0, size, list[bytes]()
        while end - start > 1:
            middle = start + split(end - start)
            if position < middle:
                found.append(await self.hash(middle, end))
                end = middle
            else:
                found.append(await self.hash(start, middle))
                start = middle
        return found[::-1]

    async def consistency(self, first: int, second: int) -> list[bytes]:
        """The proof that the tree of `second` leaves begins with that of `first` > 0 (RFC 6962, section 2.1.2)."""
        start, end, whole, found = 0, second, True, list[bytes]()
        while first != end:
            middle = start + split(end - start)
            if first <= middle:
                found.append(await self.hash(middle, end))
                end = middle
            else:
                found.append(await self.hash(start, middle))
                start, whole = middle, False
        if not whole:
            found.append(await self.hash(start, end))
        return found[::-1]

    async def frontier(self, size: int) -> Frontier:
        """The right end of the tree of the first `size` leaves, to go on from."""
        start, peaks = 0, list[bytes]()
        for bit in range(size.bit_length() - 1, -1, -1):
            if size >> bit & 1:
                peaks.append(await self.hash(start, start + (1 << bit)))
                start += 1 << bit
        return Frontier(size, peaks)

    async def _node(self, level: int, number: int) -> bytes:
        group = number // FAN
        if (level, group) not in self._read:
            self._read[level, group] = await _group(level, group * FAN)
        found = self._read[level, group]
        if number % FAN >= len(found):
            raise LookupError(f"no subtree {number} of level {level} in the sealed trail")
        return found[number % FAN]


def _level(start: int, count: int) -> int | None:
    """The level on which a range is one stored subtree."""
    return next((level for level in range(LEVELS) if count == FAN**level and start % count == 0), None)


async def _group(level: int, first: int) -> list[bytes]:
    """Up to 256 neighbours of a level, without gaps from `first` on."""
    if level == 0:
        rows = await fetch(
            "SELECT position AS number, digest AS hash FROM audit_leaf WHERE position >= ? AND position < ? ORDER BY position",
            first, first + FAN,
        )  # fmt: skip
    else:
        rows = await fetch(
            "SELECT number, hash FROM audit_subtree WHERE level = ? AND number >= ? AND number < ? ORDER BY number",
            level, first, first + FAN,
        )  # fmt: skip
    hashes = [bytes.fromhex(row["hash"]) for place, row in enumerate(rows) if row["number"] == first + place]
    return hashes if level else [leaf_hash(digest) for digest in hashes]


def completed(size: int, whole: list[bytes]) -> list[tuple[int, int, bytes]]:
    """Of the subtrees that the last leaf of a tree of that size completed, those that are stored: level, number, hash."""
    return [(height // 8, (size >> height) - 1, whole[height]) for height in range(8, len(whole), 8)]
