"""Two at once: one wins and the other is told; what is counted has no gap; what comes twice is there once.

On PostgreSQL every caller waits, inside its transaction, just before it locks the case, until all are there. SQLite has one
writer: there the calls are simply sent at once.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from documents.incoming.models import Document, DocumentVersion, Handling, StepRecord
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.organization import actions as organization
from tests.documents.below import sound
from tests.documents.conftest import Office

pytestmark = pytest.mark.usefixtures("sealing")


async def _second_holder(office: Office, name: str, of: str) -> None:
    await organization.appoint(SYSTEM, office.town.people[name], office.town.posts[of], is_primary=False)


async def _signing(office: Office, name: str, handling: str, *sent: tuple[str, str]) -> Awaitable[httpx.Response]:
    phone, step = await office.phone_of(name), await office.step(name, handling)
    client = await office.town.of(name)
    return client.post(f"/handlings/{handling}/signatures", json=phone.signed(step, "同意。", "approve", *sent))


async def test_two_holders_of_one_post_sign_at_once(office: Office, at_once: Any) -> None:
    await _second_holder(office, "沈听澜", "秦望舒")
    handling = await office.proposed("秦望舒")
    names = ("秦望舒", "沈听澜")
    answers = await at_once(*[await _signing(office, name, handling) for name in names])
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    won = names[[answer.status_code for answer in answers].index(201)]
    lost = next(answer for answer in answers if answer.status_code == 409).json()
    assert lost["code"] == "signing.being_signed"
    assert won in lost["title"]
    await office.after_hold()
    page = await office.page("苏小满", handling)
    assert [one["person"]["name"] for one in page["opinions"]] == ["苏小满", won]


async def test_sign_return_and_withdraw_at_once(office: Office, at_once: Any) -> None:
    """秦望舒 has acted and takes it back while the next one signs, and a second holder of that post returns it."""
    await _second_holder(office, "沈听澜", "林若溪")
    handling = await office.proposed("秦望舒", "林若溪")
    await office.sign("秦望舒", handling)
    await office.after_hold()
    takes_back, returns = await office.town.of("秦望舒"), await office.town.of("沈听澜")
    answers = await at_once(
        await _signing(office, "林若溪", handling),
        returns.post(f"/handlings/{handling}/returns", json={"reason": "请再议"}),
        takes_back.post(f"/handlings/{handling}/withdrawals", json={"reason": "改主意"}),
    )
    codes = Counter(answer.status_code for answer in answers)
    assert codes[409] >= 1
    assert codes[409] + codes[200] + codes[201] == 3
    told = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    # Taken back first, the next one's step waits again: both who wanted to act there are told so, each in their own words.
    closed = {"flow.already_handled", "flow.step_closed", "flow.not_its_turn"}
    assert told <= {"signing.being_signed", "flow.next_has_acted", "documents.not_your_turn", *closed}
    await office.after_hold()
    page = await office.page("苏小满", handling)
    assert page["unhandled"], "somebody always holds it"


async def test_sign_and_return_of_one_step_at_once(office: Office, at_once: Any) -> None:
    await _second_holder(office, "沈听澜", "秦望舒")
    handling = await office.proposed("秦望舒")
    returns = await office.town.of("沈听澜")
    signed, returned = await at_once(
        await _signing(office, "秦望舒", handling), returns.post(f"/handlings/{handling}/returns", json={"reason": "请再议"})
    )
    assert {signed.status_code, returned.status_code} in ({201, 409}, {409, 200})
    lost = signed if signed.status_code == 409 else returned
    assert lost.json()["code"] in ("signing.being_signed", "flow.step_closed")
    await office.after_hold()
    state = (await office.page("苏小满", handling))["state"]
    assert state == ("待办结" if signed.status_code == 201 else "待处置")


async def test_the_last_two_of_a_parallel_step_always_finish_it(office: Office, at_once: Any) -> None:
    for turn in range(3):
        handling = await office.proposed("秦望舒", "程晚照", order="parallel", source_id=f"oa-{turn}")
        first, second = await _signing(office, "秦望舒", handling), await _signing(office, "程晚照", handling)
        answers = await at_once(first, second)
        assert [answer.status_code for answer in answers] == [201, 201]
        await office.after_hold()
        assert (await office.page("苏小满", handling))["state"] == "待办结"


async def test_two_clerks_register_at_once(office: Office, at_once: Any) -> None:
    await _second_holder(office, "方知远", "苏小满")
    handling = await office.pushed()
    clerks = [await office.town.of(name) for name in ("苏小满", "方知远")]
    body = {"title": "通知", "issuer": "x"}
    answers = await at_once(*[clerk.post(f"/handlings/{handling}/registrations", json=body) for clerk in clerks])
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    lost = next(answer for answer in answers if answer.status_code == 409).json()
    assert (lost["code"], lost["state"]) == ("documents.not_at_step", "拟办")
    assert (await Handling.get(id=handling)).register_n == 1


async def test_twenty_registrations_at_once_leave_no_gap(office: Office) -> None:
    clerk = await office.town.of("苏小满")
    handlings = [await office.pushed(source_id=f"oa-{n}") for n in range(20)]
    answers = await asyncio.gather(*[
        clerk.post(f"/handlings/{handling}/registrations", json={"title": "通知", "issuer": f"单位{n}"})
        for n, handling in enumerate(handlings)
    ])  # fmt: skip
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(await Handling.all().values_list("register_n", flat=True)) == list(range(1, 21))
    assert len({answer.json()["register_no"] for answer in answers}) == 20


async def test_the_same_push_five_times_at_once(office: Office) -> None:
    answers = await asyncio.gather(*[office.push("禾渡镇", "石桥镇") for _ in range(5)])
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.text for answer in answers}) == 1
    assert (await Document.all().count(), await Handling.all().count(), await DocumentVersion.all().count()) == (1, 2, 1)


async def test_two_versions_at_once(office: Office) -> None:
    answers = await asyncio.gather(*[office.push("禾渡镇", version=n) for n in (2, 1, 3)])
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    document = await Document.get()
    states = {row.version: row.state for row in await DocumentVersion.filter(document_id=document.id)}
    assert (document.version, states) == (3, {1: "superseded", 2: "superseded", 3: "current"})
    assert (await Handling.get()).version == 3


async def test_two_states_of_one_client_at_once_keep_their_numbers_apart(office: Office) -> None:
    handlings = [await office.pushed(source_id=f"oa-{n}") for n in range(4)]
    clerk = await office.town.of("苏小满")
    await asyncio.gather(*[clerk.post(f"/handlings/{handling}/receipts") for handling in handlings])
    await asyncio.gather(*[office.house.drain() for _ in range(3)])
    await office.house.drain()
    told = (await office.oa.get("/exchange/states")).json()["items"]
    assert [state["seq"] for state in told] == list(range(1, 9))


async def test_pressed_by_two_at_once_is_pressed_once(office: Office, at_once: Any) -> None:
    handling = await office.proposed("秦望舒")
    await (await office.town.of("苏小满")).put(
        f"/handlings/{handling}/presser", json={"to": f"person:{office.town.people['沈听澜']}"}
    )
    clients = [await office.town.of(name) for name in ("苏小满", "沈听澜")]
    answers = await at_once(*[client.post(f"/handlings/{handling}/reminders", json={}) for client in clients])
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len((await office.page("苏小满", handling))["presses"]) == 1


async def test_reopened_twice_at_once_is_reopened_once(office: Office, at_once: Any) -> None:
    handling, client = await office.proposed("秦望舒"), await office.town.of("苏小满")
    await office.sign("秦望舒", handling)
    await office.after_hold()
    assert (await client.post(f"/handlings/{handling}/conclusions", json={"result": "已办"})).status_code == 200
    body = {"reason": "没有办完"}
    answers = await at_once(*[client.post(f"/handlings/{handling}/reopenings", json=body) for _ in range(2)])
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [one["act"] for one in (await office.page("苏小满", handling))["unhandled"]] == ["拟办"]


async def test_the_same_number_registered_twice_at_once_is_registered_once(office: Office, at_once: Any) -> None:
    """Both looked before either had committed; the series makes the second wait, and then it looks again."""
    clerk, handlings = await office.town.of("苏小满"), [await office.pushed(source_id=f"twin-{n}") for n in range(2)]
    body = {"title": "函", "doc_no": "青教函〔2026〕9号", "issuer": "县教育局"}
    answers = await at_once(*[clerk.post(f"/handlings/{handling}/registrations", json=body) for handling in handlings])
    assert sorted(answer.status_code for answer in answers) == [201, 409], [answer.text for answer in answers]
    lost = next(answer.json() for answer in answers if answer.status_code == 409)
    won = handlings[[answer.status_code for answer in answers].index(201)]
    assert (lost["code"], lost["current"]) == ("documents.duplicate", won)


async def _end_of_hold(office: Office, handling: str, *more: Awaitable[Any]) -> list[Any]:
    """The thirty seconds are over, and the relay and something else come at once."""
    clock.travel(timedelta(seconds=31))
    _, *answers = await asyncio.gather(office.house.drain(), *more)
    await office.house.drain()
    await sound(handling)
    return answers


async def test_taken_back_as_its_thirty_seconds_end_it_happened_or_it_did_not(office: Office) -> None:
    for turn in range(4):
        handling = await office.proposed("秦望舒", "林若溪", source_id=f"oa-{turn}")
        signed = await office.sign("秦望舒", handling)
        leader = await office.town.of("秦望舒")
        [taken] = await _end_of_hold(office, handling, leader.delete(f"/signatures/{signed.json()['signature']['id']}"))
        page = await office.page("苏小满", handling)
        asked = [one["name"] for one in page["unhandled"]]
        if taken.status_code == 200:
            assert (asked, len(page["opinions"])) == (["秦望舒"], 1)
        else:
            assert (taken.status_code, taken.json()["code"]) == (409, "signing.too_late")
            assert (asked, len(page["opinions"])) == (["林若溪"], 2)


async def test_returned_by_another_as_a_signature_takes_effect(office: Office) -> None:
    await _second_holder(office, "沈听澜", "秦望舒")
    for turn in range(3):
        handling = await office.proposed("秦望舒", source_id=f"oa-{turn}")
        await office.sign("秦望舒", handling)
        returns, body = await office.town.of("沈听澜"), {"reason": "请再议"}
        held = await returns.post(f"/handlings/{handling}/returns", json=body)
        assert (held.status_code, held.json()["code"]) == (409, "signing.being_signed")
        [returned] = await _end_of_hold(office, handling, returns.post(f"/handlings/{handling}/returns", json=body))
        assert returned.json()["code"] in ("signing.being_signed", "documents.not_your_turn", "flow.already_handled")
        assert (await office.page("苏小满", handling))["state"] == "待办结"


async def test_amended_while_a_signature_is_held_both_stand(office: Office) -> None:
    """What the clerk puts right does not undo what the leader signed, and the effect does not undo what the clerk put right."""
    for turn, at_once_ in enumerate((False, True)):
        handling = await office.proposed("秦望舒", source_id=f"oa-{turn}")
        assert (await office.sign("秦望舒", handling)).status_code == 201
        clerk, body = await office.town.of("苏小满"), {"title": f"更正的标题{turn}", "urgency": "加急", "reason": "录错"}
        amending = clerk.post(f"/handlings/{handling}/amendments", json=body)
        if at_once_:
            [amended] = await _end_of_hold(office, handling, amending)
        else:
            amended = await amending
            await _end_of_hold(office, handling)
        assert amended.status_code == 201, amended.text
        page, row = await office.page("苏小满", handling), await Handling.get(id=handling)
        assert (page["state"], page["document"]["title"], row.urgency) == ("待办结", f"更正的标题{turn}", "加急")
        assert "加急" in row.due_why
        [todo] = [one for one in (await clerk.get("/inbox?box=handle")).json()["items"] if one["route"].endswith(handling)]
        assert (todo["title"], todo["urgency"]) == (f"更正的标题{turn}", "加急")


async def test_two_clerks_amend_at_once_and_neither_is_lost(office: Office, at_once: Any) -> None:
    await _second_holder(office, "方知远", "苏小满")
    handling = await office.registered()
    one, other = [await office.town.of(name) for name in ("苏小满", "方知远")]
    path = f"/handlings/{handling}/amendments"
    answers = await at_once(
        one.post(path, json={"title": "甲改的标题", "reason": "标题录错"}),
        other.post(path, json={"remark": "乙加的备注", "reason": "漏了备注"}),
    )
    assert [answer.status_code for answer in answers] == [201, 201]
    row = await Handling.get(id=handling)
    assert (row.title, row.remark) == ("甲改的标题", "乙加的备注")
    bodies = [{"title": f"标题{n}", "reason": "再改"} for n in range(2)]
    both = await at_once(*[client.post(path, json=body) for client, body in zip((one, other), bodies, strict=True)])
    assert [answer.status_code for answer in both] == [201, 201]
    last = [step.facts for step in await StepRecord.filter(handling_id=handling, step="amend").order_by("at", "id")][-2:]
    assert last[0]["after"]["title"] == last[1]["before"]["title"], "the second saw what the first had written"
    assert (await Handling.get(id=handling)).title == last[1]["after"]["title"]
    await sound(handling)


async def test_handed_on_while_the_act_before_it_is_taken_back(office: Office, at_once: Any) -> None:
    for turn in range(3):
        handling = await office.proposed("秦望舒", "林若溪", source_id=f"oa-{turn}")
        await office.sign("秦望舒", handling)
        await office.after_hold()
        before, holder = await office.town.of("秦望舒"), await office.town.of("林若溪")
        to = {"to": f"post:{office.town.posts['程晚照']}", "reason": "请程镇长阅"}
        moved, taken = await at_once(
            holder.post(f"/handlings/{handling}/transfers", json=to),
            before.post(f"/handlings/{handling}/withdrawals", json={"reason": "改主意"}),
        )
        assert taken.status_code == 200, taken.text
        assert moved.status_code == 200 or moved.json()["code"] in ("documents.not_your_turn", "flow.already_handled")
        assert [one["name"] for one in (await office.page("苏小满", handling))["unhandled"]] == ["秦望舒"]
        await sound(handling)
        await office.sign("秦望舒", handling)
        await office.after_hold()
        heir = "程晚照" if moved.status_code == 200 else "林若溪"
        assert [one["name"] for one in (await office.page("苏小满", handling))["unhandled"]] == [heir]
        await sound(handling)


async def test_withdrawn_while_the_next_ones_signature_takes_effect(office: Office) -> None:
    for turn in range(3):
        handling = await office.proposed("秦望舒", "林若溪", source_id=f"oa-{turn}")
        await office.sign("秦望舒", handling)
        await office.after_hold()
        await office.sign("林若溪", handling)
        first = await office.town.of("秦望舒")
        [taken] = await _end_of_hold(office, handling, first.post(f"/handlings/{handling}/withdrawals", json={"reason": "改"}))
        page = await office.page("苏小满", handling)
        assert page["unhandled"], "somebody always holds it"
        if taken.status_code == 200:
            assert "秦望舒" in {one["name"] for one in page["unhandled"]}
        else:
            assert taken.json()["code"] == "flow.next_has_acted"
            assert page["state"] == "待办结"
