"""A unit below has answered (答复): those who follow the document above look again."""

from documents.incoming import cases
from documents.incoming.access import lock_handling
from documents.incoming.events import Replied
from documents.incoming.models import Handling
from office.kernel.actor import SYSTEM
from office.kernel.events import Delivery


async def on_replied(event: Replied, delivery: Delivery) -> None:
    """The page above shows the reply; nothing where the sender is not a unit of this house."""
    if event.parent is None:
        return
    above = await Handling.get(id=event.parent)
    await lock_handling(above)
    await cases.touch(SYSTEM, above)
