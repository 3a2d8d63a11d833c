"""Numbers of things that turn out to be classified: the row stays, so that the gap is explained, and names nothing."""

from office.kernel.actor import Actor
from office.kernel.modules import Keeper, Refs
from office.numbering.models import NumberRow

PURGED = "涉密清除"


async def purge(actor: Actor, refs: Refs) -> None:
    """What the number stood on, and why it was void if it was."""
    await NumberRow.filter(subject__in=list(refs)).update(subject="", reason=PURGED)


KEEPER = Keeper(name="numbering", purge=purge)
