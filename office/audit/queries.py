"""Reading the trail, for the auditor (安全审计员). That it was read is in the trail itself, once a day."""

from typing import Any
from uuid import UUID

from office.audit import rows as trail
from office.audit.daily import record_daily
from office.audit.merkle import leaf_hash, root_from_path
from office.audit.proofs import prove
from office.audit.schemas import AuditKind, AuditLine, AuditPage, AuditQuery, AuditRow, AuditRowAnswer, State
from office.audit.sealing import is_house_row
from office.audit.selecting import COLUMNS, cursor_after, select
from office.kernel.actor import Actor
from office.kernel.acts import KINDS
from office.kernel.database import fetch
from office.kernel.modules import registry
from office.kernel.paging import PAGE
from office.kernel.refs import kind_of
from office.kernel.refusal import NotFound
from office.kernel.rows import instant_of, json_of

TRAIL = "audit.trail"


async def entries(actor: Actor, input: AuditQuery) -> AuditPage:
    """A page of rows, newest first; one query. Refuses: Invalid audit.unknown_kind, http.bad_cursor."""
    rows = await select(input, PAGE + 1, input.cursor)
    await record_daily(actor, "audit.view", TRAIL)
    following = cursor_after(rows[PAGE - 1]) if len(rows) > PAGE else None
    kinds = [AuditKind(name, label) for name, label in KINDS.items()]
    return AuditPage([AuditLine(**line(row)) for row in rows[:PAGE]], following, kinds)


async def entry(actor: Actor, id: UUID) -> AuditRowAnswer:
    """A whole row, held against the newest head of the sealed trail. Refuses: NotFound audit.no_such_entry."""
    found = await fetch(f"SELECT {COLUMNS} FROM audit_entry WHERE id = ?", str(id))  # noqa: S608 - names of columns
    if not found:
        raise NotFound("audit.no_such_entry")
    await record_daily(actor, "audit.view", TRAIL)
    row = found[0]
    state, position, batch = await _held(row)
    return AuditRowAnswer(
        AuditRow(
            **line(row), session=row["session"], device=row["device"], request=row["request"], facts=json_of(row["facts"]),
            digest=row["digest"], state=state, position=position, batch=batch,
        )
    )  # fmt: skip


def line(row: dict[str, Any]) -> dict[str, Any]:
    """What the list tells of a raw row. An act that no module names any more is told by its own name."""
    act = registry().acts.get(row["action"])
    as_is = ("action", "subject", "outcome", "actor", "actor_name", "post", "unit", "on_behalf_of", "address")
    return {
        **{name: row[name] for name in as_is}, "id": str(row["id"]), "at": instant_of(row["at"]),
        "label": act.label if act else row["action"], "kind": KINDS[act.kind] if act else "",
        "thing": registry().things.get(kind_of(row["subject"]), ""),
    }  # fmt: skip


async def _held(row: dict[str, Any]) -> tuple[State, int | None, int | None]:
    """Whether it is what was sealed, its place from 1, and the batch of the head that says so."""
    leaf = await fetch("SELECT position, digest FROM audit_leaf WHERE entry = ?", str(row["id"]))
    if not leaf:
        waits = await fetch("SELECT 1 AS one FROM audit_pending WHERE entry = ?", str(row["id"]))
        here = {**row, "entry": row["id"]}
        return ("waiting" if is_house_row(here) else "altered") if waits else "foreign", None, None
    state, batch = await _proven(row, str(leaf[0]["digest"]))
    return state, int(leaf[0]["position"]) + 1, batch


async def _proven(row: dict[str, Any], sealed: str) -> tuple[State, int | None]:
    proven = await prove([str(row["id"])])
    if proven.batch is None:
        return "altered", None
    one, batch = proven.proofs[0], proven.batch
    root = root_from_path(leaf_hash(bytes.fromhex(sealed)), one.position, batch.size, one.path)
    if sealed != row["digest"] or not trail.holds(row, sealed):
        return "altered", batch.number
    return "sealed" if root == bytes.fromhex(batch.root) else "unproven", batch.number
