"""What the clerk (文书) does when a document comes: taking it in, 签收, 登记 with 初审, and 退文 where it is not in order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_as_clerk, acting, clerk_post, live_step
from documents.incoming.actions.ending import reply_by_rule, set_reply_due
from documents.incoming.actions.records import failed_items, keep
from documents.incoming.actions.steps import act_of
from documents.incoming.limits.deadlines import Source
from documents.incoming.limits.due import ask, columns, settle_due
from documents.incoming.models import Document, Handling
from documents.incoming.opening import Coming, open_handling
from documents.incoming.policy import clerked_by
from documents.incoming.reading.numbers import normalise_doc_no
from documents.incoming.registration.duplicates import ensure_named
from documents.incoming.registration.schemas import (
    CheckIn,
    ChecksIn,
    PaperIntake,
    ReceiptIn,
    RefusalIn,
    Registered,
    Registration,
)
from documents.incoming.states import AWAITING_RECEIPT, BEFORE_PROPOSAL, CHECKS, NAMES, RETURN_REASONS, RETURNED
from documents.incoming.versions import make_version
from office import audit
from office.files.queries import access_file
from office.flow import actions as flow
from office.flow import rules
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.kernel.refusal import Conflict, Forbidden, Invalid
from office.kernel.work import verb
from office.numbering.actions import take
from office.organization.queries import units

CODE = "收"
PASS, FAIL = "pass", "fail"
# After it the unit shows and serves the files no longer.
CLASSIFIED = "涉密误投"


@verb
async def take_in(actor: Actor, input: PaperIntake) -> Handling:
    """Take in a document that came otherwise than by push (纸质、现场、邮寄). Its files are the actor's uploads.

    Refuses: Forbidden documents.clerk_only; Invalid documents.which_unit, documents.arrived_later; NotFound for a file of
    another.
    """
    unit = await _unit(actor, input.unit)
    if input.arrived_at and input.arrived_at > clock.now():
        raise Invalid("documents.arrived_later")
    files = [await access_file(actor, id) for id in input.files]
    document = await Document.create(
        id=new_id(), origin="paper", title=input.title, urgency=input.urgency, created_at=clock.now(), main_to=[],
    )  # fmt: skip
    await make_version(document, 1, {"title": input.title}, files)
    coming = Coming(sender=input.sender, direct=True, channel=input.channel, arrived=input.arrived_at)
    handling, _ = await open_handling(actor, document, unit, coming)
    return handling


async def _unit(actor: Actor, asked: UUID | None) -> UUID:
    """The unit it came to; a clerk of several says which."""
    known = clerked_by(actor)
    if not known or (asked is not None and asked not in known):
        raise Forbidden("documents.clerk_only")
    if asked is None and len(known) > 1:
        names = sorted(card.name for card in (await units(known)).values())
        raise Invalid("documents.which_unit", units="、".join(names))
    return asked or next(iter(known))


@verb
async def sign_for(actor: Actor, id: UUID, input: ReceiptIn) -> Handling:
    """签收: the document has come, so many copies, in this condition.

    Refuses: NotFound, Forbidden documents.clerk_only, Conflict documents.not_at_step.
    """
    handling = await access_as_clerk(actor, id)
    by = acting(actor, clerk_post(actor, handling))
    case = await flow.move(actor, handling.case_id, act_of(by, "receive", "签收"))
    audit.record(actor, "documents.sign_for", cases.ref(id), post=handling.clerk_post, copies=input.copies,
                 condition=input.condition)  # fmt: skip
    await keep(actor, handling, "receive", code=input.condition, words=input.note, copies=input.copies)
    await cases.reflect(actor, handling, case, signed_for_at=clock.now(), copies=input.copies)
    return handling


@verb
async def register(actor: Actor, id: UUID, input: Registration) -> Registered:
    """登记: confirm what the document says, give it the register number, keep the first check; signs for it if nobody has.

    Duplicates are looked for after the number is taken: of two registrations of one paper the second has waited for the first.
    Refuses: NotFound, Forbidden documents.clerk_only, Conflict documents.not_at_step, documents.duplicate; Invalid
    documents.no_such_duplicate, documents.check_without_note.
    """
    handling = await access_as_clerk(actor, id)
    number = await _number(actor, handling)
    case = await _registered(actor, handling, input, number["register_no"])
    await ensure_named(actor, handling, input.doc_no, input.issuer, input.duplicate_of)
    handling.kind = input.kind
    handling.registered_at = handling.counted_from = clock.now()
    ask(handling, "register", Source.DOCUMENT, input.due_at)
    told = await settle_due(handling)
    case = await set_reply_due(actor, handling, case, reply_by_rule(handling, input.reply_due, input.doc_type))
    audit.record(actor, "documents.register", cases.ref(id), post=handling.clerk_post, number=number["register_no"],
                 duplicate_of=str(input.duplicate_of or ""))  # fmt: skip
    await keep(actor, handling, "register", code=number["register_no"], title=input.title, doc_no=input.doc_no)
    passed = await _check(actor, handling, input.checks)
    await cases.reflect(
        actor, handling, case, **number, **confirmed(input), kind=input.kind, registered_at=handling.registered_at,
        registrar=actor.name, check_passed=passed, signed_for_at=handling.signed_for_at or clock.now(),
        copies=input.copies or handling.copies, **columns(handling),
    )  # fmt: skip
    return Registered(number["register_no"], handling.due_at, handling.due_why, list(told.warnings) if told else [])


def confirmed(input: Registration) -> dict[str, Any]:
    """The columns of the handling that hold what its clerk confirmed; the document's own row stays as it came."""
    return {
        "title": input.title, "doc_no": input.doc_no, "doc_no_key": normalise_doc_no(input.doc_no)[:120],
        "issuer": input.issuer, "urgency": input.urgency, "doc_date": input.doc_date, "doc_type": input.doc_type,
        "main_to": list(input.main_to), "signer": input.signer, "duplicate_of": input.duplicate_of, "copy_no": input.copy_no,
        "attachments": input.attachments, "remark": input.remark,
    }  # fmt: skip


async def _number(actor: Actor, handling: Handling) -> dict[str, Any]:
    """The next number of the year; one already given (登记后撤回重登, 退文后再来) stays unless it was made void meanwhile."""
    if handling.register_no is not None and not handling.register_void:
        return {"register_no": handling.register_no}
    year = clock.today().year
    number = await take(actor, handling.unit_id, CODE, year, "incoming", cases.ref(handling.id))
    return {"register_no": number.text, "register_year": year, "register_n": number.n, "register_void": ""}


async def _registered(actor: Actor, handling: Handling, input: Registration, number: str) -> rules.Case:
    by = acting(actor, clerk_post(actor, handling))
    steps = [act_of(by, "register", "登记")]
    if handling.state == AWAITING_RECEIPT:
        steps.insert(0, act_of(by, "receive", "签收"))
        await keep(actor, handling, "receive", copies=input.copies or handling.copies)
    handling.title, handling.urgency, handling.doc_no = input.title, input.urgency, input.doc_no
    handling.doc_no_key, handling.register_no = normalise_doc_no(input.doc_no)[:120], number
    return await flow.move(actor, handling.case_id, *steps, about=cases.about(handling))


async def _check(actor: Actor, handling: Handling, checks: Sequence[CheckIn]) -> bool:
    """初审 by 条例 art. 24(3): all five items are kept, those not named as in order. Whether it passed."""
    said: dict[str, CheckIn] = {one.item: one for one in checks}
    if any(not one.ok and not one.note.strip() for one in said.values()):
        raise Invalid("documents.check_without_note")
    items = [{"item": item, "ok": item not in said or said[item].ok, "note": said[item].note if item in said else ""}
             for item in CHECKS]  # fmt: skip
    passed = all(one["ok"] for one in items)
    await keep(actor, handling, "check", code=PASS if passed else FAIL, items=items)
    return passed


@verb
async def check(actor: Actor, id: UUID, input: ChecksIn) -> Handling:
    """初审 once more, before 拟办: what failed is in order now, or does not pass after all.

    Refuses: NotFound, Forbidden documents.clerk_only, Conflict documents.not_at_step, Invalid documents.check_without_note.
    """
    handling = await access_as_clerk(actor, id)
    case = await flow.case_of(handling.case_id)
    if case.state != "running":
        raise Conflict("documents.not_at_step", step="初审", state=NAMES[handling.state])
    live_step(case, "propose")
    passed = await _check(actor, handling, input.checks)
    audit.record(actor, "documents.check", cases.ref(id), post=handling.clerk_post, passed=passed)
    await cases.reflect(actor, handling, case, check_passed=passed)
    return handling


@verb
async def send_back(actor: Actor, id: UUID, input: RefusalIn) -> Handling:
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
    failed = list(input.failed) or await failed_items(handling) or [RETURN_REASONS[input.reason_code]]
    case = await flow.move(actor, handling.case_id, rules.Terminate(by=by, reason=reason))
    audit.record(actor, "documents.send_back", cases.ref(id), post=handling.clerk_post, reason=reason, failed=failed)
    await keep(actor, handling, "refuse", code=input.reason_code, words=input.reason, failed=failed)
    await cases.reflect(actor, handling, case, state=RETURNED, result=reason, withheld=input.reason_code == CLASSIFIED)
    return handling
