"""The routes of the structure, as data: the tree for everyone logged in, the rest for holders of organization.manage."""

from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct

from office import audit
from office.audit.routes import READ
from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, Endpoint
from office.organization import changes, mergers, structure, structure_lists, uscc
from office.organization import structure_schemas as schemas
from office.organization.schemas import Created
from office.organization.structure import MANAGE
from office.organization.tree import tree


async def show_tree(actor: Actor, input: schemas.TreeQuery) -> schemas.Tree:
    return await tree(actor, input)


async def list_units(actor: Actor, input: schemas.UnitQuery) -> schemas.UnitPage:
    return await structure_lists.units_page(input)


async def list_unit_names(actor: Actor, input: schemas.UnitQuery) -> schemas.UnitPage:
    return await structure_lists.units_page(input)


async def create_unit(actor: Actor, input: schemas.NewUnit) -> schemas.UnitCreated:
    made = await structure.add_unit(
        actor, name=input.name.strip(), kind=input.kind.strip(), short_name=input.short_name.strip(),
        aliases=[alias.strip() for alias in input.aliases], code=input.code or None, region=input.region,
        parent=input.parent, sort_no=input.sort_no,
    )  # fmt: skip
    return schemas.UnitCreated(id=made, note=uscc.check(input.code).note if input.code else "")


async def create_name(actor: Actor, unit: UUID, input: schemas.NewName) -> None:
    await mergers.rename_unit(
        actor, unit, name=input.name.strip(), short_name=input.short_name.strip(), basis=input.basis.strip()
    )


async def create_section(actor: Actor, input: schemas.NewSection) -> Created:
    made = await structure.add_section(actor, input.unit, name=input.name.strip(), kind=input.kind, sort_no=input.sort_no)
    return Created(id=made)


async def create_post(actor: Actor, input: schemas.NewPost) -> Created:
    made = await structure.add_post(
        actor, input.unit, title=input.title.strip(), roles=input.roles, section=input.section, team=input.team.strip(),
        rank_no=input.rank_no, is_leader=input.is_leader, receiving=input.receiving, sort_no=input.sort_no,
        since=input.valid_from, reach=input.reach,
    )  # fmt: skip
    return Created(id=made)


async def list_people(actor: Actor, input: schemas.PersonQuery) -> schemas.PersonPage:
    page = await structure_lists.people_page(input)
    await audit.record_daily(actor, "organization.view_people", "person")
    return page


async def create_person(actor: Actor, input: schemas.NewPerson) -> Created:
    return Created(id=await structure.add_person(actor, name=input.name.strip(), pinyin=input.pinyin))


async def create_post_change(actor: Actor, post: UUID, input: schemas.PostChange) -> None:
    await changes.change_post(actor, post, _named(input))


async def create_person_change(actor: Actor, person: UUID, input: schemas.PersonChange) -> None:
    named = _named(input)
    await changes.change_person(actor, person, named | ({"pinyin": named["pinyin"].lower()} if "pinyin" in named else {}))


def _named(input: Struct) -> dict[str, Any]:
    """What the form names, words without the blanks around them."""
    given = {name: getattr(input, name) for name in input.__struct_fields__}
    told = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    return {name: value for name, value in told.items() if value is not UNSET}


async def remove_post(actor: Actor, post: UUID) -> None:
    await changes.end_post(actor, post)


async def remove_section(actor: Actor, section: UUID) -> None:
    await changes.end_section(actor, section)


async def list_appointments(actor: Actor, input: schemas.AppointmentQuery) -> schemas.AppointmentPage:
    page = await structure_lists.appointments_page(input)
    await audit.record_daily(actor, "organization.view_appointments", "person")
    return page


async def create_merger(actor: Actor, input: schemas.NewMerger) -> None:
    await mergers.merge_units(actor, input.units, input.into, basis=input.basis.strip())


async def create_split(actor: Actor, unit: UUID, input: schemas.NewSplit) -> None:
    await mergers.split_unit(actor, unit, input.into, input.custodian, basis=input.basis.strip())


async def create_abolition(actor: Actor, unit: UUID, input: schemas.NewAbolition) -> None:
    await mergers.abolish_unit(actor, unit, input.custodian, basis=input.basis.strip())


def _managed(method: str, path: str, run: Any, summary: str, status: int = 200) -> Endpoint:
    return Endpoint(method, path, MANAGE, run, summary, status)


ENDPOINTS = [
    Endpoint("GET", "/organization", LOGGED_IN, show_tree, "机构、岗位和在岗人员"),
    _managed("GET", "/units", list_units, "单位列表"),
    Endpoint("GET", "/unit-names", READ, list_unit_names, "单位名称，筛选操作日志用"),
    _managed("POST", "/units", create_unit, "新增单位", 201),
    _managed("POST", "/units/{unit}/names", create_name, "单位更名", 204),
    _managed("POST", "/units/{unit}/splits", create_split, "单位拆分", 204),
    _managed("POST", "/units/{unit}/abolitions", create_abolition, "单位撤销", 204),
    _managed("POST", "/mergers", create_merger, "单位合并", 204),
    _managed("POST", "/sections", create_section, "新增内设机构", 201),
    _managed("POST", "/posts", create_post, "新增岗位", 201),
    _managed("POST", "/posts/{post}/changes", create_post_change, "调整岗位", 204),
    _managed("DELETE", "/posts/{post}", remove_post, "撤销岗位", 204),
    _managed("DELETE", "/sections/{section}", remove_section, "撤销内设机构", 204),
    _managed("POST", "/people/{person}/changes", create_person_change, "更正人员姓名", 204),
    _managed("GET", "/people", list_people, "人员列表"),
    _managed("POST", "/people", create_person, "新增人员", 201),
    _managed("GET", "/appointments", list_appointments, "任职列表"),
]
