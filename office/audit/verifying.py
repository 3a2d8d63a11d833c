"""Reading the whole trail again: is every sealed row as it was, in its place, and does the chain of heads hold?

Nothing stored is trusted but the server's public key and, where one was kept outside, a head. What is wrong is told by the
place of the first row it touches: a row whose content, presence or place was changed exactly; where the records of the
sealing were rewritten too, the 256 rows or the batch it must be in.

Memory does not grow with the trail: a chunk of rows and the tree's right end are all that is held. So a reading can stop
between two batches and go on later, or begin at a head that was kept.
"""

import math
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from office.audit import rows as trail
from office.audit.heads import FIRST, Head, Proves, head
from office.audit.merkle import Frontier, leaf_hash
from office.audit.sealing import is_house_row, waiting_rows
from office.audit.tree import Tree, completed
from office.kernel.database import fetch
from office.kernel.rows import instant_of

CHUNK, SLICE = 2000, 5000
LAST_YEAR = 9999
#: A leaf whose place is none: before the first, or (SQLite takes anything in any column) no whole number.
OUT_OF_PLACE = "position < 0 OR position <> CAST(position AS BIGINT)"
#: So many findings are told; more say nothing new.
MOST = 50

Kind = Literal[
    "altered", "dropped", "leaf_missing", "order", "inserted", "not_ours", "gone_unsealed", "subtree", "root",
    "batch_missing", "chain", "signature", "surplus", "misplaced",
]  # fmt: skip


class Finding(msgspec.Struct, frozen=True):
    """What is wrong: from row `first` to row `last` of the sealed order (from 0), in a batch; `entry` the row's id if known."""

    kind: Kind
    first: int | None = None
    last: int | None = None
    batch: int | None = None
    entry: str = ""
    about: str = ""


@dataclass(frozen=True)
class Verified:
    """The outcome: the newest head that was reached, rows read, rows that wait, and what is wrong, the first row first.

    `heads`: of the batches asked for, the head as stored and the root as computed anew.
    """

    head: Head | None
    rows: int
    waiting: int
    findings: Sequence[Finding]
    heads: Mapping[int, tuple[Head, str]]


class Place(msgspec.Struct, frozen=True):
    """How far a reading is, at the end of a batch: the last batch read, the tree's size and right end, the last head, and
    what is wrong so far."""

    batch: int = 0
    size: int = 0
    peaks: Sequence[str] = ()
    head: Head | None = None
    tainted: bool = False
    findings: Sequence[Finding] = ()


class Rewritten(Exception):
    """The trail up to a kept head is not the one that the head was of."""


async def after(head: Head) -> Place:
    """The place behind a kept head, reached by stored subtrees, whose hashes must give its root: rows before it are not read.

    Raises Rewritten.
    """
    try:
        frontier = await Tree().frontier(head.size)
    except LookupError as error:
        raise Rewritten from error
    if frontier.root.hex() != head.root:
        raise Rewritten
    return Place(head.batch, head.size, [peak.hex() for peak in frontier.peaks], head)


class Verification:
    """One reading of the trail. `proves` knows the server's keys; `tell` is told how many rows were read since it was last."""

    def __init__(
        self, proves: Proves, tell: Callable[[int], None] = lambda rows: None, wanted: Sequence[int] = (), *,
        begin: Place = Place(), chunk: int = CHUNK,
    ) -> None:  # fmt: skip
        """`wanted`: numbers of batches whose heads the caller will look at; `begin` where to go on; `chunk` rows at once."""
        self._proves, self._tell, self._wanted, self._chunk = proves, tell, frozenset(wanted), chunk
        self._frontier = Frontier(begin.size, [bytes.fromhex(peak) for peak in begin.peaks])
        self._found: list[Finding] = list(begin.findings)
        self._heads: dict[int, tuple[Head, str]] = {}
        self._last = begin.head
        self._batch_read = begin.batch
        self._leaves = 0
        self._before = ""
        #: Something is told already that makes the roots from here on wrong; a root that is right ends it.
        self._tainted = begin.tainted

    @property
    def place(self) -> Place:
        """How far it is."""
        peaks = [peak.hex() for peak in self._frontier.peaks]
        return Place(self._batch_read, self._frontier.size, peaks, self._last, self._tainted, self._found)

    async def run(self) -> Verified:
        """Read everything once. What is sealed meanwhile is left for the next time."""
        await self.read()
        return await self.end()

    async def read(self, rows: float = math.inf) -> bool:
        """Read whole batches until so many rows are read; whether all is read."""
        whole = f"SELECT COALESCE(MAX(position), -1) + 1 AS n FROM audit_leaf WHERE NOT ({OUT_OF_PLACE})"  # noqa: S608
        highest = (await fetch("SELECT MAX(number) AS n FROM audit_batch"))[0]["n"] or 0
        self._leaves = int((await fetch(whole))[0]["n"])
        until = self._frontier.size + rows
        async for row in _batches(self._batch_read, highest):
            if self._frontier.size >= until:
                return False
            await self._batch(row)
            self._batch_read = int(row["number"])
        return True

    async def end(self) -> Verified:
        """What is left when all batches are read: leaves and rows that no batch has, and what waits."""
        await self._beyond(self._last.size if self._last else 0)
        await self._out_of_place()
        await self._unsealed()
        waiting = await fetch("SELECT COUNT(*) AS n FROM audit_pending")
        found = sorted(self._found, key=lambda one: (one.first is None, one.first or 0))
        return Verified(self._last, self._frontier.size, int(waiting[0]["n"]), found, self._heads)

    def _note(self, finding: Finding) -> None:
        self._tainted |= finding.kind in ("leaf_missing", "order", "subtree", "root")
        if len(self._found) < MOST:
            self._found.append(finding)

    async def _batch(self, row: Mapping[str, Any]) -> None:
        start, self._before = self._frontier.size, ""
        stored = _stored(row)
        if stored is None:
            return self._note(Finding("signature", start, start, int(row["number"])))
        self._chained(row, stored, start)
        end = min(stored.size, self._leaves + MOST)  # a size that was altered must not have us count for ever
        for first in range(start, end, self._chunk):
            await self._rows(stored.batch, first, min(first + self._chunk, end))
        root = self._frontier.root.hex()
        if (root, self._frontier.size) == (stored.root, stored.size):
            self._tainted = False
        elif not self._tainted:
            self._note(Finding("root", start, max(start, stored.size - 1), stored.batch))
        self._last = stored
        if stored.batch in self._wanted:
            self._heads[stored.batch] = stored, root
        return None

    def _chained(self, row: Mapping[str, Any], stored: Head, start: int) -> None:
        number, previous = (self._last.batch + 1, self._last.digest) if self._last else (1, FIRST)
        last = max(start, stored.size - 1)
        if stored.batch != number:
            self._note(Finding("batch_missing", start, last, number))
        elif stored.previous != previous:
            self._note(Finding("chain", start, last, stored.batch))
        signed = isinstance(row["signature"], bytes) and self._proves(row["server_key"], stored.message, row["signature"])
        if not signed:
            self._note(Finding("signature", start, last, stored.batch, about=str(row["server_key"])))

    async def _rows(self, batch: int, first: int, end: int) -> None:
        read = {row["position"]: row for row in await _leaves(first, end)}
        for position in range(first, end):
            row = read.get(position)
            if row is None:
                self._note(Finding("leaf_missing", position, position, batch))
                digest = bytes(32)
            else:
                self._row(batch, position, row)
                digest = _bytes(row["sealed"])
            whole = self._frontier.add(leaf_hash(digest))
            if len(whole) > 8:
                await self._subtrees(batch, whole)
        self._tell(end - first)

    def _row(self, batch: int, position: int, row: Mapping[str, Any]) -> None:
        entry = str(row["entry"])
        if row["id"] is None:
            self._note(Finding("dropped", position, position, batch, entry))
        elif row["digest"] != row["sealed"] or not trail.holds(row, row["sealed"]):
            self._note(Finding("altered", position, position, batch, entry, f"{row['action']} {row['at']}"))
        if entry <= self._before:
            self._note(Finding("order", position, position, batch, entry))
        self._before = entry

    async def _subtrees(self, batch: int, whole: list[bytes]) -> None:
        for level, number, found in completed(self._frontier.size, whole):
            rows = await fetch("SELECT hash FROM audit_subtree WHERE level = ? AND number = ?", level, number)
            if [row["hash"] for row in rows] != [found.hex()] and not self._tainted:
                self._note(Finding("subtree", number * 256**level, (number + 1) * 256**level - 1, batch))

    async def _beyond(self, size: int) -> None:
        """Leaves behind the newest batch: batches were cut off, or leaves put there."""
        behind = f"position >= ? AND NOT ({OUT_OF_PLACE})"
        rows = await fetch(f"SELECT MIN(position) AS low, MAX(position) AS high FROM audit_leaf WHERE {behind}", size)  # noqa: S608
        if rows[0]["low"] is not None and not await fetch("SELECT 1 AS one FROM audit_batch WHERE size > ?", size):
            self._note(Finding("surplus", int(rows[0]["low"]), int(rows[0]["high"])))

    async def _out_of_place(self) -> None:
        """Leaves that no batch can hold: a row put in past the house must not hide behind one."""
        for row in await fetch(f"SELECT entry FROM audit_leaf WHERE {OUT_OF_PLACE} ORDER BY entry LIMIT {MOST}"):  # noqa: S608
            self._note(Finding("misplaced", entry=str(row["entry"])))

    async def _unsealed(self) -> None:
        """Rows that are neither sealed nor waiting were put in past the house; those that wait must carry its mark."""
        async for row in _nowhere():
            self._note(Finding("inserted", entry=str(row["id"]), about=f"{row['action']} {row['at']}"))
        async for row in _pending():
            if row["id"] is None:
                self._note(Finding("gone_unsealed", entry=str(row["entry"])))
            elif not is_house_row(row):
                self._note(Finding("not_ours", entry=str(row["entry"]), about=f"{row['action']} {row['at']}"))


def _bytes(text: object) -> bytes:
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        return bytes(32)


def _stored(row: Mapping[str, Any]) -> Head | None:
    """The head that a batch's row says; None where it cannot be read, for SQLite takes anything in any column."""
    try:
        told = head(row["number"], int(row["size"]), str(row["root"]), str(row["previous"]), instant_of(row["sealed_at"]))
        return told if told.message and instant_of(told.sealed_at).year < LAST_YEAR else None
    except (ValueError, TypeError, OverflowError):
        return None


async def _batches(after: int, highest: int) -> AsyncIterator[Mapping[str, Any]]:
    while rows := await fetch(
        "SELECT * FROM audit_batch WHERE number > ? AND number <= ? ORDER BY number LIMIT 500", after, highest
    ):
        for row in rows:
            yield row
        after = rows[-1]["number"]


async def _leaves(first: int, end: int) -> list[dict[str, Any]]:
    columns = ", ".join(f"e.{name}" for name in (*trail.COLUMNS, "digest"))
    return await fetch(
        f"SELECT l.position, l.entry, l.digest AS sealed, {columns} FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry"  # noqa: S608
        " WHERE l.position >= ? AND l.position < ? ORDER BY l.position",
        first, end,
    )  # fmt: skip


async def _nowhere() -> AsyncIterator[Mapping[str, Any]]:
    """Rows that are neither sealed nor waiting; some thousand ids at a time, so that nobody else waits long for an answer."""
    first: str | None = None
    while True:
        past, bound = ("WHERE id > ?", (first,)) if first else ("", ())
        step = await fetch(f"SELECT id FROM audit_entry {past} ORDER BY id LIMIT 1 OFFSET {SLICE - 1}", *bound)  # noqa: S608
        last = str(step[0]["id"]) if step else None
        for row in await _lost(first, last):
            yield row
        if last is None:
            return
        first = last


async def _lost(first: str | None, last: str | None) -> list[dict[str, Any]]:
    """Those behind one id and up to another."""
    within = [(text, id) for text, id in (("e.id > ?", first), ("e.id <= ?", last)) if id]
    told = "".join(f"{text} AND " for text, _ in within)
    return await fetch(
        f"SELECT e.id, e.action, e.at FROM audit_entry e WHERE {told}"  # noqa: S608 - values are bound
        "NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry = e.id)"
        f" AND NOT EXISTS (SELECT 1 FROM audit_pending q WHERE q.entry = e.id) ORDER BY e.id LIMIT {MOST}",
        *(id for _, id in within),
    )


async def _pending() -> AsyncIterator[dict[str, Any]]:
    after = ""
    while rows := await waiting_rows(CHUNK, after):
        for row in rows:
            yield row
        after = str(rows[-1]["entry"])
