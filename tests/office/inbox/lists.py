"""A page of a box without its counts, as most tests of the inbox look at it."""

from office.inbox import queries
from office.inbox.schemas import Box, InboxQuery, TodoView
from office.kernel.actor import Actor


async def todos_of(actor: Actor, box: Box = "handle", cursor: str = "", limit: int = 30) -> tuple[list[TodoView], str | None]:
    """What is on it, and the cursor of the next."""
    page = await queries.page(actor, InboxQuery(box=box, cursor=cursor, limit=limit))
    return page.items, page.next
