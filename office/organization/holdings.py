"""Who may act for which post at a moment: own appointments and delegations in force. Asked on each request, so one query each.

A delegation counts only while its giver holds the post, and never passes the administrators' roles on.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from office.kernel import clock
from office.kernel.actor import Holding
from office.kernel.database import fetch
from office.kernel.rows import json_of, marks, texts, uuid_of, uuid_or_none
from office.organization.separation import APART
from office.organization.validity import valid

ROLES = frozenset(
    {"clerk", "leader", "principal", "staff", "supervisor", "system_admin", "security_admin", "audit_admin"}
)  # fmt: skip
NEVER_DELEGATED = frozenset(APART)

_POST = (
    " FROM organization_{held} h JOIN organization_post p ON p.id = h.post JOIN organization_unit u ON u.id = p.unit"
    " LEFT JOIN organization_section s ON s.id = p.section"
)
_COLUMNS = (
    "p.id AS post, p.title, p.roles, p.sort_no, u.id AS unit, u.name AS unit_name, s.id AS section, s.name AS section_name"
)
_OWN = (
    f"SELECT h.person AS who, {_COLUMNS}, h.is_primary AS main, NULL AS giver, NULL AS giver_name, NULL AS scope"
    f"{_POST.format(held='appointment')}"
    " WHERE h.person IN ({people})"
    f" AND {valid('h')} AND {valid('p')} AND {valid('u')}"
)
_DELEGATED = (
    f"SELECT h.receiver AS who, {_COLUMNS}, NULL AS main, g.id AS giver, g.name AS giver_name, h.scope"  # noqa: S608
    f"{_POST.format(held='delegation')}"
    " JOIN organization_person g ON g.id = h.giver"
    " WHERE h.receiver IN ({people})"
    f" AND {valid('h')} AND {valid('p')} AND {valid('u')} AND EXISTS"
    f" (SELECT 1 FROM organization_appointment a WHERE a.person = h.giver AND a.post = h.post AND {valid('a')})"
)


class Holder(msgspec.Struct, frozen=True):
    """A person who may act for a post: its holder, or a delegate on behalf of one."""

    post: UUID
    person: UUID
    name: str
    on_behalf_of: UUID | None = None
    on_behalf_of_name: str = ""


async def holdings_of(person: UUID, at: datetime | None = None) -> tuple[Holding, ...]:
    """The posts a person may act for, own before delegated, the main appointment first. One query.

    Delegations of one post by one giver are one holding, for the kinds of work of all of them.
    """
    return (await holdings_of_many([person], at)).get(person, ())


async def holdings_of_many(persons: Iterable[UUID], at: datetime | None = None) -> dict[UUID, tuple[Holding, ...]]:
    """The same for many people, in one query; whoever holds nothing is missing from the answer."""
    when, ids = at or clock.now(), texts(set(persons))
    asked = f"{_OWN} UNION ALL {_DELEGATED}".replace("{people}", marks(ids))
    rows = await fetch(asked, *ids, *[when] * 6, *ids, *[when] * 8)
    rows.sort(key=lambda row: (row["giver"] is not None, not row["main"], row["sort_no"], str(row["post"])))
    found: dict[UUID, dict[tuple[UUID, UUID | None], Holding]] = {}
    for row in rows:
        held, holding = found.setdefault(uuid_of(row["who"]), {}), _holding(row)
        key = (holding.post, holding.on_behalf_of)
        held[key] = _joined(held[key], holding) if key in held else holding
    return {person: tuple(held.values()) for person, held in found.items()}


def _joined(one: Holding, other: Holding) -> Holding:
    scope = one.scope | other.scope if one.scope and other.scope else frozenset[str]()
    return replace(one, scope=scope)


def _holding(row: dict[str, Any]) -> Holding:
    roles = frozenset(json_of(row["roles"]))
    giver = uuid_or_none(row["giver"])
    return Holding(
        post=uuid_of(row["post"]),
        title=row["title"],
        unit=uuid_of(row["unit"]),
        unit_name=row["unit_name"],
        section=uuid_or_none(row["section"]),
        section_name=row["section_name"] or "",
        roles=roles - NEVER_DELEGATED if giver else roles,
        on_behalf_of=giver,
        on_behalf_of_name=row["giver_name"] or "",
        scope=_scope(row),
    )


def _scope(row: dict[str, Any]) -> frozenset[str]:
    return frozenset(json_of(row["scope"]) or ())


async def holders(post: UUID, at: datetime | None = None, work: str = "") -> list[Holder]:
    """Who may act for a post: holders first, then delegates; with `work`, only delegates for that kind of work."""
    return (await holders_many([post], at, work)).get(post, [])


async def holders_many(posts: Iterable[UUID], at: datetime | None = None, work: str = "") -> dict[UUID, list[Holder]]:
    """The same for many posts, in one query; a vacant post is missing from the answer."""
    ids = texts(set(posts))
    if not ids:
        return {}
    when = at or clock.now()
    own = (
        "SELECT a.post, a.person, n.name, NULL AS giver, NULL AS giver_name, a.is_primary AS main, NULL AS scope"  # noqa: S608 - values are bound
        " FROM organization_appointment a JOIN organization_person n ON n.id = a.person"
        " JOIN organization_post p ON p.id = a.post"
        f" WHERE a.post IN ({marks(ids)}) AND {valid('a')} AND {valid('p')}"
    )
    delegated = (
        "SELECT d.post, d.receiver, n.name, g.id, g.name, NULL, d.scope"  # noqa: S608 - values are bound
        " FROM organization_delegation d JOIN organization_person n ON n.id = d.receiver"
        " JOIN organization_person g ON g.id = d.giver"
        " JOIN organization_appointment a ON a.person = d.giver AND a.post = d.post"
        " JOIN organization_post p ON p.id = d.post"
        f" WHERE d.post IN ({marks(ids)}) AND {valid('d')} AND {valid('a')} AND {valid('p')}"
    )
    rows = await fetch(f"{own} UNION ALL {delegated}", *ids, *[when] * 4, *ids, *[when] * 6)
    return _by_post([row for row in rows if not work or not _scope(row) or work.partition(".")[0] in _scope(row)])


def _by_post(rows: Sequence[dict[str, Any]]) -> dict[UUID, list[Holder]]:
    found: dict[UUID, list[Holder]] = {}
    for row in sorted(rows, key=lambda row: (row["giver"] is not None, not row["main"], str(row["person"]))):
        holder = Holder(
            post=uuid_of(row["post"]),
            person=uuid_of(row["person"]),
            name=row["name"],
            on_behalf_of=uuid_or_none(row["giver"]),
            on_behalf_of_name=row["giver_name"] or "",
        )
        line = found.setdefault(holder.post, [])
        if holder not in line:
            line.append(holder)
    return found
