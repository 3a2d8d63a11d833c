"""Settling: after any edit, who must be live now? One pass from the root answers it, so nothing is ever left pending.

A closed obligation that was not done counts as not there. What is open opens if its turn has come and is parked if not; a
vote is decided as soon as it can be; a root with nothing open has ended; and whatever has no answer goes to the custodian.
"""

from collections.abc import Sequence
from typing import Final, Literal

from msgspec.structs import replace

from office.flow.rules.model import ARBITRATE, OPEN_STATES, OVER, SETTLE, Case, Group, Node, Obligation, Turn, Verdict, sequence
from office.flow.rules.tree import every, measure

VOTES: Final = frozenset({"any", "ratio"})
CUSTODIAN_STEP: Final = ("return", "insert", "transfer", "add_signer")


def verdict(node: Node) -> Verdict:
    """What a node says: in a sequence the last word counts, in `all` one dissent, in a vote what was decided."""
    if isinstance(node, Obligation):
        if node.state in OPEN_STATES:
            return Verdict.OPEN
        if node.state != "done":
            return Verdict.ABSENT
        return Verdict.ASSENT if node.assent else Verdict.DISSENT
    said = [word for child in node.children if (word := verdict(child)) is not Verdict.ABSENT]
    return _joined(node, said)


def _joined(group: Group, said: Sequence[Verdict]) -> Verdict:
    if not said:
        return Verdict.ABSENT
    if Verdict.OPEN in said:
        return Verdict.OPEN
    if group.join == "sequence":
        return said[-1]
    if group.join == "all":
        return Verdict.DISSENT if Verdict.DISSENT in said else Verdict.ASSENT
    return Verdict.ASSENT if group.decided == "met" else Verdict.DISSENT


def settled(case: Case, turn: Turn) -> Case:
    """The case after every consequence: opened, parked, decided, ended. A suspended case parks all; the custodian holds it."""
    if case.state in OVER:
        return case
    root = _settle(case.root, case.state == "running", turn)
    if case.state == "suspended":
        return replace(case, root=root)
    word = verdict(root)
    if word is Verdict.ABSENT:
        root = replace(root, children=(*root.children, _opened(step(turn, SETTLE, case.id))))
    elif word is not Verdict.OPEN:
        return replace(case, root=root, state="ended")
    return replace(case, root=root)


def step(turn: Turn, act: str, origin: str, once: bool = True) -> Obligation:
    """A custodian's obligation that the rules create, because something before it has no other answer."""
    verbs = CUSTODIAN_STEP
    return Obligation(id=turn.mint(act, origin), act=act, holder=turn.custodian, verbs=verbs, of=origin, once=once)


def _opened(leaf: Obligation) -> Obligation:
    return replace(leaf, state="live", revision=leaf.revision + 1)


def _turn_of(leaf: Obligation, active: bool) -> Obligation:
    if leaf.state == "waiting" and active:
        return _opened(leaf)
    return replace(leaf, state="waiting") if leaf.state == "live" and not active else leaf


def _settle(group: Group, active: bool, turn: Turn) -> Group:
    children: list[Node] = []
    gate = active and not group.decided  # nothing inside a decided vote moves again: a vote within it is over unheard
    for child in group.children:
        new = _turn_of(child, gate) if isinstance(child, Obligation) else _settle(child, gate, turn)
        placed = _with_arbiter(group, child, new, turn)
        children.extend(placed)
        if group.join == "sequence" and any(verdict(node) is Verdict.OPEN for node in placed):
            gate = False
    group = replace(group, children=tuple(children))
    return _decided(group) if active and group.join in VOTES and not group.decided else group


def _with_arbiter(parent: Group, before: Node, after: Node, turn: Turn) -> tuple[Node, ...]:
    """A vote that has just failed is followed by the custodian, flat where the parent is a sequence."""
    if isinstance(before, Obligation) or isinstance(after, Obligation) or before.decided or after.decided != "failed":
        return (after,)
    first = _first(after).id
    # A vote and the one inside it may fail at once and share their first leaf, never their size.
    arbiter = _opened(replace(step(turn, ARBITRATE, first), id=turn.mint(f"{ARBITRATE}/{measure(after)[0]}", first)))
    return (after, arbiter) if parent.join == "sequence" else (sequence(after, arbiter),)


def _first(node: Node) -> Obligation:
    return node if isinstance(node, Obligation) else _first(node.children[0])


def _decided(vote: Group) -> Group:
    words = [verdict(child) for child in vote.children]
    yes, pending = words.count(Verdict.ASSENT), words.count(Verdict.OPEN)
    if yes >= vote.need:
        return _over(vote, "met")
    if yes + pending < vote.need and any(word is not Verdict.ABSENT for word in words):
        return _over(vote, "failed")
    return vote


def _over(vote: Group, decided: Literal["met", "failed"]) -> Group:
    def close(leaf: Obligation) -> Obligation:
        return replace(leaf, state="unneeded") if leaf.state in OPEN_STATES else leaf

    return replace(every(vote, close), decided=decided)
