"""Writing the trail. Rows are staged and written just before the commit, so an act and its row stand or fall together."""

from typing import Any
from uuid import UUID

import msgspec

from office.audit.keys import mac
from office.audit.rows import COLUMNS, digest, told
from office.kernel import clock
from office.kernel.actor import Actor, Holding
from office.kernel.database import insert_many
from office.kernel.ids import new_id
from office.kernel.work import stage, verb

LENGTHS = {
    "action": 80, "subject": 160, "outcome": 12, "actor": 60, "actor_name": 80, "post": 120, "on_behalf_of": 120,
    "address": 45, "request": 60,
}  # fmt: skip


def record(actor: Actor, action: str, subject: str, *, post: UUID | None = None, outcome: str = "done", **facts: Any) -> None:
    """Add one row to the trail in the running unit of work.

    `action` is "<package>.<verb>"; `subject` a reference "kind:id"; `post` the post acted in, the actor's own main post where
    none is named; `facts` small JSON values, never a document's body, a password or a whole phone number.
    """
    stage(_write, _row(actor, action, subject, _standing(actor, post), outcome, facts))


@verb
async def record_refusal(actor: Actor, action: str, subject: str, code: str) -> None:
    """Note a refused access in a transaction of its own, for the refused one was rolled back."""
    record(actor, action, subject, outcome="refused", code=code)


def _standing(actor: Actor, post: UUID | None) -> Holding | None:
    return actor.holding(post) if post else next((one for one in actor.holdings if one.on_behalf_of is None), None)


async def _write(rows: list[tuple[object, ...]]) -> None:
    await insert_many("audit_entry", (*COLUMNS, "digest", "mac"), rows)


def _row(
    actor: Actor, action: str, subject: str, holding: Holding | None, outcome: str, facts: dict[str, Any]
) -> tuple[object, ...]:
    said = msgspec.json.encode(facts).decode()
    row: dict[str, object] = {
        "id": str(new_id()),
        "at": clock.now(),
        "action": action,
        "subject": subject,
        "outcome": outcome,
        "actor": actor.ref,
        "actor_name": actor.name,
        "post": f"{holding.unit_name}{holding.title}" if holding else "",
        "unit": str(holding.unit) if holding else "",
        "on_behalf_of": holding.on_behalf_of_name if holding else "",
        "session": str(actor.session or ""),
        "device": str(actor.device or ""),
        "address": actor.origin.address,
        "request": actor.origin.request,
        "facts": said,
    }
    row = {name: _cut(name, value) for name, value in row.items()}
    own = digest(told(row))
    return (*row.values(), own, mac(own))


def _cut(name: str, value: object) -> object:
    """A copied name longer than its column is cut: an act must not fail for its trail."""
    return value[: LENGTHS[name]] if name in LENGTHS and isinstance(value, str) else value
