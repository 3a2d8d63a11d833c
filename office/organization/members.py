"""Recipient references and the groups they may name: a group is its members as they are at the moment of sending."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from office.kernel.database import fetch
from office.kernel.refusal import Invalid
from office.kernel.rows import json_of, marks

KINDS = ("unit", "section", "post", "person", "group")
_NAMED = {
    "unit": "SELECT id, CASE WHEN short_name = '' THEN name ELSE short_name END AS name FROM organization_unit",
    "section": "SELECT id, name FROM organization_section",
    "post": "SELECT id, title AS name FROM organization_post",
    "person": "SELECT id, name FROM organization_person",
}


def parse(ref: str) -> tuple[str, UUID]:
    """A recipient reference in its parts. Refuses Invalid `organization.recipient_unknown`."""
    kind, _, told = ref.partition(":")
    try:
        if kind not in KINDS:
            raise ValueError(kind)
        return kind, UUID(told)
    except ValueError as error:
        raise Invalid("organization.recipient_unknown", refs=ref[:60]) from error


def plain(ref: str) -> str:
    """A reference in its one written form."""
    kind, one = parse(ref)
    return f"{kind}:{one}"


def ids_by_kind(refs: Iterable[str]) -> dict[str, list[str]]:
    """The ids of references, by kind."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for ref in refs:
        kind, one = parse(ref)
        found[kind].append(str(one))
    return found


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
