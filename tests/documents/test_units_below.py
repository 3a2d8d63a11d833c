"""What is sent down stays owed above: waited for, pressed, sent back, added, taken back; and two at once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from documents.incoming import opening
from documents.incoming.actions.send import ensure_sendable
from documents.incoming.models import Document, Handling, Sending
from office.flow import rules
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.database import is_postgres
from office.kernel.refusal import Invalid
from office.kernel.work import verb
from office.organization.recipients import Target
from tests.documents.below import below as _below
from tests.documents.below import concluded as _concluded
from tests.documents.below import lines as _lines
from tests.documents.below import sent as _sent
from tests.documents.below import sound as _sound
from tests.documents.below import there_already as _there_already
from tests.documents.below import todos as _todos
from tests.documents.below import unit as _unit
from tests.documents.below import until_conclusion as _until_conclusion
from tests.documents.conftest import PAPER, Office

pytestmark = pytest.mark.postgresql_in_proof

BOTH = ("黎云起", "柳青禾")


async def test_above_it_is_handled_until_the_last_unit_below_has_ended_it(office: Office) -> None:
    handling = await _sent(office, _unit(office, "云岭村"), _unit(office, "柳湾村", "assist"))
    page = await office.page("苏小满", handling)
    assert (page["state"], [one["act"] for one in page["unhandled"]], page["step"]) == ("承办中", ["待下级办理"], None)
    assert ("待下级办理", "待下级单位办理") in await _todos(office, "苏小满")
    await _concluded(office, "黎云起", "已巡查。")
    assert (await office.page("苏小满", handling))["state"] == "承办中"
    lines = await _lines(office, handling)
    assert (lines["云岭村"]["state"], lines["云岭村"]["reply"], lines["云岭村"]["result"]) == ("已办结", "已巡查。", "已落实")
    assert (lines["柳湾村"]["state"], lines["柳湾村"].get("result")) == ("待签收", None)
    await _concluded(office, "柳青禾")
    page = await office.page("苏小满", handling)
    assert (page["state"], page["step"]["act"], page["trail"][-1]["what"]) == ("待办结", "conclude", "下级单位均已办理完毕")
    told = [state["state"] for state in (await office.oa.get("/exchange/states")).json()["items"]]
    assert told == ["待签收", "拟办", "批示中", "承办中", "待办结"]
    await _sound(handling)
    assert (await office.ok("苏小满", handling, "conclusions", result="已办"))["state"] == "已办结"


async def test_units_that_only_read_are_not_waited_for(office: Office) -> None:
    handling = await _sent(office, _unit(office, "云岭村", "read"))
    page = await office.page("苏小满", handling)
    assert (page["state"], page["step"]["act"]) == ("待办结", "conclude")
    assert "conclusions" in page["may"]


async def test_units_below_do_not_hold_up_the_leaders(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪")
    await _sent(office, _unit(office, "云岭村"), handling=handling)
    page = await office.page("苏小满", handling)
    assert (page["state"], [one["name"] for one in page["unhandled"]]) == ("批示中", ["林若溪"])
    await _concluded(office, "黎云起")
    await office.sign("林若溪", handling)
    await office.after_hold()
    assert (await office.page("苏小满", handling))["state"] == "待办结"
    await _sound(handling)


async def test_what_a_unit_sends_back_is_the_clerks_to_settle(office: Office) -> None:
    handling = await _sent(office, _unit(office, "云岭村"), _unit(office, "柳湾村", "assist"))
    child = await _below(office, "黎云起")
    await office.ok("黎云起", child, "refusals", reason="应由石桥镇办", reason_code="不属我单位")
    await office.house.drain()
    page = await office.page("苏小满", handling)
    assert (page["state"], page["step"]["asks"]) == ("待处置", "云岭村退文：不属我单位：应由石桥镇办")
    assert ("待处置", "云岭村退文：不属我单位：应由石桥镇办") in await _todos(office, "苏小满")
    line = (await _lines(office, handling))["云岭村"]
    assert (line["state"], line["result"]) == ("已退文", "不属我单位：应由石桥镇办")
    assert ("系统", "云岭村退文：不属我单位：应由石桥镇办") in {(one["who"], one["what"]) for one in page["trail"]}
    await office.ok("苏小满", handling, "settlements", then="go_on", text="已电话联系石桥镇。")
    assert (await office.page("苏小满", handling))["state"] == "承办中"
    await _concluded(office, "柳青禾")
    assert (await office.page("苏小满", handling))["state"] == "待办结"
    await office.house.drain()
    assert [leaf.act for leaf in rules.live(await _sound(handling))] == ["conclude"]


@pytest.mark.parametrize("role", ["lead", "read"])
async def test_sent_back_by_the_only_unit_and_dropped(office: Office, role: str) -> None:
    handling = await _sent(office, _unit(office, "云岭村", role))
    await office.ok("黎云起", await _below(office, "黎云起"), "refusals", reason="重复", reason_code="重复来文")
    await office.house.drain()
    page = await office.page("苏小满", handling)
    assert (page["state"], [one["act"] for one in page["unhandled"]]) == ("待处置", ["处置"])
    assert "conclusions" not in page["may"]
    assert (await office.ok("苏小满", handling, "settlements", then="drop"))["state"] == "待办结"
    await _sound(handling)


async def test_sent_back_while_put_aside_is_told_when_it_is_taken_up(office: Office) -> None:
    handling = await _sent(office, _unit(office, "云岭村"))
    await office.ok("苏小满", handling, "suspensions", reason="等县里")
    await office.ok("黎云起", await _below(office, "黎云起"), "refusals", reason="错送", reason_code="其他")
    await office.house.drain()
    assert (await office.page("苏小满", handling))["state"] == "挂起"
    assert (await office.ok("苏小满", handling, "resumptions", reason="已到"))["state"] == "待处置"
    await _sound(handling)


async def test_concluding_over_units_at_it_needs_a_reason(office: Office) -> None:
    handling = await _sent(office, _unit(office, "云岭村"), _unit(office, "柳湾村", "assist"))
    await _concluded(office, "柳青禾")
    assert "conclusions" in (await office.page("苏小满", handling))["may"]
    refused = await office.post("苏小满", handling, "conclusions", result="已办")
    assert (refused.status_code, refused.json()["code"]) == (409, "documents.units_not_done")
    assert "云岭村" in refused.json()["title"]
    assert "柳湾村" not in refused.json()["title"]
    why = "云岭村道路中断，后续专报"
    done = await office.ok("苏小满", handling, "conclusions", result="已办", unfinished=why)
    assert done["state"] == "已办结"
    page = await office.page("苏小满", handling)
    assert ("待下级办理", why) in {(one["act"], one["text"]) for one in page["opinions"]}
    assert [one["what"] for one in page["trail"][-2:]] == ["下级未办完，不再等待", "办结"]
    assert (await _lines(office, handling))["云岭村"]["state"] == "待签收"
    await _concluded(office, "黎云起")
    assert (await _lines(office, handling))["云岭村"]["state"] == "已办结"
    assert await _todos(office, "苏小满") == []


async def test_a_reply_over_units_at_it_needs_a_reason_too(office: Office) -> None:
    handling = await _sent(office, _unit(office, "云岭村"))
    await (await office.town.of("苏小满")).put(f"/handlings/{handling}/reply-due", json={"due": True})
    await _sound(handling)
    refused = await office.post("苏小满", handling, "replies", text="先报进度")
    assert (refused.status_code, refused.json()["code"]) == (409, "documents.units_not_done")
    told = await office.ok("苏小满", handling, "replies", text="先报进度", unfinished="县里要求今日先报")
    assert told["state"] == "待办结"
    await _sound(handling)
    await _concluded(office, "黎云起")
    assert (await office.page("苏小满", handling))["state"] == "待办结"


async def test_a_reply_that_is_owed_comes_after_the_units(office: Office) -> None:
    handling = await _sent(office, _unit(office, "云岭村"))
    await (await office.town.of("苏小满")).put(f"/handlings/{handling}/reply-due", json={"due": True})
    assert (await office.page("苏小满", handling))["state"] == "承办中"
    await _concluded(office, "黎云起")
    assert (await office.page("苏小满", handling))["state"] == "待答复"


async def test_a_reason_does_not_conclude_over_people_of_the_own_unit(office: Office) -> None:
    section = (f"section:{office.town.sections['农业农村办']}", "assist")
    handling = await _sent(office, _unit(office, "云岭村"), section)
    refused = await office.post("苏小满", handling, "conclusions", result="已办", unfinished="先行办结")
    assert (refused.status_code, refused.json()["code"]) == (409, "documents.not_at_step")
    assert len((await office.page("苏小满", handling))["opinions"]) == 2


async def test_a_unit_below_is_pressed_and_both_trails_say_so(office: Office) -> None:
    handling = await _sent(office, _unit(office, "云岭村"), _unit(office, "柳湾村", "read"))
    child = await _below(office, "黎云起")
    assert "reminders" in (await office.page("苏小满", handling))["may"]
    named = (await _lines(office, handling))["云岭村"]["handling"]
    assert named == child
    told = await office.ok("苏小满", handling, "reminders", below=named, note="今天下班前报")
    assert told["names"] == ["云岭村：待签收"]
    assert ("待签收", "【催办】禾渡镇苏小满：今天下班前报") in await _todos(office, "黎云起")
    there = (await office.page("黎云起", child))["trail"][-1]
    assert (there["who"], there["what"]) == ("禾渡镇苏小满", "催办黎云起（文书）签收：今天下班前报")
    above = await office.page("苏小满", handling)
    assert (above["trail"][-1]["who"], above["trail"][-1]["what"]) == ("苏小满", "催办云岭村待签收：今天下班前报")
    assert "黎云起" not in str(above), "who holds it there is that unit's own matter"
    [line] = above["presses"]
    assert (line["step"], line["whom"]) == (child, "云岭村")
    for body in ({"below": named}, {}):
        again = await office.post("苏小满", handling, "reminders", **body)
        assert (again.status_code, again.json()["code"]) == (409, "documents.pressed_already")
    reader = (await _lines(office, handling))["柳湾村"]["handling"]
    assert (await office.ok("苏小满", handling, "reminders", below=reader))["names"] == ["柳湾村：待签收"]
    stranger = await office.post("苏小满", handling, "reminders", below=handling)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "documents.not_sent_there")
    assert (await office.post("黎云起", child, "reminders", below=handling)).status_code == 404


async def test_pressing_all_presses_the_units_waited_for(office: Office) -> None:
    handling = await _sent(office, _unit(office, "云岭村"), _unit(office, "柳湾村", "assist"))
    await _concluded(office, "柳青禾")
    clock.travel(timedelta(hours=2))
    office.town.clients.clear()
    office.town.tokens.clear()
    assert (await office.ok("苏小满", handling, "reminders"))["names"] == ["云岭村：待签收"]


async def test_taking_the_act_back_takes_the_waiting_along(office: Office) -> None:
    handling = await _sent(office, _unit(office, "云岭村"))
    await office.ok("秦望舒", handling, "withdrawals", reason="改送")
    case = await _sound(handling)
    assert [leaf.act for leaf in rules.live(case)] == ["instruct"]
    assert [leaf.state for leaf in rules.leaves(case.root) if leaf.act == "await_units"] == ["removed"]
    await office.sign("秦望舒", handling)
    await office.after_hold()
    assert (await office.page("苏小满", handling))["state"] == "待办结"


async def test_of_two_acts_the_other_is_still_waited_for(office: Office) -> None:
    handling = await office.proposed("秦望舒", "程晚照", order="parallel")
    await _sent(office, _unit(office, "云岭村"), handling=handling)
    await _sent(office, _unit(office, "柳湾村"), leader="程晚照", handling=handling)
    await office.ok("程晚照", handling, "withdrawals", reason="改主意")
    await office.sign("程晚照", handling)
    await office.after_hold()
    assert (await office.page("苏小满", handling))["state"] == "承办中"
    await _concluded(office, "黎云起")
    assert (await office.page("苏小满", handling))["state"] == "待办结"


async def test_with_the_clerk_as_hub_units_are_waited_for_once_it_went_down(office: Office) -> None:
    clerk = await office.town.of("苏小满")
    await clerk.put(f"/units/{office.town.units['禾渡镇']}/handling-rules", json={"clerk_hub": True})
    handling = await _sent(office, _unit(office, "云岭村"))
    assert (await office.page("苏小满", handling))["state"] == "待处置"
    assert (await office.ok("苏小满", handling, "settlements", then="go_on"))["state"] == "承办中"
    await _concluded(office, "黎云起")
    assert (await office.page("苏小满", handling))["state"] == "待办结"
    await _sound(handling)


async def test_a_unit_that_has_it_already_is_told_what_is_added(office: Office) -> None:
    above, below = await _there_already(office)
    await _sent(office, _unit(office, "云岭村"), handling=above, text="请云岭村牵头。")
    assert ("上级加办", "禾渡镇请主办。秦望舒：请云岭村牵头。") in await _todos(office, "黎云起")
    page = await office.page("黎云起", below)
    [asked] = page["from_above"]
    assert (asked["sender"], asked["role"], asked["words"]) == ("禾渡镇", "lead", "秦望舒：请云岭村牵头。")
    assert "acknowledgements" in page["may"]
    assert (await _lines(office, above))["云岭村"]["role"] == "lead"
    assert (await office.page("苏小满", above))["state"] == "承办中"
    await office.ok("黎云起", below, "acknowledgements")
    again = await office.post("黎云起", below, "acknowledgements")
    assert (again.status_code, again.json()["code"]) == (409, "documents.nothing_to_acknowledge")
    assert [label for label, _ in await _todos(office, "黎云起")] == ["待签收"]
    await _concluded(office, "黎云起")
    assert (await office.page("苏小满", above))["state"] == "待办结"
    told = [(one["recipient"], one["state"]) for one in (await office.oa.get("/exchange/states")).json()["items"]]
    assert [state for unit, state in told if unit.endswith("45F")][-1] == "已办结", "pushed there too: the county is told"


async def test_what_was_added_and_not_seen_is_taken_back_and_the_own_handling_stays(office: Office) -> None:
    above, below = await _there_already(office)
    await office.ok("黎云起", below, "receipts")
    await _sent(office, _unit(office, "云岭村"), handling=above)
    await office.ok("秦望舒", above, "withdrawals", reason="另行安排")
    page = await office.page("黎云起", below)
    assert (page["state"], page.get("from_above")) == ("已签收", None)
    assert len(page["files"]) == 1
    assert [label for label, _ in await _todos(office, "黎云起")] == ["待登记"]
    assert (await _lines(office, above))["云岭村"]["state"] == "已撤回"
    assert [leaf.act for leaf in rules.live(await _sound(above))] == ["instruct"]


async def test_sent_by_two_acts_it_stays_until_both_are_taken_back(office: Office) -> None:
    handling = await office.proposed("秦望舒", "程晚照", order="parallel")
    await _sent(office, _unit(office, "云岭村"), handling=handling, text="请查。")
    await _sent(office, _unit(office, "云岭村", "assist"), leader="程晚照", handling=handling, text="请配合。")
    child = await _below(office, "黎云起")
    assert [one["role"] for one in (await office.page("黎云起", child))["from_above"]] == ["lead", "assist"]
    await office.ok("秦望舒", handling, "withdrawals", reason="改主意")
    page = await office.page("黎云起", child)
    assert (page["state"], [one["words"] for one in page["from_above"]]) == ("待签收", ["程晚照：请配合。"])
    await office.ok("程晚照", handling, "withdrawals", reason="改主意")
    gone = await office.page("黎云起", child)
    assert (gone["state"], gone["files"], await _todos(office, "黎云起")) == ("已撤回", [], [])


async def test_sent_once_more_what_was_concluded_is_handled_again(office: Office) -> None:
    above, below = await _there_already(office)
    await _concluded(office, "黎云起", "已报。")
    number = (await office.page("黎云起", below))["register_no"]
    await _sent(office, _unit(office, "云岭村"), handling=above, text="请再核。")
    page = await office.page("黎云起", below)
    assert (page["state"], page["register_no"], page["reply"]) == ("拟办", number, "已报。")
    assert page["from_above"][-1]["words"] == "秦望舒：请再核。"
    assert page["trail"][-1]["what"] == "重新办理：禾渡镇再次要求办理"
    assert [label for label, _ in await _todos(office, "黎云起")] == ["待拟办", "上级加办"]
    line = (await _lines(office, above))["云岭村"]
    assert (line["state"], line["reply"], line.get("result")) == ("拟办", "", None), "what it answered was another's"
    assert (await office.page("苏小满", above))["state"] == "承办中"
    await office.ok("黎云起", below, "acknowledgements")
    await office.ok("秦望舒", above, "withdrawals", reason="不必再核")
    assert [label for label, _ in await _todos(office, "黎云起")] == ["待拟办"], "what its clerk has seen runs on"
    assert len((await office.page("黎云起", below))["files"]) == 1


async def test_to_be_read_what_was_concluded_stays_so_and_its_clerk_is_told(office: Office) -> None:
    above, below = await _there_already(office)
    await _concluded(office, "黎云起")
    await _sent(office, _unit(office, "云岭村", "read"), handling=above, text="请阅。")
    assert (await office.page("黎云起", below))["state"] == "已办结"
    assert await _todos(office, "黎云起") == [("上级加办", "禾渡镇请阅知。秦望舒：请阅。")]
    await office.ok("黎云起", below, "acknowledgements")
    assert await _todos(office, "黎云起") == []


async def test_it_is_not_sent_back_to_where_it_came_from(office: Office) -> None:
    handling = await _sent(office, _unit(office, "云岭村"))
    child = await Handling.get(id=UUID(await _below(office, "黎云起")))
    up, across = [(Target(ref=f"unit:{unit}", name=name, unit=unit), "read")
                  for name, unit in office.town.units.items() if name in ("禾渡镇", "柳湾村")]  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        await ensure_sendable(child, [across, up])
    assert (refusal.value.code, refusal.value.facts) == ("documents.sent_from_there", {"unit": "禾渡镇"})
    await ensure_sendable(child, [across])
    await ensure_sendable(await Handling.get(id=UUID(handling)), [across])


@pytest.mark.engines("sqlite", "postgresql")
async def test_two_units_that_end_at_once_always_end_the_waiting(office: Office, at_once: Any) -> None:
    for turn in range(2):
        both = (_unit(office, "云岭村"), _unit(office, "柳湾村", "assist"))
        handling = await _sent(office, *both, handling=await office.proposed(source_id=f"oa-{turn}"))
        ready = [(name, await _until_conclusion(office, name)) for name in BOTH]
        answers = await at_once(*[office.post(name, child, "conclusions", result="已办") for name, child in ready])
        assert [answer.status_code for answer in answers] == [200, 200]
        await asyncio.gather(office.house.drain(), office.house.drain())
        await office.house.drain()
        assert (await office.page("苏小满", handling))["state"] == "待办结"
        assert [leaf.act for leaf in rules.live(await _sound(handling))] == ["conclude"]


@pytest.mark.engines("sqlite", "postgresql")
async def test_the_last_unit_and_the_clerk_above_conclude_at_once(office: Office, at_once: Any) -> None:
    for turn, why in enumerate(("", "先行办结")):
        handling = await _sent(office, _unit(office, "云岭村"), handling=await office.proposed(source_id=f"oa-{turn}"))
        child = await _until_conclusion(office, "黎云起")
        below, above = await at_once(
            office.post("黎云起", child, "conclusions", result="已办"),
            office.post("苏小满", handling, "conclusions", result="已办", unfinished=why),
        )
        assert below.status_code == 200, below.text
        assert above.status_code == 200 or above.json()["code"] == "documents.units_not_done"
        assert above.status_code == 200 or not why
        await office.house.drain()
        state = (await office.page("苏小满", handling))["state"]
        assert state == ("已办结" if above.status_code == 200 else "待办结")
        await _sound(handling)
        assert (await Sending.get(parent_id=UUID(handling))).ended == "closed"


@pytest.mark.engines("sqlite", "postgresql")
async def test_sent_to_one_unit_from_two_sides_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.pushed()
    document, unit, found = await Document.get(), office.town.units["云岭村"], opening.receiving_posts
    barrier, waiting = asyncio.Barrier(2), 2

    async def meeting(wanted: UUID) -> Any:
        nonlocal waiting
        if waiting and is_postgres():
            waiting -= 1
            async with asyncio.timeout(20):
                await barrier.wait()
        return await found(wanted)

    @verb
    async def sent(sender: str) -> tuple[Handling, bool]:
        return await opening.open_handling(SYSTEM, document, unit, opening.Coming(sender=sender))

    monkeypatch.setattr(opening, "receiving_posts", meeting)
    (one, first), (other, second) = await asyncio.gather(sent("甲"), sent("乙"))
    assert (one.id, {first, second}) == (other.id, {True, False})
    assert await Handling.filter(unit_id=unit).count() == 1


async def test_a_letter_that_is_taken_back_is_read_above_no_more(office: Office) -> None:
    handling = await _sent(office, _unit(office, "云岭村"))
    below = await _until_conclusion(office, "黎云起")
    village, town = await office.town.of("黎云起"), await office.town.of("苏小满")
    letters = []
    for n in range(2):
        data = (PAPER / "bridge-request.pdf").read_bytes() + b"\n%" + str(n).encode()
        answer = await village.post("/files", files={"file": ("复函.pdf", data, "application/pdf")})
        letters.append(answer.json()["file"]["id"])
        await office.ok("黎云起", below, "replies", text="见复函。", file=letters[n])
        assert (await town.get(f"/files/{letters[n]}")).status_code == 200
        assert (await office.post("黎云起", below, "withdrawals", reason="发错")).status_code == 200
        assert (await town.get(f"/files/{letters[n]}/content")).status_code == 404
    assert (await _lines(office, handling))["云岭村"]["reply"] == ""
    await office.ok("黎云起", below, "replies", text="见复函。", file=letters[0])
    assert [(await town.get(f"/files/{one}")).status_code for one in letters] == [200, 404]


async def test_what_was_answered_to_another_before_is_not_shown(office: Office) -> None:
    above, below = await _there_already(office)
    await _concluded(office, "黎云起", "只答复县府办的话。")
    await _sent(office, _unit(office, "云岭村", "read"), handling=above)
    line = (await _lines(office, above))["云岭村"]
    assert (line["reply"], line.get("result")) == ("", None)
    assert (await office.page("黎云起", below))["reply"] == "只答复县府办的话。"
