"""States going out: one log per client without gaps, in commit order, read from any position and sent to its webhooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import msgspec

from documents.exchange.events import StateTold
from documents.exchange.models import Addressee, Push, StateEntry, Webhook
from documents.exchange.schemas import StateList, StateOut, StateQuery
from documents.exchange.sources import holder_of
from documents.incoming.events import DocumentCorrected, HandlingChanged
from documents.incoming.models import Handling, StepRecord
from documents.incoming.states import CHECKS, NAMES, RETURNED
from office.files.queries import describe_many
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import execute, fetch
from office.kernel.events import Delivery
from office.kernel.ids import new_id
from office.organization.queries import UnitCard, units
from office.outbox import record

HANDLING_STATE, CORRECTED = "handling.state", "document.corrected"
TYPES = (HANDLING_STATE, CORRECTED)
# What is news to the sender; the rest only goes along.
TELLING = ("state_code", "reply", "reply_no", "reply_file", "register_void")


async def on_handling_changed(event: HandlingChanged, delivery: Delivery) -> None:
    """Tell the client that pushed the document, once per recipient it named, state and reply (decision 0191).

    What goes further down is the unit's own matter.
    """
    push = await _push_of(event.document)
    handling = await Handling.get_or_none(id=event.handling)
    if push is None or handling is None or not handling.direct:
        return
    unit, detail = (await units([handling.unit_id]))[handling.unit_id], await _detail(event.state, handling)
    for recipient in await _recipients(handling):
        last = await StateEntry.filter(handling_id=handling.id, recipient=recipient).order_by("-seq").first()
        if last is None or last.version != handling.version or not _same(last.detail, detail):
            told = Told(handling.version, NAMES[event.state], handling.id, recipient)
            await _tell(push, HANDLING_STATE, told, detail | _heir(unit, recipient))


async def _recipients(handling: Handling) -> list[str]:
    """The codes that the sender named and that came to this handling."""
    rows = await Addressee.filter(handling_id=handling.id).order_by("id")
    return [row.recipient for row in rows]


def _heir(unit: UnitCard, recipient: str) -> dict[str, object]:
    """Who handles it, where that is not the unit the sender named."""
    return {} if unit.uscc == recipient else {"handled_by": {"code": unit.uscc or "", "name": unit.name}}


def _same(told: Mapping[str, object], detail: Mapping[str, object]) -> bool:
    return all(told.get(name) == detail[name] for name in TELLING)


async def _detail(state: str, handling: Handling) -> dict[str, object]:
    """What the sender may know: the state, the number, the result, and the formal reply with the letter's name and digest."""
    letter = await describe_many([(handling.reply_file, "reply")]) if handling.reply_file else []
    told = {
        "state_code": state, "register_no": None if handling.register_void else handling.register_no,
        "register_void": handling.register_void or None, "result": handling.result, "reply": handling.reply,
        "reply_no": handling.reply_no, "reply_file": {"name": letter[0].name, "digest": letter[0].digest} if letter else None,
    }  # fmt: skip
    return told | await _refusal(handling) if state == RETURNED else told


async def _refusal(handling: Handling) -> dict[str, object]:
    """Why it was sent back (退文): the reason's code, and the items of the first check that failed."""
    last = await StepRecord.filter(handling_id=handling.id, step="refuse").order_by("-at").first()
    return {"reason_code": last.code, "failed": [CHECKS[item] for item in last.facts["failed"]]} if last else {}


async def on_corrected(event: DocumentCorrected, delivery: Delivery) -> None:
    """Tell the client that its correction is in force."""
    push = await _push_of(event.document)
    if push is not None:
        await _tell(push, CORRECTED, Told(event.to_version, "已更正"), {})


async def _push_of(document: UUID) -> Push | None:
    return await Push.filter(document_id=document).order_by("-version").first()


@dataclass(frozen=True)
class Told:
    """What is told of which version: a handling's state to one of those it was addressed to, or the whole document's."""

    version: int
    state: str
    handling: UUID | None = None
    recipient: str = ""


async def _tell(push: Push, type: str, told: Told, detail: dict[str, object]) -> None:
    client = await holder_of(push.source)
    entry = await StateEntry.create(
        id=new_id(), client_id=client, seq=await _next(client), type=type, document_id=push.document_id,
        source_id=push.source_id, version=told.version, handling_id=told.handling, recipient=told.recipient,
        state=told.state, detail=detail, at=clock.now(),
    )  # fmt: skip
    for webhook in await Webhook.filter(client_id=client, disabled_at=None).order_by("id"):
        if not webhook.types or type in webhook.types:
            record(StateTold(webhook=webhook.id, entry=entry.id))


async def _next(client: UUID) -> int:
    """The next number of a client's log; its row stays locked to the commit, so numbers are contiguous in commit order."""
    await execute("INSERT INTO exchange_log (client_id, head) VALUES (?, 0) ON CONFLICT (client_id) DO NOTHING", str(client))
    rows = await fetch("UPDATE exchange_log SET head = head + 1 WHERE client_id = ? RETURNING head", str(client))
    return int(rows[0]["head"])


async def list_states(actor: Actor, input: StateQuery) -> StateList:
    """A client's states after a position. One query."""
    rows = await StateEntry.filter(client_id=actor.own_id, seq__gt=input.cursor).order_by("seq").limit(input.limit)
    items = [shown(row) for row in rows]
    return StateList(items, items[-1].seq if items else input.cursor)


def shown(row: StateEntry) -> StateOut:
    """A state as it goes out."""
    return StateOut(
        seq=row.seq, id=row.id, type=row.type, document=row.document_id, source_id=row.source_id, version=row.version,
        handling=row.handling_id, recipient=row.recipient, state=row.state, detail=dict(row.detail), at=row.at,
    )  # fmt: skip


def body_of(row: StateEntry) -> str:
    """The body of a webhook (Standard Webhooks): type, timestamp, data."""
    return msgspec.json.encode({"type": row.type, "timestamp": row.at, "data": shown(row)}).decode()
