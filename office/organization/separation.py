"""三员分立: who runs the system, who guards secrecy, who audits both: three persons (GB/T 22239-2019, 8.1.4.2 d).

Asked of the tables whenever somebody comes into a post, or a post's roles change.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from office.kernel.refusal import Conflict
from office.organization.models import Appointment, Person, Post
from office.organization.validity import not_ended

#: 系统管理员, 安全保密管理员, 安全审计员.
APART = {"system_admin": "系统管理员", "security_admin": "安全保密管理员", "audit_admin": "安全审计员"}


def together(roles: Iterable[Collection[str]]) -> str:
    """The words of those of the three roles that one person would have together; "" where it is at most one."""
    held = {role for some in roles for role in some} & APART.keys()
    return "、".join(APART[role] for role in APART if role in held) if len(held) > 1 else ""


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
