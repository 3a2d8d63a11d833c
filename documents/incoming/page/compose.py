"""The document page (文件办理页), composed from what was read: who owes what, opinions as on the sheet, the own step."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import structs

from documents.incoming import cases
from documents.incoming.access import ids_of, mine
from documents.incoming.below.awaiting import pending
from documents.incoming.below.sendings import source_of
from documents.incoming.below.sent_down import sent_down_of
from documents.incoming.models import Handling, Opinion, Sending
from documents.incoming.page.entry import document_of, entry_of, record_of
from documents.incoming.page.queries import DEFAULT_PHRASES, FITTING_PHRASES, Sheet, sheet_of
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
from documents.incoming.policy import WORK, is_clerk, posts_of, press_ground
from documents.incoming.pressing.models import Press
from documents.incoming.states import (
    ACT_NAMES,
    ANSWERED,
    AWAIT,
    BEFORE_PROPOSAL,
    CHECKING,
    CLOSED,
    DICTATED_ACTS,
    NAMES,
    SETTLED_ACTS,
    SHEET,
    SIGNED_ACTS,
)
from documents.incoming.versions import said_on
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
from office.signing.tickets import issue

#: A ticket is valid for 7 days; one this much older is as good, and a read again over a thin line costs no page.
AS_GOOD = timedelta(hours=6)
MANNERS = {"delegated": "受{name}委托", "dictated": "代录", "paper": "纸质补录"}
# What an opinion keeps that the page tells in its own way: the names sent to in the trail, who took it up in its marks.
KEPT = ("sent", "taken_up")
GONE = (signed.WITHDRAWN, signed.REFUSED)
CLERK_ACTS = (("receive", "receipts"), ("propose", "proposals"), ("conclude", "conclusions"), (AWAIT, "conclusions"))


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
    handling, waiting, (trail, more) = sheet.handling, _waiting(sheet), trail_of(sheet)
    unit = sheet.units[handling.addressed_to]
    return HandlingOut(
        id=handling.id, state=NAMES[handling.state], state_code=handling.state, rev=handling.rev, kind=handling.kind,
        register_no=handling.register_no, urgency=handling.urgency, due_at=handling.due_at, due_why=handling.due_why,
        received_at=handling.received_at, closed_at=handling.closed_at, sender=handling.sender, result=handling.result,
        reply=handling.reply, unit=UnitOut(unit.id, unit.name), document=document_of(sheet), files=list(sheet.files),
        opinions=_opinions(actor, sheet), trail=trail, trail_more=more,
        unread=[one for one in waiting if one.act == READS],
        unhandled=[one for one in waiting if one.act != READS],
        sent_down=sent_down_of(sheet), step=_step(actor, sheet), may=_may(actor, sheet), due_note=await _due_note(sheet),
        from_above=[FromAbove(row.sender, row.role, _words(sheet, row), row.at) for row in sheet.received],
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


def _words(sheet: Sheet, row: Sending) -> str:
    return said_on(row.words, row.version, sheet.handling.version)


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
        marks=_marks(sheet.handling, row, signature), at=row.at, state=signature.state if signature else signed.EFFECTIVE,
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


def _marks(handling: Handling, row: Opinion, signature: Signature | None) -> list[str]:
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


def _waiting(sheet: Sheet) -> list[Waiting]:
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


def _step(actor: Actor, sheet: Sheet) -> StepOut | None:
    """What the caller owes now, with a fresh ticket where it is signed; None if nothing, or if a signature on it is held."""
    case, signing = sheet.case, {row.open_key for row in sheet.signatures.values() if row.state == signed.HELD}
    owed = [leaf for leaf in mine(actor, case) if leaf.act != AWAIT and f"{case.id}/{leaf.id}#{leaf.revision}" not in signing]
    if not owed or (case.state == "suspended"):
        return None
    leaf = owed[0]
    post = UUID(leaf.holder.id) if leaf.holder.kind == "post" else None
    held = actor.holding(post, WORK) if post else None
    return StepOut(
        obligation=leaf.id, revision=leaf.revision, act=leaf.act, label=ACT_NAMES.get(leaf.act, leaf.act),
        asks=_asks(sheet, leaf), proposal=_proposal(sheet, leaf), verbs=_verbs(case, leaf), rendition=sheet.version.rendition,
        ticket=_ticket(actor, sheet, leaf, post), phrases=_phrases(sheet, leaf.act),
        on_behalf_of=held.on_behalf_of_name if held else "", due_at=leaf.due, due_why=leaf.due_why,
    )  # fmt: skip


def _phrases(sheet: Sheet, act: str) -> list[str]:
    """The person's own; else the customary ones of the step."""
    return FITTING_PHRASES.get(act, sheet.phrases) if sheet.phrases == DEFAULT_PHRASES else sheet.phrases


def _ticket(actor: Actor, sheet: Sheet, leaf: rules.Obligation, post: UUID | None) -> str:
    if leaf.act not in SIGNED_ACTS:
        return ""
    held = actor.holding(post, WORK) if post else None
    return issue(
        step=f"{sheet.case.id}/{leaf.id}", revision=leaf.revision, subject=cases.ref(sheet.handling.id), person=actor.own_id,
        post=post, on_behalf_of=held.on_behalf_of if held else None, rendition=sheet.version.rendition,
    )  # fmt: skip


def _verbs(case: rules.Case, leaf: rules.Obligation) -> list[str]:
    """What the holder may do; "act" only where acting is signing, for the clerk's steps have forms of their own."""
    verbs = rules.verbs_of(case, leaf.id, [leaf.holder])
    return [verb for verb in verbs if verb != "act" or leaf.act in SIGNED_ACTS]


def _asks(sheet: Sheet, leaf: rules.Obligation) -> str:
    """Who asks what, in one sentence; what came back from below says it itself."""
    if leaf.act == rules.SETTLE and leaf.label:
        return leaf.label
    asker = sheet.names.get(UUID(leaf.added_by), "") if leaf.added_by else ""
    if leaf.label == ANSWERED:
        return leaf.label
    if asker:
        return f"{asker}{leaf.label}"
    return f"{sheet.handling.sender}来文，请{leaf.label}" if leaf.label else sheet.handling.sender


def _proposal(sheet: Sheet, leaf: rules.Obligation) -> str:
    """The words that ask: the asker's latest, else the clerk's 拟办, else what came with the document from above last.

    Where opinions were asked for, the latest of them.
    """
    now = {one.id for one in rules.leaves(sheet.case.root)}  # what was said before it was opened again asks nothing now
    effective = {None, *(id for id, row in sheet.signatures.items() if row.state == signed.EFFECTIVE)}
    said = [
        row for row in sheet.opinions
        if row.withdrawn_at is None and row.obligation in now and row.signature_id in effective
    ]  # fmt: skip
    advice = [row for row in said if row.act == "advise"] if leaf.label == ANSWERED else []
    own = advice or [row for row in said if str(row.person_id) == leaf.added_by]
    asking = own or [row for row in said if row.act == "propose"]
    return max(asking, key=lambda row: row.at).text if asking else _words(sheet, sheet.received[-1]) if sheet.received else ""


def _may(actor: Actor, sheet: Sheet) -> list[str]:
    """The acts open to the caller beside the own step, as the names of their routes."""
    case, acts = sheet.case, {leaf.act for leaf in rules.live(sheet.case)}
    own = {name for leaf in rules.leaves(case.root) if leaf.state == "done" for name in (leaf.done_by, leaf.on_behalf_of)}
    found = _clerk_may(sheet, acts) if sheet.handling.clerk_post in posts_of(actor) else []
    found += ["reminders"] if _may_press(actor, sheet) else []
    return [*found, "withdrawals"] if str(actor.id) in own and case.state == "running" else found


def _clerk_may(sheet: Sheet, acts: set[str]) -> list[str]:
    case, handling = sheet.case, sheet.handling
    noted = [cases.ref(handling.id), *(source_of(row.id) for row in (*sheet.received, *sheet.sent))]
    may = ["acknowledgements"] if any(source in sheet.todos for source in noted) else []
    may += ["amendments"] if handling.registered_at is not None else []
    if case.state == "suspended":
        return [*may, "resumptions"]
    if case.state != "running":
        return [*may, "reopenings"] if handling.state == CLOSED else may
    may += ["replies"] if acts & {"reply", "conclude", AWAIT} else []
    may += [name for act, name in CLERK_ACTS if act in acts and (handling.state, act) != (CHECKING, "propose")]
    may += ["checks"] if "propose" in acts else []
    may += ["registrations"] if acts & {"receive", "register"} else ["signers", "suspensions"]
    may += ["refusals"] if handling.state in BEFORE_PROPOSAL else []
    may += ["settlements"] if acts & SETTLED_ACTS else []
    may += ["dictations"] if acts & DICTATED_ACTS else []
    return [*may, *(["transfers"] if any(leaf.holder != case.custodian for leaf in rules.live(case)) else [])]


def _may_press(actor: Actor, sheet: Sheet) -> bool:
    own = {str(one) for one in ids_of(actor)}
    others = any(leaf.holder.id not in own for leaf in rules.live(sheet.case))
    waits = sheet.case.state == "running" and (others or bool(pending(sheet.case, sheet.sent)))
    return waits and bool(press_ground(actor, sheet.handling, sheet.case))
