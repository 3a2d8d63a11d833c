"""The one door to a handling: load, lock and authorise."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from documents.incoming.models import Handling, Participant
from documents.incoming.policy import WORK, is_clerk, posts_of, sees, units_of
from documents.incoming.states import ACT_NAMES, NAMES, state_of
from office.flow import actions as flow
from office.flow import rules
from office.kernel.actor import Actor
from office.kernel.modules import Card
from office.kernel.refs import id_of
from office.kernel.refusal import Conflict, Forbidden, NotFound


def ids_of(actor: Actor) -> list[UUID]:
    """The holders an actor is: the person, the posts held or delegated."""
    return [*posts_of(actor), *([actor.id] if actor.id else [])]


async def access_handling(actor: Actor, id: UUID, *, lock: bool = False) -> Handling:
    """A handling the actor may see; with `lock`, its case row is locked to the end of the unit of work.

    Refuses: NotFound documents.no_such_handling, whether it does not exist or is not for this actor.
    """
    handling = await Handling.get_or_none(id=id)
    if handling is None or not await visible(actor, [handling]):
        raise NotFound("documents.no_such_handling")
    if lock:
        await lock_handling(handling)
    return handling


async def lock_handling(handling: Handling) -> None:
    """Lock its running case and read the row again; a reopened handling has another case than the one read before."""
    case = None
    while case != handling.case_id:
        case = handling.case_id
        await flow.lock(case)
        await handling.refresh_from_db()


async def visible(actor: Actor, rows: Iterable[Handling]) -> list[Handling]:
    """Those that the actor may see. At most one query, however many."""
    inside = [row for row in rows if row.unit_id in units_of(actor) and not row.frozen]
    unsure = [row.id for row in inside if not is_clerk(actor, row)]
    found = Participant.filter(handling_id__in=unsure, holder__in=ids_of(actor)) if unsure else None
    parts = set(await found.values_list("handling_id", flat=True)) if found is not None else set()
    return [row for row in inside if sees(actor, row, row.id in parts)]


async def access_as_clerk(actor: Actor, id: UUID) -> Handling:
    """The same, locked, for the unit's clerk only. Refuses: Forbidden documents.clerk_only."""
    handling = await access_handling(actor, id, lock=True)
    clerk_post(actor, handling)
    return handling


def clerk_post(actor: Actor, handling: Handling) -> UUID:
    """The clerk's post the actor acts in. Refuses: Forbidden documents.clerk_only."""
    if handling.clerk_post not in posts_of(actor):
        raise Forbidden("documents.clerk_only")
    return handling.clerk_post


def acting(actor: Actor, post: UUID | None, capacity: rules.model.Capacity = "holder") -> rules.By:
    """The acting person in a post, for whom if by a delegation that covers documents."""
    return flow.by(actor, post, capacity, work=WORK)


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
    """The handlings behind references that this actor may see. Two queries."""
    rows = await Handling.filter(id__in=_ids(refs), unit_id__in=list(units_of(actor)))
    return {card.ref: card for card in (_card("handling", row.id, row) for row in await visible(actor, rows))}


async def document_cards(actor: Actor, refs: Sequence[str]) -> Mapping[str, Card]:
    """The documents behind references: for whoever may see a handling of theirs that is not withheld. Two queries."""
    rows = await Handling.filter(document_id__in=_ids(refs), unit_id__in=list(units_of(actor)), withheld=False)
    return {card.ref: card for card in (_card("document", row.document_id, row) for row in await visible(actor, rows))}


def _ids(refs: Sequence[str]) -> list[UUID]:
    return [id_of(one) for one in refs]


def _card(kind: str, id: UUID, row: Handling) -> Card:
    return Card(ref=f"documents.{kind}:{id}", title=row.title, state=NAMES[row.state], route=f"/handlings/{row.id}")
