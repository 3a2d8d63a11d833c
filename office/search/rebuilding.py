"""Making the whole index again from what there is, while it is in use; and what `zhiban doctor` asks."""

from collections.abc import AsyncIterator, Callable
from uuid import UUID

from office.kernel.database import fetch
from office.kernel.findable import Findable
from office.kernel.modules import registry
from office.kernel.refs import id_of, kind_of
from office.kernel.work import verb
from office.search.actions import AT_ONCE, put
from office.search.models import SearchEntry

Tell = Callable[[int], None]


async def wanted() -> int:
    """How many things there should be in the index."""
    return sum([await one.count() for one in registry().findables.values()])


async def present() -> int:
    """How many there are."""
    return int(await SearchEntry.all().count())


async def rebuild(tell: Tell) -> None:
    """Put everything in again, a hundred at a time, and take out what is there no more. `tell` hears how many are done.

    What was there is found meanwhile as it was. Broken off, it is simply begun again.
    """
    await _doubt()
    for findable in registry().findables.values():
        async for ids in _walk(findable):
            await put(findable.kind, ids)
            tell(len(ids))
    while refs := await SearchEntry.filter(digest="").order_by("no").limit(AT_ONCE).values_list("ref", flat=True):
        for kind in {kind_of(str(ref)) for ref in refs}:
            await put(kind, [id_of(str(ref)) for ref in refs if kind_of(str(ref)) == kind])


@verb
async def _doubt() -> None:
    """What the index was made of is forgotten, so that everything is written anew."""
    await SearchEntry.all().update(digest="")


async def _walk(findable: Findable) -> AsyncIterator[list[UUID]]:
    after: UUID | None = None
    while ids := list(await findable.ids(after, AT_ONCE)):
        yield ids
        after = ids[-1]


async def unread() -> list[str]:
    """Digests of files that something found shows and whose words are not kept yet."""
    rows = await fetch(
        "SELECT DISTINCT f.digest FROM search_file f WHERE NOT EXISTS (SELECT 1 FROM search_text t WHERE t.digest = f.digest)"
    )
    return [row["digest"] for row in rows]
