"""Moving a case otherwise than by signing: return, withdraw, transfer, more or fewer signers, urging."""

from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_handling, clerk_post, mine
from documents.incoming.actions.opinions import write_opinion
from documents.incoming.actions.route import ROLE_ACTS, step_for
from documents.incoming.models import Handling, Opinion
from documents.incoming.policy import is_clerk
from documents.incoming.schemas import Pressed, ReasonIn, ReminderIn, SignerIn, TransferIn
from documents.incoming.states import ACT_NAMES
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.inbox import actions as inbox
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict, Forbidden, Invalid, NotFound
from office.kernel.work import verb
from office.organization.recipients import Target, resolve_recipients

ROLE_OF_ACT = {act: role for role, act in ROLE_ACTS.items()}


async def _loaded(actor: Actor, id: UUID) -> tuple[Handling, rules.Case]:
    handling = await access_handling(actor, id, lock=True)
    return handling, await flow.case_of(handling.case_id)


def _own_step(actor: Actor, case: rules.Case, obligation: str = "") -> tuple[rules.Obligation, rules.By]:
    found = [leaf for leaf in mine(actor, case) if not obligation or leaf.id == obligation]
    if not found:
        raise Conflict("documents.not_your_turn")
    leaf = found[0]
    post = UUID(leaf.holder.id) if leaf.holder.kind == "post" else None
    return leaf, flow.by(actor, post)


def _leaf(case: rules.Case, obligation: str) -> rules.Obligation:
    found = next((leaf for leaf in rules.leaves(case.root) if leaf.id == obligation), None)
    if found is None:
        raise NotFound("flow.no_such_obligation")
    return found


@verb
async def send_return(actor: Actor, id: UUID, input: ReasonIn) -> Handling:
    """退回 with a reason: to the clerk, or to an earlier step named by `to`. Refuses: Conflict documents.not_your_turn."""
    handling, case = await _loaded(actor, id)
    leaf, by = _own_step(actor, case)
    to_clerk = not input.to
    case = await flow.move(actor, handling.case_id, rules.Return(
        by=by, obligation=leaf.id, revision=leaf.revision, to="custodian" if to_clerk else "obligation", reason=input.reason,
        target=input.to,
    ))  # fmt: skip
    post = UUID(by.post) if by.post else None
    await write_opinion(actor, handling, leaf, post, input.reason, {"kind": "return"})
    audit.record(actor, "documents.return", cases.ref(id), post=post, reason=input.reason)
    await cases.reflect(actor, handling, case)
    return handling


@verb
async def withdraw(actor: Actor, id: UUID, input: ReasonIn) -> Handling:
    """撤回 the own last act while nobody after it has acted; what it had sent on is taken away again.

    Refuses: Conflict documents.nothing_to_withdraw, flow.next_has_acted.
    """
    handling, case = await _loaded(actor, id)
    leaf = _last_own(actor, case)
    by = rules.By(person=leaf.done_by, post=leaf.done_post, on_behalf_of=leaf.on_behalf_of)
    taken = rules.Withdraw(by=by, obligation=leaf.id, revision=leaf.revision, reason=input.reason)
    case = await flow.move(actor, handling.case_id, taken, *_unsend(case, leaf, by))
    await Opinion.filter(handling_id=id, obligation=leaf.id, withdrawn_at=None).update(withdrawn_at=clock.now())
    await _recall_children(actor, handling, leaf)
    audit.record(actor, "documents.withdraw", cases.ref(id), reason=input.reason, obligation=leaf.id)
    await cases.reflect(actor, handling, case)
    return handling


def _last_own(actor: Actor, case: rules.Case) -> rules.Obligation:
    own = str(actor.id)
    done = [leaf for leaf in rules.leaves(case.root) if leaf.state == "done" and own in (leaf.done_by, leaf.on_behalf_of)]
    if not done:
        raise Conflict("documents.nothing_to_withdraw")
    return max(done, key=lambda leaf: (leaf.done_at or clock.now()).timestamp())


def _unsend(case: rules.Case, leaf: rules.Obligation, by: rules.By) -> list[flow.Step]:
    """Commands that take away what the actor's act had put after it."""

    def removal(obligation: str) -> flow.Step:
        def made(now: rules.Case) -> rules.RemoveSigner:
            standing = _leaf(now, obligation)
            return rules.RemoveSigner(by=by, obligation=obligation, revision=standing.revision, reason="已撤回")

        return made

    added = [one for one in rules.leaves(case.root) if one.added_by == leaf.done_by and one.state in ("waiting", "live")]
    return [removal(one.id) for one in added if one.id != leaf.id]


async def _recall_children(actor: Actor, handling: Handling, leaf: rules.Obligation) -> None:
    """撤回 before 签收 is free; a unit that has signed for it keeps it, and the sender asks (条例以外的交换操作)."""
    children = await Handling.filter(parent_id=handling.id, state="awaiting_receipt").order_by("id")
    for child in children:
        await flow.lock(child.case_id)
        await child.refresh_from_db()
        if child.state != "awaiting_receipt":
            continue
        case = await flow.case_of(child.case_id)
        by = rules.By(person=str(actor.id), post=case.custodian.id, capacity="custodian")
        case = await flow.move(actor, child.case_id, rules.Terminate(by=by, reason="来文单位已撤回"))
        await cases.reflect(actor, child, case, state="recalled", result="来文单位已撤回")


@verb
async def transfer(actor: Actor, id: UUID, input: TransferIn) -> Handling:
    """转办: hand the own step, or as clerk any open one, to another. Refuses: Invalid for a recipient outside the unit."""
    handling, case = await _loaded(actor, id)
    leaf, by = _step_or_custody(actor, handling, case, input.obligation)
    target = await _inside(actor, handling, input.to)
    heir = await step_for(target, ROLE_OF_ACT.get(leaf.act, "lead"), leaf.due)
    case = await flow.move(actor, handling.case_id, rules.Transfer(
        by=by, obligation=leaf.id, revision=leaf.revision, to=heir.holder, reason=input.reason
    ))  # fmt: skip
    audit.record(actor, "documents.transfer", cases.ref(id), to=target.ref, reason=input.reason)
    await cases.reflect(actor, handling, case)
    return handling


def _step_or_custody(
    actor: Actor, handling: Handling, case: rules.Case, obligation: str
) -> tuple[rules.Obligation, rules.By]:
    own = {leaf.id for leaf in mine(actor, case)}
    if obligation and obligation not in own and is_clerk(actor, handling):
        return _leaf(case, obligation), flow.by(actor, clerk_post(actor, handling), "custodian")
    return _own_step(actor, case, obligation)


async def _inside(actor: Actor, handling: Handling, ref: str) -> Target:
    [*found] = await resolve_recipients(actor, [ref])
    if len(found) != 1 or found[0].unit != handling.unit_id or found[0].ref.startswith("unit:"):
        raise Invalid("documents.not_inside", to=ref[:80])
    return found[0]


@verb
async def add_signer(actor: Actor, id: UUID, input: SignerIn) -> Handling:
    """加签: one more is asked, beside or after the step that is open; by its holder, or by the clerk."""
    handling, case = await _loaded(actor, id)
    leaf, by = _anchor(actor, handling, case)
    target = await _inside(actor, handling, input.to)
    signer = await step_for(target, ROLE_OF_ACT[input.act], handling.due_at if input.act == "handle" else None)
    case = await flow.move(actor, handling.case_id, rules.AddSigner(
        by=by, obligation=leaf.id, revision=leaf.revision, place=input.place, signer=signer
    ))  # fmt: skip
    audit.record(actor, "documents.add_signer", cases.ref(id), to=target.ref, act=input.act)
    await cases.reflect(actor, handling, case)
    return handling


def _anchor(actor: Actor, handling: Handling, case: rules.Case) -> tuple[rules.Obligation, rules.By]:
    if is_clerk(actor, handling) and (open_now := rules.live(case)):
        return open_now[0], flow.by(actor, clerk_post(actor, handling), "custodian")
    return _own_step(actor, case)


@verb
async def remove_signer(actor: Actor, id: UUID, obligation: str) -> Handling:
    """减签: no longer ask this one; the clerk, or whoever asked. The last of a parallel step finishes it."""
    handling, case = await _loaded(actor, id)
    leaf = _leaf(case, obligation)
    by = flow.by(actor, clerk_post(actor, handling), "custodian") if is_clerk(actor, handling) else flow.by(actor, None)
    case = await flow.move(actor, handling.case_id, rules.RemoveSigner(by=by, obligation=leaf.id, revision=leaf.revision))
    audit.record(actor, "documents.remove_signer", cases.ref(id), obligation=obligation)
    await cases.reflect(actor, handling, case)
    return handling


@verb
async def urge(actor: Actor, id: UUID, input: ReminderIn) -> Pressed:
    """催办: press those who have not acted, once an hour at most for each. Refuses: Forbidden documents.clerk_only."""
    handling, case = await _loaded(actor, id)
    if not is_clerk(actor, handling):
        raise Forbidden("documents.clerk_only")
    by = flow.by(actor, clerk_post(actor, handling), "custodian")
    pressed = [leaf for leaf in rules.live(case) if input.obligation in ("", leaf.id) and leaf.holder != case.custodian]
    commands = [rules.Urge(by=by, obligation=leaf.id, revision=leaf.revision, note=input.note) for leaf in pressed]
    if not commands:
        raise Conflict("documents.no_one_to_press")
    await flow.move(actor, handling.case_id, *commands)
    for leaf in pressed:
        await inbox.update(flow.source_of(case.id, leaf.id), summary=f"【催办】{input.note or leaf.label}")
    audit.record(actor, "documents.urge", cases.ref(id), pressed=len(pressed))
    return Pressed([f"{ACT_NAMES.get(leaf.act, leaf.act)}：{leaf.label}" for leaf in pressed])
