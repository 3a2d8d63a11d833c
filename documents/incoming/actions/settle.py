"""What comes back to the clerk (处置): returns, vacant posts, dispatches that wait for their word; putting aside and on."""

from collections.abc import Callable
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_as_clerk, acting
from documents.incoming.actions.effect import send_down_of
from documents.incoming.actions.opinions import write_opinion
from documents.incoming.actions.sign import ensure_unsigned
from documents.incoming.actions.steps import leaf_of
from documents.incoming.limits.due import days_of
from documents.incoming.limits.recount import recompute
from documents.incoming.models import Handling
from documents.incoming.schemas import SettlementIn, WhyIn
from documents.incoming.states import NAMES, SETTLED_ACTS, state_of
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.flow.rules.tree import path
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict
from office.kernel.work import verb


@verb
async def settle(actor: Actor, id: UUID, input: SettlementIn) -> Handling:
    """处置: let what waits behind go on, or drop it; with hub on, going on also sends down what the leader named.

    Refuses: NotFound, Forbidden documents.clerk_only, Conflict documents.not_at_step.
    """
    handling = await access_as_clerk(actor, id)
    case = await flow.case_of(handling.case_id)
    leaf, by = _to_settle(case, input.obligation), acting(actor, handling.clerk_post)
    behind = _behind(case, leaf)
    dispatch = [one for one in behind if one.act == "dispatch"]
    follow = [_done(by, one.id) for one in dispatch] if input.then == "go_on" else []
    dropped = behind if input.then == "drop" else []
    await ensure_unsigned(case, *dropped)
    before = [_removal(actor, handling, one) for one in dropped]
    case = await flow.move(actor, handling.case_id, *before, _done(by, leaf.id), *follow)
    if follow:
        await send_down_of(handling, leaf.of)
    if input.text:
        await write_opinion(actor, handling, leaf, handling.clerk_post, input.text, {"kind": input.then})
    audit.record(actor, "documents.settle", cases.ref(id), post=handling.clerk_post, then=input.then, act=leaf.act)
    await cases.reflect(actor, handling, case)
    return handling


def _to_settle(case: rules.Case, obligation: str) -> rules.Obligation:
    found = [leaf for leaf in rules.live(case) if leaf.act in SETTLED_ACTS and obligation in ("", leaf.id)]
    if not found:
        raise Conflict("documents.not_at_step", step="处置", state=NAMES[state_of(case)])
    return found[0]


def _behind(case: rules.Case, leaf: rules.Obligation) -> list[rules.Obligation]:
    """What this settlement decides about: the dispatch it confirms, or the step that was sent back and would be asked again."""
    group, index = path(case.root, leaf.id)[-1]
    if not leaf.of or index + 1 >= len(group.children):
        return []
    standing = [one for one in rules.leaves(group.children[index + 1]) if one.state in ("waiting", "live")]
    return standing if leaf.act == rules.CONFIRM else [one for one in standing if one.of == leaf.of]


def _done(by: rules.By, obligation: str) -> flow.Step:
    def made(case: rules.Case) -> rules.Act:
        leaf = leaf_of(case, obligation)
        return rules.Act(by=by, obligation=leaf.id, revision=leaf.revision, outcome="处置", manner=by.manner)

    return made


def _removal(actor: Actor, handling: Handling, leaf: rules.Obligation) -> rules.RemoveSigner:
    by = acting(actor, handling.clerk_post, "custodian")
    return rules.RemoveSigner(by=by, obligation=leaf.id, revision=leaf.revision, reason="文书处置")


@verb
async def suspend(actor: Actor, id: UUID, input: WhyIn) -> Handling:
    """暂缓: put a document aside; everything open waits.

    Refuses: Forbidden documents.clerk_only, Conflict flow.case_over, signing.being_signed.
    """
    return await _whole(actor, id, "documents.suspend", lambda by: rules.Suspend(by=by, reason=input.reason), input.reason)


@verb
async def resume(actor: Actor, id: UUID, input: WhyIn) -> Handling:
    """恢复办理: all that waited is asked again, its limits counted by the calendar of today.

    Refuses: Forbidden documents.clerk_only, Conflict flow.not_suspended.
    """
    handling = await _whole(actor, id, "documents.resume", lambda by: rules.Resume(by=by), input.reason)
    await recompute(handling.id, await days_of(handling.unit_id))
    await handling.refresh_from_db()
    return handling


async def _whole(actor: Actor, id: UUID, name: str, made: Callable[[rules.By], rules.AnyCommand], reason: str) -> Handling:
    handling = await access_as_clerk(actor, id)
    case = await flow.case_of(handling.case_id)
    await ensure_unsigned(case, *rules.live(case))
    case = await flow.move(actor, handling.case_id, made(acting(actor, handling.clerk_post, "custodian")))
    audit.record(actor, name, cases.ref(id), post=handling.clerk_post, reason=reason)
    await cases.reflect(actor, handling, case)
    return handling
