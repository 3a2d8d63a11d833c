"""What came by push and turned out to be classified: its key stays, so that it does not come again."""

from uuid import UUID

from documents.exchange.models import Addressee, Push, StateEntry
from documents.incoming.models import Document
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.kernel.modules import Keeper, Refs

PURGED = "purged"


async def purge(actor: Actor, refs: Refs) -> None:
    """Receipts and what the states told; their numbers stay, for contiguity is a promise."""
    documents = [UUID(ref.partition(":")[2]) for ref in refs if ref.startswith("documents.document:")]
    handlings = [UUID(ref.partition(":")[2]) for ref in refs if ref.startswith("documents.handling:")]
    await _remember(documents)
    await Push.filter(document_id__in=documents).update(state=PURGED, receipt={}, fingerprint="")
    await StateEntry.filter(document_id__in=documents).update(detail={}, state="")
    await Addressee.filter(handling_id__in=handlings).delete()


async def _remember(documents: list[UUID]) -> None:
    """Beside the keys of its versions that of the document itself: another version of it does not come either."""
    keys = dict(await Document.filter(id__in=documents).exclude(source_key=None).values_list("id", "source_key"))
    rows = {row.document_id: row for row in await Push.filter(document_id__in=list(keys))}
    for document, key in keys.items():
        if (row := rows.get(document)) is not None:
            tombstone = row.clone(pk=new_id())
            tombstone.update_from_dict({"key": key, "version": 0})
            await tombstone.save(force_create=True)


KEEPER = Keeper(name="exchange", purge=purge)
