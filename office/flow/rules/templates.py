"""Flow templates as versioned data: which slots are asked, for which act, joined and ordered how. A running case keeps its
version, for its tree was planted from it.

A stage names a slot; the cast says who fills it today. Nobody stands in it by pinyin, by time, or as they were typed: a stage
that orders by rank orders by rank.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, TypeAlias

from office.flow.rules.commands import Start
from office.flow.rules.model import By, Group, Holder, Join, Node, Obligation, Value, sequence
from office.kernel.refusal import Invalid

#: As the cast lists them; the first in rank first (由上而下); the last in rank first, the principal last (由下而上).
Order: TypeAlias = Literal["listed", "top_down", "bottom_up"]
LAST: Final = 9_999


class Seat(Value, frozen=True):
    """Who fills a slot: the holder, their place by rank (the first is 0), what they are asked in words, until when, and why."""

    holder: Holder
    rank: int = LAST
    label: str = ""
    due: datetime | None = None
    due_why: str = ""


class Stage(Value, frozen=True):
    """One step of a template: the act its slot owes, in which order and how joined its seats are asked, with which verbs."""

    slot: str
    act: str
    label: str
    verbs: tuple[str, ...] = ()
    join: Join = "sequence"
    order: Order = "listed"


class Template(Value, frozen=True):
    """A flow template (流程模板)."""

    code: str
    version: int
    name: str
    stages: tuple[Stage, ...]


Cast: TypeAlias = Mapping[str, Sequence[Seat]]


def plant(template: Template, cast: Cast, mint: Callable[[], str]) -> Group:
    """The plan of a template for these people; `mint` gives a new UUID text at each call. A slot nobody fills is left out.

    One who fills two slots of the same act is asked once, at the first. Refuses Invalid("flow.unknown_slot") for a cast
    with a slot the template does not have (a misspelt slot would silently leave people out).
    """
    if unknown := set(cast) - {stage.slot for stage in template.stages}:
        raise Invalid("flow.unknown_slot", slot=min(unknown))
    asked: set[tuple[str, Holder]] = set()
    stages = (_stage(stage, cast.get(stage.slot, ()), asked, mint) for stage in template.stages)
    return sequence(*(node for node in stages if node is not None), label=template.name)


def opening(
    template: Template, cast: Cast, case: str, by: By, custodian: Holder, initiator: Holder, mint: Callable[[], str],
    *, hub: bool = False,
) -> Start:  # fmt: skip
    """The Start command of a case made from a template."""
    return Start(
        by=by, case=case, root=plant(template, cast, mint), custodian=custodian, initiator=initiator,
        template=template.code, template_version=template.version, hub=hub,
    )  # fmt: skip


def _stage(stage: Stage, seats: Sequence[Seat], asked: set[tuple[str, Holder]], mint: Callable[[], str]) -> Node | None:
    leaves: list[Obligation] = []
    for seat in _ordered(stage.order, seats):
        if (stage.act, seat.holder) not in asked:
            asked.add((stage.act, seat.holder))
            leaves.append(_leaf(stage, seat, mint()))
    if len(leaves) < 2:
        return leaves[0] if leaves else None
    return Group(join=stage.join, children=tuple(leaves), label=stage.label)


def _ordered(order: Order, seats: Sequence[Seat]) -> Sequence[Seat]:
    """By rank where the stage says so; those of one rank as they are listed."""
    if order == "listed":
        return seats
    found = sorted(seats, key=lambda seat: seat.rank)
    return found if order == "top_down" else list(reversed(found))


def _leaf(stage: Stage, seat: Seat, id: str) -> Obligation:
    return Obligation(
        id=id, act=stage.act, holder=seat.holder, verbs=stage.verbs, label=seat.label or stage.label, due=seat.due,
        due_why=seat.due_why,
    )  # fmt: skip
