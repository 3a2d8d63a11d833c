"""What the register (收文登记簿) shows beside its rows: 拟办意见, 批示人, 主办, 协办, 当前去向; eight queries for a page."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
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
    cases = {UUID(str(row["case_id"])): UUID(str(row["id"])) for row in rows}
    if not cases:
        return {}
    found: defaultdict[UUID, Beside] = defaultdict(Beside)
    _say(found, await _opinions(list(cases.values())))
    trees = {cases[id]: case for id, (case, _) in (await flow.cases_of(cases)).items()}
    named = await names_of({_ref(leaf) for case in trees.values() for leaf in _shown(case)})
    for id, case in trees.items():
        _place(found[id], case, named)
    await _send(found, list(cases.values()))
    for one in found.values():
        one.whereabouts = _cut(one.whereabouts)
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


def _ref(leaf: rules.Obligation) -> str:
    return f"{leaf.holder.kind}:{leaf.holder.id}"


def _place(one: Beside, case: rules.Case, named: Mapping[str, str]) -> None:
    for leaf in _shown(case):
        name = named.get(_ref(leaf)) or "空缺"
        if leaf.state == "live":
            one.whereabouts.append(f"{name}：{ACT_NAMES.get(leaf.act, leaf.act)}")
        if _works(leaf):
            _add(one.lead if leaf.act == "handle" else one.assist, name)


async def _send(found: Mapping[UUID, Beside], ids: Sequence[UUID]) -> None:
    """Units it was sent down to, with where it stands there. Two queries."""
    sent = await fetch(
        "SELECT s.parent_id, s.role, h.addressed_to, h.state FROM documents_sending s"  # noqa: S608
        f" JOIN documents_handling h ON h.id = s.child_id WHERE s.parent_id IN ({marks(ids)}) AND s.withdrawn_at IS NULL"
        " ORDER BY s.at, s.id",
        *map(str, ids),
    )  # fmt: skip
    told = [row for row in sent if row["state"] not in REOPENED]
    cards = await units({uuid_of(row["addressed_to"]) for row in told})
    for row in told:
        one, name = found[uuid_of(row["parent_id"])], cards[uuid_of(row["addressed_to"])].label
        if row["role"] in ("lead", "assist"):
            _add(one.lead if row["role"] == "lead" else one.assist, name)
        if row["state"] not in OVER:
            _add(one.whereabouts, f"{name}：{NAMES[row['state']]}")


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def _cut(places: list[str]) -> list[str]:
    return places if len(places) <= SHOWN else [*places[:SHOWN], f"等{len(places)}处"]
