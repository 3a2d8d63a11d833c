"""Signatures on things that turn out to be classified: a statement has the opinion in it."""

from collections.abc import Collection

from office.kernel.actor import Actor
from office.kernel.modules import Keeper, Refs
from office.signing.models import Signature

SIGNATURE = "signing.signature"


async def related(refs: Refs) -> Collection[str]:
    """The signatures on them."""
    rows = await Signature.filter(subject__in=list(refs)).values_list("id", flat=True)
    return {f"{SIGNATURE}:{id}" for id in rows}


async def purge(actor: Actor, refs: Refs) -> None:
    """The statements with their strokes; that somebody signed stays in the trail."""
    await Signature.filter(subject__in=list(refs)).delete()


KEEPER = Keeper(name="signing", related=related, purge=purge)
