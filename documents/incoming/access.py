"""The one door to a handling: load, lock and authorise."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from documents.incoming.models import Handling, Participant
from documents.incoming.policy import is_clerk, sees
from documents.incoming.states import ACT_NAMES, NAMES, state_of
from office.flow import actions as flow
from office.flow import rules
from office.kernel.actor import Actor
from office.kernel.modules import Card
from office.kernel.refusal import Conflict, Forbidden, NotFound


def ids_of(actor: Actor) -> list[UUID]:
    """The holders an actor is: the person, the posts held or delegated."""
    return [*actor.posts, *([actor.id] if actor.id else [])]


async def access_handling(actor: Actor, id: UUID, *, lock: bool = False) -> Handling:
    """A handling the actor may see; with `lock`, its case row is locked to the end of the unit of work.

    Refuses: NotFound documents.no_such_handling, whether it does not exist or is not for this actor.
    """
    handling = await Handling.get_or_none(id=id)
    if handling is None or not await _may_see(actor, handling):
        raise NotFound("documents.no_such_handling")
    if lock:
        await flow.lock(handling.case_id)
        await handling.refresh_from_db()
    return handling


async def _may_see(actor: Actor, handling: Handling) -> bool:
    if handling.unit_id not in actor.units:
        return False
    if is_clerk(actor, handling):
        return True
    part = await Participant.exists(handling_id=handling.id, holder__in=ids_of(actor))
    return sees(actor, handling, part)


async def access_as_clerk(actor: Actor, id: UUID) -> Handling:
    """The same, locked, for the unit's clerk only. Refuses: Forbidden documents.clerk_only."""
    handling = await access_handling(actor, id, lock=True)
    if not is_clerk(actor, handling):
        raise Forbidden("documents.clerk_only")
    return handling


def clerk_post(actor: Actor, handling: Handling) -> UUID:
    """The clerk's post the actor acts in. Refuses: Forbidden documents.clerk_only."""
    if handling.clerk_post not in actor.posts:
        raise Forbidden("documents.clerk_only")
    return handling.clerk_post


def live_step(case: rules.Case, act: str) -> rules.Obligation:
    """The open obligation of an act. Refuses: Conflict documents.not_at_step with the present state."""
    found = [leaf for leaf in rules.live(case) if leaf.act == act]
    if not found:
        raise Conflict("documents.not_at_step", step=ACT_NAMES.get(act, act), state=NAMES[state_of(case)])
    return found[0]


def mine(actor: Actor, case: rules.Case) -> list[rules.Obligation]:
    """The open obligations this actor may act on, in listing order."""
    held = {str(one) for one in ids_of(actor)}
    return [leaf for leaf in rules.live(case) if leaf.holder.id in held]


async def cards(actor: Actor, refs: Sequence[str]) -> Mapping[str, Card]:
    """The handlings behind references that this actor may see."""
    found = await _visible(actor, [UUID(one.rpartition(":")[2]) for one in refs])
    return {
        f"documents.handling:{row.id}": Card(
            ref=f"documents.handling:{row.id}", title=row.title, state=NAMES[row.state], route=f"/handlings/{row.id}"
        )
        for row in found
    }


async def document_cards(actor: Actor, refs: Sequence[str]) -> Mapping[str, Card]:
    """The documents behind references: visible to whoever may see a handling of theirs."""
    wanted = [UUID(one.rpartition(":")[2]) for one in refs]
    rows = await Handling.filter(document_id__in=wanted, unit_id__in=list(actor.units))
    seen = [row for row in rows if await _may_see(actor, row)]
    return {
        f"documents.document:{row.document_id}": Card(
            ref=f"documents.document:{row.document_id}", title=row.title, state=NAMES[row.state], route=f"/handlings/{row.id}"
        )
        for row in seen
    }


async def _visible(actor: Actor, ids: Sequence[UUID]) -> list[Handling]:
    rows = await Handling.filter(id__in=ids, unit_id__in=list(actor.units))
    return [row for row in rows if await _may_see(actor, row)]
