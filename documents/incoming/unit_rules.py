"""How a unit handles its documents (本单位办文规则): set by its clerk, read when a case opens, kept by it."""

from uuid import UUID

from documents.incoming.models import UnitRules
from documents.incoming.policy import clerked_by
from documents.incoming.schemas import UnitRulesIn, UnitRulesOut
from office import audit
from office.kernel.actor import Actor
from office.kernel.refusal import NotFound
from office.kernel.work import verb


async def is_hub(unit: UUID) -> bool:
    """Whether what a leader sends on waits for the clerk's word in this unit."""
    row = await UnitRules.get_or_none(unit_id=unit)
    return row is not None and row.clerk_hub


def _own(actor: Actor, unit: UUID) -> None:
    if unit not in clerked_by(actor):
        raise NotFound("documents.no_such_unit")


async def get_rules(actor: Actor, unit: UUID) -> UnitRulesOut:
    """The rules of a unit the actor is clerk of. Refuses: NotFound documents.no_such_unit."""
    _own(actor, unit)
    return UnitRulesOut(unit, await is_hub(unit))


@verb
async def set_rules(actor: Actor, unit: UUID, input: UnitRulesIn) -> UnitRulesOut:
    """Set them, for documents that come from now on. Refuses: NotFound documents.no_such_unit."""
    _own(actor, unit)
    await UnitRules.update_or_create(unit_id=unit, defaults={"clerk_hub": input.clerk_hub})
    audit.record(actor, "documents.set_rules", f"organization.unit:{unit}", clerk_hub=input.clerk_hub)
    return UnitRulesOut(unit, input.clerk_hub)
