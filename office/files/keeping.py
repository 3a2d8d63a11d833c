"""Files that turn out to be classified: all that have the same bytes are frozen and purged together."""

from collections.abc import Collection
from uuid import UUID

from office.files import store
from office.files.models import Blob, File, FileReference
from office.files.uploads.models import ResumableUpload
from office.kernel.actor import Actor
from office.kernel.modules import Keeper, Refs
from office.organization.reach import units_of_people

FILE, BLOB = "files.file", "files.blob"


async def related(refs: Refs) -> Collection[str]:
    """The files these things need, those with the same bytes, and whatever else needs them."""
    owned = await FileReference.filter(owner__in=list(refs)).values_list("file_id", flat=True)
    ids = {*_ids(refs), *owned}
    known = await File.filter(id__in=list(ids)).values_list("digest", flat=True)
    digests = {*_digests(refs), *(str(digest) for digest in known)}
    same = await File.filter(digest__in=list(digests)).values_list("id", flat=True)
    owners = await FileReference.filter(file_id__in=list(same)).values_list("owner", flat=True)
    return {*(f"{FILE}:{id}" for id in same), *(f"{BLOB}:{digest}" for digest in digests), *map(str, owners)}


async def units(refs: Refs) -> Collection[UUID]:
    """Of files that nothing needs: the units of who sent them."""
    ids = _ids(refs)
    needed = await FileReference.filter(file_id__in=list(ids)).values_list("file_id", flat=True)
    loose = ids - {UUID(str(one)) for one in needed}
    senders = await File.filter(id__in=list(loose)).values_list("uploaded_by", flat=True)
    return await units_of_people({UUID(one.partition(":")[2]) for one in map(str, senders) if one.startswith("person:")})


async def freeze(actor: Actor, refs: Refs, on: bool) -> None:
    """Nobody reads them, or everybody as before; nor what is taking the same bytes in at this moment."""
    await Blob.filter(digest__in=list(_digests(refs))).update(frozen=on)
    await File.filter(id__in=list(_ids(refs))).update(frozen=on)


async def purge(actor: Actor, refs: Refs) -> None:
    """The rows: names, references, blobs, and the name that a resumable upload kept."""
    ids = list(_ids(refs))
    await ResumableUpload.filter(file_id__in=ids).update(metadata="", file_id=None, code="secrecy.purged")
    await FileReference.filter(file_id__in=ids).delete()
    await File.filter(id__in=ids).delete()
    await Blob.filter(digest__in=list(_digests(refs))).delete()


async def drop(refs: Refs) -> None:
    """The bytes, and every page, text layer and copy made of them; not where the same bytes came again meanwhile."""
    async with store.guarded(sweeping=True):
        digests = _digests(refs)
        here = set(await Blob.filter(digest__in=list(digests)).values_list("digest", flat=True))
        for digest in sorted(digests - here):
            await store.drop(digest)


def _ids(refs: Refs) -> set[UUID]:
    return {UUID(ref.partition(":")[2]) for ref in refs if ref.startswith(f"{FILE}:")}


def _digests(refs: Refs) -> set[str]:
    return {ref.partition(":")[2] for ref in refs if ref.startswith(f"{BLOB}:")}


KEEPER = Keeper(name="files", related=related, units=units, freeze=freeze, purge=purge, after=drop)
