"""Proofs that rows stand in the sealed trail: each row's text, its place, and the path to the newest signed head."""

from collections.abc import Sequence
from dataclasses import dataclass

from office.audit import rows as trail
from office.audit.models import AuditBatch
from office.audit.tree import Tree
from office.kernel.database import fetch
from office.kernel.rows import marks

MOST = 2000


@dataclass(frozen=True)
class Proof:
    """A row's canonical text, its place in the tree from 0, and the inclusion path from the leaf up."""

    row: str
    position: int
    path: list[bytes]


@dataclass(frozen=True)
class Proven:
    """Proofs in the order of the trail, all to the head of one batch; rows not sealed yet are only counted."""

    batch: AuditBatch | None
    proofs: Sequence[Proof]
    unsealed: int


async def rows_of(subject: str, actions: Sequence[str]) -> list[str]:
    """Ids of the rows about a subject with these actions, oldest first; at most 2,000."""
    found = await fetch(
        f"SELECT id FROM audit_entry WHERE subject = ? AND action IN ({marks(actions)}) ORDER BY at, id LIMIT {MOST}",  # noqa: S608
        subject, *actions,
    )  # fmt: skip
    return [str(row["id"]) for row in found]


async def prove(ids: Sequence[str]) -> Proven:
    """Proofs of rows by their ids."""
    batch = await AuditBatch.all().order_by("-number").first()
    if batch is None or not ids:
        return Proven(None, (), len(ids))
    columns = ", ".join(f"e.{name}" for name in trail.COLUMNS)
    rows = await fetch(
        f"SELECT l.position, {columns} FROM audit_leaf l JOIN audit_entry e ON e.id = l.entry"  # noqa: S608
        f" WHERE l.entry IN ({marks(ids)}) AND l.position < ? ORDER BY l.position",
        *ids, batch.size,
    )  # fmt: skip
    tree = Tree()
    proofs = [
        Proof(trail.canonical(trail.told(row)).decode(), int(row["position"]), await tree.path(row["position"], batch.size))
        for row in rows
    ]
    return Proven(batch if proofs else None, proofs, len(ids) - len(proofs))
