"""Changing the structure: posts and people put right, posts and sections ended. Verbs of organization.manage."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tortoise.models import Model

from office import audit, outbox
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict, NotFound
from office.kernel.work import verb
from office.organization.events import PostEnded
from office.organization.models import Appointment, Person, Post, Section
from office.organization.separation import refuse_together
from office.organization.structure import note_rank, refuse_shared_rank, require_manager, roles_of, unit_in_force
from office.organization.validity import not_ended


@verb
async def change_post(actor: Actor, post: UUID, changes: Mapping[str, Any]) -> None:
    """Change a post's `title`, `team`, `rank_no`, `roles`, `receiving`, `reach`; what is not named stays. It holds from now on.

    Refuses NotFound `organization.post_unknown`, `organization.unit_unknown`, Invalid `organization.roles_unknown`,
    `organization.admins_apart`, Conflict `organization.rank_taken`, `organization.receiving_needed` when the unit would be left
    without a 收发岗, and `organization.admin_elsewhere` when who holds it is another of the three administrators already.
    """
    row = await _post_in_force(actor, post)
    if "roles" in changes:
        changes = {**changes, "roles": roles_of(changes["roles"])}
        holders = {one.person for one in await Appointment.filter(not_ended(clock.now()), post=post)}
        await refuse_together(post, changes["roles"], holders, clock.now())
    if changes.get("reach"):
        await unit_in_force(changes["reach"])
    if row.receiving and changes.get("receiving") is False:
        await _refuse_deaf(row)
    before, stood = _given(row, changes), (row.team, row.rank_no)
    row.update_from_dict(dict(changes))
    if row.is_leader and row.team and row.rank_no:
        await refuse_shared_rank(row.unit, row.team, row.rank_no, clock.now(), but=row.id)
    await _save(row, before, _given(row, changes))
    if stood != (row.team, row.rank_no):
        await note_rank(row, clock.now())
    audit.record(actor, "organization.change_post", f"organization.post:{post}", before=before, after=_given(row, changes))


@verb
async def end_post(actor: Actor, post: UUID) -> None:
    """End a post (撤销岗位) nobody holds; what was still asked of it goes to the unit's 收发岗.

    Refuses NotFound `organization.post_unknown`, Conflict `organization.post_held`, `organization.post_receives`.
    """
    row = await _post_in_force(actor, post)
    if row.receiving:
        raise Conflict("organization.post_receives", title=row.title)
    now = clock.now()
    if await Appointment.filter(not_ended(now), post=post).exists():
        raise Conflict("organization.post_held", title=row.title)
    row.valid_to = now
    await row.save(update_fields=["valid_to"])
    audit.record(actor, "organization.end_post", f"organization.post:{post}", title=row.title)
    outbox.record(PostEnded(post=post, unit=row.unit), actor=actor)


@verb
async def end_section(actor: Actor, section: UUID) -> None:
    """End a section (撤销内设机构) that has no posts any more.

    Refuses NotFound `organization.section_unknown`, Conflict `organization.section_has_posts`.
    """
    require_manager(actor)
    now = clock.now()
    row = await Section.filter(not_ended(now), id=section).first()
    if row is None:
        raise NotFound("organization.section_unknown")
    await unit_in_force(row.unit, lock=True)
    left = await Post.filter(not_ended(now), section=section).order_by("sort_no", "id").limit(5)
    if left:
        raise Conflict("organization.section_has_posts", name=row.name, titles="、".join(one.title for one in left))
    row.valid_to = now
    await row.save(update_fields=["valid_to"])
    audit.record(actor, "organization.end_section", f"organization.section:{section}", name=row.name)


@verb
async def change_person(actor: Actor, person: UUID, changes: Mapping[str, Any]) -> None:
    """Change a person's `name` or `pinyin`; papers and opinions of before keep the name they were given under.

    Refuses NotFound `organization.person_unknown`.
    """
    require_manager(actor)
    row = await Person.filter(id=person).select_for_update(no_key=True).first()
    if row is None:
        raise NotFound("organization.person_unknown")
    before = _given(row, changes)
    row.update_from_dict(dict(changes))
    await _save(row, before, _given(row, changes))
    audit.record(actor, "organization.change_person", f"person:{person}", before=before, after=_given(row, changes))


async def _post_in_force(actor: Actor, post: UUID) -> Post:
    """The post, locked with its unit: changes of places in a team, and an appointment meanwhile, come one after the other."""
    require_manager(actor)
    known = await Post.get_or_none(id=post)
    if known is None:
        raise NotFound("organization.post_unknown")
    await unit_in_force(known.unit, lock=True)
    row = await Post.filter(id=post).select_for_update(no_key=True).first()
    if row is None or (row.valid_to is not None and row.valid_to <= clock.now()):
        raise NotFound("organization.post_unknown")
    return row


async def _refuse_deaf(row: Post) -> None:
    if not await Post.filter(not_ended(clock.now()), unit=row.unit, receiving=True).exclude(id=row.id).exists():
        raise Conflict("organization.receiving_needed", title=row.title)


def _given(row: Model, changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in changes}


async def _save(row: Model, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    if changed := [name for name in after if after[name] != before[name]]:
        await row.save(update_fields=changed)
