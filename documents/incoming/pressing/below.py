"""Pressing what was sent down: whoever holds it in the unit below is told; the logs of both units keep it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import lock_handling
from documents.incoming.below import awaiting
from documents.incoming.below.sendings import standing_from
from documents.incoming.models import Handling
from documents.incoming.pressing import log
from documents.incoming.pressing.log import Pressing, pressings
from documents.incoming.schemas import ReminderIn
from documents.incoming.states import AWAIT, NAMES
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.inbox import actions as inbox
from office.kernel.actor import Actor
from office.kernel.refusal import NotFound
from office.organization.queries import units

#: The ground on which a press from above stands in the log of the unit below.
ABOVE = "above"


@dataclass(frozen=True)
class Pressed:
    """A handling below that is being worked on, locked, and how the press log above names it."""

    handling: Handling
    case: rules.Case
    pressing: Pressing


async def pressed_below(handling: Handling, case: rules.Case, input: ReminderIn) -> list[Pressed]:
    """The handlings below to press, locked: the one named, else those waited for; none of what is over or put aside there.

    Refuses: NotFound documents.not_sent_there.
    """
    wanted = await _wanted(handling, case, input)
    rows = await Handling.filter(id__in=list(wanted)).order_by("id") if wanted else []
    named = await units([row.addressed_to for row in rows])
    found = []
    for row in rows:
        await lock_handling(row)
        there = await flow.case_of(row.case_id)
        if there.state == "running":
            unit = named[row.addressed_to]
            found.append(Pressed(row, there, Pressing(str(row.id), NAMES[row.state], f"unit:{unit.id}", unit.label)))
    return found


async def _wanted(handling: Handling, case: rules.Case, input: ReminderIn) -> Collection[UUID]:
    if input.obligation:
        return []
    rows = await standing_from(handling.id)
    if input.below is None:
        return {row.child_id for row in awaiting.pending(case, rows)}
    if input.below not in {row.child_id for row in rows}:
        raise NotFound("documents.not_sent_there")
    return [input.below]


async def press(actor: Actor, handling: Handling, chosen: Sequence[Pressed], input: ReminderIn) -> None:
    """Tell who holds it there, in the running unit of work."""
    own = (await units([handling.unit_id]))[handling.unit_id].label if chosen else ""
    for one in chosen:
        asked = [leaf for leaf in rules.live(one.case) if leaf.act != AWAIT] or list(rules.live(one.case))
        by = rules.By(person=str(actor.own_id), capacity="supervisor")
        await flow.move(actor, one.handling.case_id, *(
            rules.Urge(by=by, obligation=leaf.id, revision=leaf.revision, note=input.note) for leaf in asked
        ))  # fmt: skip
        for leaf in asked:
            source = flow.source_of(one.case.id, leaf.id)
            await inbox.update(source, summary=f"【催办】{own}{actor.name}：{input.note or leaf.label}")
        await log.write(
            actor, one.handling, await pressings(asked), ground=ABOVE, way=input.way, words=input.note, unit=own
        )  # fmt: skip
        audit.record(actor, "documents.urge", cases.ref(one.handling.id), ground=ABOVE, way=input.way, parent=str(handling.id))
        await cases.touch(actor, one.handling)
