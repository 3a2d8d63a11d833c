"""废号: the register number of a handling was made void; its page, its line in the register and its followers say so."""

from documents.incoming import cases
from documents.incoming.access import lock_handling
from documents.incoming.models import Handling
from office.kernel.actor import SYSTEM
from office.kernel.events import Delivery
from office.kernel.refs import id_of, kind_of
from office.numbering.events import NumberVoided


async def on_voided(event: NumberVoided, delivery: Delivery) -> None:
    """Keep the reason beside the number it is about; one given since is another."""
    ours = kind_of(event.subject) == "documents.handling"
    handling = await Handling.get_or_none(id=id_of(event.subject)) if ours else None
    if handling is None:
        return
    await lock_handling(handling)
    if handling.register_no == event.number:
        handling.register_void = event.reason
        await handling.save(update_fields=["register_void"])
        await cases.touch(SYSTEM, handling)
