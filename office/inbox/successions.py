"""A unit has ended: its posts' open to-dos go to the receiving posts of the unit that keeps its affairs."""

from typing import Any

from office.inbox.actions import Holder, transfer
from office.inbox.models import OPEN, Todo
from office.kernel.actor import SYSTEM
from office.kernel.events import Delivery
from office.organization.queries import receiving_posts


async def move_to_custodian(event: Any, delivery: Delivery) -> None:
    """Handler of organization.unit_succeeded. Without a receiving post there they stay, and the invariant reports them."""
    receiving = await receiving_posts(event.custodian)
    if not receiving:
        return
    heir = Holder(kind="post", id=receiving[0].id)
    for row in await Todo.filter(holder__in=event.posts, holder_kind="post", state=OPEN).order_by("id"):
        old = Holder(kind="post", id=row.holder)
        await transfer(row.kind, row.source, holder=old, to=heir, by=SYSTEM, reason="单位撤并，转承接单位收发岗")
