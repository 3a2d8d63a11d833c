"""Kept answers about things that turn out to be classified: a repeat gets none."""

from office.kernel.actor import Actor
from office.kernel.database import execute
from office.kernel.mentions import mentioning
from office.kernel.modules import Keeper, Refs


async def freeze(actor: Actor, refs: Refs, on: bool) -> None:
    """A kept answer is read by whoever repeats the request: it goes at once, and for good."""
    if on:
        await purge(actor, refs)


async def purge(actor: Actor, refs: Refs) -> None:
    """The answers."""
    for where, values in mentioning("body", refs, binary=True):
        await execute(f"DELETE FROM http_kept_answer WHERE {where}", *values)  # noqa: S608 - values are bound


KEEPER = Keeper(name="http", freeze=freeze, purge=purge)
