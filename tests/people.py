"""The small fictional town used everywhere: a county, two townships, a clerk, leaders, sections; each person can act."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from office.house import admit
from office.identity.models import Account
from office.identity.sessions import Way, open_for
from office.kernel import clock
from office.kernel.actor import SYSTEM, Actor, Origin
from office.kernel.ids import new_id
from office.kernel.work import verb
from office.organization import actions, groups, structure
from tests.support.house import House

UNITS: Mapping[str, tuple[str, str, str | None, str]] = {
    "青岚县政府办": ("青岚县人民政府办公室", "政府部门", None, "11520199000000011D"),
    "禾渡镇": ("禾渡镇人民政府", "政府", "青岚县政府办", "115201990000000292"),
    "石桥镇": ("石桥镇人民政府", "政府", "青岚县政府办", "11520199000000037R"),
    "云岭村": ("禾渡镇云岭村村民委员会", "村(居)委会", "禾渡镇", "11520199000000045F"),
    "柳湾村": ("禾渡镇柳湾村村民委员会", "村(居)委会", "禾渡镇", "115201990000000534"),
}
SECTIONS = {"党政办": "办公室", "农业农村办": "业务股室", "应急管理办": "业务股室"}
# name: title, unit, section, team, rank, roles, receiving
PEOPLE: Mapping[str, tuple[str, str, str | None, str, int, tuple[str, ...], bool]] = {
    "顾长川": ("党委书记", "禾渡镇", None, "党委班子", 1, ("leader", "principal"), False),
    "林若溪": ("镇长", "禾渡镇", None, "政府班子", 1, ("leader", "principal"), False),
    "秦望舒": ("副镇长", "禾渡镇", None, "政府班子", 2, ("leader",), False),
    "程晚照": ("副镇长（农业）", "禾渡镇", None, "政府班子", 3, ("leader",), False),
    "苏小满": ("党政办文书", "禾渡镇", "党政办", "", 0, ("clerk", "staff"), True),
    "方知远": ("农业农村办主任", "禾渡镇", "农业农村办", "", 0, ("staff",), False),
    "沈听澜": ("应急管理办主任", "禾渡镇", "应急管理办", "", 0, ("staff",), False),
    "白露秋": ("文书", "石桥镇", None, "", 0, ("clerk", "staff"), True),
    "黎云起": ("文书", "云岭村", None, "", 0, ("clerk", "staff"), True),
    "柳青禾": ("文书", "柳湾村", None, "", 0, ("clerk", "staff"), True),
    "陆管理": ("系统管理员", "青岚县政府办", None, "", 0, ("system_admin",), False),
    "何路人": ("科员", "石桥镇", None, "", 0, (), False),
}


@dataclass
class Town:
    """Ids by name, and clients that are logged in."""

    house: House
    units: dict[str, UUID] = field(default_factory=dict)
    sections: dict[str, UUID] = field(default_factory=dict)
    posts: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    appointments: dict[str, UUID] = field(default_factory=dict)
    groups: dict[str, UUID] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    async def actor(self, name: str) -> Actor:
        """A person as the house admits them."""
        return await admit(await self._token(name), Origin(address="127.0.0.1"))

    async def of(self, name: str) -> httpx.AsyncClient:
        """A client logged in as this person, by bearer."""
        if name not in self.clients:
            self.clients[name] = self.house.client(await self._token(name))
        return self.clients[name]

    async def _token(self, name: str) -> str:
        if name not in self.tokens:
            self.tokens[name] = await _log_in(self.people[name], name)
        return self.tokens[name]

    async def close(self) -> None:
        for client in self.clients.values():
            await client.aclose()


@verb
async def _log_in(person: UUID, name: str) -> str:
    """A session without a password: hashing one for every test would cost more than all the rest."""
    now = clock.now()
    account = await Account.get_or_none(person=person) or await Account.create(
        id=new_id(), person=person, name=name, login=f"u{person.hex[-12:]}", password_hash="-", created_at=now,
        password_set_at=now, must_change=False,
    )  # fmt: skip
    opened = await open_for(account, Way(client="app", method="password", origin=Origin(address="127.0.0.1")))
    return opened.token


async def settle(house: House) -> Town:
    """Build the town in a fresh house."""
    town = Town(house)
    await _settle(town)
    clerk = await town.actor("苏小满")
    members = [f"unit:{town.units['云岭村']}", f"unit:{town.units['柳湾村']}"]
    town.groups["各村"] = await groups.save_group(clerk, town.units["禾渡镇"], name="各村", members=members)
    return town


@verb
async def _settle(town: Town) -> None:
    for number, (short, (name, kind, parent, code)) in enumerate(UNITS.items()):
        above = town.units[parent] if parent else None
        town.units[short] = await structure.add_unit(
            SYSTEM, name=name, short_name=short, kind=kind, parent=above, code=code, sort_no=number
        )
    for number, (name, kind) in enumerate(SECTIONS.items()):
        town.sections[name] = await structure.add_section(SYSTEM, town.units["禾渡镇"], name=name, kind=kind, sort_no=number)
    for number, (name, row) in enumerate(PEOPLE.items()):
        await _seat(town, number, name, row)


async def _seat(town: Town, number: int, name: str, row: tuple[str, str, str | None, str, int, tuple[str, ...], bool]) -> None:
    title, unit, section, team, rank, roles, receiving = row
    post = await structure.add_post(
        SYSTEM, town.units[unit], title=title, roles=roles, section=town.sections[section] if section else None, team=team,
        rank_no=rank, is_leader="leader" in roles, receiving=receiving, sort_no=number,
    )  # fmt: skip
    town.posts[name] = post
    town.people[name] = await structure.add_person(SYSTEM, name=name)
    town.appointments[name] = await actions.appoint(SYSTEM, town.people[name], post)
