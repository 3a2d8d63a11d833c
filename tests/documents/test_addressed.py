"""To whom an opinion goes: groups opened when it is signed, kept with their names, and who is gone is told."""

from typing import Any

from office.kernel.actor import SYSTEM
from office.organization import groups
from office.organization.mergers import abolish_unit
from tests.documents.conftest import Office


def _group(office: Office) -> str:
    return f"group:{office.town.groups['各村']}"


async def _end(office: Office, unit: str) -> None:
    await abolish_unit(SYSTEM, office.town.units[unit], custodian=office.town.units["石桥镇"])


async def _clerks_todos(office: Office) -> list[str]:
    return [one["summary"] for one in (await (await office.town.of("苏小满")).get("/inbox?box=handle")).json()["items"]]


def _sent_down(page: dict[str, Any]) -> set[str]:
    return {one["unit"]["name"] for one in page["sent_down"]}


async def test_a_member_that_ended_is_told_by_name_and_the_others_are_sent_to(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await _end(office, "柳湾村")
    answer = await office.sign("秦望舒", handling, "请各村阅。", "instruct", (_group(office), "read"))
    assert answer.status_code == 201, answer.text
    effects = answer.json()["signature"]["effects"]
    assert effects == ["意见记为“交办”", "阅知 云岭村", "下发 1 个单位（阅知 1）", "未送 柳湾村（已撤销或离任）"]
    await office.after_hold()
    page = await office.page("苏小满", handling)
    assert _sent_down(page) == {"云岭村"}
    assert page["state"] == "待办结"


async def test_the_numbers_told_are_those_of_the_names(office: Office) -> None:
    handling, lead = await office.proposed("秦望舒"), f"section:{office.town.sections['农业农村办']}"
    words = "请农业农村办牵头，各村阅。"
    answer = await office.sign("秦望舒", handling, words, "instruct", (lead, "lead"), (_group(office), "read"))
    assert answer.json()["signature"]["effects"][1:] == [
        "主办 农业农村办", "阅知 云岭村、柳湾村", "下发 2 个单位（阅知 2）", "本单位内 1 个（主办 1）",
    ]  # fmt: skip


async def test_a_group_that_is_over_is_refused_by_its_name(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await _end(office, "柳湾村")
    await _end(office, "云岭村")
    answer = await office.sign("秦望舒", handling, "请各村阅。", "instruct", (_group(office), "read"))
    assert (answer.status_code, answer.json()["code"]) == (422, "organization.group_over")
    assert "“各村”" in answer.json()["title"]


async def test_what_was_shown_is_what_is_sent(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    assert (await office.sign("秦望舒", handling, "请各村阅。", "instruct", (_group(office), "read"))).status_code == 201
    actor = await office.town.actor("苏小满")
    only = [f"unit:{office.town.units['云岭村']}"]
    await groups.save_group(actor, office.town.units["禾渡镇"], name="各村", members=only)
    await office.after_hold()
    page = await office.page("苏小满", handling)
    assert _sent_down(page) == {"云岭村", "柳湾村"}
    [line] = [one for one in page["trail"] if one["what"].startswith("批示")]
    assert line["what"] == "批示：交办，送云岭村、柳湾村"
    assert all("sent" not in one["action"] for one in page["opinions"])


async def test_whoever_ended_during_the_thirty_seconds_is_put_to_the_clerk(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    sent = ((_group(office), "read"), (f"section:{office.town.sections['农业农村办']}", "lead"))
    assert (await office.sign("秦望舒", handling, "请办理。", "instruct", *sent)).status_code == 201
    await _end(office, "柳湾村")
    await office.after_hold()
    page = await office.page("苏小满", handling)
    assert _sent_down(page) == {"云岭村"}
    assert [(one["name"], one["act"]) for one in page["unhandled"]] == [("方知远", "承办"), ("苏小满", "处置")]
    assert "柳湾村已撤销或离任，没有送到" in await _clerks_todos(office)
    clerk = await office.town.of("苏小满")
    settled = await clerk.post(f"/handlings/{handling}/settlements", json={"then": "go_on"})
    assert (settled.status_code, settled.json()["state"]) == (200, "承办中"), settled.text


async def test_agreeing_to_a_proposal_whose_department_has_ended(office: Office) -> None:
    handling = await office.registered()
    clerk, ended = await office.town.of("苏小满"), office.town.units["柳湾村"]
    lead = f"section:{office.town.sections['农业农村办']}"
    body = {"text": "拟请农业农村办牵头。", "leaders": [str(office.town.posts["秦望舒"])], "lead": lead}
    answer = await clerk.post(f"/handlings/{handling}/proposals", json=body | {"assists": [f"unit:{ended}"]})
    assert answer.status_code == 201, answer.text
    await _end(office, "柳湾村")
    leader = await office.town.of("秦望舒")
    told = (await leader.post(f"/handlings/{handling}/derivations", json={"text": "同意。"})).json()
    assert [one["name"] for one in told["action"]["dispatch"]] == ["农业农村办"]
    assert "柳湾村已撤销或离任，不送" in told["explanation"]
