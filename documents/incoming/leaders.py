"""Whom 拟办 can ask: the leaders of the handling's unit, in the order of the leading group."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from documents.incoming.access import access_handling
from documents.incoming.schemas import LeaderList, LeaderOut
from office.kernel.actor import Actor
from office.organization.queries import Leader, away, leaders_of


async def leaders(actor: Actor, id: UUID) -> LeaderList:
    """By rank, never by pinyin; a vacant post has no name. Refuses: NotFound documents.no_such_handling."""
    handling = await access_handling(actor, id)
    posts: dict[UUID, list[Leader]] = {}
    for one in await leaders_of(handling.unit_id):
        posts.setdefault(one.post, []).append(one)
    gone = await away([one.person for held in posts.values() for one in held if one.person])
    return LeaderList([_out(post, held, gone) for post, held in posts.items()])


def _out(post: UUID, held: Sequence[Leader], gone: Mapping[UUID, str]) -> LeaderOut:
    kinds = [(one.name, gone[one.person]) for one in held if one.person and one.person in gone]
    told = kinds[0][1] if len(held) == len(kinds) == 1 else "、".join(f"{name}{kind}" for name, kind in kinds)
    return LeaderOut(post, held[0].title, "、".join(one.name for one in held if one.name), told)
