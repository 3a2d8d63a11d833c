"""The people and small builders the flow tests share."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from office.flow.rules import (
    Act,
    AnyCommand,
    By,
    Case,
    Closed,
    Fact,
    Holder,
    Node,
    Obligation,
    Opened,
    Rescheduled,
    Start,
    apply,
    leaves,
    live,
    sequence,
    start,
)

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CASE = "01968000-0000-7000-8000-000000000000"
CLERK = Holder("post", "clerk@qingshi")
FOUNDER = Holder("person", "chen-founder")
ALL_VERBS = ("return", "transfer", "add_signer", "insert")


def uid(name: str) -> str:
    """A UUID for a short name of at most 12 letters, so that failures can be read."""
    return str(UUID(bytes=name.encode().ljust(16, b"\0")))


def person(name: str) -> Holder:
    return Holder("person", name)


def duty(name: str, holder: Holder | None = None, act: str = "handle", **more: Any) -> Obligation:
    """An obligation whose id is made from its name and whose holder is the person of that name."""
    return Obligation(id=uid(name), act=act, holder=holder or person(name), verbs=more.pop("verbs", ALL_VERBS), **more)


def by_holder(leaf: Obligation) -> By:
    if leaf.holder.kind == "person":
        return By(person=leaf.holder.id)
    return By(person="wen-clerk" if leaf.holder.id.startswith("clerk@") else "anyone", post=leaf.holder.id)


def by_custodian(custodian: Holder) -> By:
    return By(person="wen-clerk", post=custodian.id, capacity="custodian")


CUSTODIAN = by_custodian(CLERK)
INITIATOR = By(person="chen-founder", capacity="initiator")


class Run:
    """A case being walked through: the case, all facts so far, and the to-dos those facts leave open."""

    def __init__(self, *children: Node, hub: bool = False, **more: Any) -> None:
        command = Start(by=INITIATOR, case=CASE, root=sequence(*children), custodian=CLERK, initiator=FOUNDER, hub=hub, **more)
        self.trail: list[tuple[datetime, Any]] = [(AT, command)]
        self.case, self.facts = start(command, AT)
        self.todos = todos_after({}, self.facts)

    def do(self, command: AnyCommand) -> "Run":
        at = AT + timedelta(minutes=self.case.revision)
        self.case, self.facts = apply(self.case, command, at)
        self.trail.append((at, command))
        self.todos = todos_after(self.todos, self.facts)
        return self

    def act(self, name: str, **more: Any) -> "Run":
        leaf = self[name]
        return self.do(Act(obligation=leaf.id, revision=leaf.revision, by=by_holder(leaf), **more))

    def on(self, verb: type[Any], name: str, by: By | None = None, **more: Any) -> "Run":
        leaf = self[name]
        return self.do(verb(obligation=leaf.id, revision=leaf.revision, by=by or by_holder(leaf), **more))

    def __getitem__(self, name: str) -> Obligation:
        """The latest obligation in the line that began with the duty of this name, or the open one of this act."""
        return latest(self.case, name)

    @property
    def open(self) -> list[str]:
        """Who is asked now, in listing order: the person, or act@custodian."""
        return [leaf.holder.id if leaf.holder.kind == "person" else f"{leaf.act}@clerk" for leaf in live(self.case)]


def latest(case: Case, name: str) -> Obligation:
    known = list(leaves(case.root))
    open_acts = [leaf for leaf in known if leaf.act == name and leaf.state in ("live", "waiting")]
    found = next((leaf for leaf in known if leaf.id == uid(name)), None) or open_acts[0]
    while successor := next((leaf for leaf in known if leaf.of == found.id and leaf.act == found.act), None):
        found = successor
    return found


def todos_after(todos: Mapping[str, Obligation], facts: tuple[Fact, ...]) -> dict[str, Obligation]:
    """What the caller does with facts: closes delete a row that must exist, opens insert one that must not."""
    rows = dict(todos)
    for fact in facts:
        if isinstance(fact, Closed):
            assert rows.pop(fact.obligation).revision == fact.revision
        elif isinstance(fact, Opened):
            assert fact.obligation.id not in rows
            rows[fact.obligation.id] = fact.obligation
        elif isinstance(fact, Rescheduled):
            rows[fact.obligation] = replace(rows[fact.obligation], due=fact.due)
    return rows
