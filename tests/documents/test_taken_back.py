"""What a unit above added and took back, what came back after the end, and how often one document goes down."""

from typing import Any

import pytest

from documents.incoming.below import sendings
from documents.incoming.models import Handling, Sending
from office.kernel.actor import SYSTEM
from office.organization import actions, recipients, structure
from office.organization.mergers import merge_units
from tests.documents.below import below, concluded, lines, sent, sound, there_already, todos, unit
from tests.documents.conftest import Office

pytestmark = pytest.mark.postgresql_in_proof

VILLAGE = "黎云起"


async def _added(office: Office) -> tuple[str, str]:
    """What a village had concluded is asked of it once more: the handlings above and below."""
    above, child = await there_already(office)
    await concluded(office, VILLAGE, "已报。")
    await sent(office, unit(office, "云岭村"), handling=above, text="请再核。")
    assert (await office.page(VILLAGE, child))["state"] == "拟办"
    return above, child


def _said(page: dict[str, Any]) -> tuple[Any, ...]:
    names = ("state", "result", "reply", "closed_at", "due_at", "due_why", "register_no", "from_above")
    return tuple(page.get(name) for name in names)


async def test_taken_back_what_was_set_going_again_is_concluded_as_it_was(office: Office) -> None:
    above, child = await there_already(office)
    await concluded(office, VILLAGE, "已报。")
    before = _said(await office.page(VILLAGE, child))
    await sent(office, unit(office, "云岭村"), handling=above, text="请再核。")
    await office.ok("秦望舒", above, "withdrawals", reason="不必再核")
    await office.house.drain()
    page = await office.page(VILLAGE, child)
    assert (_said(page), before[0]) == (before, "已办结")
    assert page["trail"][-1]["what"] == "来文单位已撤回加办，恢复为已办结"
    assert "来文单位已撤回加办" not in page["trail"][-2]["what"]
    assert await todos(office, VILLAGE) == []
    assert "reopenings" in page["may"]
    assert (await lines(office, above))["云岭村"]["state"] == "已撤回"
    await sound(child)
    told = (await office.oa.get("/exchange/states")).json()["items"]
    assert [one["state"] for one in told if one["recipient"].endswith("45F")][-2:] == ["拟办", "已办结"]
    await sent(office, unit(office, "云岭村"), handling=above, text="还是请再核。")
    assert (await office.page(VILLAGE, child))["state"] == "拟办", "and it can be asked for again"


@pytest.mark.parametrize("done", ["proposed", "seen", "suspended", "corrected", "owed"])
async def test_what_was_done_with_it_meanwhile_keeps_it_going(office: Office, done: str) -> None:
    above, child = await _added(office)
    if done == "proposed":
        await office.ok(VILLAGE, child, "proposals", text="请核", readers=[f"person:{office.town.people[VILLAGE]}"])
    elif done == "seen":
        await office.ok(VILLAGE, child, "acknowledgements")
    elif done == "suspended":
        await office.ok(VILLAGE, child, "suspensions", reason="等镇里")
    elif done == "corrected":
        assert (await office.push("禾渡镇", "云岭村", version=2)).status_code == 201
    else:
        await (await office.town.of(VILLAGE)).put(f"/handlings/{child}/reply-due", json={"due": True})
    state = (await office.page(VILLAGE, child))["state"]
    await office.ok("秦望舒", above, "withdrawals", reason="不必再核")
    await office.house.drain()
    assert (await office.page(VILLAGE, child))["state"] == state != "已办结"
    await sound(child)


async def test_asked_for_by_two_acts_it_is_as_it_was_when_both_are_taken_back(office: Office) -> None:
    answer = await office.push("禾渡镇", "云岭村")
    above, child = (str(one["handling"]) for one in answer.json()["receipts"])
    await concluded(office, VILLAGE, "已报。")
    before = _said(await office.page(VILLAGE, child))
    await office.ok("苏小满", above, "registrations", title="通知", issuer="县府办")
    leaders = [str(office.town.posts[name]) for name in ("秦望舒", "程晚照")]
    await office.ok("苏小满", above, "proposals", text="拟请", leaders=leaders, order="parallel")
    for leader in ("秦望舒", "程晚照"):
        await sent(office, unit(office, "云岭村"), leader=leader, handling=above)
    await office.ok("秦望舒", above, "withdrawals", reason="不必再核")
    assert (await office.page(VILLAGE, child))["state"] == "拟办", "程晚照 asks for it still"
    await office.ok("程晚照", above, "withdrawals", reason="不必再核")
    assert _said(await office.page(VILLAGE, child)) == before
    await sound(child)


async def test_as_often_as_one_act_may_name_and_not_once_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sendings.MOST == recipients.MOST
    monkeypatch.setattr(sendings, "MOST", 2)
    handling = await office.proposed("秦望舒", "林若溪")
    await sent(office, unit(office, "云岭村"), handling=handling)
    both = (unit(office, "云岭村"), unit(office, "柳湾村", "assist"))
    refused = await office.sign("林若溪", handling, "请办理。", "instruct", *both)
    assert (refused.status_code, refused.json()["code"]) == (422, "documents.too_many_below")
    assert await Sending.all().count() == 1
    await sent(office, both[1], leader="林若溪", handling=handling)
    assert set(await lines(office, handling)) == {"云岭村", "柳湾村"}


async def test_sent_back_after_the_end_above_its_clerk_is_told_once(office: Office) -> None:
    handling = await sent(office, unit(office, "云岭村"))
    await office.ok("苏小满", handling, "conclusions", result="已办", unfinished="先行办结")
    child = await below(office, VILLAGE)
    await office.ok(VILLAGE, child, "refusals", reason="应由石桥镇办", reason_code="不属我单位")
    await office.house.drain()
    [told] = await todos(office, "苏小满")
    why = "本件已办结，云岭村又退文：不属我单位：应由石桥镇办。需要再办的请“重新办理”；不需要的点“已核对”"
    assert told == ("下级退文", why)
    page = await office.page("苏小满", handling)
    assert {"acknowledgements", "reopenings"} <= set(page["may"])
    await office.ok("苏小满", handling, "acknowledgements")
    assert (await office.push(version=2)).status_code == 201
    await office.house.drain()
    assert [label for label, _ in await todos(office, "苏小满")] == ["来文更正"], "told once"


async def test_sent_back_after_the_end_and_handled_again_it_is_settled(office: Office) -> None:
    handling = await sent(office, unit(office, "云岭村"))
    await office.ok("苏小满", handling, "conclusions", result="已办", unfinished="先行办结")
    await office.ok(VILLAGE, await below(office, VILLAGE), "refusals", reason="错送", reason_code="其他")
    await office.house.drain()
    await office.ok("苏小满", handling, "reopenings", reason="另行安排")
    assert sorted(label for label, _ in await todos(office, "苏小满")) == ["待处置", "待拟办"]
    await sound(handling)


async def test_what_was_added_follows_the_clerk_of_the_unit(office: Office) -> None:
    _, child = await _added(office)
    town = office.town
    other = await structure.add_post(SYSTEM, unit=town.units["云岭村"], title="副文书", roles=["clerk", "staff"])
    await actions.appoint(SYSTEM, town.people["何路人"], other)
    await actions.end_appointment(SYSTEM, town.appointments[VILLAGE])
    await office.house.drain()
    assert (await Handling.get(id=child)).clerk_post == other
    assert sorted(label for label, _ in await todos(office, "何路人")) == ["上级加办", "待拟办"]
    await office.ok("何路人", child, "acknowledgements")
    assert [label for label, _ in await todos(office, "何路人")] == ["待拟办"]


@pytest.mark.parametrize("left", ["after", "before"])
async def test_what_is_over_and_was_added_to_be_read_follows_the_clerk_too(office: Office, left: str) -> None:
    above, child = await there_already(office)
    await concluded(office, VILLAGE, "已报。")
    town = office.town
    other = await structure.add_post(SYSTEM, unit=town.units["云岭村"], title="副文书", roles=["clerk", "staff"])
    await actions.appoint(SYSTEM, town.people["何路人"], other)
    if left == "before":
        await actions.end_appointment(SYSTEM, town.appointments[VILLAGE])
        await office.house.drain()
    await sent(office, unit(office, "云岭村", "read"), handling=above, text="请阅。")
    if left == "after":
        await actions.end_appointment(SYSTEM, town.appointments[VILLAGE])
    await office.house.drain()
    assert await todos(office, "何路人") == [("上级加办", "禾渡镇请阅知。秦望舒：请阅。")]
    await office.ok("何路人", child, "acknowledgements")
    assert (await office.page("何路人", child))["state"] == "已办结"
    assert await todos(office, "何路人") == []


async def test_what_was_added_follows_a_merger_of_units(office: Office) -> None:
    above, child = await _added(office)
    await merge_units(SYSTEM, [office.town.units["云岭村"]], office.town.units["柳湾村"])
    await office.house.drain()
    assert sorted(label for label, _ in await todos(office, "柳青禾")) == ["上级加办", "待拟办"]
    await office.ok("秦望舒", above, "withdrawals", reason="不必再核")
    assert (await office.page("柳青禾", child))["state"] == "已办结"
    assert await todos(office, "柳青禾") == []


async def test_a_unit_that_concludes_after_it_was_asked_again_stays_concluded(office: Office) -> None:
    above, child = await _added(office)
    await office.ok(VILLAGE, child, "proposals", text="请核", readers=[f"person:{office.town.people[VILLAGE]}"])
    await office.sign(VILLAGE, child, "", "read")
    await office.after_hold()
    await office.ok(VILLAGE, child, "conclusions", result="再核无误")
    await office.house.drain()
    taken = await office.post("秦望舒", above, "withdrawals", reason="不必再核")
    assert taken.status_code in (200, 409), taken.text
    assert (await office.page(VILLAGE, child))["result"] == "再核无误"
