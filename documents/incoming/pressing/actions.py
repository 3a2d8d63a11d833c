"""催办: pressing those who have not acted; and naming who presses (催办人)."""

from collections.abc import Sequence
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_as_clerk, acting, ids_of, lock_handling
from documents.incoming.models import Handling
from documents.incoming.policy import press_ground
from documents.incoming.pressing import log
from documents.incoming.pressing.below import press, pressed_below
from documents.incoming.pressing.jobs import KIND, source_of, tell_anew
from documents.incoming.pressing.log import pressings
from documents.incoming.schemas import Pressed, PresserIn, ReminderIn
from documents.incoming.states import AWAIT
from documents.incoming.waiting import access_to_list
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.inbox import actions as inbox
from office.kernel.actor import Actor
from office.kernel.refs import id_of
from office.kernel.refusal import Conflict, Forbidden, Invalid
from office.kernel.work import verb
from office.organization.recipients import resolve_recipients


@verb
async def urge(actor: Actor, id: UUID, input: ReminderIn) -> Pressed:
    """催办: press those who have not acted, here and in the units below that are waited for, through the system, or as a fact
    that happened by telephone or face to face.

    By the clerk, the 催办人, a leader who gave an opinion on it, or the unit's supervisor (督查), who need not see the paper.
    Refuses: NotFound documents.no_such_handling, documents.not_sent_there; Forbidden documents.may_not_press; Conflict
    documents.no_one_to_press, and documents.pressed_already where each was lately (the more urgent, the sooner again).
    """
    handling = await _pressable(actor, id)
    case = await flow.case_of(handling.case_id)
    ground = press_ground(actor, handling, case)
    if not ground:
        raise Forbidden("documents.may_not_press")
    own = {str(one) for one in ids_of(actor)}
    asked = [leaf for leaf in rules.live(case) if _is_asked(leaf, input) and leaf.holder.id not in own]
    below = await pressed_below(handling, case, input)
    if not asked and not below:
        raise Conflict("documents.no_one_to_press")
    pressed = await log.rested(handling, [*await pressings(asked), *(one.pressing for one in below)], input.way)
    chosen = {one.step for one in pressed}
    await _press(actor, handling, [leaf for leaf in asked if leaf.id in chosen], ground, input.note)
    await press(actor, handling, [one for one in below if one.pressing.step in chosen], input)
    await log.write(actor, handling, pressed, ground=ground, way=input.way, words=input.note)
    await inbox.close(KIND, source_of(id), by=actor, reason="已催办")
    audit.record(actor, "documents.urge", cases.ref(id), ground=ground, way=input.way, whom=[one.whom for one in pressed])
    await cases.touch(actor, handling)
    return Pressed([f"{one.name}：{one.what}" for one in pressed])


def _is_asked(leaf: rules.Obligation, input: ReminderIn) -> bool:
    """One step that is named, or any; waiting for units below is pressed there."""
    return input.below is None and leaf.act != AWAIT and input.obligation in ("", leaf.id)


async def _pressable(actor: Actor, id: UUID) -> Handling:
    """The handling, locked: for those who see it, and for the supervisor of its unit, who is told names only."""
    handling = await access_to_list(actor, id)
    await lock_handling(handling)
    return handling


async def _press(actor: Actor, handling: Handling, asked: Sequence[rules.Obligation], ground: str, words: str) -> None:
    clerk = ground == "clerk"
    by = acting(actor, handling.clerk_post if clerk else None, "custodian" if clerk else "supervisor")
    commands = [rules.Urge(by=by, obligation=leaf.id, revision=leaf.revision, note=words) for leaf in asked]
    await flow.move(actor, handling.case_id, *commands)
    for leaf in asked:
        await inbox.update(
            flow.source_of(str(handling.case_id), leaf.id), summary=f"【催办】{actor.name}：{words or leaf.label}"
        )


@verb
async def set_presser(actor: Actor, id: UUID, input: PresserIn) -> Handling:
    """Name who presses this document (催办人), inside the unit; empty for the customary one: the clerk where it is urgent.

    Refuses: NotFound, Forbidden documents.clerk_only, Invalid documents.not_inside.
    """
    handling = await access_as_clerk(actor, id)
    handling.presser = await _named(actor, handling, input.to) if input.to else ""
    await handling.save(update_fields=["presser"])
    await tell_anew(actor, handling)
    if handling.presser:
        await cases.admit(id, id_of(handling.presser))
    audit.record(actor, "documents.set_presser", cases.ref(id), post=handling.clerk_post, to=handling.presser)
    await cases.touch(actor, handling)
    return handling


async def _named(actor: Actor, handling: Handling, ref: str) -> str:
    """A person or a post of the unit, as a reference."""
    [*found] = await resolve_recipients(actor, [ref])
    target = found[0] if len(found) == 1 and found[0].unit == handling.unit_id else None
    if target is None or (target.person is None and target.post is None):
        raise Invalid("documents.not_inside")
    return f"person:{target.person}" if target.person else f"post:{target.post}"
