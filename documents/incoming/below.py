"""What the units below did comes up: a handling that ended there lets the one above go on, a reply is shown there."""

from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import lock_handling
from documents.incoming.awaiting import due_steps
from documents.incoming.events import HandlingChanged, Replied
from documents.incoming.models import Handling
from documents.incoming.sendings import parents_of
from documents.incoming.states import OVER
from office import audit
from office.flow import actions as flow
from office.kernel.actor import SYSTEM
from office.kernel.events import Delivery
from office.kernel.work import verb


async def on_changed(event: HandlingChanged, delivery: Delivery) -> None:
    """A handling ended: whoever sent it there goes on. Of two at once the later delivery sees both."""
    if event.state not in OVER:
        return
    for parent in await parents_of(event.handling):
        await go_on(parent)


async def on_replied(event: Replied, delivery: Delivery) -> None:
    """A unit answered (答复): the pages of those that sent it there show the reply."""
    for parent in await parents_of(event.handling):
        above = await Handling.get(id=parent)
        await lock_handling(above)
        await cases.touch(SYSTEM, above)


@verb
async def go_on(id: UUID) -> None:
    """Let a handling go on as far as the units below are done; its followers look again either way."""
    handling = await Handling.get(id=id)
    await lock_handling(handling)
    if handling.state in OVER:
        return
    case = await flow.case_of(handling.case_id)
    if not await due_steps(handling, case):
        return await cases.touch(SYSTEM, handling)
    audit.record(SYSTEM, "documents.units_below", cases.ref(id))
    await cases.reflect(SYSTEM, handling, case)
