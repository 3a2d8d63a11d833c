"""The tree of units (机构通讯录) as everyone logged in may read it: names and posts; no account, telephone or delegation."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.refusal import Invalid, NotFound
from office.kernel.rows import instant_or_none, uuid_of
from office.organization.holdings import Holder, holders_many
from office.organization.queries import PostCard, posts_in, standing
from office.organization.structure import MANAGE
from office.organization.structure_schemas import Tree, TreeHolder, TreePost, TreeQuery, TreeSection, TreeUnit
from office.organization.validity import valid

PAGE = 100
MOST_SECTIONS = 200

_UNIT = (
    "SELECT u.id, u.name, u.short_name, u.kind, u.valid_to, EXISTS (SELECT 1 FROM organization_unit b"  # noqa: S608 - values are bound
    f" WHERE b.parent = u.id AND {valid('b')}) AS more FROM organization_unit u"
)


async def tree(actor: Actor, asked: TreeQuery) -> Tree:
    """One unit with what belongs to it, a page of units and a page of posts; without a unit, those that stand under none.

    At most five queries. Refuses NotFound `organization.unit_unknown`, Invalid `http.bad_cursor`.
    """
    below, units_next = await _below(asked.unit, asked.units_after)
    if asked.unit is None:
        return Tree(unit=None, units=below, units_next=units_next, sections=[], posts=[], posts_next=None)
    unit, now = await _unit(asked.unit), clock.now()
    cards, posts_next = _page(await _in_order(asked.unit), asked.posts_after)
    held = await holders_many([card.id for card in cards], now)
    return Tree(
        unit=unit, units=below, units_next=units_next, sections=await _sections(asked.unit),
        posts=[_post(actor, card, held.get(card.id, [])) for card in cards], posts_next=posts_next,
    )  # fmt: skip


async def _unit(unit: UUID) -> TreeUnit:
    now = clock.now()
    rows = await fetch(f"{_UNIT} WHERE u.id = ?", now, now, str(unit))
    if not rows:
        raise NotFound("organization.unit_unknown")
    return _shown(rows[0])


async def _below(unit: UUID | None, after: UUID | None) -> tuple[list[TreeUnit], UUID | None]:
    now = clock.now()
    under, values = ("u.parent = ?", [str(unit)]) if unit else ("u.parent IS NULL", [])
    on = ""
    if after:
        on, values = " AND (u.sort_no, u.id) > (SELECT sort_no, id FROM organization_unit WHERE id = ?)", [*values, str(after)]
    text = f"{_UNIT} WHERE {under}{on} AND {valid('u')} ORDER BY u.sort_no, u.id LIMIT {PAGE + 1}"
    rows = await fetch(text, now, now, *values, now, now)
    found = [_shown(row) for row in rows[:PAGE]]
    return found, found[-1].id if len(rows) > PAGE else None


def _shown(row: Mapping[str, Any]) -> TreeUnit:
    ended = instant_or_none(row["valid_to"])
    return TreeUnit(
        id=uuid_of(row["id"]), name=row["name"], short_name=row["short_name"], kind=row["kind"],
        ended=ended is not None and ended <= clock.now(), more=bool(row["more"]),
    )  # fmt: skip


async def _sections(unit: UUID) -> list[TreeSection]:
    now = clock.now()
    text = (
        "SELECT s.id, s.name, s.kind FROM organization_section s"  # noqa: S608 - values are bound
        f" WHERE s.unit = ? AND {valid('s')} ORDER BY s.sort_no, s.id LIMIT {MOST_SECTIONS}"
    )
    rows = await fetch(text, str(unit), now, now)
    return [TreeSection(id=uuid_of(row["id"]), name=row["name"], kind=row["kind"]) for row in rows]


async def _in_order(unit: UUID) -> list[PostCard]:
    """Leaders by group and rank, then the others in their order."""
    found = await posts_in([unit])
    leading = sorted((post for post in found if post.is_leader), key=standing)
    return [*leading, *(post for post in found if not post.is_leader)]


def _page(cards: Sequence[PostCard], after: UUID | None) -> tuple[Sequence[PostCard], UUID | None]:
    start = 0
    if after:
        start = next((place for place, card in enumerate(cards, 1) if card.id == after), -1)
        if start < 0:
            raise Invalid("http.bad_cursor")
    page = cards[start : start + PAGE]
    return page, page[-1].id if len(cards) > start + PAGE else None


def _post(actor: Actor, card: PostCard, held: Sequence[Holder]) -> TreePost:
    own = [TreeHolder(person=one.person, name=one.name) for one in held if one.on_behalf_of is None]
    manages = MANAGE in actor.permissions
    return TreePost(
        id=card.id, section=card.section, title=card.title, team=card.team, rank_no=card.rank_no, is_leader=card.is_leader,
        receiving=card.receiving, holders=own, roles=sorted(card.roles) if manages else [],
        reach=card.reach if manages else None,
    )  # fmt: skip
