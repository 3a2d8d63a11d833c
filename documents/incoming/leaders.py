"""Whom 拟办 can ask: the leaders of the handling's unit, in the order of the leading group."""

from uuid import UUID

from documents.incoming.access import access_handling
from documents.incoming.schemas import LeaderList, LeaderOut
from office.kernel.actor import Actor
from office.organization.queries import Leader, leaders_of


async def leaders(actor: Actor, id: UUID) -> LeaderList:
    """By rank, never by pinyin; a vacant post has no name. Refuses: NotFound documents.no_such_handling."""
    handling = await access_handling(actor, id)
    posts: dict[UUID, list[Leader]] = {}
    for one in await leaders_of(handling.unit_id):
        posts.setdefault(one.post, []).append(one)
    return LeaderList([
        LeaderOut(post, held[0].title, "、".join(one.name for one in held if one.name)) for post, held in posts.items()
    ])  # fmt: skip
