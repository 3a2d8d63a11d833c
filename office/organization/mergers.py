"""What becomes of units (机构沿革): rename, merge, split, abolish. Dated rows; old papers keep their old names."""

from collections.abc import Sequence
from uuid import UUID

from office import audit, outbox
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import execute
from office.kernel.refusal import Invalid
from office.kernel.work import verb
from office.organization.events import UnitSucceeded
from office.organization.models import Post, SuccessionRow, Unit
from office.organization.queries import succession_rows
from office.organization.structure import require_manager, unit_in_force
from office.organization.succession import Kind, Lineage, Succession
from office.organization.turns import tell_turns


@verb
async def rename_unit(actor: Actor, unit: UUID, *, name: str, short_name: str = "", basis: str = "") -> None:
    """Give a unit a new name from now on; the old one stays as an alias and in a dated row. Needs organization.manage."""
    require_manager(actor)
    row = await unit_in_force(unit, lock=True)
    await _remember(row, row, Kind.RENAME, basis, new_name=name, custodian=True)
    aliases = [*row.aliases, row.name]
    row.name, row.short_name, row.aliases = name, short_name, aliases
    await row.save(update_fields=["name", "short_name", "aliases"])
    audit.record(actor, "organization.rename_unit", f"organization.unit:{unit}", old=aliases[-1], new=name, basis=basis)


@verb
async def merge_units(actor: Actor, merged: Sequence[UUID], into: UUID, *, basis: str = "") -> None:
    """Merge units into another that is in force; it keeps their documents, to-dos and archive. Needs organization.manage.

    Refuses Invalid `organization.successor_needed`, NotFound and Conflict as for any unit that is unknown or has ended.
    """
    for unit in sorted(merged):
        await _end(actor, unit, [into], into, Kind.MERGE, basis)


@verb
async def split_unit(actor: Actor, unit: UUID, into: Sequence[UUID], custodian: UUID, *, basis: str = "") -> None:
    """Split a unit into others, one of which is the custodian of what it had. Needs organization.manage."""
    await _end(actor, unit, into, custodian, Kind.SPLIT, basis)


@verb
async def abolish_unit(actor: Actor, unit: UUID, custodian: UUID, *, basis: str = "") -> None:
    """Abolish a unit; `custodian` keeps what it had. Needs organization.manage."""
    await _end(actor, unit, [custodian], custodian, Kind.ABOLISH, basis)


async def _end(actor: Actor, unit: UUID, into: Sequence[UUID], custodian: UUID, kind: Kind, basis: str) -> None:
    require_manager(actor)
    if custodian not in into or unit in into:
        raise Invalid("organization.successor_needed")
    row = await unit_in_force(unit, lock=True)
    await _admit(unit, into, custodian, kind)
    for successor in into:
        heir = await unit_in_force(successor)
        await _remember(row, heir, kind, basis, new_name=heir.name, custodian=successor == custodian)
    await _give_children(actor, unit, custodian)
    closed = [post.id for post in await Post.filter(unit=unit, valid_to=None)]
    await _close(unit)
    audit.record(actor, "organization.end_unit", f"organization.unit:{unit}", kind=kind, custodian=str(custodian), basis=basis)
    outbox.record(UnitSucceeded(kind=kind, unit=unit, custodian=custodian, posts=closed), actor=actor)
    await tell_turns(actor)


async def _give_children(actor: Actor, unit: UUID, custodian: UUID) -> None:
    """The units below an ended one stand below its custodian from now on, as does whose role acts from there down."""
    await Post.filter(reach=unit, valid_to=None).exclude(unit=unit).update(reach=custodian)
    below = await Unit.filter(parent=unit, valid_to=None).order_by("id")
    await Unit.filter(id__in=[child.id for child in below]).update(parent=custodian)
    for child in below:
        subject = f"organization.unit:{child.id}"
        audit.record(actor, "organization.move_unit", subject, parent=str(custodian), before=str(unit))


async def _admit(unit: UUID, into: Sequence[UUID], custodian: UUID, kind: Kind) -> None:
    """Ask the rules whether the rows so far and these are one lineage: no unit ends twice, no circle, one keeper."""
    new = [Succession(kind, unit, heir, clock.today(), heir == custodian) for heir in into]
    Lineage([*await succession_rows(), *new])


async def _remember(old: Unit, new: Unit, kind: Kind, basis: str, *, new_name: str, custodian: bool) -> None:
    await SuccessionRow.create(
        kind=kind, predecessor=old.id, successor=new.id, is_custodian=custodian, old_name=old.name, new_name=new_name,
        effective_at=clock.now(), basis=basis,
    )  # fmt: skip


async def _close(unit: UUID) -> None:
    """End the unit, its sections and posts, and every appointment and delegation to them, all at this moment."""
    now, one = clock.now(), str(unit)
    await execute("UPDATE organization_unit SET valid_to = ? WHERE id = ?", now, one)
    posts = "(SELECT id FROM organization_post WHERE unit = ?)"
    for table in ("appointment", "delegation"):
        late = f"UPDATE organization_{table} SET valid_to = ? WHERE post IN {posts} AND (valid_to IS NULL OR valid_to > ?)"  # noqa: S608
        await execute(late, now, one, now)
    for table in ("section", "post"):
        await execute(f"UPDATE organization_{table} SET valid_to = ? WHERE unit = ? AND valid_to IS NULL", now, one)  # noqa: S608
