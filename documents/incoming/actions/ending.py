"""How the clerk ends a document: 答复 to its sender, 办结 with the result, and 重新办理 where that was not the end."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_as_clerk, acting, clerk_post
from documents.incoming.actions.opinions import write_opinion
from documents.incoming.actions.steps import act_of
from documents.incoming.below import awaiting
from documents.incoming.below.sendings import let_go, names_below, seen_below, standing_from
from documents.incoming.events import Replied
from documents.incoming.letters import keep_letter
from documents.incoming.limits.due import ask_again, columns, settle_due
from documents.incoming.models import Handling
from documents.incoming.replies import reply_asked, reply_due
from documents.incoming.schemas import ConclusionIn, ReopeningIn, ReplyDueIn, ReplyIn
from documents.incoming.states import CLOSED, CONCLUDING, NAMES
from documents.incoming.templates import CLERK_VERBS
from documents.incoming.unconfirmed import ensure_none
from office import audit
from office.files.queries import access_file
from office.flow import actions as flow
from office.flow import rules
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict, Invalid
from office.kernel.work import verb
from office.outbox import record

LAST = (("propose", "拟办"), ("conclude", "办结"))


@verb
async def reply(actor: Actor, id: UUID, input: ReplyIn) -> Handling:
    """答复: tell the sender the result, in words or by an uploaded letter; also where none is owed, before 办结.

    The sender's unit sees it on its own page, an integration gets it with the state. Refuses: NotFound also for the file of
    another, Forbidden documents.clerk_only, Conflict documents.not_at_step, documents.units_not_done, Invalid
    documents.reply_empty.
    """
    handling = await access_as_clerk(actor, id)
    if not input.text.strip() and input.file is None:
        raise Invalid("documents.reply_empty")
    if input.file is not None:
        await access_file(actor, input.file)
    await keep_letter(handling, input.file)
    by, case = acting(actor, clerk_post(actor, handling)), await flow.case_of(handling.case_id)
    gone = await _give_up(actor, handling, case, input.unfinished)
    owed = reply_due(case, _as_custodian(actor, handling), True) if handling.state == CONCLUDING or gone else []
    case = await flow.move(actor, handling.case_id, *owed, *gone, act_of(by, "reply", "答复"))
    audit.record(actor, "documents.reply", cases.ref(id), post=handling.clerk_post, reply_no=input.reply_no)
    await cases.reflect(
        actor, handling, case, reply=input.text, reply_no=input.reply_no, reply_file=input.file, replied_at=clock.now()
    )
    record(Replied(handling=id), actor=actor)
    return handling


@verb
async def owe_reply(actor: Actor, id: UUID, input: ReplyDueIn) -> Handling:
    """Say that the sender is owed a reply, or is not. Refuses: NotFound, Forbidden documents.clerk_only, Conflict
    flow.case_over."""
    handling = await access_as_clerk(actor, id)
    case = await set_reply_due(actor, handling, await flow.case_of(handling.case_id), input.due)
    audit.record(actor, "documents.owe_reply", cases.ref(id), post=handling.clerk_post, due=input.due)
    await cases.reflect(actor, handling, case)
    return handling


async def set_reply_due(actor: Actor, handling: Handling, case: rules.Case, wanted: bool) -> rules.Case:
    """Let 答复 stand before 办结, or not, in the running unit of work."""
    commands = reply_due(case, _as_custodian(actor, handling), wanted)
    return await flow.move(actor, handling.case_id, *commands) if commands else case


def reply_by_rule(handling: Handling, said: bool | None, doc_type: str = "") -> bool:
    """Whether a reply is owed: as the clerk says, else by the kind of the document."""
    if said is not None:
        return said
    return reply_asked(handling.kind, doc_type or handling.doc_type)


def _as_custodian(actor: Actor, handling: Handling) -> rules.By:
    return acting(actor, handling.clerk_post, "custodian")


@verb
async def conclude(actor: Actor, id: UUID, input: ConclusionIn) -> Handling:
    """办结 with its result; a reply that is owed comes first, and over units below that are at it only with a reason.

    Refuses: NotFound, Forbidden documents.clerk_only, Conflict documents.not_at_step, documents.units_not_done,
    documents.signature_waits.
    """
    handling = await access_as_clerk(actor, id)
    await ensure_none(cases.ref(id))
    by, case = acting(actor, clerk_post(actor, handling)), await flow.case_of(handling.case_id)
    gone = await _give_up(actor, handling, case, input.unfinished)
    case = await flow.move(actor, handling.case_id, *gone, act_of(by, "conclude", "办结"))
    audit.record(actor, "documents.conclude", cases.ref(id), post=handling.clerk_post, unfinished=input.unfinished)
    await cases.reflect(actor, handling, case, result=input.result)
    return handling


async def _give_up(actor: Actor, handling: Handling, case: rules.Case, why: str) -> Sequence[rules.AnyCommand]:
    """End the waiting for units below: they are done, or the clerk says why it is not waited for."""
    leaf, by = awaiting.standing(case), acting(actor, handling.clerk_post)
    if leaf is None:
        return []
    late = awaiting.pending(case, await standing_from(handling.id))
    if not late:
        return awaiting.done(case, by, awaiting.ALL_DONE)
    if not why:
        raise Conflict("documents.units_not_done", units="、".join(await names_below(late)), state=NAMES[handling.state])
    await let_go(late)
    await write_opinion(actor, handling, leaf, handling.clerk_post, why, {"kind": "conclude"})
    return awaiting.done(case, by, "下级未办完，不再等待")


@verb
async def reopen(actor: Actor, id: UUID, input: ReopeningIn) -> Handling:
    """重新办理: an ended document is handled again, from 拟办 or only its result anew; number, opinions and trail stay.
    From 拟办, its limits count from now.

    Refuses: NotFound, Forbidden documents.clerk_only, Conflict documents.not_at_step where it has not ended (退文 comes again).
    """
    handling = await access_as_clerk(actor, id)
    if handling.state != CLOSED:
        raise Conflict("documents.not_at_step", step="重新办理", state=NAMES[handling.state])
    await run_again(actor, handling, _as_custodian(actor, handling), input)
    return handling


async def run_again(actor: Actor, handling: Handling, by: rules.By, input: ReopeningIn) -> None:
    """Let an ended handling run again, in the running unit of work; it is locked, and `by` acts as its custodian."""
    again = rules.Reopen(by=by, reason=input.reason, node=_again(handling, input.step))
    case = await flow.move(actor, handling.case_id, again)
    await seen_below(actor, handling, "重新办理")
    audit.record(actor, "documents.reopen", cases.ref(handling.id), post=handling.clerk_post, reason=input.reason,
                 before=handling.result)  # fmt: skip
    if input.step == "propose":
        ask_again(handling)
        await settle_due(handling)
    await cases.reflect(actor, handling, case, result="", **columns(handling))


def _again(handling: Handling, step: Literal["propose", "conclude"]) -> rules.Group:
    clerk = cases.at_post(handling.clerk_post)
    propose, conclude = (cases.step(act, clerk, label, CLERK_VERBS) for act, label in LAST)
    return rules.sequence(*([propose, conclude] if step == "propose" else [conclude]), label="重新办理")
