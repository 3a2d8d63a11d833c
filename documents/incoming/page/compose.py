"""The document page (文件办理页), composed from what was read: who owes what, opinions as on the sheet, the own step."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import structs

from documents.incoming.below.sent_down import sent_down_of
from documents.incoming.models import Handling, Opinion
from documents.incoming.page.entry import document_of, entry_of, record_of
from documents.incoming.page.may import may
from documents.incoming.page.own_step import own_step, words_of
from documents.incoming.page.queries import Sheet, sheet_of
from documents.incoming.page.schemas import (
    EnteredOut,
    FromAbove,
    HandlingOut,
    OpinionOut,
    PersonOut,
    PressOut,
    StepOut,
    UnitOut,
    Waiting,
)
from documents.incoming.page.trail import trail_of
from documents.incoming.policy import is_clerk
from documents.incoming.pressing.models import Press
from documents.incoming.states import ACT_NAMES, NAMES, SHEET
from documents.incoming.waiting import READS, called, one_waiting
from office.flow import actions as flow
from office.flow import rules
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.endpoint import Answer
from office.kernel.refs import id_of
from office.organization.calendar import local
from office.organization.workdays import missing_years
from office.signing import models as signed
from office.signing.models import Signature

#: A ticket is valid for 7 days; one this much older is as good, and a read again over a thin line costs no page.
AS_GOOD = timedelta(hours=6)
MANNERS = {"delegated": "受{name}委托", "dictated": "代录", "paper": "纸质补录"}
# What an opinion keeps that the page tells in its own way: the names sent to in the trail, who took it up in its marks.
KEPT = ("sent", "taken_up")
GONE = (signed.WITHDRAWN, signed.REFUSED)


async def handling_page(actor: Actor, id: UUID) -> Answer[HandlingOut]:
    """Everything the document page shows, the ticket for the caller's step included. Refuses: NotFound."""
    sheet = await sheet_of(actor, id)
    page = await _page(actor, sheet)
    step = page.step
    return Answer(data=page, headers={"ETag": _etag(sheet, page, step)} if step is not None and step.ticket else {})


def _etag(sheet: Sheet, page: HandlingOut, step: StepOut) -> str:
    """The same while a ticket read before serves as well as a new one (RFC 9110 8.8.1, weak): for `AS_GOOD`, and until one of
    the document's tickets is spent, also where the signature it was spent on was withdrawn. What else is shown counts whole.
    """
    told = msgspec.json.encode(structs.replace(page, step=structs.replace(step, ticket="")))
    period = int(clock.now().timestamp() // AS_GOOD.total_seconds())
    spent = ",".join(sorted(str(row.id) for row in sheet.signatures.values()))
    return f'W/"{hashlib.sha256(told + f"{period} {spent}".encode()).hexdigest()[:24]}"'


async def _page(actor: Actor, sheet: Sheet) -> HandlingOut:
    handling, waiting, (trail, more) = sheet.handling, waiting_of(sheet), trail_of(sheet)
    unit = sheet.units[handling.addressed_to]
    return HandlingOut(
        id=handling.id, state=NAMES[handling.state], state_code=handling.state, rev=handling.rev, kind=handling.kind,
        register_no=handling.register_no, urgency=handling.urgency, due_at=handling.due_at, due_why=handling.due_why,
        received_at=handling.received_at, closed_at=handling.closed_at, sender=handling.sender, result=handling.result,
        reply=handling.reply, unit=UnitOut(unit.id, unit.name), document=document_of(sheet), files=list(sheet.files),
        opinions=_opinions(actor, sheet), trail=trail, trail_more=more,
        unread=[one for one in waiting if one.act == READS],
        unhandled=[one for one in waiting if one.act != READS],
        sent_down=sent_down_of(sheet), step=own_step(actor, sheet), may=may(actor, sheet), due_note=await _due_note(sheet),
        from_above=[FromAbove(row.sender, row.role, words_of(sheet, row), row.at) for row in sheet.received],
        following=sheet.following, presser=_presser(sheet), presses=[_press(row) for row in sheet.presses],
        register_void=handling.register_void,
        reply_no=handling.reply_no, reply_file=sheet.replies.get(handling.reply_file), replied_at=handling.replied_at,
        **_desk(actor, sheet),
    )  # fmt: skip


async def _due_note(sheet: Sheet) -> str:
    """What to show beside the dates: that the notice of a year they fall into is missing; empty if none is."""
    open_steps = (leaf for leaf in rules.leaves(sheet.case.root) if leaf.state in ("waiting", "live"))
    dues = [sheet.handling.due_at, *(leaf.due for leaf in open_steps)]
    missing = await missing_years({local(due).year for due in dues if due})
    return "".join(f"{year}年放假安排还没有导入，期限按周末推算。" for year in missing)


def _desk(actor: Actor, sheet: Sheet) -> dict[str, Any]:
    """What the register says and the clerk's steps, for the clerk; nobody else's phone carries them."""
    if not is_clerk(actor, sheet.handling):
        return {}
    return {"entry": entry_of(sheet.handling), "records": [record_of(row) for row in reversed(sheet.records)]}


def _opinions(actor: Actor, sheet: Sheet) -> list[OpinionOut]:
    """In the boxes of the processing sheet, leaders by rank within theirs, never by time."""
    rows = sorted(sheet.opinions, key=lambda row: (SHEET.get(row.act, 0), row.rank_no, row.at))
    return [_opinion(sheet, row) for row in rows if _shown(actor, sheet, row)]


def _shown(actor: Actor, sheet: Sheet, row: Opinion) -> bool:
    """One that was taken back is gone; one still held is its signer's alone, one that waits also the clerk's."""
    signature = sheet.signatures.get(row.signature_id)
    if row.withdrawn_at is not None or (signature is not None and signature.state in GONE):
        return False
    if signature is None or signature.state == signed.EFFECTIVE or row.person_id == actor.id:
        return True
    return signature.state == signed.PENDING_CLERK and is_clerk(actor, sheet.handling)


def _opinion(sheet: Sheet, row: Opinion) -> OpinionOut:
    signature = sheet.signatures.get(row.signature_id)
    drawn = row.signature_id in sheet.drawn
    return OpinionOut(
        id=row.id, obligation=row.obligation, act=ACT_NAMES.get(row.act, row.act), text=row.text,
        person=PersonOut(row.person_id, row.person_name), post=row.post_title, place=row.place,
        marks=marks_of(sheet.handling, row, signature), at=row.at, state=signature.state if signature else signed.EFFECTIVE,
        strokes_svg=f"/api/v1/signatures/{row.signature_id}/strokes.svg" if drawn else None,
        signature=row.signature_id, entered=_entered(row),
        action={key: told for key, told in row.action.items() if key not in KEPT},
    )  # fmt: skip


def _entered(row: Opinion) -> EnteredOut | None:
    if row.entered_by is None:
        return None
    return EnteredOut(
        by=PersonOut(row.entered_by, row.entered_by_name), source=row.entered_from, scan=row.scan_id,
        decided_at=row.decided_at, confirmed_at=row.confirmed_at,
    )  # fmt: skip


def marks_of(handling: Handling, row: Opinion, signature: Signature | None) -> list[str]:
    """What is to be known of an opinion beside its words: for whom, from what, on which version, how it stands."""
    marks = [MANNERS[row.manner].format(name=row.on_behalf_of)] if row.manner in MANNERS else []
    if row.entered_by is not None:
        marks += [f"{row.entered_by_name}据{row.entered_from}录入", "已补确认" if row.confirmed_at else "待补确认"]
    if signature is not None and signature.device is None:
        marks.append("服务器签名")
    if row.version != handling.version:
        marks.append(f"第{row.version}版")
    if taken_up := row.action.get("taken_up"):
        marks.append(f"{taken_up['by']}确认用于第{taken_up['version']}版")
    if signature is not None and signature.state == signed.HELD:
        marks.append("暂存")
    if signature is not None and signature.state == signed.PENDING_CLERK:
        marks.append("待文书确认")
    return marks


def waiting_of(sheet: Sheet) -> list[Waiting]:
    """Who has not read or handled yet, and whether they have opened it, in listing order."""
    return [_one_waiting(sheet, leaf) for leaf in rules.live(sheet.case)]


def _one_waiting(sheet: Sheet, leaf: rules.Obligation) -> Waiting:
    holder, todo = UUID(leaf.holder.id), sheet.todos.get(flow.source_of(sheet.case.id, leaf.id))
    return one_waiting(leaf, called(holder, sheet.names, sheet.holders), sheet.posts.get(holder), todo)


def _presser(sheet: Sheet) -> str:
    if not sheet.presser:
        return ""
    return called(id_of(sheet.presser), sheet.names, sheet.holders)


def _press(row: Press) -> PressOut:
    return PressOut(
        at=row.at, who=row.by_name, whom=row.whom_name, what=row.what, step=row.step, words=row.words, way=row.way
    )  # fmt: skip
