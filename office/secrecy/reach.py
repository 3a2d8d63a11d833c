"""Whose case it is: a 保密管理员 acts for the units within reach of the post (decision 0321)."""

from collections.abc import Collection
from uuid import UUID

from tortoise.expressions import Subquery

from office.kernel.actor import Actor
from office.kernel.modules import Refs, registry
from office.kernel.refusal import Forbidden
from office.organization.reach import Reach, reach_of
from office.secrecy.models import Case, CaseUnit

ROLE = "security_admin"
#: What stands for no unit.
NOBODYS = ""


async def reach(actor: Actor) -> Reach:
    """How far the actor acts as 保密管理员."""
    return await reach_of(actor, ROLE)


def named(within: Reach) -> list[str]:
    """The units within reach as rows have them."""
    return [*map(str, within.units), *([NOBODYS] if within.top else [])]


async def units_of(refs: Refs) -> frozenset[UUID]:
    """The units whose these things are."""
    found = [await keeper.units(refs) for keeper in registry().keepers]
    return frozenset().union(*found)


async def units_of_case(case: Case) -> set[UUID]:
    """The units that a case is known to concern."""
    rows = await CaseUnit.filter(case=case.id).values_list("unit", flat=True)
    return {UUID(str(one)) for one in rows if one}


async def place(case: Case, units: Collection[UUID]) -> None:
    """Say whose a case is; units once named stay."""
    known = {str(one) for one in await CaseUnit.filter(case=case.id).values_list("unit", flat=True)}
    new = {str(one) for one in units} or {NOBODYS}
    await CaseUnit.bulk_create([CaseUnit(case=case.id, unit=one) for one in sorted(new - known)])


def within(theirs: Reach) -> Subquery:
    """The ids of the cases within reach."""
    return Subquery(CaseUnit.filter(unit__in=named(theirs)).values("case"))


def ensure_all(units: Collection[UUID], theirs: Reach, covered: Collection[str] = ()) -> None:
    """Refuses: Forbidden secrecy.out_of_reach where some unit that has it lies beyond reach and is not `covered` by another."""
    beyond = theirs.beyond(units) - {UUID(one) for one in covered}
    if beyond or not (units or theirs.top):
        raise Forbidden("secrecy.out_of_reach", units=len(beyond))
