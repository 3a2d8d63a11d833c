"""Reads of incoming documents: the register, and everything the document page shows. Bounded queries each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from documents.incoming import cases
from documents.incoming.access import access_handling, mine
from documents.incoming.models import Document, DocumentVersion, Handling, Opinion, Phrases
from documents.incoming.policy import is_clerk
from documents.incoming.schemas import (
    DocumentOut,
    HandlingLine,
    HandlingList,
    HandlingOut,
    OpinionOut,
    PersonOut,
    RegisterQuery,
    SentDown,
    StepOut,
    TrailLine,
    UnitOut,
    Waiting,
)
from documents.incoming.states import ACT_NAMES, NAMES
from documents.incoming.versions import files_of, version_of
from office.files.queries import describe_many
from office.flow import actions as flow
from office.flow import rules
from office.flow.models import FlowEntry
from office.inbox.models import Todo
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.refusal import Invalid
from office.organization.holdings import holders_many
from office.organization.queries import people, posts, units
from office.signing import models as signed
from office.signing.keys import b64, unb64
from office.signing.models import Signature
from office.signing.tickets import issue

DEFAULT_PHRASES = ["同意。", "拟同意。", "已阅。", "请阅处。", "请抓紧办理，及时反馈。"]
MANNERS = {"delegated": "受{name}委托", "dictated": "代录", "paper": "纸质补录"}
COLUMNS = (
    "id, state, title, doc_no, issuer, urgency, register_no, received_at, due_at, due_why, register_year, register_n"
)


async def register_list(actor: Actor, input: RegisterQuery) -> HandlingList:
    """The register (收文登记簿) of the units the actor is clerk of: newest first, or one year's by number. One query."""
    units_of = sorted(str(unit) for unit in actor.units_as("clerk"))
    if not units_of:
        return HandlingList([], None)
    where, values = _filters(input, units_of)
    order = "register_n" if input.year else "received_at"
    if input.cursor:
        more, at = _after(input)
        where, values = f"{where} AND {more}", [*values, *at]
    text = f"SELECT {COLUMNS} FROM documents_handling WHERE {where} ORDER BY {order} DESC, id DESC LIMIT {input.limit + 1}"  # noqa: S608
    rows = await fetch(text, *values)
    page = rows[: input.limit]
    more_left = len(rows) > input.limit
    return HandlingList([_line(row) for row in page], _cursor(page[-1], order) if more_left else None)


def _filters(input: RegisterQuery, units_of: Sequence[str]) -> tuple[str, list[Any]]:
    where, values = f"unit_id IN ({', '.join('?' * len(units_of))})", list[Any](units_of)
    if input.year:
        where, values = f"{where} AND register_year = ?", [*values, input.year]
    if input.state:
        where, values = f"{where} AND state = ?", [*values, input.state]
    if input.q:
        pattern = "%" + "".join(f"!{char}" if char in "!%_" else char for char in input.q) + "%"
        where = f"{where} AND (title LIKE ? ESCAPE '!' OR doc_no LIKE ? ESCAPE '!' OR issuer LIKE ? ESCAPE '!')"
        values += [pattern] * 3
    return where, values


def _after(input: RegisterQuery) -> tuple[str, list[Any]]:
    try:
        key, id = msgspec.json.decode(unb64(input.cursor), type=tuple[str, UUID])
        at: Any = int(key) if input.year else datetime.fromisoformat(key)
    except (ValueError, msgspec.MsgspecError) as error:
        raise Invalid("http.bad_cursor") from error
    column = "register_n" if input.year else "received_at"
    return f"({column} < ? OR ({column} = ? AND id < ?))", [at, at, str(id)]


def _cursor(row: dict[str, Any], order: str) -> str:
    key = str(row["register_n"]) if order == "register_n" else _instant(row["received_at"]).isoformat()
    return b64(msgspec.json.encode((key, str(row["id"]))))


def _instant(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _line(row: dict[str, Any]) -> HandlingLine:
    return HandlingLine(
        id=UUID(str(row["id"])), state=NAMES[row["state"]], state_code=row["state"], title=row["title"], doc_no=row["doc_no"],
        issuer=row["issuer"], urgency=row["urgency"], register_no=row["register_no"], received_at=_instant(row["received_at"]),
        due_at=_instant(row["due_at"]) if row["due_at"] else None, due_why=row["due_why"],
    )  # fmt: skip


async def handling_page(actor: Actor, id: UUID) -> HandlingOut:
    """Everything the document page shows, the ticket for the caller's step included. A bounded number of queries."""
    handling = await access_handling(actor, id)
    case = await flow.case_of(handling.case_id)
    version = await version_of(handling.document_id, handling.version)
    document = await Document.get(id=handling.document_id)
    unit = (await units([handling.unit_id]))[handling.unit_id]
    waiting = await _waiting(case)
    return HandlingOut(
        id=handling.id, state=NAMES[handling.state], state_code=handling.state, rev=handling.rev, kind=handling.kind,
        register_no=handling.register_no, urgency=handling.urgency, due_at=handling.due_at, due_why=handling.due_why,
        received_at=handling.received_at, closed_at=handling.closed_at, sender=handling.sender, result=handling.result,
        reply=handling.reply, unit=UnitOut(unit.id, unit.name), document=await _document(handling, document),
        files=await describe_many(files_of(version)), opinions=await _opinions(handling),
        trail=await _trail(handling), unread=[one for one in waiting if one.act == ACT_NAMES["read"]],
        unhandled=[one for one in waiting if one.act != ACT_NAMES["read"]], sent_down=await _sent_down(handling),
        step=await _step(actor, handling, case, version), may=_may(actor, handling, case),
    )  # fmt: skip


async def _document(handling: Handling, document: Document) -> DocumentOut:
    return DocumentOut(
        id=document.id, version=handling.version, title=handling.title, doc_no=handling.doc_no, issuer=handling.issuer,
        doc_date=handling.doc_date, doc_type=document.doc_type, main_to=list(document.main_to), urgency=handling.urgency,
        corrected=await DocumentVersion.filter(document_id=document.id).count() > 1,
    )  # fmt: skip


async def _opinions(handling: Handling) -> list[OpinionOut]:
    """Opinions by step, leaders inside a step by rank number; refused signatures are the clerk's to see in the trail."""
    rows = await Opinion.filter(handling_id=handling.id).order_by("at")
    signatures = {row.id: row for row in await Signature.filter(id__in=[row.signature_id for row in rows if row.signature_id])}
    shown = [_opinion(handling, row, signatures.get(row.signature_id)) for row in rows]
    return [one for one in shown if one.state not in (signed.WITHDRAWN, signed.REFUSED)]


def _opinion(handling: Handling, row: Opinion, signature: Signature | None) -> OpinionOut:
    state = "withdrawn" if row.withdrawn_at else signature.state if signature else signed.EFFECTIVE
    has_strokes = signature is not None and signature.strokes is not None
    return OpinionOut(
        id=row.id, act=ACT_NAMES.get(row.act, row.act), text=row.text, person=PersonOut(row.person_id, row.person_name),
        post=row.post_title, place=row.place, marks=_marks(handling, row, signature), at=row.at, state=state,
        strokes_svg=f"/api/v1/signatures/{row.signature_id}/strokes.svg" if has_strokes else None,
        signature=row.signature_id, action=dict(row.action),
    )  # fmt: skip


def _marks(handling: Handling, row: Opinion, signature: Signature | None) -> list[str]:
    marks = [MANNERS[row.manner].format(name=row.on_behalf_of)] if row.manner in MANNERS else []
    if signature is not None and signature.device is None:
        marks.append("服务器签名")
    if row.version != handling.version:
        marks.append(f"第{row.version}版")
    if signature is not None and signature.state == signed.PENDING_CLERK:
        marks.append("待文书确认")
    return marks


async def _waiting(case: rules.Case) -> list[Waiting]:
    """Who has not read or handled yet, whether they have opened it, in listing order. Four queries."""
    live = rules.live(case)
    sources = {leaf.id: flow.source_of(case.id, leaf.id) for leaf in live}
    todos = {todo.source: todo for todo in await Todo.filter(source__in=list(sources.values()), state="open")}
    at_posts = [UUID(leaf.holder.id) for leaf in live if leaf.holder.kind == "post"]
    cards, held = await posts(at_posts), await holders_many(at_posts)
    names = await people([UUID(leaf.holder.id) for leaf in live if leaf.holder.kind == "person"])
    found = []
    for leaf in live:
        holder, todo = UUID(leaf.holder.id), todos.get(sources[leaf.id])
        who = names.get(holder) or "、".join(one.name for one in held.get(holder, []) if one.on_behalf_of is None) or "空缺"
        post = cards[holder].title if holder in cards else ""
        found.append(Waiting(
            obligation=leaf.id, name=who, post=post, act=ACT_NAMES.get(leaf.act, leaf.act), label=leaf.label,
            since=todo.opened_at if todo else None, due_at=leaf.due, seen=bool(todo and todo.first_seen_at),
        ))  # fmt: skip
    return found


async def _trail(handling: Handling) -> list[TrailLine]:
    """What happened, oldest first, at most the last 100 acts."""
    entries = await FlowEntry.filter(case_id=handling.case_id).order_by("-n").limit(100)
    commands = [(entry, msgspec.json.decode(entry.command)) for entry in reversed(entries)]
    ids = {UUID(said["by"]["person"]) for _, said in commands if len(said.get("by", {}).get("person", "")) == 36}
    names = await people(ids)
    return [TrailLine(entry.at, _who(said, names), _what(said)) for entry, said in commands]


def _who(said: dict[str, Any], names: dict[UUID, str]) -> str:
    person = said.get("by", {}).get("person", "")
    return names.get(UUID(person), "外部系统") if len(person) == 36 else "系统"


WHAT = {
    "start": "收到文件", "return": "退回", "withdraw": "撤回", "transfer": "转办", "add_signer": "增加办理人",
    "insert": "送办", "remove_signer": "减少办理人", "skip_vacant": "空岗跳过", "urge": "催办", "reschedule": "调整时限",
    "suspend": "暂缓", "resume": "恢复办理", "terminate": "终止", "entrust": "移交",
}  # fmt: skip
OUTCOMES = {
    "approve": "批示：同意", "approve_in_principle": "批示：原则同意", "recommend": "批示：拟同意", "instruct": "批示：交办",
    "read": "已阅", "hold": "批示：暂缓", "file": "批示：存查", "comment": "提出意见",
}  # fmt: skip


def _what(said: dict[str, Any]) -> str:
    if said["type"] == "act":
        return OUTCOMES.get(said.get("outcome", ""), said.get("outcome", "") or "办理")
    reason, kind = said.get("reason", ""), str(said["type"])
    return WHAT.get(kind, kind) + (f"：{reason}" if reason else "")


async def _sent_down(handling: Handling) -> list[SentDown]:
    rows = await Handling.filter(parent_id=handling.id).order_by("id")
    cards = await units([row.unit_id for row in rows])
    return [
        SentDown(unit=UnitOut(row.unit_id, cards[row.unit_id].label), state=NAMES[row.state], role=row.role,
                 received_at=row.received_at, closed_at=row.closed_at, reply=row.reply)
        for row in rows
    ]  # fmt: skip


async def _step(actor: Actor, handling: Handling, case: rules.Case, version: DocumentVersion) -> StepOut | None:
    """What the caller owes now, with a fresh ticket; None if nothing, or if their signature is held."""
    owed = mine(actor, case)
    if not owed:
        return None
    leaf = owed[0]
    if await Signature.exists(open_key=f"{case.id}/{leaf.id}#{leaf.revision}"):
        return None
    post = UUID(leaf.holder.id) if leaf.holder.kind == "post" else None
    held = actor.holding(post) if post else None
    ticket = issue(
        step=f"{case.id}/{leaf.id}", revision=leaf.revision, subject=cases.ref(handling.id), person=actor.own_id, post=post,
        on_behalf_of=held.on_behalf_of if held else None, rendition=version.rendition,
    )  # fmt: skip
    proposal = await Opinion.filter(handling_id=handling.id, act="propose").order_by("-at").first()
    asker = proposal.person_name if proposal else handling.sender
    return StepOut(
        obligation=leaf.id, revision=leaf.revision, act=leaf.act, label=ACT_NAMES.get(leaf.act, leaf.act),
        asks=f"{asker}{leaf.label}" if asker else leaf.label, proposal=handling.words or (proposal.text if proposal else ""),
        verbs=list(rules.verbs_of(case, leaf.id, [leaf.holder])), rendition=version.rendition, ticket=ticket,
        phrases=await phrases_of(actor.own_id), on_behalf_of=held.on_behalf_of_name if held else "", due_at=leaf.due,
    )  # fmt: skip


CLERK_ACTS = (("receive", "receipts"), ("propose", "proposals"), ("conclude", "conclusions"))


def _may(actor: Actor, handling: Handling, case: rules.Case) -> list[str]:
    """The acts open to the caller beside the own step, as the names of their routes."""
    clerk = is_clerk(actor, handling) and handling.clerk_post in actor.posts
    acts = {leaf.act for leaf in rules.live(case)} if case.state == "running" else set()
    may = [name for act, name in CLERK_ACTS if act in acts]
    if acts & {"receive", "register"}:
        may.append("registrations")
    if handling.state in ("awaiting_receipt", "received", "registered"):
        may.append("refusals")
    found = [*may, "reminders", "signers", "transfers"] if clerk and acts else []
    own = {leaf.done_by for leaf in rules.leaves(case.root) if leaf.state == "done"}
    return [*found, "withdrawals"] if str(actor.id) in own and acts else found


async def phrases_of(person: UUID) -> list[str]:
    """A person's quick phrases, or the customary ones."""
    row = await Phrases.get_or_none(person_id=person)
    return list(row.items) if row else DEFAULT_PHRASES

