"""Sealing: rows that wait are put at the end of one Merkle tree, a batch at a time, and the server signs each new head.

No act waits for it. A row waits in `audit_pending` from the commit that wrote it on, so one of a long transaction that
commits late is sealed late, never lost, and the database's keys let no row be sealed twice.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.exceptions import IntegrityError

from office.audit import rows as trail
from office.audit.heads import FIRST, FORMAT, Head, KeptHead, Signer, head
from office.audit.keys import is_ours
from office.audit.merkle import leaf_hash
from office.audit.models import AuditBatch
from office.audit.tree import Tree, completed
from office.kernel import base64url, clock
from office.kernel.database import execute, fetch, insert_many
from office.kernel.rows import instant_of, marks
from office.kernel.work import verb

BATCH = 2000
MOST = 500
log = logging.getLogger(__name__)


class NotOurs(Exception):
    """Rows wait that this house did not write, or that were altered or removed before they were sealed."""


@dataclass(frozen=True)
class _Batch:
    """One batch ready to be written."""

    head: Head
    leaves: Sequence[tuple[int, str, str]]
    subtrees: Sequence[tuple[int, int, str]]
    signature: bytes


async def seal(signer: Signer, *, batch: int = BATCH) -> int:
    """Seal what waits, oldest first, at most `MOST` batches; the number of rows sealed.

    Raises NotOurs at the end if there are rows that must not be sealed; they go on waiting, and all others are sealed.
    """
    sealed, after = 0, ""
    for _ in range(MOST):
        rows = await waiting_rows(batch, after)
        if not rows:
            break
        ours = [row for row in rows if is_house_row(row)]
        after = str(rows[-1]["entry"]) if len(ours) < len(rows) else after
        if ours and not await _sealed(signer, ours):
            break  # another process sealed meanwhile; the next slot goes on
        sealed += len(ours)
    await _tell_foreign()
    return sealed


async def foreign(most: int = 20) -> list[str]:
    """Waiting rows that this house did not write as they are now, by id; the first ones."""
    found: list[str] = []
    after = ""
    while len(found) < most and (rows := await waiting_rows(BATCH, after)):
        found += [str(row["entry"]) for row in rows if not is_house_row(row)]
        after = str(rows[-1]["entry"])
    return found[:most]


async def _tell_foreign() -> None:
    if found := await foreign():
        log.error("audit rows that are not ours", extra={"rows": found})
        raise NotOurs(f"{len(found)} waiting rows of the trail are not ours, the first {found[0]}")


async def waiting_rows(most: int, after: str) -> list[dict[str, Any]]:
    """Raw rows that wait, oldest first, after an id; a row that is gone has only its `entry`."""
    columns = ", ".join(f"e.{name}" for name in (*trail.COLUMNS, "digest", "mac"))
    past, bound = ("WHERE q.entry > ?", (after,)) if after else ("", ())
    return await fetch(
        f"SELECT q.entry, {columns} FROM audit_pending q LEFT JOIN audit_entry e ON e.id = q.entry {past}"  # noqa: S608 - names
        f" ORDER BY q.entry LIMIT {most}",
        *bound,
    )


def is_house_row(row: dict[str, Any]) -> bool:
    """Whether a waiting row is as this house wrote it."""
    return row["id"] is not None and is_ours(row["digest"], row["mac"]) and trail.holds(row, row["digest"])


async def _sealed(signer: Signer, rows: Sequence[dict[str, Any]]) -> bool:
    made = await _prepared(signer, rows)
    try:
        await _write(made, signer.id)
    except IntegrityError:
        return False
    return True


async def _prepared(signer: Signer, rows: Sequence[dict[str, Any]]) -> _Batch:
    """All the hashing and signing, before the transaction begins."""
    last = await newest()
    frontier = await Tree().frontier(last.size if last else 0)
    leaves, subtrees = [], []
    for row in rows:
        leaves.append((frontier.size, str(row["entry"]), str(row["digest"])))
        whole = frontier.add(leaf_hash(bytes.fromhex(row["digest"])))
        subtrees += [(level, number, found.hex()) for level, number, found in completed(frontier.size, whole)]
    number, previous = (last.batch + 1, last.digest) if last else (1, FIRST)
    new = head(number, frontier.size, frontier.root.hex(), previous, clock.now())
    return _Batch(new, leaves, subtrees, signer.sign(new.message))


@verb
async def _write(made: _Batch, key: str) -> None:
    """One batch, whole. Another process that sealed first took its number: IntegrityError, and nothing is written."""
    new = made.head
    columns = ("number", "size", "root", "previous", "sealed_at", "server_key", "signature")
    values = (new.batch, new.size, new.root, new.previous, instant_of(new.sealed_at), key, made.signature)
    await insert_many("audit_batch", columns, [values])
    await insert_many("audit_leaf", ("position", "entry", "digest"), made.leaves)
    if made.subtrees:
        await insert_many("audit_subtree", ("level", "number", "hash"), made.subtrees)
    ids = [entry for _, entry, _ in made.leaves]
    taken = await execute(f"DELETE FROM audit_pending WHERE entry IN ({marks(ids)})", *ids)  # noqa: S608 - placeholders
    if taken != len(ids):
        raise RuntimeError(f"{len(ids) - taken} rows of the batch did not wait any more")


async def newest() -> Head | None:
    """The head of the newest batch, None before the first."""
    row = await AuditBatch.all().order_by("-number").first()
    return head_of(row) if row else None


def head_of(row: AuditBatch) -> Head:
    """The head of a stored batch."""
    return head(row.number, row.size, row.root, row.previous, row.sealed_at)


def kept(row: AuditBatch, public_key: bytes) -> KeptHead:
    """A stored batch's head as it is kept outside; `public_key` is that of its server key, SPKI DER."""
    signature, public = base64url.encode(bytes(row.signature)), base64url.encode(public_key)
    return KeptHead(FORMAT, head_of(row).text, signature, row.server_key, public)


__all__ = ["NotOurs", "foreign", "head_of", "is_house_row", "kept", "newest", "seal", "waiting_rows"]
