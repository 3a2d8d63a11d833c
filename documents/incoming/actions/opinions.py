"""Writing opinions: verbatim, with names as they were."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from documents.incoming.models import Handling, Opinion
from office.flow import rules
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.organization.queries import posts


async def write_opinion(
    actor: Actor, handling: Handling, leaf: rules.Obligation, post: UUID | None, text: str, action: Mapping[str, Any],
    *, signature: UUID | None = None,
) -> Opinion:  # fmt: skip
    """Store an opinion on a step, in the running unit of work."""
    held = actor.holding(post) if post else None
    card = (await posts([post])).get(post) if post else None
    return await Opinion.create(
        id=new_id(), handling_id=handling.id, obligation=leaf.id, act=leaf.act, text=text, person_id=actor.own_id,
        person_name=actor.name, post_id=post, post_title=held.title if held else card.title if card else "",
        place=(held.section_name or held.unit_name) if held else "", rank_no=card.rank_no if card else 9999,
        on_behalf_of=held.on_behalf_of_name if held else "", manner="delegated" if held and held.on_behalf_of else "own",
        signature_id=signature, version=handling.version, action=dict(action), at=clock.now(),
    )  # fmt: skip
