"""The routes of the organization, as data, over its verbs and queries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from office.kernel import clock, paging
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.endpoint import LOGGED_IN, Endpoint
from office.kernel.paging import PageQuery
from office.kernel.rows import instant_of, json_of, marks, texts, uuid_of
from office.organization import actions, groups, recipients, schemas, workdays
from office.organization.holidays import Notice
from office.organization.structure import MANAGE


async def list_recipients(actor: Actor, input: schemas.RecipientQuery) -> schemas.RecipientList:
    return schemas.RecipientList(items=await recipients.search(actor, input.q))


async def create_delegation(actor: Actor, input: schemas.NewDelegation) -> schemas.Created:
    made = await actions.delegate(
        actor, input.post, input.receiver, valid_to=input.valid_to, valid_from=input.valid_from, scope=input.scope
    )
    return schemas.Created(id=made)


async def list_delegations(actor: Actor) -> schemas.DelegationList:
    text = (
        "SELECT d.*, p.title, g.name AS giver_name, r.name AS receiver_name FROM organization_delegation d"
        " JOIN organization_post p ON p.id = d.post JOIN organization_person g ON g.id = d.giver"
        " JOIN organization_person r ON r.id = d.receiver"
        " WHERE d.giver = ? OR d.receiver = ? ORDER BY d.id DESC LIMIT 100"
    )
    return schemas.DelegationList(items=[_delegation(row) for row in await fetch(text, str(actor.own_id), str(actor.own_id))])


def _delegation(row: dict[str, Any]) -> schemas.Delegation:
    begins, ends = instant_of(row["valid_from"]), instant_of(row["valid_to"])
    return schemas.Delegation(
        id=uuid_of(row["id"]), post=uuid_of(row["post"]), post_title=row["title"],
        giver=uuid_of(row["giver"]), giver_name=row["giver_name"],
        receiver=uuid_of(row["receiver"]), receiver_name=row["receiver_name"], scope=json_of(row["scope"]),
        valid_from=begins, valid_to=ends, revoked=row["revoked_at"] is not None, active=begins <= clock.now() < ends,
    )  # fmt: skip


async def remove_delegation(actor: Actor, delegation: UUID) -> None:
    await actions.revoke_delegation(actor, delegation)


async def create_group(actor: Actor, input: schemas.NewGroup) -> schemas.Created:
    return schemas.Created(id=await groups.save_group(actor, input.unit, name=input.name.strip(), members=input.members))


async def list_groups(actor: Actor, input: PageQuery) -> schemas.GroupList:
    items, following = await groups.groups_of(actor.units, input.cursor)
    return schemas.GroupList(items=items, next=following)


async def remove_group(actor: Actor, group: UUID) -> None:
    await groups.delete_group(actor, group)


async def create_absence(actor: Actor, input: schemas.NewAbsence) -> schemas.Created:
    person = input.person or actor.own_id
    made = await actions.report_absence(
        actor, person, kind=input.kind, valid_from=input.valid_from, valid_to=input.valid_to, note=input.note
    )
    return schemas.Created(id=made)


async def remove_absence(actor: Actor, absence: UUID) -> None:
    await actions.end_absence(actor, absence)


async def list_absences(actor: Actor, input: PageQuery) -> schemas.AbsenceList:
    now, mine = clock.now(), texts(actor.units)
    after, place = "", list[Any]()
    if input.cursor:
        begun, id = paging.place(input.cursor, tuple[datetime, UUID])
        after, place = " AND (b.valid_from, b.id) > (?, ?)", [begun, str(id)]
    text = (
        "SELECT b.*, n.name FROM organization_absence b JOIN organization_person n ON n.id = b.person"  # noqa: S608 - values are bound
        " WHERE b.valid_to > ? AND b.person IN (SELECT a.person FROM organization_appointment a"
        f" JOIN organization_post p ON p.id = a.post WHERE p.unit IN ({marks(mine)})"
        f" AND (a.valid_to IS NULL OR a.valid_to > ?)){after}"
        f" ORDER BY b.valid_from, b.id LIMIT {paging.PAGE + 1}"
    )
    lines = [_absence(row) for row in await fetch(text, now, *mine, now, *place)]
    items, following = paging.cut(lines, "valid_from", "id")
    return schemas.AbsenceList(items=items, next=following)


def _absence(row: dict[str, Any]) -> schemas.AbsenceLine:
    return schemas.AbsenceLine(
        id=uuid_of(row["id"]), person=uuid_of(row["person"]), name=row["name"], kind=row["kind"],
        valid_from=instant_of(row["valid_from"]), valid_to=instant_of(row["valid_to"]), note=row["note"],
    )  # fmt: skip


async def create_calendar_day(actor: Actor, input: schemas.NewCalendarDay) -> None:
    await workdays.set_calendar_day(actor, input.day, is_work=input.is_work, region=input.region, note=input.note)


async def remove_calendar_day(actor: Actor, input: schemas.EditedDay) -> None:
    await workdays.unset_calendar_day(actor, input.day, input.region)


async def list_calendar_days(actor: Actor, input: schemas.CalendarQuery) -> schemas.CalendarDayList:
    warnings = (await workdays.calendar()).warnings_of(input.year)
    return schemas.CalendarDayList(items=await workdays.edits_of(input.year), warnings=list(warnings))


async def create_calendar_year(actor: Actor, input: Notice) -> None:
    await workdays.import_year(actor, input)


async def create_appointment(actor: Actor, input: schemas.NewAppointment) -> schemas.Created:
    made = await actions.appoint(
        actor, input.person, input.post, kind=input.kind, is_primary=input.is_primary, scope=input.scope,
        valid_from=input.valid_from, valid_to=input.valid_to, basis=input.basis,
    )  # fmt: skip
    return schemas.Created(id=made)


async def remove_appointment(actor: Actor, appointment: UUID) -> None:
    await actions.end_appointment(actor, appointment)


ENDPOINTS = [
    Endpoint("GET", "/recipients", LOGGED_IN, list_recipients, "查找收件对象"),
    Endpoint("GET", "/delegations", LOGGED_IN, list_delegations, "我的授权"),
    Endpoint("POST", "/delegations", LOGGED_IN, create_delegation, "授权他人代办", 201),
    Endpoint("DELETE", "/delegations/{delegation}", LOGGED_IN, remove_delegation, "撤回授权", 204),
    Endpoint("GET", "/groups", LOGGED_IN, list_groups, "常用发送范围"),
    Endpoint("POST", "/groups", LOGGED_IN, create_group, "保存常用发送范围", 201),
    Endpoint("DELETE", "/groups/{group}", LOGGED_IN, remove_group, "删除常用发送范围", 204),
    Endpoint("GET", "/absences", LOGGED_IN, list_absences, "外出情况"),
    Endpoint("POST", "/absences", LOGGED_IN, create_absence, "登记外出", 201),
    Endpoint("DELETE", "/absences/{absence}", LOGGED_IN, remove_absence, "提前结束外出", 204),
    Endpoint("GET", "/calendar-days", LOGGED_IN, list_calendar_days, "工作日调整"),
    Endpoint("POST", "/calendar-days", MANAGE, create_calendar_day, "调整工作日", 204),
    Endpoint("DELETE", "/calendar-days", MANAGE, remove_calendar_day, "取消工作日调整", 204),
    Endpoint("POST", "/calendar-years", MANAGE, create_calendar_year, "导入年度放假安排", 204),
    Endpoint("POST", "/appointments", MANAGE, create_appointment, "任命", 201),
    Endpoint("DELETE", "/appointments/{appointment}", MANAGE, remove_appointment, "结束任职", 204),
]
