"""The decision behind each verb: check, edit the tree, and leave every consequence to settling."""

from msgspec.structs import replace

from office.flow.rules import bounds
from office.flow.rules import commands as c
from office.flow.rules.model import (
    CONFIRM,
    HOLD,
    OPEN_STATES,
    OVER,
    REVISE,
    SETTLE,
    Case,
    Group,
    Node,
    Obligation,
    State,
    Turn,
    leaves,
    sequence,
)
from office.flow.rules.rounds import followed, fresh, send_back, sent, start_over, undecide
from office.flow.rules.settle import step
from office.flow.rules.tree import beside, chain, every, swap
from office.flow.rules.verbs import authorise, authorise_case, demand, is_last_resort, owes
from office.kernel.refusal import Conflict, Forbidden, Invalid


def act(case: Case, command: c.Act, turn: Turn) -> Case:
    """Done, with outcome and the hand that did it."""
    leaf = _live(case, command, "act")
    if (command.manner == "own") == bool(command.by.on_behalf_of):
        raise Invalid("flow.manner_mismatch")
    outcome = bounds.word(command.outcome)
    done = replace(_by_hand(leaf, "done", command, turn), outcome=outcome, assent=command.assent, manner=command.manner)
    return _with_root(case, swap(case.root, leaf.id, done))


def send_return(case: Case, command: c.Return, turn: Turn) -> Case:
    """Back to an earlier one, to the initiator (all again), or to the custodian (only this branch)."""
    leaf = _live(case, command, "return")
    returned = _by_hand(leaf, "returned", command, turn, bounds.text(command.reason, required=True))
    if command.to == "obligation":
        target = owes(case, command.target)
        if target.state != "done":
            raise Conflict("flow.target_not_done", state=target.state)
        return _with_root(case, send_back(case.root, returned, target.id, turn))
    if leaf.holder == (case.initiator if command.to == "initiator" else case.custodian):
        raise Invalid("flow.return_to_self")
    if command.to == "initiator":
        first = Obligation(id=turn.mint(REVISE, leaf.id), act=REVISE, holder=case.initiator, of=leaf.id, once=True)
        return _with_root(case, start_over(case.root, returned, first, turn))
    return _with_root(case, chain(case.root, leaf.id, returned, step(turn, SETTLE, leaf.id), fresh(leaf, turn, 1)))


def withdraw(case: Case, command: c.Withdraw, turn: Turn) -> Case:
    """The own act is taken back while nobody after it has acted, with all that it sent on; a vote it decided is open again."""
    leaf = owes(case, command.obligation)
    demand(leaf, command.revision, "done")
    if command.by.person not in (leaf.done_by, leaf.on_behalf_of):
        raise Forbidden("flow.not_your_act")
    if followed(case.root, leaf.id):
        raise Conflict("flow.next_has_acted")
    taken_back = replace(leaf, state="withdrawn", reason=bounds.text(command.reason))
    root = every(case.root, lambda one: _unsent(one, leaf.id, command, turn))
    return _with_root(case, swap(undecide(root, leaf.id, turn), leaf.id, taken_back, fresh(leaf, turn)))


def _unsent(one: Obligation, sent_by: str, command: c.Command, turn: Turn) -> Obligation:
    return _by_hand(one, "removed", command, turn) if sent(one, sent_by) else one


def transfer(case: Case, command: c.Transfer, turn: Turn) -> Case:
    """Closed here, and the same duty stands with another holder in the same place."""
    leaf = _open(case, command, "transfer")
    if command.to == leaf.holder:
        raise Invalid("flow.same_holder")
    moved = _by_hand(leaf, "transferred", command, turn, bounds.text(command.reason))
    heir = replace(fresh(leaf, turn), holder=command.to, label=bounds.word(command.label) or leaf.label)
    bounds.holder(heir.holder)
    return _with_root(case, swap(case.root, leaf.id, moved, heir))


def add_signer(case: Case, command: c.AddSigner, turn: Turn) -> Case:
    """One more obligation before, after or parallel."""
    leaf = _open(case, command, "add_signer")
    return _grown(case, leaf, command, command.place, command.signer, turn)


def insert(case: Case, command: c.Insert, turn: Turn) -> Case:
    """A whole subtree before, after or parallel, or at the very end."""
    leaf = _open(case, command, "insert")
    return _grown(case, leaf, command, command.place, command.node, turn)


def _grown(case: Case, leaf: Obligation, command: c.OnObligation, place: str, node: Node, turn: Turn) -> Case:
    bounds.plan(node, frozenset(known.id for known in leaves(case.root)))
    sent_by = leaf.id if isinstance(command, c.Insert) else ""
    new = _signed(node, command.by.person, sent_by)
    if case.hub and command.by.capacity == "holder" and leaf.holder != case.custodian:
        new = sequence(replace(step(turn, CONFIRM, leaf.id, once=False), sent_by=sent_by), new)
    match place:
        case "before":
            root = chain(case.root, leaf.id, new, leaf)
        case "after":
            root = chain(case.root, leaf.id, leaf, new)
        case "parallel":
            root = beside(case.root, leaf.id, leaf, new)
        case _:
            root = replace(case.root, children=(*case.root.children, new))
    return _with_root(case, root)


def _signed(node: Node, person: str, sent_by: str) -> Node:
    if isinstance(node, Obligation):
        return replace(node, added_by=person, sent_by=sent_by)
    return every(node, lambda leaf: replace(leaf, added_by=person, sent_by=sent_by))


def remove_signer(case: Case, command: c.RemoveSigner, turn: Turn) -> Case:
    """No longer asked: by the custodian, or by the person who added it."""
    leaf = owes(case, command.obligation)
    if command.by.capacity == "custodian" or not leaf.added_by or command.by.person != leaf.added_by:
        authorise(case, leaf, command.by, "remove_signer")
    demand(leaf, command.revision, *OPEN_STATES)
    if leaf.once:
        raise Conflict("flow.cannot_remove")
    removed = _by_hand(leaf, "removed", command, turn, bounds.text(command.reason))
    return _with_root(case, swap(case.root, leaf.id, removed))


def skip_vacant(case: Case, command: c.SkipVacant, turn: Turn) -> Case:
    """The custodian settles in the place of a holder who cannot be the one; asked again in a later round."""
    leaf = _open(case, command, "skip_vacant")
    if is_last_resort(case, leaf):
        raise Conflict("flow.custodian_is_last")
    skipped = _by_hand(leaf, "skipped", command, turn, command.why)
    instead = replace(step(turn, SETTLE, leaf.id, once=False), sent_by=leaf.sent_by)
    return _with_root(case, swap(case.root, leaf.id, skipped, instead))


def ask_again(case: Case, command: c.AskAgain, turn: Turn) -> Case:
    """A skipped one is asked after all, in the place of the settlement that still waits for the custodian."""
    leaf = owes(case, command.obligation)
    authorise(case, leaf, command.by, "ask_again")
    demand(leaf, command.revision, "skipped")
    instead = stand_in(case, leaf.id)
    if instead is None:
        raise Conflict("flow.settled_already", state=leaf.state)
    return _with_root(case, swap(case.root, instead.id, _by_hand(instead, "removed", command, turn), fresh(leaf, turn)))


def stand_in(case: Case, obligation: str) -> Obligation | None:
    """The settlement that stands open in the place of a skipped one, whoever has taken it over since."""
    names = {obligation}
    for leaf in leaves(case.root):
        if leaf.act == SETTLE and leaf.of in names:
            names.add(leaf.id)
            if leaf.state in OPEN_STATES:
                return leaf
    return None


def urge(case: Case, command: c.Urge, turn: Turn) -> Case:
    """Nothing moves; the fact is told."""
    leaf = owes(case, command.obligation)
    authorise(case, leaf, command.by, "urge")
    demand(leaf, command.revision, "live")
    bounds.text(command.note)
    return case


def reschedule(case: Case, command: c.Reschedule, turn: Turn) -> Case:
    """Another deadline for an open obligation."""
    leaf = _open(case, command, "reschedule")
    bounds.moment(command.due)
    bounds.text(command.reason)
    again = replace(leaf, due=command.due, due_why=bounds.text(command.due_why))
    return _with_root(case, swap(case.root, leaf.id, again))


def suspend(case: Case, command: c.Suspend, turn: Turn) -> Case:
    """All park; the custodian holds the case, until then."""
    authorise_case(case, command.by, "suspend")
    bounds.moment(command.until)
    reason = bounds.text(command.reason, required=True)
    hold = Obligation(
        id=turn.mint(HOLD, case.id), act=HOLD, holder=case.custodian, due=command.until, state="live", revision=1, once=True
    )
    return replace(case, state="suspended", reason=reason, hold=hold)


def resume(case: Case, command: c.Resume, turn: Turn) -> Case:
    """All that were parked open again, at a new revision."""
    authorise_case(case, command.by, "resume")
    if case.state != "suspended":
        raise Conflict("flow.not_suspended", state=case.state)
    return replace(case, state="running", reason="", hold=None)


def terminate(case: Case, command: c.Terminate, turn: Turn) -> Case:
    """Ended undone; everything open closes."""
    authorise_case(case, command.by, "terminate")
    reason = bounds.text(command.reason, required=True)
    root = every(case.root, lambda leaf: replace(leaf, state="void") if leaf.state in OPEN_STATES else leaf)
    return replace(case, state="terminated", reason=reason, root=root, hold=None)


def reopen(case: Case, command: c.Reopen, turn: Turn) -> Case:
    """An ended case runs again, with more to do at its end; nothing that was done is touched."""
    authorise_case(case, command.by, "reopen")
    bounds.text(command.reason, required=True)
    bounds.plan(command.node, frozenset(known.id for known in leaves(case.root)))
    root = replace(case.root, children=(*case.root.children, _signed(command.node, command.by.person, "")))
    return replace(case, state="running", root=root)


def entrust(case: Case, command: c.Entrust, turn: Turn) -> Case:
    """Another custodian; what the old one holds openly goes along."""
    authorise_case(case, command.by, "entrust")
    bounds.holder(command.to)
    if command.to == case.custodian:
        raise Invalid("flow.same_holder")
    root = case.root
    for leaf in leaves(case.root):
        if leaf.state in OPEN_STATES and leaf.holder == case.custodian:
            moved = _by_hand(leaf, "transferred", command, turn)
            root = swap(root, leaf.id, moved, replace(fresh(leaf, turn), holder=command.to))
    hold = replace(case.hold, id=turn.mint(HOLD, case.id), holder=command.to) if case.hold else None
    return replace(case, root=root, hold=hold, custodian=command.to)


def _with_root(case: Case, root: Group) -> Case:
    return replace(case, root=root)


def _live(case: Case, command: c.OnObligation, verb: str) -> Obligation:
    leaf = owes(case, command.obligation)
    authorise(case, leaf, command.by, verb)
    demand(leaf, command.revision, "live")
    return leaf


def _open(case: Case, command: c.OnObligation, verb: str) -> Obligation:
    """The holder works on what is live; the custodian may also arrange what still waits."""
    leaf = owes(case, command.obligation)
    authorise(case, leaf, command.by, verb)
    demand(leaf, command.revision, *(OPEN_STATES if command.by.capacity == "custodian" else ("live",)))
    return leaf


def _by_hand(leaf: Obligation, state: State, command: c.Command, turn: Turn, reason: str = "") -> Obligation:
    by = command.by
    return replace(
        leaf, state=state, done_by=by.person, done_post=by.post, on_behalf_of=by.on_behalf_of, done_at=turn.at, reason=reason
    )


def standing(case: Case, command: c.Command) -> None:
    """Refuse Conflict where the case as a whole takes no such command now."""
    if isinstance(command, c.Reopen):
        if case.state != "ended":
            raise Conflict("flow.not_ended", state=case.state)
        return
    if case.state in OVER:
        raise Conflict("flow.case_over", state=case.state)
    if case.state == "suspended" and not isinstance(command, c.Resume | c.Terminate | c.Entrust):
        raise Conflict("flow.suspended")
