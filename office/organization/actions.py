"""Who is in which post, and who stands in for whom. The only writer of appointments, delegations and absences."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from office import audit
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.modules import registry
from office.kernel.refusal import Conflict, Forbidden, Invalid, NotFound
from office.kernel.rows import uuid_of
from office.kernel.work import verb
from office.organization import delegation as rules
from office.organization.models import Absence, Appointment, DelegationRow, Person, Post
from office.organization.queries import posts
from office.organization.separation import refuse_together
from office.organization.structure import require_manager
from office.organization.turns import tell_turns
from office.organization.validity import not_ended, valid


@verb
async def appoint(
    actor: Actor, person: UUID, post: UUID, *, kind: str = "主任", is_primary: bool = True, scope: str = "",
    valid_from: datetime | None = None, valid_to: datetime | None = None, basis: str = "",
) -> UUID:  # fmt: skip
    """Put a person into a post (任职), from now unless said. Needs organization.manage. Returns the appointment's id.

    Refuses NotFound for an unknown person or post; Invalid `organization.period_empty`, `organization.secondment_needs_end`
    (a 借调 has an end); Conflict `organization.already_appointed` while the same person is or will be in that post,
    `organization.admin_elsewhere` where the post and another of theirs would join two of the three administrators (三员分立).
    """
    require_manager(actor)
    since = valid_from or clock.now()
    if valid_to is not None and valid_to <= since:
        raise Invalid("organization.period_empty")
    if kind == "借调" and valid_to is None:
        raise Invalid("organization.secondment_needs_end")
    name = await _locked(person, post)
    await _refuse_double(person, post, name, since, valid_to)
    await refuse_together(post, (await Post.get(id=post)).roles, [person], since, valid_to)
    row = await Appointment.create(
        person=person, post=post, kind=kind, is_primary=is_primary, scope=scope, valid_from=since, valid_to=valid_to,
        basis=basis,
    )  # fmt: skip
    subject = f"organization.post:{post}"
    audit.record(actor, "organization.appoint", subject, person=str(person), name=name, kind=kind, basis=basis)
    await tell_turns(actor)
    return uuid_of(row.id)


async def _locked(person: UUID, post: UUID) -> str:
    """The person's name; the post's row is locked, so that two appointments to it come one after the other."""
    if not await Post.filter(id=post).select_for_update(no_key=True).first() or post not in await posts([post]):
        raise NotFound("organization.post_unknown")
    found = await Person.get_or_none(id=person)
    if found is None:
        raise NotFound("organization.person_unknown")
    return found.name


async def _refuse_double(person: UUID, post: UUID, name: str, since: datetime, until: datetime | None) -> None:
    for other in await Appointment.filter(not_ended(since), person=person, post=post):
        if until is None or other.valid_from < until:
            raise Conflict("organization.already_appointed", person=name)


@verb
async def end_appointment(actor: Actor, appointment: UUID, *, at: datetime | None = None, reason: str = "") -> None:
    """End an appointment now or at a coming moment. Needs organization.manage.

    Refuses NotFound `organization.appointment_unknown`, Conflict `organization.appointment_ended`, Invalid
    `organization.period_empty` for a moment before it began.
    """
    require_manager(actor)
    row = await Appointment.get_or_none(id=appointment)
    if row is None:
        raise NotFound("organization.appointment_unknown")
    now = clock.now()
    until = max(at or now, now)
    if until <= row.valid_from:
        raise Invalid("organization.period_empty")
    ended = await fetch(
        "UPDATE organization_appointment SET valid_to = ? WHERE id = ? AND (valid_to IS NULL OR valid_to > ?) RETURNING id",
        until, str(appointment), now,
    )  # fmt: skip
    if not ended:
        raise Conflict("organization.appointment_ended")
    audit.record(actor, "organization.end_appointment", f"organization.post:{row.post}", person=str(row.person), reason=reason)
    await tell_turns(actor)


@verb
async def delegate(
    actor: Actor, post: UUID, receiver: UUID, *, valid_to: datetime, valid_from: datetime | None = None,
    scope: Sequence[str] = (),
) -> UUID:  # fmt: skip
    """A leader lets another person of the unit act for one of their own posts (授权). Returns the delegation's id.

    `scope` names the kinds of work by their modules ("documents"); none means all. Refuses Invalid
    `organization.scope_unknown`, Forbidden `organization.not_own_post` (also for a post held by
    delegation: it is not passed on), Invalid `organization.delegation_over` and `organization.delegation_outside_unit`, and
    what `delegation.admit` refuses: to oneself, an empty or over-long period, an overlap with another of the giver's.
    """
    holding = actor.holding(post)
    if holding is None or holding.on_behalf_of or not holding.roles & {"leader", "principal"}:
        raise Forbidden("organization.not_own_post")
    if wrong := set(scope) - {module.name for module in registry().modules}:
        raise Invalid("organization.scope_unknown", names="、".join(sorted(wrong)))
    since = max(valid_from or clock.now(), clock.now())
    if valid_to <= clock.now():
        raise Invalid("organization.delegation_over")
    await _admit(rules.Delegation(actor.own_id, receiver, since, valid_to, post, frozenset(scope)))
    if not await _works_in(receiver, holding.unit):
        raise Invalid("organization.delegation_outside_unit")
    row = await DelegationRow.create(
        giver=actor.own_id, post=post, receiver=receiver, scope=sorted(set(scope)), valid_from=since, valid_to=valid_to,
        created_at=clock.now(),
    )  # fmt: skip
    subject = f"organization.delegation:{row.id}"
    audit.record(actor, "organization.delegate", subject, post=post, receiver=str(receiver), scope=row.scope)
    await tell_turns(actor)
    return uuid_of(row.id)


async def _admit(new: rules.Delegation) -> None:
    """Ask the rules, with the giver's row locked: two delegations of one giver are judged one after the other."""
    await Person.filter(id=new.giver).select_for_update(no_key=True).first()
    held = await Appointment.filter(person=new.giver, post=new.post)
    given = await DelegationRow.filter(giver=new.giver, valid_to__gt=clock.now())
    own = [rules.Appointment(one.person, one.post, one.valid_from, one.valid_to) for one in held]
    rules.admit(new, own, [_as_rule(one) for one in given])


def _as_rule(row: DelegationRow) -> rules.Delegation:
    scope = frozenset(row.scope)
    return rules.Delegation(row.giver, row.receiver, row.valid_from, row.valid_to, row.post, scope, row.revoked_at)


async def _works_in(person: UUID, unit: UUID) -> bool:
    now = clock.now()
    text = (
        "SELECT 1 AS one FROM organization_appointment a JOIN organization_post p ON p.id = a.post"  # noqa: S608 - values are bound
        f" WHERE a.person = ? AND p.unit = ? AND {valid('a')} LIMIT 1"
    )
    return bool(await fetch(text, str(person), str(unit), now, now))


@verb
async def revoke_delegation(actor: Actor, delegation: UUID) -> None:
    """Take a delegation back at once: its giver may, and the administrator.

    Refuses NotFound `organization.delegation_unknown` (also for others'), Conflict `organization.delegation_revoked`.
    """
    row = await DelegationRow.get_or_none(id=delegation)
    if row is None or (row.giver != actor.id and "organization.manage" not in actor.permissions):
        raise NotFound("organization.delegation_unknown")
    now = clock.now()
    taken = await fetch(
        "UPDATE organization_delegation SET valid_to = ?, revoked_at = ? WHERE id = ? AND valid_to > ? RETURNING id",
        now, now, str(delegation), now,
    )  # fmt: skip
    if not taken:
        raise Conflict("organization.delegation_revoked")
    audit.record(actor, "organization.revoke_delegation", f"organization.delegation:{delegation}", receiver=str(row.receiver))
    await tell_turns(actor)


@verb
async def report_absence(
    actor: Actor, person: UUID, *, kind: str, valid_from: datetime, valid_to: datetime, note: str = ""
) -> UUID:
    """Say that a person is away (出差 or 请假): oneself, or a clerk for the people of the unit. It changes no right.

    Refuses Invalid `organization.period_empty`, `organization.absence_too_long`, Forbidden `organization.absence_of_other`.
    """
    if valid_to <= valid_from:
        raise Invalid("organization.period_empty")
    if valid_to - valid_from > rules.LONGEST:
        raise Invalid("organization.absence_too_long", days=rules.LONGEST.days)
    if person != actor.id and not await _clerk_over(actor, person):
        raise Forbidden("organization.absence_of_other")
    row = await Absence.create(
        person=person, kind=kind, valid_from=valid_from, valid_to=valid_to, note=note, created_at=clock.now()
    )
    audit.record(actor, "organization.report_absence", f"person:{person}", kind=kind, until=valid_to.isoformat())
    return uuid_of(row.id)


@verb
async def end_absence(actor: Actor, absence: UUID) -> None:
    """The person is back, or does not go: the absence ends now. Oneself, or a clerk for the people of the unit.

    Refuses NotFound `organization.absence_unknown` (also for others'), Conflict `organization.absence_over`.
    """
    row, now = await Absence.get_or_none(id=absence), clock.now()
    if row is None or (row.person != actor.id and not await _clerk_over(actor, row.person)):
        raise NotFound("organization.absence_unknown")
    if not await Absence.filter(id=absence, valid_to__gt=now).update(valid_to=now):
        raise Conflict("organization.absence_over")
    audit.record(actor, "organization.end_absence", f"person:{row.person}", kind=row.kind, until=row.valid_to.isoformat())


async def _clerk_over(actor: Actor, person: UUID) -> bool:
    for unit in actor.units_as("clerk", "organization"):
        if await _works_in(person, unit):
            return True
    return False
