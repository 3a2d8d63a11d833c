"""What turns out to be classified is found by nobody from that moment on, and a purge takes its words out of the index."""

from collections.abc import Iterable

from office.kernel.actor import Actor
from office.kernel.modules import Keeper, Refs, registry
from office.kernel.refs import kind_of
from office.search import index
from office.search.actions import forget, forget_texts

BLOB = "files.blob"


async def freeze(actor: Actor, refs: Refs, on: bool) -> None:
    """Out of the index at once; what is lifted comes back by its own event."""
    if on:
        await forget(_found(refs))


async def purge(actor: Actor, refs: Refs) -> None:
    """The entries, and the words of the files."""
    await forget(_found(refs))
    await forget_texts(_digests(refs))


async def after(refs: Refs) -> None:
    """Once more, for what was just being put into the index while it was purged; then the index without deleted words."""
    await forget(_found(refs))
    await forget_texts(_digests(refs))
    await index.compact()


def _found(refs: Iterable[str]) -> list[str]:
    return [ref for ref in refs if kind_of(ref) in registry().findables]


def _digests(refs: Iterable[str]) -> list[str]:
    return [ref.partition(":")[2] for ref in refs if kind_of(ref) == BLOB]


KEEPER = Keeper(name="search", freeze=freeze, purge=purge, after=after)
