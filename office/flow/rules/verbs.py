"""Who may do what to an obligation. Whether a person really holds a post or a role, the caller has established."""

from collections.abc import Collection, Iterator
from typing import Final

from office.flow.rules.model import ACTED, OPEN_STATES, OVER, By, Case, Holder, Obligation, leaves
from office.flow.rules.rounds import followed
from office.flow.rules.tree import find
from office.flow.texts import CLOSED
from office.kernel.refusal import Conflict, Forbidden, Invalid, NotFound

HOLDER_VERBS: Final = frozenset({"return", "transfer", "add_signer", "insert"})
CUSTODIAN_VERBS: Final = ("transfer", "add_signer", "insert", "remove_signer", "skip_vacant", "urge", "reschedule")
CUSTODIAN_CASE_VERBS: Final = frozenset({"suspend", "resume", "terminate", "reopen", "entrust"})
STANDS: Final = {"waiting": "flow.not_its_turn", "live": "flow.not_done", "done": "flow.already_handled"}


def begun(case: Case) -> bool:
    """Whether anyone has acted yet."""
    return any(leaf.state in ACTED for leaf in leaves(case.root))


def is_last_resort(case: Case, leaf: Obligation) -> bool:
    """The custodian's own obligation cannot be skipped: there is nobody further to go to."""
    return leaf.holder == case.custodian


def authorise(case: Case, leaf: Obligation, by: By, verb: str) -> None:
    """Refuse Forbidden unless `by` has this verb on this obligation in the capacity it claims."""
    if by.on_behalf_of and by.on_behalf_of == by.person:
        raise Invalid("flow.on_behalf_of_self")
    if by.capacity == "holder":
        _stand_for(by, leaf.holder, "flow.not_holder")
        allowed = verb == "act" or verb in leaf.verbs
    elif by.capacity == "custodian":
        _stand_for(by, case.custodian, "flow.not_custodian")
        allowed = verb in CUSTODIAN_VERBS or verb == "ask_again"
    else:
        authorise_capacity(case, by)
        allowed = verb == "urge"
    if not allowed:
        raise Forbidden("flow.verb_not_allowed", verb=verb)


def authorise_case(case: Case, by: By, verb: str) -> None:
    """The same for a command on the whole case."""
    authorise_capacity(case, by)
    if by.capacity == "custodian" and verb in CUSTODIAN_CASE_VERBS:
        return
    if by.capacity != "initiator" or verb != "terminate":
        raise Forbidden("flow.verb_not_allowed", verb=verb)
    if begun(case):
        raise Conflict("flow.already_begun")


def authorise_capacity(case: Case, by: By) -> None:
    """Refuse Forbidden where `by` is not who the case names as custodian or initiator."""
    if by.capacity == "custodian":
        _stand_for(by, case.custodian, "flow.not_custodian")
    if by.capacity == "initiator":
        _stand_for(by, case.initiator, "flow.not_initiator")


def _stand_for(by: By, holder: Holder, otherwise: str) -> None:
    if holder.kind == "post" and by.post != holder.id:
        raise Forbidden("flow.wrong_post" if otherwise == "flow.not_holder" else otherwise, post=holder.id)
    if holder.kind == "person" and holder.id not in (by.person, by.on_behalf_of):
        raise Forbidden(otherwise)


def owes(case: Case, obligation: str) -> Obligation:
    """The obligation of that id in the tree; NotFound otherwise."""
    leaf = find(case.root, obligation)
    if leaf is None:
        raise NotFound("flow.no_such_obligation")
    return leaf


def demand(leaf: Obligation, revision: int, *states: str) -> None:
    """Refuse Conflict unless the obligation is in one of `states` and at `revision`; the facts tell how it stands now."""
    if leaf.state in states and leaf.revision == revision:
        return
    how = CLOSED.get(leaf.state, "")
    code = "flow.changed_meanwhile" if leaf.state in states else "flow.step_closed" if how else STANDS[leaf.state]
    raise Conflict(code, state=leaf.state, revision=leaf.revision, done_by=leaf.done_by, how=how)


def verbs_of(case: Case, obligation: str, who: Collection[Holder]) -> tuple[str, ...]:
    """The verbs open on an obligation to someone who is all of `who` (the person, the posts, the roles, those who delegated).

    In a fixed order; () where there are none. NotFound for an unknown obligation.
    """
    if case.state in OVER or case.state == "suspended":
        return ()
    leaf = owes(case, obligation)
    return tuple(dict.fromkeys((*_as_holder(case, leaf, who), *_as_custodian(case, leaf, who))))


def case_verbs(case: Case, who: Collection[Holder]) -> tuple[str, ...]:
    """The verbs on the whole case open to `who` now."""
    if case.state in OVER:
        return ("reopen",) if case.state == "ended" and case.custodian in who else ()
    if case.custodian in who:
        return ("resume" if case.state == "suspended" else "suspend", "terminate", "entrust")
    return ("terminate",) if case.initiator in who and not begun(case) else ()


def _as_holder(case: Case, leaf: Obligation, who: Collection[Holder]) -> Iterator[str]:
    if leaf.state == "live" and leaf.holder in who:
        yield from ("act", *leaf.verbs)
    if leaf.state == "done" and _is(leaf.done_by, who, leaf.on_behalf_of) and not followed(case.root, leaf.id):
        yield "withdraw"
    if leaf.state in OPEN_STATES and not leaf.once and _is(leaf.added_by, who):
        yield "remove_signer"
    if leaf.state == "live" and case.initiator in who:
        yield "urge"


def _is(person: str, who: Collection[Holder], principal: str = "") -> bool:
    return any(name and Holder("person", name) in who for name in (person, principal))


def _as_custodian(case: Case, leaf: Obligation, who: Collection[Holder]) -> Iterator[str]:
    if case.custodian not in who or leaf.state not in OPEN_STATES:
        return
    closed_to = set()
    if leaf.once:
        closed_to.add("remove_signer")
    if is_last_resort(case, leaf):
        closed_to.add("skip_vacant")
    if leaf.state == "waiting":
        closed_to.add("urge")
    yield from (verb for verb in CUSTODIAN_VERBS if verb not in closed_to)
