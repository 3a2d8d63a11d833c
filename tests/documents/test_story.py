"""The story: a pushed document is registered, signed on a phone and sent on to four, and the sender knows."""

import pytest

from tests.documents.conftest import STROKES, Office

pytestmark = pytest.mark.usefixtures("sealing")


async def test_an_urgent_document_is_signed_and_sent_on(office: Office) -> None:
    town = office.town
    handling = await office.proposed("秦望舒")
    phone = await office.phone_of("秦望舒")
    leader = await town.of("秦望舒")
    todo = (await leader.get("/inbox?box=handle")).json()["items"][0]
    assert (todo["title"], todo["urgency"], todo["route"]) == ("关于做好防汛工作的紧急通知", "特急", f"/handlings/{handling}")

    sent = [
        (f"section:{town.sections['农业农村办']}", "lead"),
        (f"section:{town.sections['应急管理办']}", "assist"),
        (f"group:{town.groups['各村']}", "read"),
    ]
    body = phone.signed(await office.step("秦望舒", handling), "同意，请农业农村办牵头。", "approve", *sent, strokes=STROKES)
    answer = await leader.post(f"/handlings/{handling}/signatures", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["signature"]["state"] == "held"
    assert (await office.page("秦望舒", handling))["step"] is None

    await office.after_hold()
    page = await office.page("苏小满", handling)
    assert page["state"] == "承办中"
    assert [opinion["text"] for opinion in page["opinions"]] == ["拟请秦镇长阅示。", "同意，请农业农村办牵头。"]
    assert page["opinions"][1]["strokes_svg"] is not None
    assert {(one["unit"]["name"], one["state"]) for one in page["sent_down"]} == {("云岭村", "待签收"), ("柳湾村", "待签收")}
    assert {one["name"] for one in page["unhandled"]} == {"方知远", "沈听澜"}
    village = (await (await town.of("黎云起")).get("/inbox?box=handle")).json()["items"]
    assert [todo["label"] for todo in village] == ["待签收"]
    states = (await office.oa.get("/exchange/states")).json()["items"]
    assert [state["state"] for state in states] == ["待签收", "拟办", "批示中", "承办中"]
    assert [state["seq"] for state in states] == [1, 2, 3, 4]


async def test_to_the_end(office: Office) -> None:
    town = office.town
    handling = await office.proposed("秦望舒")
    await office.sign("秦望舒", handling, "请农业农村办办理。", "instruct", (f"section:{town.sections['农业农村办']}", "lead"))
    await office.after_hold()
    await office.sign("方知远", handling, "已办理，正组织排查。", "comment")
    await office.after_hold()
    assert (await office.page("苏小满", handling))["state"] == "待办结"
    clerk = await town.of("苏小满")
    told = await clerk.post(f"/handlings/{handling}/replies", json={"text": "已按要求落实。"})
    assert (told.status_code, told.json()["state"]) == (201, "待办结"), "told though nobody asked, and not yet the end"
    done = await clerk.post(f"/handlings/{handling}/conclusions", json={"result": "已部署落实"})
    assert done.json()["state"] == "已办结"
    await office.house.drain()
    last = (await office.oa.get("/exchange/states")).json()["items"][-1]
    assert (last["state"], last["detail"]["reply"]) == ("已办结", "已按要求落实。")
    assert (await (await town.of("方知远")).get("/inbox?box=handle")).json()["items"] == []
