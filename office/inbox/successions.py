"""A unit or a post has ended: the open to-dos of its posts go to the receiving posts of the unit that keeps its affairs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from office.inbox.actions import Holder, transfer
from office.inbox.models import OPEN, Todo
from office.kernel.actor import SYSTEM
from office.kernel.events import Delivery
from office.organization.queries import custodian, receiving_posts


async def move_to_custodian(event: Any, delivery: Delivery) -> None:
    """Handler of organization.unit_succeeded. Without a receiving post there they stay, and the invariant reports them."""
    await _hand_over(event.posts, await custodian(event.unit), "单位撤并，转承接单位收发岗")


async def move_to_receiving(event: Any, delivery: Delivery) -> None:
    """Handler of organization.post_ended."""
    await _hand_over([event.post], event.unit, "岗位撤销，转本单位收发岗")


async def _hand_over(posts: Sequence[UUID], unit: UUID, reason: str) -> None:
    receiving = await receiving_posts(unit)
    if not receiving:
        return
    heir = Holder(kind="post", id=receiving[0].id)
    for row in await Todo.filter(holder__in=posts, holder_kind="post", state=OPEN).order_by("id"):
        old = Holder(kind="post", id=row.holder)
        await transfer(row.kind, row.source, holder=old, to=heir, by=SYSTEM, reason=reason)
