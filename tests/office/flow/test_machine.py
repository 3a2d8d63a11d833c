"""Every command in any order on any tree: the promises of the flow core."""

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from office.flow.rules import (
    Act,
    AddSigner,
    AskAgain,
    By,
    Case,
    Entrust,
    Entry,
    Group,
    Holder,
    Insert,
    Node,
    Obligation,
    RemoveSigner,
    Reopen,
    Reschedule,
    Resume,
    Return,
    SkipVacant,
    Start,
    Suspend,
    Terminate,
    Transfer,
    Urge,
    Withdraw,
    apply,
    decode,
    decode_trail,
    encode,
    encode_trail,
    leaves,
    live,
    replay,
    sequence,
    start,
    verbs_of,
)
from office.flow.rules.moves import stand_in
from office.flow.rules.rounds import followers
from office.flow.rules.settle import VOTES
from office.flow.rules.tree import path
from office.flow.texts import TEXTS
from office.kernel.refusal import Conflict, Forbidden, Invalid, NotFound
from tests.office.flow.cast import ALL_VERBS, AT, CASE, CLERK, FOUNDER, INITIATOR, by_custodian, by_holder, todos_after

NAMES = st.sampled_from(["ma", "lin", "wu", "chen-founder"])
HOLDERS = st.one_of(
    NAMES.map(lambda name: Holder("person", name)),
    st.sampled_from(["deputy", "director"]).map(lambda post: Holder("post", post)),
    st.just(CLERK),
)
TERMINAL = {"returned", "withdrawn", "transferred", "skipped", "removed", "overtaken", "void"}
# A done act may later be taken back or overtaken, and one not needed may be asked anew by its successor; nothing else moves.
MAY_FOLLOW = {"done": {"done", "overtaken", "withdrawn"}, "unneeded": {"unneeded", "void"}}
AFTER = ("after", "before", "parallel")


@st.composite
def plans(draw: st.DrawFn, ids: Any, depth: int = 3) -> Node:
    if depth == 0 or draw(st.booleans()):
        return Obligation(id=next(ids), act="handle", holder=draw(HOLDERS), verbs=ALL_VERBS)
    join = draw(st.sampled_from(["sequence", "all", "any", "ratio"]))
    children = tuple(draw(plans(ids, depth - 1)) for _ in range(draw(st.integers(1, 3))))
    need = {"any": 1, "ratio": draw(st.integers(1, len(children)))}.get(join, 0)
    return Group(join=join, children=children, need=need)


class Flow(RuleBasedStateMachine):
    """Random commands, most of them sensible; a refusal must change nothing and never be a crash."""

    def __init__(self) -> None:
        super().__init__()
        self.ids = (str(UUID(int=n)) for n in itertools.count(1))
        self.acted: list[tuple[str, int]] = []

    @initialize(data=st.data(), hub=st.booleans())
    def begin(self, data: st.DataObject, hub: bool) -> None:
        root = sequence(*(data.draw(plans(self.ids)) for _ in range(data.draw(st.integers(2, 4)))))
        command = Start(by=INITIATOR, case=CASE, root=root, custodian=CLERK, initiator=FOUNDER, hub=hub)
        self.case, facts = start(command, AT)
        self.before = self.case
        self.trail = [Entry(at=AT, command=command)]
        self.todos = todos_after({}, facts)

    @property
    def clerk(self) -> By:
        return by_custodian(self.case.custodian)

    def pick(self, data: st.DataObject, *states: str) -> Obligation:
        known = list(leaves(self.case.root))
        return data.draw(st.sampled_from([leaf for leaf in known if leaf.state in states] or known))

    def do(self, command: Any) -> bool:
        at = AT + timedelta(minutes=len(self.trail))
        try:
            after, facts = apply(self.case, command, at)
        except (Conflict, Forbidden, Invalid, NotFound) as refusal:
            return refusal.code not in TEXTS
        self.before, self.case = self.case, after
        self.trail.append(Entry(at=at, command=command))
        self.todos = todos_after(self.todos, facts)
        return True

    def on(self, verb: type[Any], leaf: Obligation, by: By | None = None, **more: Any) -> bool:
        return self.do(verb(obligation=leaf.id, revision=leaf.revision, by=by or by_holder(leaf), **more))

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data(), assent=st.booleans())
    def act(self, data: st.DataObject, assent: bool) -> None:
        leaf = self.pick(data, "live")
        if self.on(Act, leaf, assent=assent):
            assert (leaf.id, leaf.revision) not in self.acted
            self.acted.append((leaf.id, leaf.revision))
            with pytest.raises((Conflict, NotFound)):
                apply(self.case, Act(obligation=leaf.id, revision=leaf.revision, by=by_holder(leaf)), AT)

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data(), assents=st.lists(st.booleans(), min_size=1, max_size=5))
    def several_act(self, data: st.DataObject, assents: list[bool]) -> None:
        for assent in assents:
            self.act(data, assent)

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data(), to=st.sampled_from(["obligation", "obligation", "initiator", "custodian"]))
    def send_back(self, data: st.DataObject, to: Any) -> None:
        leaf = self.pick(data, "live")
        earlier = [one for one in leaves(self.case.root) if one.state == "done" and self.comes_after(leaf, one)]
        target = data.draw(st.sampled_from(earlier)) if earlier else self.pick(data, "done")
        if self.on(Return, leaf, to=to, target=target.id, reason="缺附件"):
            self.nothing_ahead_stays_open(leaf, target if to == "obligation" else None)

    def comes_after(self, leaf: Obligation, earlier: Obligation) -> bool:
        return any(one.id == leaf.id for one in followers(self.case.root, earlier.id))

    def nothing_ahead_stays_open(self, leaf: Obligation, target: Obligation | None) -> None:
        """The returned one is record, and who was open after the target, before the return, is open no more."""
        known = {one.id: one for one in leaves(self.case.root)}
        before = {one.id for one in live(self.before)}
        assert known[leaf.id].state == "returned"
        if target:
            assert known[target.id].state == "overtaken"
            (asked,) = (one for one in known.values() if one.of == target.id and one.act == target.act)
            in_a_vote = any(group.join in VOTES for group, _ in path(self.before.root, target.id))
            assert asked.state == "live" or (asked.state == "waiting" and in_a_vote)
            ahead = {one.id for one in followers(self.before.root, target.id)} & before
            assert all(known[one].state in ("returned", "void") for one in ahead)
            assert all(one.id not in before for one in followers(self.case.root, target.id) if one.state == "live")

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        leaf = self.pick(data, "done")
        self.on(Withdraw, leaf, by=By(person=leaf.done_by or "ma"))

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data(), to=HOLDERS, clerk=st.booleans())
    def transfer(self, data: st.DataObject, to: Holder, clerk: bool) -> None:
        self.on(Transfer, self.pick(data, "live"), by=self.clerk if clerk else None, to=to)

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data(), to=HOLDERS, place=st.sampled_from(AFTER), clerk=st.booleans())
    def add_signer(self, data: st.DataObject, to: Holder, place: Any, clerk: bool) -> None:
        signer = Obligation(id=next(self.ids), act="sign", holder=to, verbs=ALL_VERBS)
        leaf = self.pick(data, "live", "waiting") if clerk else self.pick(data, "live")
        self.on(AddSigner, leaf, by=self.clerk if clerk else None, place=place, signer=signer)

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data(), place=st.sampled_from([*AFTER, "end"]), clerk=st.booleans())
    def insert(self, data: st.DataObject, place: Any, clerk: bool) -> None:
        node = data.draw(plans(self.ids, 2))
        self.on(Insert, self.pick(data, "live"), by=self.clerk if clerk else None, place=place, node=node)

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        self.on(RemoveSigner, self.pick(data, "live", "waiting"), by=self.clerk)

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data(), why=st.sampled_from(["vacant", "left", "away", "initiator"]))
    def skip(self, data: st.DataObject, why: Any) -> None:
        self.on(SkipVacant, self.pick(data, "live", "waiting"), by=self.clerk, why=why)

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data())
    def ask_after_all(self, data: st.DataObject) -> None:
        """One that was skipped: asked in the place of its settlement, whoever took that over, unless it is settled."""
        leaf = self.pick(data, "skipped")
        may = leaf.state == "skipped" and stand_in(self.case, leaf.id) is not None
        entries, open_before = len(self.trail), len(live(self.case))
        self.on(AskAgain, leaf, by=self.clerk)
        if may and len(self.trail) > entries:
            assert len(live(self.case)) == open_before
        assert may or len(self.trail) == entries

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data(), hours=st.integers(1, 99))
    def remind(self, data: st.DataObject, hours: int) -> None:
        leaf = self.pick(data, "live")
        self.on(Urge, leaf, by=self.clerk)
        self.on(Reschedule, leaf, by=self.clerk, due=AT + timedelta(hours=hours))

    @precondition(lambda self: self.case.state == "running")
    @rule(resume=st.booleans())
    def pause(self, resume: bool) -> None:
        self.do(Suspend(by=self.clerk, reason="暂缓", until=AT + timedelta(days=9)))
        if resume:
            self.do(Resume(by=self.clerk))

    @precondition(lambda self: self.case.state == "suspended")
    @rule()
    def go_on(self) -> None:
        self.do(Resume(by=self.clerk))

    @precondition(lambda self: self.case.state in ("ended", "terminated"))
    @rule(data=st.data())
    def nothing_moves_once_over(self, data: st.DataObject) -> None:
        assert not self.on(Act, self.pick(data, "done"))
        assert not self.on(Withdraw, self.pick(data, "done"))
        assert not self.do(Resume(by=self.clerk))

    @precondition(lambda self: self.case.state in ("ended", "terminated"))
    @rule(data=st.data(), clerk=st.booleans())
    def reopen(self, data: st.DataObject, clerk: bool) -> None:
        """Ended, the custodian takes it up again, and nobody else; what was done stays; terminated, nobody does."""
        may, before, entries = clerk and self.case.state == "ended", list(leaves(self.case.root)), len(self.trail)
        node = data.draw(plans(self.ids, 2))
        self.do(Reopen(by=self.clerk if clerk else INITIATOR, reason="结果有误", node=node))
        assert (len(self.trail) > entries) == may
        assert list(leaves(self.case.root))[: len(before)] == before

    @precondition(lambda self: len(self.trail) % 7 == 0)
    @rule(number=st.integers(1, 3))
    def entrust(self, number: int) -> None:
        self.do(Entrust(by=self.clerk, to=Holder("post", f"clerk@{number}")))

    @precondition(lambda self: len(self.trail) % 11 == 0)
    @rule()
    def terminate(self) -> None:
        self.do(Terminate(by=self.clerk, reason="撤件"))

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data(), shift=st.sampled_from([-1, 1]))
    def stale(self, data: st.DataObject, shift: int) -> None:
        leaf = self.pick(data, "live")
        with pytest.raises(Conflict):
            apply(self.case, Act(obligation=leaf.id, revision=leaf.revision + shift, by=by_holder(leaf)), AT)

    @precondition(lambda self: self.case.state == "running")
    @rule(data=st.data())
    def offered_verbs_work(self, data: st.DataObject) -> None:
        """What `verbs_of` offers is never refused to the one it was offered to."""
        leaf = self.pick(data, "live", "done", "waiting")
        by = by_holder(leaf)
        mine = {leaf.holder, Holder("person", leaf.done_by or by.person)}
        verbs = verbs_of(self.case, leaf.id, mine)
        assert ("act" in verbs) == (leaf.state == "live" and self.case.state == "running")
        if "withdraw" in verbs:
            apply(self.case, Withdraw(obligation=leaf.id, revision=leaf.revision, by=By(person=leaf.done_by)), AT)
        clerk = verbs_of(self.case, leaf.id, {self.case.custodian})
        tries = {
            "remove_signer": RemoveSigner(obligation=leaf.id, revision=leaf.revision, by=self.clerk),
            "skip_vacant": SkipVacant(obligation=leaf.id, revision=leaf.revision, by=self.clerk, why="left"),
            "urge": Urge(obligation=leaf.id, revision=leaf.revision, by=self.clerk),
        }
        for verb in tries.keys() & set(clerk):
            apply(self.case, tries[verb], AT)

    @invariant()
    def always_a_live_holder_until_the_end(self) -> None:
        over = self.case.state in ("ended", "terminated")
        assert bool(live(self.case)) != over
        if over:
            assert all(leaf.state not in ("live", "waiting") for leaf in leaves(self.case.root))

    @invariant()
    def todos_are_exactly_what_is_live(self) -> None:
        assert self.todos == {leaf.id: leaf for leaf in live(self.case)}

    @invariant()
    def a_live_set_is_what_the_tree_means(self) -> None:
        """Against an independent reading of the tree: the live ones are those whose turn it is, and only those."""
        if self.case.state == "running":
            assert [leaf.id for leaf in live(self.case)] == [leaf.id for leaf in _expected(self.case.root)]

    @invariant()
    def a_closed_one_never_opens_again(self) -> None:
        now = {leaf.id: leaf for leaf in leaves(self.case.root)}
        assert len(now) == sum(1 for _ in leaves(self.case.root))
        for leaf in leaves(self.before.root):
            if leaf.state in TERMINAL:
                assert now[leaf.id] == leaf
            elif leaf.state in MAY_FOLLOW:
                assert now[leaf.id].state in MAY_FOLLOW[leaf.state]

    @invariant()
    def every_decision_is_settled(self) -> None:
        for group in _groups(self.case.root):
            if group.decided:
                assert all(leaf.state != "live" for leaf in leaves(group))

    def teardown(self) -> None:
        if hasattr(self, "case"):
            assert replay(self.trail) == self.case
            assert decode(encode(self.case)) == self.case
            assert decode_trail(encode_trail(self.trail)) == self.trail
            finished = _finish(self.case)
            assert finished.state in ("ended", "terminated")


def _groups(node: Node) -> list[Group]:
    return [] if isinstance(node, Obligation) else [node, *(below for child in node.children for below in _groups(child))]


def _is_open(node: Node) -> bool:
    return any(leaf.state in ("live", "waiting") for leaf in leaves(node))


def _expected(node: Node) -> list[Obligation]:
    """The ones whose turn it is: in a sequence only of the first child with anything open, elsewhere of all children."""
    if isinstance(node, Obligation):
        return [node] if node.state in ("live", "waiting") else []
    open_children = [child for child in node.children if _is_open(child)]
    return [leaf for child in (open_children[:1] if node.join == "sequence" else open_children) for leaf in _expected(child)]


def _finish(case: Case) -> Case:
    """Everyone just acts: the case must come to an end by itself, in as many steps as it has obligations."""
    if case.state == "suspended":
        case, _ = apply(case, Resume(by=by_custodian(case.custodian)), AT)
    for _ in range(3 * sum(1 for _ in leaves(case.root)) + 3):
        if case.state in ("ended", "terminated"):
            return case
        leaf = live(case)[0]
        case, _ = apply(case, Act(obligation=leaf.id, revision=leaf.revision, by=by_holder(leaf), assent=False), AT)
    return case


Flow.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestFlow = Flow.TestCase
