"""Quick phrases (常用语), each person's own."""

from documents.incoming.models import Phrases
from documents.incoming.schemas import PhrasesOut
from office.kernel.actor import Actor
from office.kernel.work import verb


@verb
async def set_phrases(actor: Actor, input: PhrasesOut) -> PhrasesOut:
    """Replace the actor's phrases."""
    items = list(dict.fromkeys(input.items))
    await Phrases.update_or_create(person_id=actor.own_id, defaults={"items": items})
    return PhrasesOut(items)
