"""How far an administrator's role acts: from a unit down (decision 0321)."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.rows import marks, uuid_of
from office.organization.models import Appointment, Post
from office.organization.validity import not_ended, valid


@dataclass(frozen=True)
class Reach:
    """The units within reach; `top` where one of them stands under none: then also what belongs to no unit."""

    units: frozenset[UUID]
    top: bool

    def touches(self, theirs: Collection[UUID]) -> bool:
        """Whether any of these units is within reach."""
        return bool(self.units.intersection(theirs)) if theirs else self.top

    def beyond(self, theirs: Collection[UUID]) -> frozenset[UUID]:
        """Those of these units that are not."""
        return frozenset(theirs) - self.units


async def reach_of(actor: Actor, role: str) -> Reach:
    """Of the posts that the actor holds with this role: each from the unit it names, or its own, down. One query.

    A unit that ended stands in it still where it stood; what it had is its custodian's by then.
    """
    posts = [str(one.post) for one in actor.holdings if role in one.roles]
    rows = await fetch(
        "WITH RECURSIVE reached(id) AS ("  # noqa: S608 - values are bound
        f"SELECT COALESCE(p.reach, p.unit) FROM organization_post p WHERE p.id IN ({marks(posts)})"
        " UNION SELECT u.id FROM organization_unit u JOIN reached r ON u.parent = r.id)"
        " SELECT u.id, u.parent FROM organization_unit u JOIN reached r ON r.id = u.id",
        *posts,
    ) if posts else []  # fmt: skip
    return Reach(frozenset(uuid_of(row["id"]) for row in rows), any(row["parent"] is None for row in rows))


async def reached_by_fewer(role: str, persons: int) -> list[str]:
    """Names of the units in force that fewer persons than this reach with a role, in their order. One query over all posts."""
    now = clock.now()
    rows = await fetch(
        "WITH RECURSIVE reached(person, id) AS ("  # noqa: S608 - values are bound
        "SELECT a.person, COALESCE(p.reach, p.unit) FROM organization_appointment a JOIN organization_post p ON p.id = a.post"
        f" WHERE CAST(p.roles AS TEXT) LIKE ? AND {valid('a')} AND {valid('p')}"
        " UNION SELECT r.person, u.id FROM organization_unit u JOIN reached r ON u.parent = r.id)"
        f" SELECT u.name FROM organization_unit u LEFT JOIN reached r ON r.id = u.id WHERE {valid('u')}"
        " GROUP BY u.id, u.name, u.sort_no HAVING COUNT(DISTINCT r.person) < ? ORDER BY u.sort_no, u.id",
        f'%"{role}"%', *[now] * 6, persons,
    )  # fmt: skip
    return [str(row["name"]) for row in rows]


async def units_of_people(people: Collection[UUID]) -> set[UUID]:
    """The units in which these people hold a post now or later. Two queries, none for nobody."""
    if not people:
        return set()
    held = await Appointment.filter(not_ended(clock.now()), person__in=list(people)).values_list("post", flat=True)
    return {uuid_of(one) for one in await Post.filter(id__in=list(held)).values_list("unit", flat=True)}
