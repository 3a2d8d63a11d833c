"""A small fictional county on one engine: units, posts and people; an app whose bearer token is a person's id."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette
from tortoise.backends.base.client import BaseDBAsyncClient

from office import house
from office.http.app import create, database_config
from office.inbox.module import module as inbox
from office.kernel import clock, database
from office.kernel.actor import NOBODY, SYSTEM, Actor, Origin
from office.kernel.modules import Module, Permission, Registry, TodoKind, registry
from office.kernel.settings import Settings
from office.kernel.work import verb
from office.numbering.module import module as numbering
from office.organization import actions, structure
from office.organization.holdings import holdings_of
from office.organization.module import module as organization
from office.outbox.relay import drain
from tests.support.schema import migrate

KINDS = Module(
    name="works",
    permissions=[
        Permission(name="works.decide", label="批示", roles=frozenset({"leader"})),
        Permission(name="works.push", label="推送", scope=True),
    ],
    todo_kinds=[
        TodoKind(name="works.sign", label="请批示", box="handle", route="/works/{id}"),
        TodoKind(name="works.read", label="请阅", box="read", route="/works/{id}"),
        TodoKind(name="works.follow", label="关注", box="follow", route="/works/{id}"),
    ],
)
#: Another kind of work, so that a delegation may be for one of the two.
CHORES = Module(
    name="chores", todo_kinds=[TodoKind(name="chores.do", label="请办", box="handle", route="/chores/{id}")],
    permissions=[Permission(name="chores.assign", label="交办", roles=frozenset({"leader", "clerk"}))],
)  # fmt: skip


def manifests() -> list[Module]:
    """The house's manifests, and those under test where the house does not list them yet."""
    given = house.manifests([KINDS, CHORES])
    known = {module.name for module in given}
    return [*given, *(module for module in (organization, numbering, inbox) if module.name not in known)]


async def actor_of(person: UUID, name: str = "") -> Actor:
    """The person as the house admits them."""
    holdings = await holdings_of(person)
    return Actor(kind="person", id=person, name=name, holdings=holdings, permissions=house.permissions_of(holdings))


async def admit(token: str, origin: Origin) -> Actor:
    return await actor_of(UUID(token)) if token else NOBODY


@dataclass
class Town:
    """Ids by name; `app` serves the API."""

    app: Starlette
    units: dict[str, UUID]
    sections: dict[str, UUID]
    posts: dict[str, UUID]
    people: dict[str, UUID]
    appointments: dict[str, UUID]

    async def actor(self, name: str) -> Actor:
        return await actor_of(self.people[name], name)

    def http(self, name: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 50000))
        headers = {"Authorization": f"Bearer {self.people[name]}"}
        return httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1", headers=headers)

    async def drain(self) -> int:
        return await drain()

    async def broken_promises(self) -> list[str]:
        return [line for module in registry().modules for promise in module.invariants for line in await promise.check()]


UNITS = [
    ("县政府办", "云溪县人民政府办公室", "政府部门", None, "11350199000000001A"),
    ("青石镇", "青石镇人民政府", "政府", "县政府办", "11350199000000002B"),
    ("白水镇", "白水镇人民政府", "政府", "县政府办", "11350199000000003C"),
    ("柳湾村", "柳湾村村民委员会", "村(居)委会", "青石镇", None),
]
SECTIONS = [("党政办公室", "办公室"), ("经济发展办公室", "业务股室"), ("农业综合服务中心", "站所中心")]
#: person, pinyin, post, unit, section, team, rank, roles
POSTS: list[tuple[str, str, str, str, str | None, str, int, list[str]]] = [
    ("周启明", "zqm", "党委书记", "青石镇", None, "党委班子", 1, ["leader", "principal"]),
    ("韩素云", "hsy", "镇长", "青石镇", None, "政府班子", 1, ["leader", "principal"]),
    ("沈立群", "slq", "副镇长（农业）", "青石镇", None, "政府班子", 3, ["leader"]),
    ("郑怀远", "zhy", "副镇长（经济）", "青石镇", None, "政府班子", 2, ["leader"]),
    ("罗小满", "lxm", "文书", "青石镇", "党政办公室", "", 0, ["clerk", "staff"]),
    ("许一诺", "xyn", "经发办主任", "青石镇", "经济发展办公室", "", 0, ["staff"]),
    ("陶然", "tr", "系统管理员", "县政府办", None, "", 0, ["system_admin"]),
    ("何知秋", "hzq", "县府办文书", "县政府办", None, "", 0, ["clerk"]),
    ("丁守一", "dsy", "白水镇文书", "白水镇", None, "", 0, ["clerk"]),
]


@verb
async def settle(app: Starlette) -> Town:
    """Build the county in one unit of work."""
    town = Town(app, {}, {}, {}, {}, {})
    for number, (short, name, kind, parent, code) in enumerate(UNITS):
        above = town.units[parent] if parent else None
        town.units[short] = await structure.add_unit(
            SYSTEM, name=name, short_name=short, kind=kind, parent=above, code=code, sort_no=number
        )
    for number, (name, kind) in enumerate(SECTIONS):
        town.sections[name] = await structure.add_section(SYSTEM, town.units["青石镇"], name=name, kind=kind, sort_no=number)
    for number, (person, pinyin, title, unit, section, team, rank, roles) in enumerate(POSTS):
        post = await structure.add_post(
            SYSTEM, town.units[unit], title=title, roles=roles, section=town.sections[section] if section else None,
            team=team, rank_no=rank, is_leader="leader" in roles, receiving=title == "文书", sort_no=number,
        )  # fmt: skip
        who = await structure.add_person(SYSTEM, name=person, pinyin=pinyin)
        town.posts[title], town.people[person] = post, who
        town.appointments[person] = await actions.appoint(SYSTEM, who, post)
    return town


@asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncIterator[Starlette]:
    """The app on a database brought to the newest schema; the clock goes back to where it was."""
    settings = Settings(data=str(folder / "data"), database_url=url)
    await migrate(database_config(settings, Registry(manifests())))
    app = create(settings, manifests(), admit, background=False)
    before = clock._shift
    try:
        async with app.router.lifespan_context(app):
            yield app
    finally:
        clock._shift = before


@pytest.fixture
async def town(engine: Any, tmp_path: Path) -> AsyncIterator[Town]:
    """The county, once on SQLite and once on PostgreSQL."""
    async with opened(engine.url, tmp_path) as app:
        made = await settle(app)
        await drain()
        yield made


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The raw queries made through the kernel's door inside the block."""
    asked: list[str] = []
    plain = database.connection

    def watching() -> BaseDBAsyncClient:
        asked.append("query")
        return plain()

    with monkeypatch.context() as patch:
        patch.setattr(database, "connection", watching)
        yield asked
