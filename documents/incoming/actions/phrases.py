"""Quick phrases (常用语), each person's own."""

import unicodedata

from documents.incoming.models import Phrases
from documents.incoming.page.queries import phrases_of
from documents.incoming.schemas import PhrasesOut
from office import audit
from office.kernel.actor import Actor
from office.kernel.work import verb


@verb
async def set_phrases(actor: Actor, input: PhrasesOut) -> PhrasesOut:
    """Replace the actor's phrases: trimmed, each once, empty ones left out. With none left, the customary ones stand again."""
    plain = (unicodedata.normalize("NFC", one).strip() for one in input.items)
    items = list(dict.fromkeys(one for one in plain if one))
    await Phrases.update_or_create(person_id=actor.own_id, defaults={"items": items})
    audit.record(actor, "documents.set_phrases", f"person:{actor.own_id}", count=len(items))
    return PhrasesOut(await phrases_of(actor.own_id))
