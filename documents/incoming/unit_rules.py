"""How a unit handles its documents (本单位办文规则): set by its clerk, read when a case opens, kept by it."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from documents.incoming.limits.deadlines import Table
from documents.incoming.limits.own_rules import KNOWN, MOST, table
from documents.incoming.models import UnitRules
from documents.incoming.policy import clerked_by
from documents.incoming.unit_rules_schemas import LimitIn, LimitOut, UnitRulesIn, UnitRulesOut
from office import audit
from office.kernel.actor import Actor
from office.kernel.precondition import AsRead, ensure_as_read
from office.kernel.refusal import Invalid, NotFound
from office.kernel.work import verb
from office.organization.calendar import Unit
from office.organization.queries import posts_in
from office.organization.structure import unit_in_force


async def is_hub(unit: UUID) -> bool:
    """Whether what a leader sends on waits for the clerk's word in this unit."""
    row = await UnitRules.get_or_none(unit_id=unit)
    return row is not None and row.clerk_hub


async def reviewer_of(unit: UUID) -> str:
    """Who reviews before the leaders are asked, as "post:…"; empty: nobody."""
    row = await UnitRules.get_or_none(unit_id=unit)
    return row.reviewer if row else ""


async def table_of(unit: UUID) -> Table:
    """The unit's own figures for time limits (本单位规定), as rules."""
    row = await UnitRules.get_or_none(unit_id=unit)
    return _table(_figures(row)) if row else {}


def _figures(row: UnitRules | None) -> list[LimitIn]:
    return msgspec.convert(row.limits, list[LimitIn]) if row else []


def _table(figures: Sequence[LimitIn]) -> Table:
    return table((one.grade, one.stage, one.amount, Unit(one.unit)) for one in figures)


def _own(actor: Actor, unit: UUID) -> None:
    if unit not in clerked_by(actor):
        raise NotFound("documents.no_such_unit")


async def get_rules(actor: Actor, unit: UUID) -> UnitRulesOut:
    """The rules of a unit the actor is clerk of. Refuses: NotFound documents.no_such_unit."""
    _own(actor, unit)
    return _shown(unit, await UnitRules.get_or_none(unit_id=unit) or UnitRules(unit_id=unit))


def _shown(unit: UUID, row: UnitRules) -> UnitRulesOut:
    figures = _figures(row)
    said = [rule.name for rule in _table(figures).values()]
    limits = [LimitOut(one.grade, one.stage, one.amount, one.unit, why) for one, why in zip(figures, said, strict=True)]
    return UnitRulesOut(unit, row.clerk_hub, limits, row.reviewer)


@verb
async def set_rules(actor: Actor, unit: UUID, input: UnitRulesIn, headers: AsRead) -> UnitRulesOut:
    """Set them, for documents and steps that come from now on; limits left out stay as they are.

    Refuses: ChangedMeanwhile http.changed_meanwhile (412); NotFound documents.no_such_unit; Invalid documents.unknown_limit,
    documents.limit_twice, documents.limit_out_of_range, documents.not_inside.
    """
    _own(actor, unit)
    await unit_in_force(unit, lock=True)
    row = await UnitRules.get_or_none(unit_id=unit) or UnitRules(unit_id=unit)
    ensure_as_read(headers, _shown(unit, row))
    figures = _figures(row) if input.limits is None else input.limits
    _check(figures)
    reviewer = row.reviewer if input.reviewer is None else await _post_of(unit, input.reviewer)
    kept = {"clerk_hub": input.clerk_hub, "limits": figures, "reviewer": reviewer}
    await UnitRules.update_or_create(unit_id=unit, defaults=kept)
    said = "；".join(rule.name for rule in _table(figures).values())
    audit.record(actor, "documents.set_rules", f"organization.unit:{unit}", clerk_hub=input.clerk_hub, limits=said,
                 reviewer=reviewer)  # fmt: skip
    return _shown(unit, UnitRules(unit_id=unit, **kept))


async def _post_of(unit: UUID, ref: str) -> str:
    """A post of the unit as a reference, or nobody."""
    known = {f"post:{post.id}" for post in await posts_in([unit])}
    if ref and ref not in known:
        raise Invalid("documents.not_inside")
    return ref


def _check(figures: Sequence[LimitIn]) -> None:
    """Each for a stage that has limits, once, of a length that an office can mean."""
    seen = set()
    for one in figures:
        facts = {"grade": str(one.grade), "stage": str(one.stage)}
        if (one.grade, one.stage) not in KNOWN:
            raise Invalid("documents.unknown_limit", **facts)
        if (one.grade, one.stage) in seen:
            raise Invalid("documents.limit_twice", **facts)
        most = MOST[Unit(one.unit)]
        if not min(1, most) <= one.amount <= most:
            raise Invalid("documents.limit_out_of_range", **facts, least=min(1, most), most=most)
        seen.add((one.grade, one.stage))
