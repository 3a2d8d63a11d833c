"""What the clerk (文书) does with a registered document: 拟办. How it ends is in `ending`."""

from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_as_clerk, acting, clerk_post, live_step
from documents.incoming.actions.ending import reply_by_rule, set_reply_due
from documents.incoming.actions.opinions import write_opinion
from documents.incoming.actions.records import failed_items
from documents.incoming.actions.route import ensure_known, instructions
from documents.incoming.actions.steps import act_of
from documents.incoming.limits.deadlines import Source
from documents.incoming.limits.due import ask, columns, settle_due
from documents.incoming.models import Handling
from documents.incoming.schemas import ProposalIn
from documents.incoming.states import CHECKS
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict
from office.kernel.work import verb


@verb
async def propose(actor: Actor, id: UUID, input: ProposalIn) -> Handling:
    """拟办: the words are stored verbatim, and the leaders asked in the order chosen, then those to read. The limit of the
    whole is counted anew from the registration, for the kind and the time that are said here.

    Refuses: NotFound, Forbidden documents.clerk_only, Conflict documents.not_at_step, documents.check_failed, Invalid
    documents.no_one_asked.
    """
    handling = await access_as_clerk(actor, id)
    case = await flow.case_of(handling.case_id)
    leaf, post = live_step(case, "propose"), clerk_post(actor, handling)
    by = acting(actor, post)
    await _ensure_checked(handling)
    await ensure_known(actor, input)
    changed, handling.kind = bool(input.kind) and input.kind != handling.kind, input.kind or handling.kind
    ask(handling, "propose", Source.PROPOSAL, input.due_at)
    await settle_due(handling)
    template, plan = await instructions(actor, handling, input)
    done: list[rules.AnyCommand | flow.Step] = [act_of(by, "propose", "拟办")]
    if plan is not None:
        done.insert(0, rules.Insert(by=by, obligation=leaf.id, revision=leaf.revision, place="after", node=plan))
    case = await flow.move(actor, handling.case_id, *done, about=cases.about(handling))
    if changed or input.reply_due is not None:
        case = await set_reply_due(actor, handling, case, reply_by_rule(handling, input.reply_due))
    action = {"kind": "propose", "lead": input.lead, "assists": input.assists}
    await write_opinion(actor, handling, leaf, post, input.text, action)
    audit.record(actor, "documents.propose", cases.ref(id), post=post, template=template.code, version=template.version,
                 leaders=len(input.leaders))  # fmt: skip
    await cases.reflect(actor, handling, case, kind=handling.kind, **columns(handling))
    return handling


async def _ensure_checked(handling: Handling) -> None:
    """What failed the first check (初审) goes back to its sender, or is checked again; it does not go to leaders."""
    if handling.check_passed is False:
        raise Conflict("documents.check_failed", items="；".join(CHECKS[item] for item in await failed_items(handling)))
