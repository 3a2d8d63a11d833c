"""The one door: `start` makes a case, `apply` changes it, `replay` does both from a trail. Pure: same input, same output."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from msgspec.structs import replace

from office.flow.rules import bounds, moves
from office.flow.rules import commands as c
from office.flow.rules.facts import Fact, Urged, difference
from office.flow.rules.model import Case, Turn, sequence
from office.flow.rules.settle import settled
from office.flow.rules.verbs import authorise_capacity, owes
from office.kernel.refusal import Invalid

MOVES: Final[Mapping[type[c.Command], Callable[[Case, Any, Turn], Case]]] = MappingProxyType({
    c.Act: moves.act, c.Return: moves.send_return, c.Withdraw: moves.withdraw, c.Transfer: moves.transfer,
    c.AddSigner: moves.add_signer, c.Insert: moves.insert, c.RemoveSigner: moves.remove_signer, c.SkipVacant: moves.skip_vacant,
    c.AskAgain: moves.ask_again,
    c.Urge: moves.urge, c.Reschedule: moves.reschedule, c.Suspend: moves.suspend, c.Resume: moves.resume,
    c.Terminate: moves.terminate, c.Reopen: moves.reopen, c.Entrust: moves.entrust,
})  # fmt: skip

# A wish may be refused for size; acting, skipping and ending may not, or a full tree would be a dead one.
WISHES: Final = (c.Return, c.Withdraw, c.Transfer, c.AddSigner, c.Insert, c.Reopen, c.AskAgain)


def start(command: c.Start, at: datetime) -> tuple[Case, tuple[Fact, ...]]:
    """Open a case: its first obligations are live at once. Refuses Invalid for a plan that is malformed or out of bounds."""
    bounds.moment(at)
    bounds.uuid(command.case)
    bounds.holder(command.custodian)
    bounds.holder(command.initiator)
    root = command.root if command.root.join == "sequence" else sequence(command.root)
    bounds.plan(root)
    case = Case(
        id=command.case, root=root, custodian=command.custodian, initiator=command.initiator, revision=1,
        template=command.template, template_version=command.template_version, hub=command.hub,
    )  # fmt: skip
    authorise_capacity(case, command.by)
    case = settled(case, _turn(case, 1, at))
    return case, difference(None, case)


def apply(case: Case, command: c.AnyCommand, at: datetime) -> tuple[Case, tuple[Fact, ...]]:
    """Carry out one command at a time (aware): the case as it is then, and what changed.

    Refuses Conflict (someone was first: `flow.already_handled` tells the state), Forbidden, Invalid, NotFound;
    then nothing changed.
    """
    bounds.moment(at)
    moves.standing(case, command)
    turn = _turn(case, case.revision + 1, at)
    after = MOVES[type(command)](case, command, turn)
    after = settled(replace(after, revision=turn.revision), replace(turn, custodian=after.custodian))
    if isinstance(command, WISHES):
        bounds.size(after.root)
    return after, (*difference(case, after), *_urged(case, command))


def replay(trail: c.Trail) -> Case:
    """The case a trail leads to. Refuses Invalid("flow.trail_broken") unless it begins with its one Start."""
    if not trail or not isinstance(trail[0].command, c.Start):
        raise Invalid("flow.trail_broken")
    case, _ = start(trail[0].command, trail[0].at)
    for entry in trail[1:]:
        if isinstance(entry.command, c.Start):
            raise Invalid("flow.trail_broken")
        case, _ = apply(case, entry.command, entry.at)
    return case


def _turn(case: Case, revision: int, at: datetime) -> Turn:
    return Turn(case_id=case.id, revision=revision, at=at, custodian=case.custodian)


def _urged(case: Case, command: c.Command) -> tuple[Fact, ...]:
    if not isinstance(command, c.Urge):
        return ()
    leaf = owes(case, command.obligation)
    return (Urged(obligation=leaf.id, holder=leaf.holder, by=command.by.person, note=command.note),)
