"""Saved groups of recipients (常用发送范围)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from tortoise.expressions import Q

from office import audit
from office.kernel import clock, paging
from office.kernel.actor import Actor
from office.kernel.refusal import Forbidden, Invalid, NotFound
from office.kernel.rows import uuid_of
from office.kernel.work import verb
from office.organization.models import RecipientGroup, Unit
from office.organization.recipients import resolve_recipients
from office.organization.schemas import Group


@verb
async def save_group(actor: Actor, unit: UUID, *, name: str, members: Sequence[str]) -> UUID:
    """Save a group of a unit under a name, new or in place of the one of that name. Returns its id.

    Sending resolves and copies the members (office.organization.recipients), so this changes no past sending.
    Refuses Forbidden `organization.group_not_yours` (others' groups: only their owner or a clerk), Invalid
    `organization.group_of_groups`, and what `resolve_recipients` refuses.
    """
    if unit not in actor.units:
        raise Forbidden("organization.group_not_yours")
    if any(ref.startswith("group:") for ref in members):
        raise Invalid("organization.group_of_groups")
    refs = [target.ref for target in await resolve_recipients(actor, members)]
    # The unit's row is locked: two people saving the same new name come one after the other.
    await Unit.filter(id=unit).select_for_update(no_key=True).first()
    row = await RecipientGroup.get_or_none(unit=unit, name=name)
    if row is None:
        row = await RecipientGroup.create(unit=unit, name=name, owner=actor.own_id, members=refs, updated_at=clock.now())
    else:
        _require_owner(actor, row)
        row.members, row.updated_at = refs, clock.now()
        await row.save(update_fields=["members", "updated_at"])
    audit.record(actor, "organization.save_group", f"organization.group:{row.id}", name=name, members=refs)
    return uuid_of(row.id)


async def groups_of(units: Collection[UUID], cursor: str = "") -> tuple[list[Group], str | None]:
    """A page of the groups of these units, by name, and where it goes on. One query. Refuses: Invalid http.bad_cursor."""
    found = RecipientGroup.filter(unit__in=list(units))
    if cursor:
        name, id = paging.place(cursor, tuple[str, UUID])
        found = found.filter(Q(name__gt=name) | Q(name=name, id__gt=id))
    page, following = paging.cut(await found.order_by("name", "id").limit(paging.PAGE + 1), "name", "id")
    return [Group(id=row.id, unit=row.unit, name=row.name, owner=row.owner, members=row.members) for row in page], following


@verb
async def delete_group(actor: Actor, group: UUID) -> None:
    """Remove a saved group. Refuses NotFound `organization.group_unknown`, Forbidden `organization.group_not_yours`."""
    row = await RecipientGroup.get_or_none(id=group)
    if row is None or row.unit not in actor.units:
        raise NotFound("organization.group_unknown")
    _require_owner(actor, row)
    await row.delete()
    audit.record(actor, "organization.delete_group", f"organization.group:{group}", name=row.name, members=row.members)


def _require_owner(actor: Actor, row: RecipientGroup) -> None:
    if row.owner != actor.id and row.unit not in actor.units_as("clerk", "organization"):
        raise Forbidden("organization.group_not_yours")
