"""Regions (行政区划) through HTTP: the customer's own list taken in, read by everybody, units placed in them."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.endpoint import LOGGED_IN, Endpoint
from office.kernel.rows import like, uuid_of, uuid_or_none
from office.kernel.text import VISIBLE
from office.organization import regions, structure
from office.organization.structure import MANAGE

PAGE = 200


class NewRegion(Struct, forbid_unknown_fields=True):
    """区划：代码（2、4、6、9 或 12 位数字）和名称。"""

    code: Annotated[str, Meta(min_length=2, max_length=20, pattern=VISIBLE)]
    name: Annotated[str, Meta(min_length=1, max_length=80, pattern=VISIBLE)]


class NewRegions(Struct, forbid_unknown_fields=True):
    """区划清单；已有的代码不变。"""

    items: Annotated[list[NewRegion], Meta(min_length=1, max_length=2000)]


class RegionsTaken(Struct):
    """How many were new."""

    added: int


class RegionQuery(Struct, forbid_unknown_fields=True):
    """Under which code, with which words in the name or code; after which code to go on."""

    under: Annotated[str, Meta(max_length=20)] = ""
    q: Annotated[str, Meta(max_length=40)] = ""
    cursor: Annotated[str, Meta(max_length=12, pattern=r"^\d*$")] = ""


class RegionLine(Struct):
    """A region in force; `level` is 省, 市, 县, 乡 or 村."""

    id: UUID
    code: str
    name: str
    level: str
    parent: UUID | None


class RegionPage(Struct):
    """Regions by code; `next` is the code to go on after."""

    items: list[RegionLine]
    next: str | None


class UnitPlace(Struct, forbid_unknown_fields=True):
    """单位所在的区划。"""

    region: UUID


async def create_regions(actor: Actor, input: NewRegions) -> RegionsTaken:
    return RegionsTaken(await structure.add_regions(actor, [(one.code, one.name.strip()) for one in input.items]))


async def list_regions(actor: Actor, input: RegionQuery) -> RegionPage:
    """Regions in force below one, itself included. One query along the index of codes."""
    now, where, values = clock.now(), "", list[object]()
    if input.under:
        where, values = " AND code LIKE ?", [f"{regions.stem(input.under)}%"]
    if input.q.strip():
        where, values = f"{where} AND (name LIKE ? ESCAPE '!' OR code LIKE ? ESCAPE '!')", [*values, *[like(input.q)] * 2]
    rows = await fetch(
        "SELECT id, code, name, level, parent FROM organization_region"  # noqa: S608
        f" WHERE code > ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?){where} ORDER BY code LIMIT {PAGE + 1}",
        input.cursor, now, now, *values,
    )  # fmt: skip
    lines = [
        RegionLine(uuid_of(row["id"]), row["code"], row["name"], row["level"], uuid_or_none(row["parent"]))
        for row in rows[:PAGE]
    ]
    return RegionPage(items=lines, next=lines[-1].code if len(rows) > PAGE else None)


async def place_unit(actor: Actor, unit: UUID, input: UnitPlace) -> None:
    await structure.place_unit(actor, unit, input.region)


ENDPOINTS = [
    Endpoint("GET", "/regions", LOGGED_IN, list_regions, "行政区划"),
    Endpoint("POST", "/regions", MANAGE, create_regions, "导入行政区划", 201),
    Endpoint("PUT", "/units/{unit}/region", MANAGE, place_unit, "单位所在区划", 204),
]
