"""A state machine over the inbox and the posts: what each person sees open is always exactly what the model says is pending."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from office.inbox import actions, queries
from office.inbox.actions import Holder, NewTodo
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.database import execute
from office.kernel.work import verb
from office.organization import actions as organization
from tests.office.inbox.lists import todos_of
from tests.office.organization.town import Town, actor_of, opened, settle

PEOPLE = ("周启明", "韩素云", "沈立群", "罗小满")
POSTS = ("镇长", "副镇长（农业）", "文书")
LEADERS = POSTS[:2]
SOURCES = tuple(f"works.paper:{number}" for number in range(4))
KINDS = ("works.sign", "works.read", "chores.do")
SCOPES: tuple[tuple[str, ...], ...] = ((), ("works",), ("chores",))
HOLDERS = (*(("person", name) for name in PEOPLE), *(("post", title) for title in POSTS))

Piece = tuple[str, str, tuple[str, str]]
pieces = st.tuples(st.sampled_from(KINDS), st.sampled_from(SOURCES), st.sampled_from(HOLDERS))


class Inbox(RuleBasedStateMachine):
    """The model: open pieces of work, who holds which post, and who stands in for whom."""

    runner: asyncio.Runner
    town: Town

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    @initialize()
    def begin(self) -> None:
        self.open: set[Piece] = set()
        self.done: dict[str, list[tuple[str, str]]] = {name: [] for name in PEOPLE}
        self.held = {("韩素云", "镇长"): self.town.appointments["韩素云"]}
        self.held[("沈立群", "副镇长（农业）")] = self.town.appointments["沈立群"]
        self.held[("罗小满", "文书")] = self.town.appointments["罗小满"]
        self.stand_ins: dict[tuple[str, str], tuple[str, Any, tuple[str, ...]]] = {}
        self.run(reset(self.town))

    def holder(self, told: tuple[str, str]) -> Holder:
        kind, name = told
        return Holder(kind=kind, id=(self.town.people if kind == "person" else self.town.posts)[name])

    def sees(self, person: str, piece: Piece) -> bool:
        kind, _, who = piece
        delegated = {
            post
            for (_, post), (receiver, _, scope) in self.stand_ins.items()
            if receiver == person and (not scope or kind.partition(".")[0] in scope)
        }
        posts = {post for name, post in self.held if name == person} | delegated
        return who in {("person", person), *(("post", post) for post in posts)}

    @rule(work=st.lists(pieces, min_size=1, max_size=4))
    def assign(self, work: list[Piece]) -> None:
        todos = [NewTodo(kind=kind, source=source, holder=self.holder(who), title=source) for kind, source, who in work]
        assert len(self.run(actions.open_many(todos))) == len(work)
        self.open |= set(work)

    @rule(kind=st.sampled_from(KINDS), source=st.sampled_from(SOURCES), doer=st.none() | st.sampled_from(PEOPLE))
    def act(self, kind: str, source: str, doer: str | None) -> None:
        gone = {piece for piece in self.open if piece[:2] == (kind, source)}
        by = self.run(actor_of(self.town.people[doer], doer)) if doer else SYSTEM
        assert self.run(actions.close(kind, source, by=by, reason="已办")) == len(gone)
        self.open -= gone
        for _, _, (held_by, name) in gone:
            self.finished(name if held_by == "person" else doer, kind, source)

    @rule(piece=pieces, doer=st.sampled_from(PEOPLE), giver=st.sampled_from(PEOPLE))
    def act_for_another(self, piece: Piece, doer: str, giver: str) -> None:
        kind, source, (held_by, name) = piece
        by, behalf = self.run(actor_of(self.town.people[doer], doer)), self.town.people[giver]
        closed = self.run(actions.close(kind, source, by=by, reason="已办", holder=self.holder(piece[2]), behalf=behalf))
        assert closed == (piece in self.open)
        if closed:
            self.open.discard(piece)
            for one in {doer, giver, *([name] if held_by == "person" else [])}:
                self.finished(one, kind, source)

    def finished(self, name: str | None, kind: str, source: str) -> None:
        if name:
            self.done[name].append((kind, source))

    @rule(piece=pieces)
    def act_alone(self, piece: Piece) -> None:
        kind, source, who = piece
        closed = self.run(actions.close(kind, source, by=SYSTEM, reason="已办", holder=self.holder(who)))
        assert closed == (piece in self.open)
        self.open.discard(piece)
        if closed and who[0] == "person":
            self.finished(who[1], kind, source)

    @rule(source=st.sampled_from(SOURCES))
    def withdraw(self, source: str) -> None:
        gone = {piece for piece in self.open if piece[1] == source}
        assert self.run(actions.withdraw(source, by=SYSTEM, reason="撤回")) == len(gone)
        self.open -= gone

    @rule(piece=pieces, to=st.sampled_from(HOLDERS))
    def transfer(self, piece: Piece, to: tuple[str, str]) -> None:
        kind, source, who = piece
        moved = self.run(actions.transfer(kind, source, holder=self.holder(who), to=self.holder(to), by=SYSTEM, reason="转办"))
        assert moved == (piece in self.open and who != to)
        if moved:
            self.open = (self.open - {piece}) | {(kind, source, to)}

    @rule(person=st.sampled_from(PEOPLE), post=st.sampled_from(POSTS))
    def appoint_or_vacate(self, person: str, post: str) -> None:
        if (person, post) in self.held:
            self.run(organization.end_appointment(SYSTEM, self.held.pop((person, post))))
            self.stand_ins.pop((person, post), None)
        else:
            self.held[(person, post)] = self.run(
                organization.appoint(SYSTEM, self.town.people[person], self.town.posts[post], kind="兼任")
            )

    @precondition(lambda self: any(post in LEADERS for _, post in self.held))
    @rule(data=st.data(), receiver=st.sampled_from(PEOPLE), scope=st.sampled_from(SCOPES))
    def delegate_or_revoke(self, data: st.DataObject, receiver: str, scope: tuple[str, ...]) -> None:
        giver, post = data.draw(st.sampled_from(sorted(one for one in self.held if one[1] in LEADERS)))
        actor = self.run(actor_of(self.town.people[giver], giver))
        if (giver, post) in self.stand_ins:
            self.run(organization.revoke_delegation(actor, self.stand_ins.pop((giver, post))[1]))
        elif receiver != giver and any(name == receiver for name, _ in self.held):
            made = organization.delegate(
                actor, self.town.posts[post], self.town.people[receiver], valid_to=clock.now() + timedelta(days=30), scope=scope
            )
            self.stand_ins[(giver, post)] = (receiver, self.run(made), scope)

    @invariant()
    def everybody_sees_exactly_what_is_pending(self) -> None:
        if not hasattr(self, "open"):
            return
        for person in PEOPLE:
            shown, counts = self.run(seen(self.town, person))
            pending = sorted((kind, source) for kind, source, who in self.open if self.sees(person, (kind, source, who)))
            assert shown == pending
            assert counts == len(pending)
            handled, _ = self.run(todos_of(self.run(actor_of(self.town.people[person], person)), "done", limit=100))
            assert sorted((one.kind, one.source) for one in handled) == sorted(self.done[person])

    @invariant()
    def the_promises_hold(self) -> None:
        assert self.run(self.town.broken_promises()) == []


async def seen(town: Town, person: str) -> tuple[list[tuple[str, str]], int]:
    actor = await actor_of(town.people[person], person)
    lists = [await todos_of(actor, box, limit=100) for box in ("handle", "read")]
    counts = await queries.counts(actor)
    return sorted((one.kind, one.source) for found, _ in lists for one in found), counts.handle + counts.read


@verb
async def reset(town: Town) -> None:
    """The county as it was settled."""
    for table in ("inbox_todo", "organization_delegation"):
        await execute(f"DELETE FROM {table}")
    kept = [str(one) for one in town.appointments.values()]
    marks = ", ".join("?" * len(kept))
    await execute(f"DELETE FROM organization_appointment WHERE id NOT IN ({marks})", *kept)
    await execute("UPDATE organization_appointment SET valid_to = NULL, told = 'begun'")


@pytest.fixture
def county(engine: Any, tmp_path: Path) -> Iterator[tuple[asyncio.Runner, Town]]:
    """A county and the loop it lives in, for a machine that is driven from outside any loop."""
    with asyncio.Runner() as runner:
        house: AbstractAsyncContextManager[Any] = opened(engine.url, tmp_path)
        app = runner.run(house.__aenter__())
        try:
            yield runner, runner.run(settle(app))
        finally:
            runner.run(house.__aexit__(None, None, None))


def test_open_to_dos_are_the_pending_work_of_every_person(county: tuple[asyncio.Runner, Town]) -> None:
    machine = type("Machine", (Inbox,), {"runner": county[0], "town": county[1]})
    few = settings(max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=few)
