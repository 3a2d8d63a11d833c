"""What the units below did comes up: a handling that ended there lets the one above go on, a reply is shown there."""

from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import lock_handling
from documents.incoming.below.awaiting import due_steps
from documents.incoming.below.sendings import SENT_BACK, parents_of, source_of
from documents.incoming.events import HandlingChanged, Replied
from documents.incoming.models import Handling, Sending
from documents.incoming.states import CLOSED, OVER, RETURNED
from office import audit
from office.flow import actions as flow
from office.inbox import actions as inbox
from office.inbox.models import Todo
from office.kernel.actor import SYSTEM
from office.kernel.events import Delivery
from office.kernel.work import verb
from office.organization.queries import units


async def on_changed(event: HandlingChanged, delivery: Delivery) -> None:
    """A handling ended: whoever sent it there goes on. Of two at once the later delivery sees both."""
    if event.state not in OVER:
        return
    for parent in await parents_of(event.handling):
        await go_on(parent, event.handling)


async def on_replied(event: Replied, delivery: Delivery) -> None:
    """A unit answered (答复): the pages of those that sent it there show the reply."""
    for parent in await parents_of(event.handling):
        above = await Handling.get(id=parent)
        await lock_handling(above)
        await cases.touch(SYSTEM, above)


@verb
async def go_on(id: UUID, child: UUID) -> None:
    """Let a handling go on as far as the units below are done; its followers look again either way. One that is concluded does
    not go on: its clerk is told if the unit sent it back."""
    handling = await Handling.get(id=id)
    await lock_handling(handling)
    if handling.state in OVER:
        return await _tell_clerk(handling, child) if handling.state == CLOSED else None
    case = await flow.case_of(handling.case_id)
    if not await due_steps(handling, case):
        return await cases.touch(SYSTEM, handling)
    audit.record(SYSTEM, "documents.units_below", cases.ref(id))
    await cases.reflect(SYSTEM, handling, case)


async def _tell_clerk(handling: Handling, child: UUID) -> None:
    """Once for each sending that was sent back: a later move below is no news of it."""
    row = await Sending.filter(parent_id=handling.id, child_id=child, withdrawn_at=None).order_by("-at", "-id").first()
    if row is None or row.ended != RETURNED or await Todo.filter(source=source_of(row.id), kind=SENT_BACK).exists():
        return
    below = await Handling.get(id=child)
    unit = (await units([below.addressed_to]))[below.addressed_to].label
    todo = inbox.NewTodo(
        kind=SENT_BACK, source=source_of(row.id), holder=inbox.Holder(kind="post", id=handling.clerk_post),
        title=cases.title_of(handling),
        summary=f"本件已办结，{unit}又退文：{below.result}。需要再办的请“重新办理”；不需要的点“已核对”",
        sender=unit, urgency=handling.urgency, route_id=str(handling.id),
    )  # fmt: skip
    await inbox.open_many([todo])
    await cases.touch(SYSTEM, handling)
