"""三员分立, kept: asked of the tables whenever somebody comes into a post, or a post's roles change."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from office.kernel.refusal import Conflict
from office.organization.models import Appointment, Person, Post
from office.organization.separation import APART, together
from office.organization.validity import not_ended


async def refuse_together(
    post: UUID, roles: Sequence[str], people: Collection[UUID], since: datetime, until: datetime | None = None
) -> None:
    """With these roles, held by these people from `since` on, the post must join no two of the three administrators.

    Their rows are locked: two posts for one person, given at once, come one after the other. Refuses Conflict
    `organization.admin_elsewhere`. Three queries; none where the post is no administrator's.
    """
    if not APART.keys() & set(roles) or not people:
        return
    held = await Person.filter(id__in=list(people)).order_by("id").select_for_update(no_key=True)
    others = await Appointment.filter(not_ended(since), person__in=list(people)).exclude(post=post)
    given = {row.id: row.roles for row in await Post.filter(id__in=[one.post for one in others])}
    for person in held:
        theirs = [given[one.post] for one in others if one.person == person.id and (until is None or one.valid_from < until)]
        if names := together([roles, *theirs]):
            raise Conflict("organization.admin_elsewhere", person=person.name, roles=names)
