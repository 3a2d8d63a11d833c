"""Documents that turn out to be classified: all their handlings, in whatever unit, are frozen and purged together."""

from collections.abc import Collection, Iterable
from uuid import UUID

from documents.incoming import cases, letters
from documents.incoming.access import lock_handling
from documents.incoming.models import Document, DocumentVersion, Handling, Opinion, Participant, Sending, StepRecord
from documents.incoming.papers.models import FinalSeal
from documents.incoming.pressing.models import Press
from documents.incoming.pressing.rules import next_reminder
from office.flow import actions as flow
from office.flow.keeping import restate
from office.inbox.keeping import reword
from office.inbox.models import Todo
from office.kernel.actor import Actor
from office.kernel.modules import Keeper, Refs

DOCUMENT, HANDLING, REPLY, SEAL = "documents.document", "documents.handling", "documents.reply", "documents.seal"


async def related(refs: Refs) -> Collection[str]:
    """The documents with all their handlings, the replies, whose letters are files of their own, and the sealed wholes, which
    hold the document's pages."""
    named = {*_ids(refs, HANDLING), *_ids(refs, REPLY), *_ids(refs, SEAL)}
    documents = {*_ids(refs, DOCUMENT), *await Handling.filter(id__in=list(named)).values_list("document_id", flat=True)}
    known = await Document.filter(id__in=list(documents)).values_list("id", flat=True)
    handlings = await Handling.filter(document_id__in=list(documents)).values_list("id", flat=True)
    ours = [UUID(str(id)) for id in handlings]
    seals, todos = {f"{SEAL}:{id}" for id in ours}, await _sources(ours)
    return {*(f"{DOCUMENT}:{id}" for id in known), *map(cases.ref, ours), *map(letters.ref, ours), *seals, *todos}


async def units(refs: Refs) -> Collection[UUID]:
    """The units that handle them."""
    found = await Handling.filter(id__in=list(_ids(refs, HANDLING))).distinct().values_list("unit_id", flat=True)
    return {UUID(str(one)) for one in found}


async def freeze(actor: Actor, refs: Refs, on: bool) -> None:
    """Nobody sees them, and no list or to-do has a word of them; or everybody as before. Handlings are locked in order."""
    await Document.filter(id__in=list(_ids(refs, DOCUMENT))).update(frozen=on)
    for handling in await Handling.filter(id__in=list(_ids(refs, HANDLING))).order_by("id"):
        await lock_handling(handling)
        handling.frozen = on
        handling.remind_at = None if on else next_reminder(handling, await flow.case_of(handling.case_id))
        await handling.save(update_fields=["frozen", "remind_at"])
        await _say(handling)
        await cases.touch(actor, handling)


async def _say(handling: Handling) -> None:
    about = cases.about(handling)
    await restate(about)
    words = {"title": about.title, "summary": about.summary, "sender": about.sender}
    await reword(await _sources([handling.id]), aside=handling.frozen, **words)


async def _sources(handlings: Iterable[UUID]) -> set[str]:
    """What the to-dos are about that lead to these handlings: steps, signatures, opinions, sendings, reminders."""
    pages = [f"/handlings/{id}" for id in handlings]
    return {str(source) for source in await Todo.filter(route__in=pages).distinct().values_list("source", flat=True)}


async def purge(actor: Actor, refs: Refs) -> None:
    """Every row: what came, what was registered, said, sent and pressed."""
    handlings, documents = list(_ids(refs, HANDLING)), list(_ids(refs, DOCUMENT))
    await Sending.filter(parent_id__in=handlings).delete()
    await Sending.filter(child_id__in=handlings).delete()
    for model in (StepRecord, Opinion, Participant, Press, FinalSeal):
        await model.filter(handling_id__in=handlings).delete()
    await Handling.filter(id__in=handlings).delete()
    await DocumentVersion.filter(document_id__in=documents).delete()
    await Document.filter(id__in=documents).delete()


def _ids(refs: Iterable[str], kind: str) -> set[UUID]:
    return {UUID(ref.partition(":")[2]) for ref in refs if ref.startswith(f"{kind}:")}


KEEPER = Keeper(name="documents", related=related, units=units, freeze=freeze, purge=purge)
