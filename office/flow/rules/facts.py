"""What a command changed, for the caller to turn into rows. All but `Urged` are the difference of two cases, so applying
them to the open to-dos always gives `live(case)`: there is no second place that could forget one."""

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from office.flow.rules.model import Case, CaseState, Holder, Obligation, State, Value, leaves


class Opened(Value, frozen=True, tag="opened"):
    """A to-do opens, with everything its row needs."""

    obligation: Obligation


class Closed(Value, frozen=True, tag="closed"):
    """A to-do closes; `state` is the reason ("waiting": it waits for someone again)."""

    obligation: str
    revision: int
    holder: Holder
    state: State


class Marked(Value, frozen=True, tag="marked"):
    """An obligation that was not open changed state: withdrawn, overtaken, removed before its turn."""

    obligation: str
    state: State


class Rescheduled(Value, frozen=True, tag="rescheduled"):
    """An open to-do has another deadline."""

    obligation: str
    due: datetime | None
    due_why: str = ""


class Urged(Value, frozen=True, tag="urged"):
    """The holder is pressed."""

    obligation: str
    holder: Holder
    by: str
    note: str


class CaseMoved(Value, frozen=True, tag="case_moved"):
    """The case runs, is suspended, has ended or was terminated."""

    state: CaseState
    reason: str


class Entrusted(Value, frozen=True, tag="entrusted"):
    """The case has another custodian."""

    custodian: Holder


Fact: TypeAlias = Opened | Closed | Marked | Rescheduled | Urged | CaseMoved | Entrusted


def difference(before: Case | None, after: Case) -> tuple[Fact, ...]:
    """Facts from one case to the next: closes first, then marks, deadlines, opens, and last the case itself."""
    was, now = _by_id(before), _by_id(after)
    return (*_closed(was, now), *_marked(was, now), *_rescheduled(was, now), *_opened(was, now), *_moved(before, after))


def _by_id(case: Case | None) -> dict[str, Obligation]:
    if case is None:
        return {}
    held = {case.hold.id: case.hold} if case.hold else {}
    return held | {leaf.id: leaf for leaf in leaves(case.root)}


def _stands(leaf: Obligation | None, revision: int) -> bool:
    return leaf is not None and leaf.state == "live" and leaf.revision == revision


def _closed(was: dict[str, Obligation], now: dict[str, Obligation]) -> Iterator[Fact]:
    for leaf in was.values():
        after = now.get(leaf.id)
        if leaf.state == "live" and not _stands(after, leaf.revision):
            state: State = after.state if after else "void"
            yield Closed(obligation=leaf.id, revision=leaf.revision, holder=leaf.holder, state=state)


def _marked(was: dict[str, Obligation], now: dict[str, Obligation]) -> Iterator[Fact]:
    for leaf in now.values():
        before = was.get(leaf.id)
        if before and before.state != leaf.state and "live" not in (before.state, leaf.state):
            yield Marked(obligation=leaf.id, state=leaf.state)


def _rescheduled(was: dict[str, Obligation], now: dict[str, Obligation]) -> Iterator[Fact]:
    for leaf in now.values():
        before = was.get(leaf.id)
        if before and _stands(before, leaf.revision) and leaf.state == "live" and _limit(before) != _limit(leaf):
            yield Rescheduled(obligation=leaf.id, due=leaf.due, due_why=leaf.due_why)


def _limit(leaf: Obligation) -> tuple[datetime | None, str]:
    return leaf.due, leaf.due_why


def _opened(was: dict[str, Obligation], now: dict[str, Obligation]) -> Iterator[Fact]:
    for leaf in now.values():
        if leaf.state == "live" and not _stands(was.get(leaf.id), leaf.revision):
            yield Opened(obligation=leaf)


def _moved(before: Case | None, after: Case) -> Iterator[Fact]:
    if before is None or before.state != after.state:
        yield CaseMoved(state=after.state, reason=after.reason)
    if before is not None and before.custodian != after.custodian:
        yield Entrusted(custodian=after.custodian)
