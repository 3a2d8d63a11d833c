"""What the clerk (文书) does when a document comes: taking it in, 签收, 登记, and 退文 where it is not in order."""

from typing import Any
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_as_clerk, acting, clerk_post
from documents.incoming.actions.ending import reply_by_rule, set_reply_due
from documents.incoming.actions.steps import act_of
from documents.incoming.deadlines import Source
from documents.incoming.due import ask, settle_due
from documents.incoming.models import Document, Handling
from documents.incoming.policy import CLERK, WORK
from documents.incoming.reading.numbers import normalise_doc_no
from documents.incoming.schemas import PaperIntake, ReasonIn, Registered, Registration
from documents.incoming.states import AWAITING_RECEIPT, NAMES, RECEIVED, REGISTERED, RETURNED
from documents.incoming.versions import make_version
from office import audit
from office.files.queries import access_file
from office.flow import actions as flow
from office.flow import rules
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.ids import new_id
from office.kernel.refusal import Conflict, Forbidden, Invalid
from office.kernel.work import verb
from office.numbering.actions import take

CODE = "收"
BEFORE_PROPOSAL = frozenset({AWAITING_RECEIPT, RECEIVED, REGISTERED})
RETURN_REASONS = (
    "不属我单位", "越级行文", "多头主送", "请示报告不分", "一文多事", "未会签", "格式不符", "涉密误投", "重复来文", "其他",
)  # fmt: skip
# After it the unit shows and serves the files no longer.
CLASSIFIED = "涉密误投"


@verb
async def take_in(actor: Actor, input: PaperIntake) -> Handling:
    """Take in a document that came otherwise than by push (纸质、现场、邮寄). Its files are the actor's uploads.

    Refuses: Forbidden documents.clerk_only; NotFound for a file of another.
    """
    unit = next((held.unit for held in actor.holdings if CLERK in held.roles and held.covers(WORK)), None)
    if unit is None:
        raise Forbidden("documents.clerk_only")
    files = [await access_file(actor, id) for id in input.files]
    document = await Document.create(
        id=new_id(), origin="paper", title=input.title, urgency=input.urgency, created_at=clock.now(), main_to=[],
    )  # fmt: skip
    await make_version(document, 1, {"title": input.title}, files)
    handling, _ = await cases.open_handling(actor, document, unit, sender=input.sender)
    return handling


@verb
async def sign_for(actor: Actor, id: UUID) -> Handling:
    """签收: the document has come. Refuses: NotFound, Forbidden documents.clerk_only, Conflict documents.not_at_step."""
    handling = await access_as_clerk(actor, id)
    by = acting(actor, clerk_post(actor, handling))
    case = await flow.move(actor, handling.case_id, act_of(by, "receive", "签收"))
    audit.record(actor, "documents.sign_for", cases.ref(id), post=handling.clerk_post)
    await cases.reflect(actor, handling, case, signed_for_at=clock.now())
    return handling


@verb
async def register(actor: Actor, id: UUID, input: Registration) -> Registered:
    """登记: confirm what the document says and give it the register number; signs for it too if nobody has.

    Refuses: NotFound, Forbidden documents.clerk_only, Conflict documents.not_at_step, documents.duplicate.
    """
    handling = await access_as_clerk(actor, id)
    await _ensure_no_duplicate(handling, input)
    case = await _registered(actor, handling, input)
    number = await _number(actor, handling)
    handling.kind, handling.registered_at = input.kind, clock.now()
    ask(handling, "register", Source.DOCUMENT, input.due_at)
    told = await settle_due(handling)
    case = await set_reply_due(actor, handling, case, await reply_by_rule(handling, input.reply_due, input.doc_type))
    audit.record(actor, "documents.register", cases.ref(id), post=handling.clerk_post, number=number["register_no"],
                 duplicate_of=str(input.duplicate_of or ""))  # fmt: skip
    await cases.reflect(
        actor, handling, case, **number,
        title=input.title, doc_no=input.doc_no, issuer=input.issuer, urgency=input.urgency, doc_date=input.doc_date,
        kind=input.kind, registered_at=handling.registered_at, signed_for_at=handling.signed_for_at or clock.now(),
        asked=handling.asked, due_at=handling.due_at, due_why=handling.due_why,
    )  # fmt: skip
    await _remember(handling, input)
    return Registered(number["register_no"], handling.due_at, handling.due_why, list(told.warnings) if told else [])


async def _number(actor: Actor, handling: Handling) -> dict[str, Any]:
    """The next number of the year; one already given (登记后撤回重登, 退文后再来) stays, for numbers are never given twice."""
    if handling.register_no is not None:
        return {"register_no": handling.register_no}
    year = clock.today().year
    number = await take(actor, handling.unit_id, CODE, year, "incoming", cases.ref(handling.id))
    return {"register_no": number.text, "register_year": year, "register_n": number.n}


async def _registered(actor: Actor, handling: Handling, input: Registration) -> rules.Case:
    by = acting(actor, clerk_post(actor, handling))
    steps = [act_of(by, "register", "登记")]
    if handling.state == AWAITING_RECEIPT:
        steps.insert(0, act_of(by, "receive", "签收"))
    handling.title, handling.urgency, handling.doc_no = input.title, input.urgency, input.doc_no
    return await flow.move(actor, handling.case_id, *steps, about=cases.about(handling))


async def _ensure_no_duplicate(handling: Handling, input: Registration) -> None:
    """The same number from the same issuer in this unit needs the clerk's word that it is known."""
    key = normalise_doc_no(input.doc_no)
    if not key or input.duplicate_of is not None:
        return
    others = await fetch(
        "SELECT h.register_no, h.title FROM documents_handling h JOIN documents_document d ON d.id = h.document_id"
        " WHERE h.unit_id = ? AND h.id <> ? AND h.issuer = ? AND d.doc_no_key = ? ORDER BY h.received_at LIMIT 1",
        str(handling.unit_id), str(handling.id), input.issuer, key,
    )  # fmt: skip
    if others:
        raise Conflict("documents.duplicate", register_no=others[0]["register_no"] or "未登记", title=others[0]["title"])


async def _remember(handling: Handling, input: Registration) -> None:
    """What the first clerk confirmed fills the document's own blanks; a push's metadata stays as it came."""
    document = await Document.get(id=handling.document_id)
    document.doc_no = document.doc_no or input.doc_no
    document.doc_no_key = document.doc_no_key or normalise_doc_no(input.doc_no)
    document.issuer = document.issuer or input.issuer
    document.doc_type = document.doc_type or input.doc_type
    document.main_to = document.main_to or input.main_to
    await document.save(update_fields=["doc_no", "doc_no_key", "issuer", "doc_type", "main_to"])


@verb
async def send_back(actor: Actor, id: UUID, input: ReasonIn) -> Handling:
    """退文: the first check failed, the document goes back to its sender with the reason; its register number stays.

    Refuses: Conflict documents.not_at_step once it has been proposed; Invalid documents.unknown_reason.
    """
    handling = await access_as_clerk(actor, id)
    if input.reason_code not in RETURN_REASONS:
        raise Invalid("documents.unknown_reason", known="、".join(RETURN_REASONS))
    if handling.state not in BEFORE_PROPOSAL:
        raise Conflict("documents.not_at_step", step="退文", state=NAMES[handling.state])
    by = acting(actor, clerk_post(actor, handling), "custodian")
    reason = f"{input.reason_code}：{input.reason}"
    case = await flow.move(actor, handling.case_id, rules.Terminate(by=by, reason=reason))
    audit.record(actor, "documents.send_back", cases.ref(id), post=handling.clerk_post, reason=reason)
    await cases.reflect(actor, handling, case, state=RETURNED, result=reason, withheld=input.reason_code == CLASSIFIED)
    return handling
