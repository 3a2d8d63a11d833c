"""What the register (收文登记簿) shows beside its rows: 拟办意见, 批示人, 主办, 协办, 当前去向; eight queries for a page."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from documents.incoming.models import Opinion
from documents.incoming.pressing.log import names_of
from documents.incoming.states import ACT_NAMES, AWAIT, NAMES, OVER, REOPENED
from office.flow import actions as flow
from office.flow import rules
from office.kernel.database import fetch
from office.kernel.rows import marks, uuid_of
from office.organization.queries import units
from office.signing import models as signed
from office.signing.models import Signature

SHORT, SHOWN = 60, 5
INSTRUCTING = ("review", "instruct", "decide")
STANDING = ("waiting", "live", "done")
_COLUMNS = ("id", "handling_id", "act", "text", "person_name", "rank_no", "at", "signature_id")


class Beside(msgspec.Struct, kw_only=True):
    """One line's: the words of 拟办 cut short, who instructed by rank, who leads, who assists, and where it is now."""

    proposal: str = ""
    instructed_by: list[str] = []
    lead: list[str] = []
    assist: list[str] = []
    whereabouts: list[str] = []


async def beside(rows: Sequence[Mapping[str, Any]]) -> dict[UUID, Beside]:
    """By handling, for rows with `id` and `case_id`. At most eight queries."""
    cases = {uuid_of(row["case_id"]): uuid_of(row["id"]) for row in rows}
    if not cases:
        return {}
    found: defaultdict[UUID, Beside] = defaultdict(Beside)
    _say(found, await _opinions(list(cases.values())))
    trees = {cases[id]: case for id, (case, _) in (await flow.cases_of(cases)).items()}
    named = await names_of({leaf.holder.ref for case in trees.values() for leaf in _shown(case)})
    for id, case in trees.items():
        _place(found[id], case, named)
    await _send(found, list(cases.values()))
    return found


async def _opinions(ids: Sequence[UUID]) -> list[Opinion]:
    """Words of 拟办 and 批示 that stand; one still held is its signer's alone. Two queries."""
    rows = await Opinion.filter(
        handling_id__in=ids, act__in=("propose", *INSTRUCTING), withdrawn_at=None
    ).order_by("at", "id").only(*_COLUMNS)  # fmt: skip
    signatures = [row.signature_id for row in rows if row.signature_id]
    effective = set(await Signature.filter(id__in=signatures, state=signed.EFFECTIVE).values_list("id", flat=True))
    return [row for row in rows if row.signature_id is None or row.signature_id in effective]


def _say(found: Mapping[UUID, Beside], opinions: Iterable[Opinion]) -> None:
    by_rank = sorted(opinions, key=lambda row: (row.rank_no, row.at))
    for row in by_rank:
        one = found[row.handling_id]
        if row.act in INSTRUCTING and row.person_name not in one.instructed_by:
            one.instructed_by.append(row.person_name)
    for row in sorted(by_rank, key=lambda row: row.at):
        if row.act == "propose":
            found[row.handling_id].proposal = row.text if len(row.text) <= SHORT else row.text[:SHORT] + "…"


def _shown(case: rules.Case) -> list[rules.Obligation]:
    """Steps that are open, and those of whoever leads or assists; where it is below, the units themselves say."""
    return [leaf for leaf in rules.leaves(case.root) if (leaf.state == "live" and leaf.act != AWAIT) or _works(leaf)]


def _works(leaf: rules.Obligation) -> bool:
    return leaf.act in ("handle", "assist") and leaf.state in STANDING


def _place(one: Beside, case: rules.Case, named: Mapping[str, str]) -> None:
    for leaf in _shown(case):
        name = named.get(leaf.holder.ref) or "空缺"
        if leaf.state == "live":
            one.whereabouts.append(f"{name}：{ACT_NAMES.get(leaf.act, leaf.act)}")
        if _works(leaf):
            _add(one.lead if leaf.act == "handle" else one.assist, name)


class Counted(NamedTuple):
    """The first units below that a handling was sent to as one thing, or that are still at it, and how many there are."""

    first: Sequence[tuple[UUID, str]]
    number: int


async def _below(ids: Sequence[UUID]) -> dict[tuple[UUID, str], Counted]:
    """By parent and "lead", "assist" or "open"; what was taken or sent back is not counted. One query, 15 rows a parent.

    A county sends one paper to two thousand villages: the database counts them, the register names five.
    """
    parents, gone, over = marks(ids), marks(sorted(REOPENED)), marks(sorted(OVER))
    sent = (
        "SELECT s.parent_id, {what} AS what, s.child_id, h.addressed_to, h.state, MIN(s.at) AS at FROM documents_sending s"  # noqa: S608
        f" JOIN documents_handling h ON h.id = s.child_id WHERE s.parent_id IN ({parents}) AND s.withdrawn_at IS NULL"
        " AND {that} GROUP BY s.parent_id, {what}, s.child_id, h.addressed_to, h.state"
    )
    working = sent.format(what="s.role", that=f"s.role IN ('lead', 'assist') AND h.state NOT IN ({gone})")
    still = sent.format(what="'open'", that=f"h.state NOT IN ({over})").replace(", 'open', s.child_id", ", s.child_id")
    window = "OVER (PARTITION BY parent_id, what{order})"
    rows = await fetch(
        f"SELECT * FROM (SELECT parent_id, what, addressed_to, state, COUNT(*) {window.format(order='')} AS number,"  # noqa: S608
        f" ROW_NUMBER() {window.format(order=' ORDER BY at, child_id')} AS place FROM ({working} UNION ALL {still}) AS sent)"
        f" AS ranked WHERE place <= {SHOWN} ORDER BY parent_id, what, place",
        *map(str, ids), *sorted(REOPENED), *map(str, ids), *sorted(OVER),
    )  # fmt: skip
    found: dict[tuple[UUID, str], Counted] = {}
    for row in rows:
        key = (uuid_of(row["parent_id"]), row["what"])
        before = found[key].first if key in found else ()
        found[key] = Counted((*before, (uuid_of(row["addressed_to"]), row["state"])), row["number"])
    return found


async def _send(found: Mapping[UUID, Beside], ids: Sequence[UUID]) -> None:
    """Units it was sent down to, with where it stands there; each list cut, with the number of all. Two queries."""
    below = await _below(ids)
    cards = await units({unit for one in below.values() for unit, _ in one.first})
    nobody = Counted((), 0)
    for id in ids:
        one, at = found[id], below.get((id, "open"), nobody)
        for what, names in (("lead", one.lead), ("assist", one.assist)):
            sent = below.get((id, what), nobody)
            names[:] = _cut([*names, *(cards[unit].label for unit, _ in sent.first)], sent, "个")
        told = [*one.whereabouts, *(f"{cards[unit].label}：{NAMES[state]}" for unit, state in at.first)]
        one.whereabouts = _cut(told, at, "处")


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def _cut(names: list[str], below: Counted, word: str) -> list[str]:
    number = len(names) - len(below.first) + below.number
    return names if number <= SHOWN else [*names[:SHOWN], f"等{number}{word}"]
