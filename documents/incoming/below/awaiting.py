"""待下级办理: what was sent down to be handled is owed until the units below have ended it; what they send back is settled.

One obligation of the clerk's stands before 办结 while any unit below is at it (decision 0120). `arrange` is called wherever a
case has moved, so it is never forgotten; it is in nobody's way, for the steps inside the unit come before it.
"""

from collections.abc import Iterator, Sequence
from uuid import uuid5

from documents.incoming.below.sendings import READ, standing_from
from documents.incoming.models import Handling, Sending
from documents.incoming.states import AWAIT, RETURNED
from documents.incoming.templates import CLERK_VERBS
from office.flow import actions as flow
from office.flow import rules
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.organization.queries import units

LABEL = "待下级单位办理"
ALL_DONE = "下级单位均已办理完毕"
LONGEST = 64
LAST = ("reply", "conclude")


async def arrange(actor: Actor, handling: Handling, case: rules.Case) -> rules.Case:
    """Bring the waiting up to what is so, in the running unit of work; the case is locked. The case as it is then."""
    steps = await due_steps(handling, case)
    return await flow.move(actor, handling.case_id, *steps) if steps else case


async def due_steps(handling: Handling, case: rules.Case) -> list[rules.AnyCommand]:
    """What the case needs so that its waiting is true. One query where nothing was sent back."""
    if case.state != "running":
        return []
    rows = await standing_from(handling.id)
    if not rows and standing(case) is None:
        return []
    return [*_settling(case, await _sent_back(case, rows)), *_waiting(handling, case, rows)]


def pending(case: rules.Case, rows: Sequence[Sending]) -> list[Sending]:
    """The units that still owe: those that only read do not, nor those asked by an act that was taken back."""
    return [row for row in _asked(case, rows) if not row.ended]


def _asked(case: rules.Case, rows: Sequence[Sending]) -> list[Sending]:
    undone = {leaf.id for leaf in rules.leaves(case.root) if leaf.state == "withdrawn"}
    return [row for row in rows if row.role != READ and row.withdrawn_at is None and row.sent_by not in undone]


def standing(case: rules.Case) -> rules.Obligation | None:
    """The waiting, if it is open."""
    return _open(case, AWAIT)


def _open(case: rules.Case, act: str) -> rules.Obligation | None:
    return next((leaf for leaf in rules.leaves(case.root) if leaf.act == act and leaf.state in ("waiting", "live")), None)


def ask(handling: Handling, case: rules.Case) -> list[rules.AnyCommand]:
    """Put the waiting before 答复 and 办结, unless it stands there."""
    last = _open(case, "reply") or _open(case, "conclude")
    if last is None or standing(case) is not None:
        return []
    step = rules.Obligation(
        id=str(new_id()), act=AWAIT, holder=case.custodian, label=LABEL, due=handling.due_at, due_why=handling.due_why
    )
    return [rules.AddSigner(by=_house(case), obligation=last.id, revision=last.revision, place="before", signer=step)]


def done(case: rules.Case, by: rules.By, outcome: str) -> list[rules.AnyCommand]:
    """The act that ends the waiting, where it is open now."""
    leaf = standing(case)
    if leaf is None or leaf.state != "live":
        return []
    return [rules.Act(by=by, obligation=leaf.id, revision=leaf.revision, outcome=outcome, manner=by.manner)]


def _house(case: rules.Case, capacity: rules.model.Capacity = "custodian") -> rules.By:
    return rules.By(person="", post=case.custodian.id, capacity=capacity)


def _waiting(handling: Handling, case: rules.Case, rows: Sequence[Sending]) -> list[rules.AnyCommand]:
    if pending(case, rows):
        return ask(handling, case)
    if _asked(case, rows):
        return done(case, _house(case, "holder"), ALL_DONE)
    leaf = standing(case)
    if leaf is None:
        return []
    return [rules.RemoveSigner(by=_house(case), obligation=leaf.id, revision=leaf.revision, reason="下发已撤回")]


async def _sent_back(case: rules.Case, rows: Sequence[Sending]) -> list[rules.Obligation]:
    """A 处置 for each unit that sent it back, once: its id says for which sending."""
    latest = {row.child_id: row for row in rows}
    known = {leaf.id for leaf in rules.leaves(case.root)}
    told = {str(uuid5(row.id, RETURNED)): row.child_id for row in latest.values() if row.ended == RETURNED}
    new = {id: child for id, child in told.items() if id not in known}
    if not new:
        return []
    below = {row.id: row for row in await Handling.filter(id__in=list(new.values()))}
    named = await units([row.addressed_to for row in below.values()])
    return [_settle(case, id, named[below[child].addressed_to].label, below[child].result) for id, child in new.items()]


def _settle(case: rules.Case, id: str, unit: str, reason: str) -> rules.Obligation:
    label = f"{unit}退文：{reason}"
    cut = label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"
    return rules.Obligation(id=id, act=rules.SETTLE, holder=case.custodian, verbs=CLERK_VERBS, label=cut)


def _settling(case: rules.Case, new: Sequence[rules.Obligation]) -> Iterator[rules.AnyCommand]:
    """Beside what is open now; before 答复 and 办结, which wait for it."""
    by, anchor = _house(case), rules.live(case)[0]
    for leaf in new:
        place: rules.commands.Place = "before" if anchor.act in LAST else "parallel"
        yield rules.AddSigner(by=by, obligation=anchor.id, revision=anchor.revision, place=place, signer=leaf)
