"""Where people and posts of a unit stand (排序): leaders by rank number, then the others as the unit lists its posts; never by
pinyin, by time, or as they were typed."""

from collections.abc import Mapping
from uuid import UUID

from documents.incoming.policy import WORK
from office.organization.holdings import holders_many
from office.organization.queries import leaders_of, posts_in

LAST = 9_999


async def ranks_in(unit: UUID) -> Mapping[str, int]:
    """The place of every post of a unit and of whoever holds it, by id as text, the first leader at 0. Four queries."""
    leaders, posts = await leaders_of(unit), await posts_in([unit])
    held = await holders_many([post.id for post in posts], work=WORK)
    order = list(dict.fromkeys([*(leader.post for leader in leaders), *(post.id for post in posts)]))
    places: dict[str, int] = {}
    for place, post in enumerate(order):
        for id in (post, *(one.person for one in held.get(post, ()) if one.on_behalf_of is None)):
            places.setdefault(str(id), place)
    return places
