"""Moving a case otherwise than by signing: return, transfer, more or fewer signers."""

from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import acting, clerk_post, mine
from documents.incoming.actions.opinions import write_opinion
from documents.incoming.actions.route import ROLE_ACTS, step_for
from documents.incoming.actions.sign import ensure_unsigned
from documents.incoming.actions.steps import leaf_of, loaded
from documents.incoming.limits.due import limit_of
from documents.incoming.models import Handling
from documents.incoming.policy import posts_of
from documents.incoming.schemas import ReasonIn, SignerIn, TransferIn
from documents.incoming.states import AWAIT, NAMES, state_of
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict, Forbidden, Invalid
from office.kernel.work import verb
from office.organization.recipients import Target, resolve_recipients

ROLE_OF_ACT = {act: role for role, act in ROLE_ACTS.items()}
# Before the clerk has proposed there is nobody to stand beside.
FIRST_ACTS = ("receive", "register")


def _own_step(actor: Actor, case: rules.Case, obligation: str = "") -> tuple[rules.Obligation, rules.By]:
    found = [leaf for leaf in mine(actor, case) if not obligation or leaf.id == obligation]
    if not found:
        raise Conflict("documents.not_your_turn", state=NAMES[state_of(case)])
    leaf = found[0]
    post = UUID(leaf.holder.id) if leaf.holder.kind == "post" else None
    return leaf, acting(actor, post)


@verb
async def send_return(actor: Actor, id: UUID, input: ReasonIn) -> Handling:
    """退回 with a reason: to the clerk, or to an earlier step named by `to`.

    Refuses: Conflict documents.not_your_turn, signing.being_signed; what the flow refuses for a step that is not earlier.
    """
    handling, case = await loaded(actor, id)
    leaf, by = _own_step(actor, case)
    await ensure_unsigned(case, leaf)
    case = await flow.move(actor, handling.case_id, rules.Return(
        by=by, obligation=leaf.id, revision=leaf.revision, to="obligation" if input.to else "custodian", reason=input.reason,
        target=input.to,
    ))  # fmt: skip
    post = UUID(by.post) if by.post else None
    await write_opinion(actor, handling, leaf, post, input.reason, {"kind": "return"})
    audit.record(actor, "documents.return", cases.ref(id), post=post, reason=input.reason)
    await cases.reflect(actor, handling, case)
    return handling


@verb
async def transfer(actor: Actor, id: UUID, input: TransferIn) -> Handling:
    """转办: hand the own step, or as clerk any open one, to another.

    Refuses: Invalid documents.not_inside for a recipient outside the unit; Forbidden flow.verb_not_allowed for the clerk's own
    steps; Conflict signing.being_signed.
    """
    handling, case = await loaded(actor, id)
    leaf, by = _step_or_custody(actor, handling, case, input.obligation)
    if leaf.holder == case.custodian:
        raise Forbidden("flow.verb_not_allowed", verb="transfer")
    await ensure_unsigned(case, leaf)
    target = await _inside(actor, handling, input.to)
    heir = await step_for(target, ROLE_OF_ACT.get(leaf.act, "lead"), None)
    case = await flow.move(actor, handling.case_id, rules.Transfer(
        by=by, obligation=leaf.id, revision=leaf.revision, to=heir.holder, reason=input.reason, label=heir.label
    ))  # fmt: skip
    audit.record(actor, "documents.transfer", cases.ref(id), to=target.ref, reason=input.reason)
    await cases.reflect(actor, handling, case)
    return handling


def _step_or_custody(actor: Actor, handling: Handling, case: rules.Case, obligation: str) -> tuple[rules.Obligation, rules.By]:
    own = {leaf.id for leaf in mine(actor, case)}
    if obligation and obligation not in own and handling.clerk_post in posts_of(actor):
        return leaf_of(case, obligation), acting(actor, clerk_post(actor, handling), "custodian")
    return _own_step(actor, case, obligation)


async def _inside(actor: Actor, handling: Handling, ref: str) -> Target:
    [*found] = await resolve_recipients(actor, [ref])
    if len(found) != 1 or found[0].unit != handling.unit_id or found[0].ref.startswith("unit:"):
        raise Invalid("documents.not_inside")
    return found[0]


@verb
async def add_signer(actor: Actor, id: UUID, input: SignerIn) -> Handling:
    """加签: one more is asked, beside or after the step that is open; by its holder, or by the clerk.

    Refuses: Conflict documents.not_at_step before 拟办; Invalid documents.not_inside.
    """
    handling, case = await loaded(actor, id)
    leaf, by, place = _anchor(actor, handling, case, input)
    target = await _inside(actor, handling, input.to)
    signer = await step_for(target, ROLE_OF_ACT[input.act], limit_of(handling) if input.act == "handle" else None)
    case = await flow.move(actor, handling.case_id, rules.AddSigner(
        by=by, obligation=leaf.id, revision=leaf.revision, place=place, signer=signer
    ))  # fmt: skip
    audit.record(actor, "documents.add_signer", cases.ref(id), to=target.ref, act=input.act)
    await cases.reflect(actor, handling, case)
    return handling


def _anchor(
    actor: Actor, handling: Handling, case: rules.Case, input: SignerIn
) -> tuple[rules.Obligation, rules.By, rules.commands.Place]:
    """Where the new one stands; where only the clerk is asked now, before the clerk, who goes on afterwards."""
    open_now = rules.live(case)
    if handling.clerk_post not in posts_of(actor) or not open_now:
        return *_own_step(actor, case), input.place
    by = acting(actor, handling.clerk_post, "custodian")
    others = [leaf for leaf in open_now if leaf.holder != case.custodian]
    if others:
        return others[0], by, input.place
    if open_now[0].act in FIRST_ACTS:
        raise Conflict("documents.not_at_step", step="加签", state=NAMES[state_of(case)])
    return open_now[0], by, "parallel" if open_now[0].act == AWAIT else "before"


@verb
async def remove_signer(actor: Actor, id: UUID, obligation: str) -> Handling:
    """减签: no longer ask this one; the clerk, or whoever asked. The last of a parallel step finishes it.

    Refuses: Conflict flow.cannot_remove for the clerk's own steps; signing.being_signed.
    """
    handling, case = await loaded(actor, id)
    leaf, clerk = leaf_of(case, obligation), handling.clerk_post in posts_of(actor)
    if leaf.holder == case.custodian:
        raise Conflict("flow.cannot_remove")
    await ensure_unsigned(case, leaf)
    by = acting(actor, handling.clerk_post, "custodian") if clerk else acting(actor, None)
    case = await flow.move(actor, handling.case_id, rules.RemoveSigner(by=by, obligation=leaf.id, revision=leaf.revision))
    audit.record(actor, "documents.remove_signer", cases.ref(id), obligation=obligation)
    await cases.reflect(actor, handling, case)
    return handling
