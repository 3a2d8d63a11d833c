"""What clients follow: a handling moved. Told to those who may see it; absolute values, so twice does no harm."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from documents.incoming.cases import ref
from documents.incoming.events import HandlingChanged
from documents.incoming.models import Handling, Participant
from documents.incoming.policy import CLERK, WORK
from documents.incoming.states import NAMES
from office.kernel.modules import Publication
from office.organization.queries import people, people_of_refs


async def _audience(event: HandlingChanged) -> Sequence[UUID]:
    handling = await Handling.get_or_none(id=event.handling)
    return sorted(await readers_of(handling)) if handling is not None else []


async def readers_of(handling: Handling) -> set[UUID]:
    """The people who may see a handling: who had a part, by themselves or by a post they act for in documents, and the clerks
    of its unit. Four queries."""
    holders = await Participant.filter(handling_id=handling.id).values_list("holder", flat=True)
    posts = [*(f"post:{holder}" for holder in holders), f"post:{handling.clerk_post}", f"{CLERK}@{handling.unit_id}"]
    persons = await people({UUID(str(holder)) for holder in holders})
    return await people_of_refs(posts, work=WORK) | set(persons)


async def _view(event: HandlingChanged) -> Mapping[str, object]:
    return {
        "handling": str(event.handling), "state": NAMES[event.state], "state_code": event.state, "rev": event.rev,
    }  # fmt: skip


CHANGED = Publication(event=HandlingChanged.name, audience=_audience, common=_view, source=lambda event: ref(event.handling))
