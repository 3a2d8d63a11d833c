"""Reads of the organization: units, posts by role, leaders in order, people behind references, the working calendar."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from office.kernel import clock
from office.kernel.database import fetch
from office.kernel.refs import id_of
from office.kernel.rows import instant_or_none, json_of, marks, texts, uuid_of, uuid_or_none
from office.organization import leaders, uscc
from office.organization.holdings import Holder, holders_many
from office.organization.models import SuccessionRow
from office.organization.succession import Kind, Lineage, Succession
from office.organization.validity import valid


class UnitCard(msgspec.Struct, frozen=True):
    """A unit as others show it; `ended` when it was merged or abolished (then ask `custodian`)."""

    id: UUID
    name: str
    short_name: str
    kind: str
    uscc: str | None = None
    parent: UUID | None = None
    region: UUID | None = None
    ended: bool = False

    @property
    def label(self) -> str:
        """The standard short name (规范化简称) where there is one, else the name."""
        return self.short_name or self.name


class PostCard(msgspec.Struct, frozen=True):
    """A post as others show it."""

    id: UUID
    unit: UUID
    section: UUID | None
    title: str
    team: str
    rank_no: int
    is_leader: bool
    receiving: bool
    roles: frozenset[str]
    reach: UUID | None = None

    @property
    def takes_in(self) -> bool:
        """Whether incoming documents may be taken in here: a 收发岗, or a clerk's post."""
        return self.receiving or "clerk" in self.roles


class Leader(msgspec.Struct, frozen=True):
    """A leader's post and who holds it; `person` is None while it is vacant."""

    post: UUID
    title: str
    team: str
    rank_no: int
    person: UUID | None
    name: str


UNIT = "SELECT id, name, short_name, kind, uscc, parent, region, valid_to FROM organization_unit"
_POST = (
    "SELECT p.id, p.unit, p.section, p.title, p.team, p.rank_no, p.is_leader, p.receiving, p.roles, p.reach"
    " FROM organization_post p"
)


async def units(ids: Iterable[UUID]) -> dict[UUID, UnitCard]:
    """Units by id, ended ones included. One query."""
    wanted = texts(set(ids))
    rows = await fetch(f"{UNIT} WHERE id IN ({marks(wanted)})", *wanted) if wanted else []
    return {card.id: card for card in map(unit_card, rows)}


async def units_by_uscc(codes: Iterable[str]) -> dict[str, UnitCard]:
    """Units by 统一社会信用代码 (GB 32100-2015), ended ones included; unknown codes are missing. One query."""
    wanted = sorted({uscc.normal(code) for code in codes})
    rows = await fetch(f"{UNIT} WHERE uscc IN ({marks(wanted)})", *wanted) if wanted else []
    return {str(card.uscc): card for card in map(unit_card, rows)}


async def unit_by_uscc(code: str) -> UnitCard | None:
    """The unit with this 统一社会信用代码, ended or not; None if unknown."""
    return (await units_by_uscc([code])).get(uscc.normal(code))


def unit_card(row: Mapping[str, Any]) -> UnitCard:
    """A row of `UNIT`."""
    ended = instant_or_none(row["valid_to"])
    return UnitCard(
        id=uuid_of(row["id"]),
        name=row["name"],
        short_name=row["short_name"],
        kind=row["kind"],
        uscc=row["uscc"],
        parent=uuid_or_none(row["parent"]),
        region=uuid_or_none(row["region"]),
        ended=ended is not None and ended <= clock.now(),
    )


async def posts(ids: Iterable[UUID], at: datetime | None = None) -> dict[UUID, PostCard]:
    """Posts in force, by id; ended ones are missing. One query."""
    wanted, when = texts(set(ids)), at or clock.now()
    rows = await fetch(f"{_POST} WHERE p.id IN ({marks(wanted)}) AND {valid('p')}", *wanted, when, when) if wanted else []
    return {card.id: card for card in map(_post, rows)}


async def posts_in(unit_ids: Iterable[UUID], at: datetime | None = None) -> list[PostCard]:
    """All posts in force of these units, in their order. One query."""
    wanted, when = texts(set(unit_ids)), at or clock.now()
    text = f"{_POST} WHERE p.unit IN ({marks(wanted)}) AND {valid('p')} ORDER BY p.unit, p.sort_no, p.id"
    return [_post(row) for row in await fetch(text, *wanted, when, when)] if wanted else []


def _post(row: Mapping[str, Any]) -> PostCard:
    return PostCard(
        id=uuid_of(row["id"]),
        unit=uuid_of(row["unit"]),
        section=uuid_or_none(row["section"]),
        title=row["title"],
        team=row["team"],
        rank_no=row["rank_no"],
        is_leader=bool(row["is_leader"]),
        receiving=bool(row["receiving"]),
        roles=frozenset(json_of(row["roles"])),
        reach=uuid_or_none(row["reach"]),
    )


async def receiving_posts(unit: UUID, at: datetime | None = None) -> list[PostCard]:
    """The 收发岗 of a unit: the posts that get incoming documents; where none is marked, its clerks' posts."""
    found = await posts_in([unit], at)
    return [post for post in found if post.receiving] or [post for post in found if "clerk" in post.roles]


async def section_posts(section: UUID, at: datetime | None = None) -> list[PostCard]:
    """All posts in force of a section, in their order. One query."""
    when = at or clock.now()
    text = f"{_POST} WHERE p.section = ? AND {valid('p')} ORDER BY p.sort_no, p.id"
    return [_post(row) for row in await fetch(text, str(section), when, when)]


async def people_of_refs(refs: Sequence[str], at: datetime | None = None, work: str = "") -> set[UUID]:
    """The people behind references now: "person:<id>", "post:<id>" (also "organization.post:<id>"), "<role>@<unit id>".

    Delegates count with the holders; with `work`, those for that kind of work. References of another form are ignored. At most
    two queries.
    """
    people = {id_of(ref) for ref in refs if ref.startswith("person:")}
    wanted = {id_of(ref) for ref in refs if ref.startswith(("post:", "organization.post:"))}
    roles = {(role, UUID(unit)) for role, mark, unit in (ref.partition("@") for ref in refs) if mark}
    if roles:
        found = await posts_in({unit for _, unit in roles}, at)
        wanted |= {post.id for post in found for role in post.roles if (role, post.unit) in roles}
    held = await holders_many(wanted, at, work)
    return people | {holder.person for line in held.values() for holder in line}


async def departed(unit: UUID, persons: Sequence[UUID]) -> set[UUID]:
    """Those of some persons who had a post in a unit and have none there now. One query, none for nobody."""
    if not persons:
        return set()
    now, among = clock.now(), marks(persons)
    rows = await fetch(
        f"SELECT a.person, MAX(CASE WHEN {valid('a')} THEN 1 ELSE 0 END) AS here FROM organization_appointment a"  # noqa: S608
        f" JOIN organization_post p ON p.id = a.post WHERE p.unit = ? AND a.person IN ({among}) GROUP BY a.person",
        now, now, str(unit), *texts(persons),
    )  # fmt: skip
    return {uuid_of(row["person"]) for row in rows if not row["here"]}


async def people(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names by person id. One query."""
    wanted = texts(set(ids))
    text = f"SELECT id, name FROM organization_person WHERE id IN ({marks(wanted)})"  # noqa: S608 - values are bound
    rows = await fetch(text, *wanted) if wanted else []
    return {uuid_of(row["id"]): row["name"] for row in rows}


#: The customary order of the leading groups; a group of another name follows.
TEAMS = ("党委班子", "人大班子", "政府班子", "政协班子", "纪委班子")


async def leaders_of(unit: UUID, at: datetime | None = None, team: str | None = None) -> list[Leader]:
    """The leaders' posts of a unit with their holders, at a moment, by the rank numbers of that moment and never by pinyin.
    Two queries, three for a moment that is named.

    With `team` (党委班子, 政府班子…) by the ranks in it, the other leaders after; without, group by group.
    """
    when = at or clock.now()
    leading = [post for post in await posts_in([unit], when) if post.is_leader]
    if at is not None:
        leading = await _as_they_stood(leading, at)
    leading.sort(key=standing)
    held = await holders_many([post.id for post in leading], when)
    found = [leader for post in leading for leader in _leaders(post, held.get(post.id, []))]
    if team is None:
        return found
    on = when.astimezone(clock.SHANGHAI).date()
    standings = [leaders.Standing(_who(one), one.team, one.rank_no, date.min) for one in found]
    return leaders.in_order(found, standings, team, on, _who)


async def _as_they_stood(posts: Sequence[PostCard], at: datetime) -> list[PostCard]:
    """Posts with team and rank as they were at a moment; as they are now where nothing else is on record. One query."""
    rows = await fetch(
        f"SELECT r.post, r.team, r.rank_no FROM organization_post_rank r WHERE r.post IN ({marks(posts)}) AND {valid('r')}",  # noqa: S608
        *texts(post.id for post in posts), at, at,
    )  # fmt: skip
    stood = {uuid_of(row["post"]): {"team": row["team"], "rank_no": row["rank_no"]} for row in rows}
    return [replace(post, **stood.get(post.id, {})) for post in posts]


async def away(persons: Sequence[UUID]) -> dict[UUID, str]:
    """Who of these is away now: 出差 or 请假. One query, none for nobody."""
    if not persons:
        return {}
    now = clock.now()
    text = f"SELECT b.person, b.kind FROM organization_absence b WHERE b.person IN ({marks(persons)}) AND {valid('b')}"  # noqa: S608
    return {uuid_of(row["person"]): row["kind"] for row in await fetch(text, *texts(persons), now, now)}


def standing(post: PostCard) -> tuple[int, int]:
    """Where a leader's post stands: group by group, by rank number in each."""
    return TEAMS.index(post.team) if post.team in TEAMS else len(TEAMS), post.rank_no


def _leaders(post: PostCard, held: Sequence[Holder]) -> list[Leader]:
    own = [holder for holder in held if holder.on_behalf_of is None]
    names: list[tuple[UUID | None, str]] = [(one.person, one.name) for one in own]
    return [
        Leader(post=post.id, title=post.title, team=post.team, rank_no=post.rank_no, person=person, name=name)
        for person, name in names or [(None, "")]
    ]


def _who(leader: Leader) -> UUID:
    return leader.person or leader.post


async def succession_rows() -> list[Succession[UUID]]:
    """Every end of a unit, as the rules read it; renamings are not ends here, for the unit stays the same."""
    rows = await SuccessionRow.exclude(kind=Kind.RENAME)
    return [
        Succession(
            Kind(row.kind), row.predecessor, row.successor, row.effective_at.astimezone(clock.SHANGHAI).date(), row.is_custodian
        )
        for row in rows
    ]


async def custodian(unit: UUID, at: datetime | None = None) -> UUID:
    """Who keeps a unit's affairs on a day: itself while it lives, else the last keeper down the rows. One query."""
    on = (at or clock.now()).astimezone(clock.SHANGHAI).date()
    return Lineage(await succession_rows()).custodian(unit, on)


async def forebears(unit: UUID, at: datetime | None = None) -> set[UUID]:
    """Units that have ended and whose affairs this one keeps. One query."""
    on = (at or clock.now()).astimezone(clock.SHANGHAI).date()
    return Lineage(await succession_rows()).forebears(unit, on)
