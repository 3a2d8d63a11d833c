"""Whom a person may send to: units below theirs, their units' sections, people and saved groups. Nothing else resolves."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.refusal import Invalid
from office.kernel.rows import json_of, like, marks, texts, uuid_of, uuid_or_none
from office.organization.members import counted, ensure_somebody, expanded, ids_by_kind, in_words, names_of_gone, plain
from office.organization.validity import valid

LEVELS = 5
PER_KIND = 20
MOST = 2_000

Row = dict[str, Any]


class Target(msgspec.Struct, frozen=True):
    """One recipient, resolved: `ref` is "unit:…", "section:…", "post:…" or "person:…", `unit` always the unit it lies in."""

    ref: str
    unit: UUID
    name: str
    section: UUID | None = None
    post: UUID | None = None
    person: UUID | None = None


class Recipient(msgspec.Struct, frozen=True):
    """A line of the recipient search."""

    ref: str
    name: str
    kind: str
    hint: str


def below(alias_filter: str, units: Sequence[str]) -> str:
    """Units below those of the actor, to five levels. Binds: units, now ×2, then per level now ×2, then the filter's values."""
    return (
        "WITH RECURSIVE below(id, depth) AS ("  # noqa: S608 - values are bound
        f"SELECT u.id, 1 FROM organization_unit u WHERE u.parent IN ({marks(units)}) AND {valid('u')}"
        " UNION ALL SELECT u.id, b.depth + 1 FROM organization_unit u JOIN below b ON u.parent = b.id"
        f" WHERE b.depth < {LEVELS} AND {valid('u')})"
        " SELECT u.id, u.name, u.short_name, u.aliases, u.kind FROM below b JOIN organization_unit u ON u.id = b.id"
        f" WHERE {alias_filter} ORDER BY b.depth, u.sort_no, u.id"
    )


async def search(actor: Actor, q: str = "") -> list[Recipient]:
    """Recipients whose name, short name or pinyin initials contain `q`; all kinds' first ones if it is empty. Four queries."""
    mine, pattern, now = texts(actor.units), like(q), clock.now()
    if not mine:
        return []
    return [
        *await _search_groups(mine, pattern),
        *await _search_units(mine, pattern, now),
        *await _search_sections(mine, pattern, now),
        *await _search_people(mine, pattern, now),
    ]


async def _search_groups(mine: list[str], pattern: str) -> list[Recipient]:
    text = (
        f"SELECT id, name, members FROM organization_group WHERE unit IN ({marks(mine)})"  # noqa: S608 - values are bound
        f" AND lower(name) LIKE ? ESCAPE '!' ORDER BY name, id LIMIT {PER_KIND}"
    )
    rows = await fetch(text, *mine, pattern)
    return [
        Recipient(ref=f"group:{row['id']}", name=row["name"], kind="group", hint=counted(json_of(row["members"])))
        for row in rows
    ]


async def _search_units(mine: list[str], pattern: str, now: object) -> list[Recipient]:
    named = "(lower(u.name) LIKE ? ESCAPE '!' OR lower(u.short_name) LIKE ? ESCAPE '!')"
    text = f"{below(named, mine)} LIMIT {PER_KIND}"
    rows = await fetch(text, *mine, *[now] * 4, pattern, pattern)
    return [
        Recipient(ref=f"unit:{row['id']}", name=row["short_name"] or row["name"], kind="unit", hint=row["kind"]) for row in rows
    ]


async def _search_sections(mine: list[str], pattern: str, now: object) -> list[Recipient]:
    text = (
        "SELECT s.id, s.name, s.kind, u.name AS unit_name FROM organization_section s"  # noqa: S608 - values are bound
        f" JOIN organization_unit u ON u.id = s.unit WHERE s.unit IN ({marks(mine)}) AND {valid('s')}"
        f" AND lower(s.name) LIKE ? ESCAPE '!' ORDER BY u.sort_no, s.sort_no, s.id LIMIT {PER_KIND}"
    )
    rows = await fetch(text, *mine, now, now, pattern)
    return [
        Recipient(ref=f"section:{row['id']}", name=row["name"], kind="section", hint=f"{row['unit_name']} · {row['kind']}")
        for row in rows
    ]


async def _search_people(mine: list[str], pattern: str, now: object) -> list[Recipient]:
    text = (
        "SELECT n.id, n.name, p.title, s.name AS section_name, (SELECT max(b.kind) FROM organization_absence b"  # noqa: S608
        "   WHERE b.person = n.id AND b.valid_from <= ? AND b.valid_to > ?) AS away"
        " FROM organization_appointment a JOIN organization_person n ON n.id = a.person"
        " JOIN organization_post p ON p.id = a.post LEFT JOIN organization_section s ON s.id = p.section"
        f" WHERE p.unit IN ({marks(mine)}) AND {valid('a')} AND {valid('p')}"
        " AND (n.name LIKE ? ESCAPE '!' OR n.pinyin LIKE ? ESCAPE '!' OR lower(p.title) LIKE ? ESCAPE '!')"
        f" ORDER BY p.is_leader DESC, p.rank_no, p.sort_no, n.id LIMIT {PER_KIND}"
    )
    rows = await fetch(text, now, now, *mine, *[now] * 4, *[pattern] * 3)
    lines: dict[str, Recipient] = {}
    for row in rows:
        ref = f"person:{row['id']}"
        lines.setdefault(ref, Recipient(ref=ref, name=row["name"], kind="person", hint=_where(row)))
    return list(lines.values())


def _where(row: Row) -> str:
    told = " · ".join(part for part in (row["section_name"], row["title"]) if part)
    return f"{told}（{row['away']}）" if row["away"] else told


class Resolved(msgspec.Struct, frozen=True):
    """Recipients as they are now; `gone` are the names of those who are no longer there, and are not among them."""

    targets: list[Target]
    gone: list[str]


async def resolve_recipients(actor: Actor, refs: Sequence[str]) -> list[Target]:
    """References as recipients, groups replaced by those of their members that are there now, each once, in the order given.

    Refuses as `resolve` does.
    """
    return (await resolve(actor, refs)).targets


async def resolve(
    actor: Actor, refs: Sequence[str], *, lenient: bool = False, places: Mapping[str, int] | None = None
) -> Resolved:
    """The same, telling which members of groups have ended; `lenient` also those named themselves, for a list kept from before.

    `places` says where each stands in the list of whoever asks, from 1; this list's own places if it is left out.
    At most five queries, and four more where somebody is gone. Refuses Invalid `organization.recipient_unknown` (one does not
    exist, has ended or is not within the actor's reach; the three look the same), `organization.group_over` (nobody of a group
    is left) and `organization.recipients_too_many` (over 2000).
    """
    if len(refs) > MOST:
        raise Invalid("organization.recipients_too_many", most=MOST)
    mine = texts(actor.units)
    told = plain(refs, places or {ref: place for place, ref in reversed(list(enumerate(refs, 1)))})
    wanted = await expanded(mine, list(told))
    if len(wanted) > MOST:
        raise Invalid("organization.recipients_too_many", most=MOST)
    found = await _found(mine, ids_by_kind(wanted))
    missing = [ref for ref in wanted if ref not in found]
    named = [] if lenient else [ref for ref in missing if "" in wanted[ref]]
    if named:
        raise Invalid("organization.recipient_unknown", which=in_words(named[:5], told))
    ensure_somebody(wanted, found)
    return Resolved([found[ref] for ref in wanted if ref in found], await names_of_gone(missing))


async def _found(mine: list[str], wanted: dict[str, list[str]]) -> dict[str, Target]:
    now, found = clock.now(), dict[str, Target]()
    if not mine:
        return found
    if units := wanted["unit"]:
        rows = await fetch(below(f"u.id IN ({marks(units)})", mine), *mine, *[now] * 4, *units)
        found |= {f"unit:{row['id']}": _unit_target(row) for row in rows}
    if sections := wanted["section"]:
        text = f"SELECT s.id, s.unit, s.name FROM organization_section s WHERE s.id IN ({marks(sections)})"  # noqa: S608
        rows = await fetch(f"{text} AND s.unit IN ({marks(mine)}) AND {valid('s')}", *sections, *mine, now, now)
        found |= {f"section:{row['id']}": _section_target(row) for row in rows}
    if wanted["post"]:
        found |= await _posts(mine, wanted["post"], now)
    if wanted["person"]:
        found |= await _people(mine, wanted["person"], now)
    return found


def _unit_target(row: Row) -> Target:
    return Target(ref=f"unit:{row['id']}", unit=uuid_of(row["id"]), name=row["short_name"] or row["name"])


def _section_target(row: Row) -> Target:
    return Target(ref=f"section:{row['id']}", unit=uuid_of(row["unit"]), section=uuid_of(row["id"]), name=row["name"])


async def _posts(mine: list[str], ids: list[str], now: object) -> dict[str, Target]:
    text = (
        "SELECT p.id, p.unit, p.section, p.title FROM organization_post p"  # noqa: S608 - values are bound
        f" WHERE p.id IN ({marks(ids)}) AND p.unit IN ({marks(mine)}) AND {valid('p')}"
    )
    targets = [
        Target(
            ref=f"post:{row['id']}",
            unit=uuid_of(row["unit"]),
            section=uuid_or_none(row["section"]),
            post=uuid_of(row["id"]),
            name=row["title"],
        )
        for row in await fetch(text, *ids, *mine, now, now)
    ]
    return {target.ref: target for target in targets}


async def _people(mine: list[str], ids: list[str], now: object) -> dict[str, Target]:
    """People with the post they hold in the actor's unit: the main one if there are several."""
    text = (
        "SELECT n.id, n.name, p.id AS post, p.unit, p.section FROM organization_appointment a"  # noqa: S608 - values are bound
        " JOIN organization_person n ON n.id = a.person JOIN organization_post p ON p.id = a.post"
        f" WHERE n.id IN ({marks(ids)}) AND p.unit IN ({marks(mine)}) AND {valid('a')} AND {valid('p')}"
        " ORDER BY a.is_primary DESC, p.sort_no, p.id"
    )
    found: dict[str, Target] = {}
    for row in await fetch(text, *ids, *mine, *[now] * 4):
        ref = f"person:{row['id']}"
        found.setdefault(ref, Target(
            ref=ref, unit=uuid_of(row["unit"]), section=uuid_or_none(row["section"]), post=uuid_of(row["post"]),
            person=uuid_of(row["id"]), name=row["name"],
        ))  # fmt: skip
    return found
