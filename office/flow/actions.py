"""Running cases: lock the case, let the rules decide, write the tree and the trail, and turn facts into to-dos.

Two last signers who each see the other still open would both commit and leave a document open for ever; so the case row is
locked before anything is read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from office.flow import rules
from office.flow.models import FlowCase
from office.flow.rules import AnyCommand, By, Case, Fact, Start
from office.inbox import actions as inbox
from office.inbox.actions import NewTodo
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import insert_many
from office.kernel.ids import new_id
from office.kernel.refusal import NotFound
from office.kernel.work import verb

#: How the source of an obligation's to-do begins.
SOURCE = "flow:"
Step: TypeAlias = AnyCommand | Callable[[Case], AnyCommand]


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a case's to-dos say. `kinds` maps an act to the to-do kind; "*" stands for every other act."""

    id: str
    subject: str
    title: str
    kinds: Mapping[str, str]
    sender: str = ""
    urgency: str = ""
    summary: str = ""

    def kind(self, act: str) -> str:
        """The to-do kind of an act."""
        return self.kinds.get(act) or self.kinds["*"]


@verb
async def open_case(actor: Actor, start: Start, about: About) -> Case:
    """Open a case and its first to-dos."""
    now = clock.now()
    case, facts = rules.start(start, now)
    await FlowCase.create(
        id=UUID(case.id), subject=about.subject, about=about, state=case.state, revision=case.revision,
        tree=rules.encode(case).decode(), opened_at=now,
    )  # fmt: skip
    await _write_trail(actor, case.id, [(0, start)], now)
    await _tell(actor, case, about, facts)
    return case


@verb
async def move(actor: Actor, case_id: UUID, *commands: Step, about: About | None = None) -> Case:
    """Carry out commands on a case, in order, as one; a step may be made from the case as the ones before left it.

    `about` replaces what its to-dos say, open ones included.

    Refuses: NotFound flow.no_such_case, and whatever the rules refuse; Conflict facts tell the present state.
    """
    row = await lock(case_id)
    case, now = rules.decode(row.tree.encode()), clock.now()
    told = about or about_of(row)
    facts: list[Fact] = []
    entries: list[tuple[int, object]] = []
    for step in commands:
        command = step(case) if callable(step) else step
        entries.append((case.revision, command))
        case, more = rules.apply(case, command, now)
        facts += more
    await _save(row, case, about, now)
    await _write_trail(actor, case.id, entries, now)
    await _tell(actor, case, told, _settled(facts))
    if about is not None:
        await _retell(case, told)
    return case


async def lock(case_id: UUID) -> FlowCase:
    """The case row, locked to the end of the unit of work. Refuses: NotFound flow.no_such_case."""
    row = await FlowCase.filter(id=case_id).select_for_update(no_key=True).first()
    if row is None:
        raise NotFound("flow.no_such_case")
    return row


async def case_of(case_id: UUID) -> Case:
    """A case as it stands. Refuses: NotFound flow.no_such_case."""
    row = await FlowCase.get_or_none(id=case_id)
    if row is None:
        raise NotFound("flow.no_such_case")
    return rules.decode(row.tree.encode())


async def cases_of(case_ids: Iterable[UUID]) -> dict[UUID, tuple[Case, About]]:
    """Cases as they stand, with what their to-dos say; those unknown are missing. One query."""
    rows = await FlowCase.filter(id__in=list(case_ids))
    return {row.id: (rules.decode(row.tree.encode()), about_of(row)) for row in rows}


def about_of(row: FlowCase) -> About:
    """What the to-dos of a case say."""
    return msgspec.convert(row.about, About)


def by(actor: Actor, post: UUID | None, capacity: rules.model.Capacity = "holder", *, work: str) -> By:
    """The acting person, in the obligation's post, and for whom if by a delegation for this kind of work ("documents")."""
    held = actor.holding(post, work) if post else None
    behalf = str(held.on_behalf_of) if held and held.on_behalf_of else ""
    return By(person=str(actor.own_id), post=str(post or ""), on_behalf_of=behalf, capacity=capacity)


def source_of(case_id: str, obligation: str) -> str:
    """The source of an obligation's to-do."""
    return f"{SOURCE}{case_id}/{obligation}"


async def _save(row: FlowCase, case: Case, about: About | None, now: datetime) -> None:
    row.tree, row.state, row.revision = rules.encode(case).decode(), case.state, case.revision
    row.closed_at = now if case.state in ("ended", "terminated") else None
    columns = ["tree", "state", "revision", "closed_at"]
    if about is not None:
        row.about = about
        columns.append("about")
    await row.save(update_fields=columns)


async def _write_trail(actor: Actor, case_id: str, entries: Sequence[tuple[int, object]], now: datetime) -> None:
    rows = [(str(new_id()), case_id, n, now, actor.ref, msgspec.json.encode(command).decode()) for n, command in entries]
    await insert_many("flow_entry", ("id", "case_id", "n", "at", "actor", "command"), rows)


def _settled(facts: Sequence[Fact]) -> list[Fact]:
    """An obligation that opened and closed within the same commands never became a to-do."""
    opened = {fact.obligation.id for fact in facts if isinstance(fact, rules.Opened)}
    brief = {fact.obligation for fact in facts if isinstance(fact, rules.Closed) and fact.obligation in opened}
    still = _last_opened(facts)
    return [fact for fact in facts if not _is_brief(fact, brief - still)]


def _last_opened(facts: Sequence[Fact]) -> set[str]:
    standing: set[str] = set()
    for fact in facts:
        if isinstance(fact, rules.Opened):
            standing.add(fact.obligation.id)
        elif isinstance(fact, rules.Closed):
            standing.discard(fact.obligation)
    return standing


def _is_brief(fact: Fact, brief: set[str]) -> bool:
    return isinstance(fact, rules.Opened) and fact.obligation.id in brief


async def _tell(actor: Actor, case: Case, about: About, facts: Sequence[Fact]) -> None:
    leaves = {leaf.id: leaf for leaf in rules.leaves(case.root)}
    for fact in facts:
        if isinstance(fact, rules.Closed):
            await _close(actor, case, about, fact, leaves.get(fact.obligation))
        elif isinstance(fact, rules.Rescheduled):
            await inbox.update(source_of(case.id, fact.obligation), due_at=fact.due, due_why=fact.due_why)
    opened = [fact.obligation for fact in facts if isinstance(fact, rules.Opened)]
    if opened:
        await inbox.open_many([_todo(case, about, leaf) for leaf in opened])


async def _close(actor: Actor, case: Case, about: About, fact: rules.Closed, leaf: rules.Obligation | None) -> None:
    """What someone did themselves lies among the handled; what fell away is withdrawn."""
    source = source_of(case.id, fact.obligation)
    if leaf is not None and fact.state in ("done", "returned"):
        behalf = UUID(leaf.on_behalf_of) if leaf.on_behalf_of else None
        await inbox.close(about.kind(leaf.act), source, by=actor, reason=fact.state, behalf=behalf)
    else:
        await inbox.withdraw(source, by=actor, reason=fact.state)


def _todo(case: Case, about: About, leaf: rules.Obligation) -> NewTodo:
    return NewTodo(
        kind=about.kind(leaf.act),
        source=source_of(case.id, leaf.id),
        holder=inbox.Holder(kind=leaf.holder.kind, id=UUID(leaf.holder.id)),
        title=about.title,
        summary=leaf.label or about.summary,
        sender=about.sender,
        urgency=about.urgency,
        due_at=leaf.due,
        due_why=leaf.due_why,
        route_id=about.id,
    )


async def _retell(case: Case, about: About) -> None:
    for leaf in rules.live(case):
        await inbox.update(source_of(case.id, leaf.id), title=about.title, sender=about.sender, urgency=about.urgency)


__all__ = ["About", "about_of", "by", "case_of", "cases_of", "lock", "move", "open_case", "source_of"]
