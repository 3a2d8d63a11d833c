"""A township that sends down to its villages: what the tests of it act with."""

from typing import Any
from uuid import UUID

from documents.incoming.models import Handling
from office.flow import actions as flow
from office.flow import rules
from office.inbox.models import Todo
from tests.documents.conftest import Office


def unit(office: Office, name: str, role: str = "lead") -> tuple[str, str]:
    return (f"unit:{office.town.units[name]}", role)


async def sent(
    office: Office, *units: tuple[str, str], leader: str = "秦望舒", handling: str = "", text: str = "请办理。"
) -> str:
    """The handling above, after a leader sent it down."""
    handling = handling or await office.proposed(leader)
    answer = await office.sign(leader, handling, text, "instruct", *units)
    assert answer.status_code == 201, answer.text
    await office.after_hold()
    return handling


async def todos(office: Office, name: str) -> list[tuple[str, str]]:
    items = (await (await office.town.of(name)).get("/inbox?box=handle")).json()["items"]
    return [(one["label"], one["summary"]) for one in items]


async def below(office: Office, name: str) -> str:
    """The newest handling of a village, as its clerk finds it."""
    return str((await (await office.town.of(name)).get("/handlings")).json()["items"][0]["id"])


async def until_conclusion(office: Office, name: str) -> str:
    """A village takes it up, as far as its clerk may conclude."""
    child = await below(office, name)
    await office.ok(name, child, "registrations", title="通知", kind="阅知", issuer=child)
    await office.ok(name, child, "proposals", text="请阅", readers=[f"person:{office.town.people[name]}"])
    await office.sign(name, child, "", "read")
    await office.after_hold()
    return child


async def concluded(office: Office, name: str, reply: str = "已办。") -> str:
    child = await until_conclusion(office, name)
    await office.ok(name, child, "replies", text=reply)
    await office.ok(name, child, "conclusions", result="已落实")
    await office.house.drain()
    return child


async def lines(office: Office, handling: str) -> dict[str, dict[str, Any]]:
    return {one["unit"]["name"]: one for one in (await office.page("苏小满", handling))["sent_down"]}


async def sound(handling: str) -> rules.Case:
    """Every live obligation has its one open to-do, and none stands for what is not live; the case."""
    case = await flow.case_of((await Handling.get(id=UUID(handling))).case_id)
    live = {flow.source_of(case.id, leaf.id) for leaf in rules.live(case)}
    rows = await Todo.filter(source__startswith=f"flow:{case.id}/", state="open")
    assert sorted(row.source for row in rows) == sorted(live)
    return case


async def there_already(office: Office) -> tuple[str, str]:
    """The township's handling and the village's, both pushed by the county."""
    answer = await office.push("禾渡镇", "云岭村")
    above, below = (str(one["handling"]) for one in answer.json()["receipts"])
    await office.ok("苏小满", above, "registrations", title="通知", issuer="县府办")
    await office.ok("苏小满", above, "proposals", text="拟请", leaders=[str(office.town.posts["秦望舒"])])
    return above, below
