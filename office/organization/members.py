"""Recipient references and the groups they may name: a group is its members as they are at the moment of sending."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from office.kernel.database import fetch
from office.kernel.refusal import Invalid
from office.kernel.rows import json_of, marks

KINDS: Final = {"unit": "单位", "section": "内设机构", "post": "岗位", "person": "人员", "group": "发送范围"}
MALFORMED = "写法不对"
#: How each is counted; a post is whoever holds it.
_COUNTED: Final = {"unit": "个单位", "section": "个科室", "post": "个岗位", "person": "人", "group": "个分组"}
_NAMED = {
    "unit": "SELECT id, CASE WHEN short_name = '' THEN name ELSE short_name END AS name FROM organization_unit",
    "section": "SELECT id, name FROM organization_section",
    "post": "SELECT id, title AS name FROM organization_post",
    "person": "SELECT id, name FROM organization_person",
}


def parse(ref: str) -> tuple[str, UUID] | None:
    """A recipient reference in its parts; None where it is none."""
    kind, _, told = ref.partition(":")
    try:
        return (kind, UUID(told)) if kind in KINDS else None
    except ValueError:
        return None


def plain(refs: Sequence[str], places: Mapping[str, int]) -> dict[str, int]:
    """References in their one written form, each once, with where each stands in the list that was given (from 1).

    Refuses Invalid `organization.recipient_unknown` for what is no reference.
    """
    found: dict[str, int] = {}
    for ref in refs:
        parts = parse(ref)
        if parts is None:
            raise Invalid("organization.recipient_unknown", which=f"第{places[ref]}个（{MALFORMED}）")
        found.setdefault(f"{parts[0]}:{parts[1]}", places[ref])
    return found


def in_words(refs: Iterable[str], places: Mapping[str, int]) -> str:
    """Which of the list these are, and of what kind: never a name, for one out of reach is nobody's to learn."""
    return "、".join(f"第{places[ref]}个（{KINDS[ref.partition(':')[0]]}）" for ref in refs)


def ids_by_kind(refs: Iterable[str]) -> dict[str, list[str]]:
    """The ids of references in their one written form, by kind."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for ref in refs:
        kind, _, one = ref.partition(":")
        found[kind].append(one)
    return found


def counted(refs: Iterable[str]) -> str:
    """How many of each kind these are, as a reader counts them: 2 个单位、3 人."""
    kinds = Counter(str(ref).partition(":")[0] for ref in refs)
    return "、".join(f"{kinds[kind]} {said}" for kind, said in _COUNTED.items() if kinds[kind])


async def expanded(mine: Sequence[str], refs: Sequence[str]) -> dict[str, list[str]]:
    """Recipients in order, each with the names of the groups it came by, "" where it was named itself. At most one query."""
    groups = ids_by_kind(refs)["group"]
    known = await _groups(mine, groups) if groups else {}
    opened: dict[str, list[str]] = {}
    for ref in refs:
        name, members = known.get(ref, ("", [ref]))
        for member in members:
            opened.setdefault(member, []).append(name)
    return opened


async def _groups(mine: Sequence[str], groups: Sequence[str]) -> dict[str, tuple[str, list[str]]]:
    text = f"SELECT id, name, members FROM organization_group WHERE id IN ({marks(groups)}) AND unit IN ({marks(mine)})"  # noqa: S608
    rows = await fetch(text, *groups, *mine)
    return {f"group:{row['id']}": (row["name"], [str(ref) for ref in json_of(row["members"])]) for row in rows}


def ensure_somebody(wanted: Mapping[str, Sequence[str]], found: Collection[str]) -> None:
    """Every group has somebody left. Refuses Invalid `organization.group_over` with the name of the first that has not."""
    alive = {group for ref in found for group in wanted[ref]}
    for groups in wanted.values():
        for group in groups:
            if group and group not in alive:
                raise Invalid("organization.group_over", name=group)


async def names_of_gone(refs: Sequence[str]) -> list[str]:
    """What those who are no longer there were called, in order. A query for each kind that there is."""
    names: dict[str, str] = {}
    for kind, ids in ids_by_kind(refs).items():
        if ids and kind in _NAMED:
            rows = await fetch(f"{_NAMED[kind]} WHERE id IN ({marks(ids)})", *ids)
            names |= {f"{kind}:{row['id']}": row["name"] for row in rows}
    return [names[ref] for ref in refs if ref in names]
