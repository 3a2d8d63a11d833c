"""Writing opinions: verbatim, with names as they were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from documents.incoming.models import Handling, Opinion
from documents.incoming.policy import WORK
from office.flow import rules
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.organization.queries import leaders_of, posts

LAST = 9999


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Who entered an opinion for another, from what, with which scan, and when it was decided as far as that was said."""

    hand: Actor
    manner: rules.model.Manner
    source: str
    scan: UUID | None
    decided_at: datetime | None

    def columns(self) -> dict[str, Any]:
        """As the opinion's row keeps it."""
        return {
            "manner": self.manner, "entered_by": self.hand.own_id, "entered_by_name": self.hand.name,
            "entered_from": self.source, "scan_id": self.scan, "decided_at": self.decided_at,
        }  # fmt: skip


async def write_opinion(
    actor: Actor, handling: Handling, leaf: rules.Obligation, post: UUID | None, text: str, action: Mapping[str, Any],
    *, signature: UUID | None = None, behalf: str = "", entry: Entry | None = None,
) -> Opinion:  # fmt: skip
    """Store an opinion on a step, in the running unit of work. `behalf` names whom a delegate acted for (受…委托).

    `actor` is whose opinion it is, `entry` says who entered it where that is another.
    """
    held = actor.holding(post, WORK) if post else None
    card = (await posts([post])).get(post) if post else None
    behalf = behalf or (held.on_behalf_of_name if held else "")
    return await Opinion.create(
        id=new_id(), handling_id=handling.id, obligation=leaf.id, act=leaf.act, text=text, person_id=actor.own_id,
        person_name=actor.name, post_id=post, post_title=held.title if held else card.title if card else "",
        place=(held.section_name or held.unit_name) if held else "",
        rank_no=await _rank(handling.unit_id, post) if card and card.is_leader else LAST, on_behalf_of=behalf,
        signature_id=signature, version=handling.version, action=dict(action), at=clock.now(),
        **(entry.columns() if entry else {"manner": "delegated" if behalf else "own"}),
    )  # fmt: skip


async def _rank(unit: UUID, post: UUID | None) -> int:
    """The place among the unit's leaders as their ranks are today; kept, for old papers keep the order of their day."""
    return next((place for place, leader in enumerate(await leaders_of(unit)) if leader.post == post), LAST)
