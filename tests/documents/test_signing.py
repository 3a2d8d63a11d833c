"""Every rule of a signature: the ticket, the key, the step, the thirty seconds, and what the clerk confirms."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from office.audit.models import AuditEntry
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.ids import new_id
from office.organization import actions as organization
from office.outbox.relay import drain
from office.signing.models import Signature
from office.signing.tickets import read_ticket
from tests.documents.conftest import STROKES, Office, Phone


async def _post(office: Office, name: str, handling: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    return await (await office.town.of(name)).post(f"/handlings/{handling}/signatures", json=body, headers=headers)


async def _ready(office: Office) -> tuple[str, Phone, dict[str, Any]]:
    handling = await office.proposed("秦望舒")
    return handling, await office.phone_of("秦望舒"), await office.step("秦望舒", handling)


async def test_same_statement_again_gives_the_same_answer(office: Office) -> None:
    handling, phone, step = await _ready(office)
    villages = (f"group:{office.town.groups['各村']}", "read")
    body = phone.signed(step, "同意。", "approve", villages, strokes=STROKES)
    first = await _post(office, "秦望舒", handling, body, **{"Idempotency-Key": "k-1"})
    assert first.status_code == 201, first.text
    by_key = await _post(office, "秦望舒", handling, body, **{"Idempotency-Key": "k-1"})
    without = await _post(office, "秦望舒", handling, body)
    assert by_key.content == without.content == first.content
    assert first.json()["signature"]["effects"] == ["意见记为“同意”", "阅知 云岭村、柳湾村", "下发 2 个单位（阅知 2）"]
    await office.after_hold()
    late = (await _post(office, "秦望舒", handling, body)).json()["signature"]
    assert (late["id"], late["state"]) == (first.json()["signature"]["id"], "effective")
    assert await Signature.all().count() == 1


async def test_accepted_statement_is_answered_after_ticket_and_key_have_ended(office: Office) -> None:
    handling, phone, step = await _ready(office)
    body = phone.signed(step, "同意。")
    first = await _post(office, "秦望舒", handling, body)
    await _revoke(office, "秦望舒", phone)
    clock.travel(timedelta(days=6, hours=23))
    again = await _post(office, "秦望舒", handling, body)
    assert again.json()["signature"]["id"] == first.json()["signature"]["id"]


async def _revoke(office: Office, name: str, phone: Phone) -> None:
    answer = await (await office.town.of(name)).delete(f"/devices/{phone.device}")
    assert answer.status_code == 204, answer.text


async def test_ticket_spent_by_another_statement(office: Office) -> None:
    handling, phone, step = await _ready(office)
    assert (await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))).status_code == 201
    other = await _post(office, "秦望舒", handling, phone.signed(step, "不同意。", "comment"))
    assert (other.status_code, other.json()["code"], other.json()["state"]) == (409, "signing.ticket_spent", "held")


async def test_ticket_of_another_person(office: Office) -> None:
    handling, _, step = await _ready(office)
    phone = await office.phone_of("程晚照")
    answer = await _post(office, "程晚照", handling, phone.signed(step, "同意。"))
    assert (answer.status_code, answer.json()["code"]) == (403, "signing.not_your_ticket")


async def test_ticket_of_another_handling(office: Office) -> None:
    _, phone, step = await _ready(office)
    other = await office.proposed("秦望舒", source_id="oa-2")
    answer = await _post(office, "秦望舒", other, phone.signed(step, "同意。"))
    assert (answer.status_code, answer.json()["code"]) == (404, "documents.no_such_handling")


async def test_digest_that_is_not_the_tickets(office: Office) -> None:
    handling, phone, step = await _ready(office)
    answer = await _post(office, "秦望舒", handling, phone.signed(step, "同意。", rendition="0" * 64))
    assert (answer.status_code, answer.json()["code"]) == (409, "signing.other_rendition")


async def test_correction_came_meanwhile(office: Office) -> None:
    handling, phone, step = await _ready(office)
    corrected = await office.push("禾渡镇", version=2, paper="urgent-notice.pdf")
    assert corrected.status_code == 201, corrected.text
    answer = await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))
    assert (answer.status_code, answer.json()["code"]) == (409, "signing.other_rendition")
    assert (await office.sign("秦望舒", handling, phone=phone)).status_code == 201


async def test_step_no_longer_open_tells_who_was_first(office: Office) -> None:
    await _second_holder(office)
    handling, phone, step = await _ready(office)
    other, its_step = await office.phone_of("沈听澜"), await office.step("沈听澜", handling)
    assert (await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))).status_code == 201
    while_held = await _post(office, "沈听澜", handling, other.signed(its_step, "同意。"))
    assert (while_held.status_code, while_held.json()["code"]) == (409, "signing.being_signed")
    assert "秦望舒" in while_held.json()["title"]
    await office.after_hold()
    after = await _post(office, "沈听澜", handling, other.signed(its_step, "同意。"))
    assert (after.status_code, after.json()["code"], after.json()["state"]) == (409, "documents.someone_else", "done")
    assert "秦望舒" in after.json()["title"]


async def _second_holder(office: Office) -> None:
    """沈听澜 holds the deputy's post too."""
    await organization.appoint(SYSTEM, office.town.people["沈听澜"], office.town.posts["秦望舒"], is_primary=False)


async def test_step_opened_again_takes_no_old_ticket(office: Office) -> None:
    handling, phone, step = await _ready(office)
    clerk = await office.town.of("苏小满")
    assert (await clerk.post(f"/handlings/{handling}/suspensions", json={"reason": "等县里通知"})).json()["state"] == "挂起"
    aside = await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))
    assert (aside.status_code, aside.json()["code"]) == (409, "flow.suspended")
    assert (await clerk.post(f"/handlings/{handling}/resumptions", json={"reason": "已通知"})).json()["state"] == "批示中"
    old = await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))
    assert (old.status_code, old.json()["code"], old.json()["state"]) == (409, "flow.changed_meanwhile", "live")
    assert (await office.sign("秦望舒", handling, phone=phone)).status_code == 201


async def test_removed_step_is_refused_with_its_state(office: Office) -> None:
    handling = await office.proposed("秦望舒", "程晚照", order="parallel")
    phone, step = await office.phone_of("秦望舒"), await office.step("秦望舒", handling)
    clerk = await office.town.of("苏小满")
    gone = await clerk.delete(f"/handlings/{handling}/signers/{step['obligation']}")
    assert gone.status_code == 200, gone.text
    answer = await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))
    assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (409, "flow.step_closed", "removed")
    assert answer.json()["title"] == "这一步已减签，不再由原来的人办理。请刷新查看当前办理情况。"


async def test_key_revoked_now_is_refused_whatever_time_is_claimed(office: Office) -> None:
    handling, phone, step = await _ready(office)
    await _revoke(office, "秦望舒", phone)
    body = phone.signed(step, "同意。", device_time="2020-01-01T00:00:00Z")
    answer = await _post(office, "秦望舒", handling, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "signing.key_revoked")
    assert await Signature.all().count() == 0


@pytest.mark.parametrize("whose", ["nobody", "another"])
async def test_unknown_key(office: Office, whose: str) -> None:
    handling, _, step = await _ready(office)
    phone = Phone(device=new_id()) if whose == "nobody" else await office.phone_of("程晚照")
    answer = await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))
    assert (answer.status_code, answer.json()["code"]) == (403, "signing.unknown_key")


async def test_tampered_signature_or_statement(office: Office) -> None:
    handling, phone, step = await _ready(office)
    body = phone.signed(step, "同意。")
    forged = {**body, "statement": body["statement"].replace("同意", "同异")}
    flipped = {**body, "signature": ("B" if body["signature"][0] == "A" else "A") + body["signature"][1:]}
    for one in (forged, flipped, {**body, "signature": "!"}, {**body, "signature": "AA"}):
        answer = await _post(office, "秦望舒", handling, one)
        assert (answer.status_code, answer.json()["code"]) == (403, "signing.bad_signature"), one
    missing = await _post(office, "秦望舒", handling, {**body, "signature": None})
    assert (missing.status_code, missing.json()["code"]) == (422, "signing.bad_statement")


async def test_forged_ticket(office: Office) -> None:
    handling, phone, step = await _ready(office)
    payload, _, signature = step["ticket"].partition(".")
    for ticket in ("", "x", f"{payload}.", f"{payload[:-4]}AAAA.{signature}", "." * 5, "é.é"):
        answer = await _post(office, "秦望舒", handling, phone.signed({**step, "ticket": ticket}, "同意。"))
        assert (answer.status_code, answer.json()["code"]) == (422, "signing.bad_ticket"), ticket


async def test_ticket_expires_after_seven_days(office: Office) -> None:
    handling, phone, step = await _ready(office)
    clock.travel(timedelta(days=6, hours=23))
    office.town.tokens.clear()
    office.town.clients.clear()
    body = phone.signed(step, "同意。")
    clock.travel(timedelta(hours=2))
    answer = await _post(office, "秦望舒", handling, body)
    assert (answer.status_code, answer.json()["code"]) == (410, "signing.ticket_expired")


async def _pending(office: Office, accept: bool, sent: tuple[tuple[str, str], ...] = ()) -> str:
    """秦望舒 signs off line, loses the post, and the statement arrives after that."""
    handling, phone, step = await _ready(office)
    body = phone.signed(step, "同意。", "approve", *sent)
    await organization.end_appointment(SYSTEM, office.town.appointments["秦望舒"], reason="调任")
    answer = await _post(office, "秦望舒", handling, body)
    assert answer.status_code == 201, answer.text
    signature = answer.json()["signature"]
    assert signature["state"] == "pending_clerk"
    page = await office.page("苏小满", handling)
    assert page["state"] == "批示中"
    assert [(one["text"], one["marks"]) for one in page["opinions"]][1] == ("同意。", ["待文书确认"])
    clerk = await office.town.of("苏小满")
    labels = [todo["label"] for todo in (await clerk.get("/inbox?box=handle")).json()["items"]]
    assert "签批待确认" in labels
    said = {"accept": accept, "reason": "" if accept else "已由接任者办理"}
    done = await clerk.post(f"/handlings/{handling}/signatures/{signature['id']}/confirmations", json=said)
    assert done.status_code == 200, done.text
    again = await clerk.post(f"/handlings/{handling}/signatures/{signature['id']}/confirmations", json=said)
    assert (again.status_code, again.json()["code"]) == (409, "signing.not_pending")
    labels = [todo["label"] for todo in (await clerk.get("/inbox?box=handle")).json()["items"]]
    assert "签批待确认" not in labels
    return handling


async def test_appointment_ended_and_the_clerk_accepts(office: Office) -> None:
    section = (f"section:{office.town.sections['农业农村办']}", "lead")
    village = (f"unit:{office.town.units['云岭村']}", "read")
    handling = await _pending(office, True, (section, village))
    page = await office.page("苏小满", handling)
    assert (page["state"], page["opinions"][1]["state"], page["opinions"][1]["marks"]) == ("承办中", "effective", [])
    assert [one["unit"]["name"] for one in page["sent_down"]] == ["云岭村"]


async def test_appointment_ended_and_the_clerk_refuses(office: Office) -> None:
    handling = await _pending(office, False)
    page = await office.page("苏小满", handling)
    assert [one["text"] for one in page["opinions"]] == ["拟请秦镇长阅示。"]
    assert ("秦望舒", "签批未被文书采用：已由接任者办理") in {(one["who"], one["what"]) for one in page["trail"]}
    assert page["unhandled"][0]["act"] == "批示"


async def test_refusing_needs_a_reason(office: Office) -> None:
    handling, phone, step = await _ready(office)
    body = phone.signed(step, "同意。")
    await organization.end_appointment(SYSTEM, office.town.appointments["秦望舒"])
    signature = (await _post(office, "秦望舒", handling, body)).json()["signature"]["id"]
    clerk = await office.town.of("苏小满")
    answer = await clerk.post(f"/handlings/{handling}/signatures/{signature}/confirmations", json={"accept": False})
    assert (answer.status_code, answer.json()["code"]) == (422, "flow.reason_missing")


async def _delegated(office: Office) -> UUID:
    leader = await office.town.actor("秦望舒")
    return await organization.delegate(
        leader, office.town.posts["秦望舒"], office.town.people["方知远"], valid_to=clock.now() + timedelta(days=5)
    )


async def test_delegation_is_shown_as_such(office: Office) -> None:
    await _delegated(office)
    handling = await office.proposed("秦望舒")
    assert (await office.step("方知远", handling))["on_behalf_of"] == "秦望舒"
    assert (await office.sign("方知远", handling)).status_code == 201
    await office.after_hold()
    [_, opinion] = (await office.page("苏小满", handling))["opinions"]
    assert (opinion["person"]["name"], opinion["marks"]) == ("方知远", ["受秦望舒委托"])


async def test_delegation_ended_meanwhile_goes_to_the_clerk(office: Office) -> None:
    delegation = await _delegated(office)
    handling = await office.proposed("秦望舒")
    phone, step = await office.phone_of("方知远"), await office.step("方知远", handling)
    body = phone.signed(step, "同意。")
    await organization.revoke_delegation(await office.town.actor("秦望舒"), delegation)
    signature = (await _post(office, "方知远", handling, body)).json()["signature"]
    assert signature["state"] == "pending_clerk"
    clerk = await office.town.of("苏小满")
    done = await clerk.post(f"/handlings/{handling}/signatures/{signature['id']}/confirmations", json={"accept": True})
    assert done.status_code == 200, done.text
    [_, opinion] = (await office.page("苏小满", handling))["opinions"]
    assert opinion["marks"] == ["受秦望舒委托"]


async def test_clerk_cannot_take_up_what_another_did_meanwhile(office: Office) -> None:
    handling, phone, step = await _ready(office)
    body = phone.signed(step, "同意。")
    await organization.end_appointment(SYSTEM, office.town.appointments["秦望舒"])
    signature = (await _post(office, "秦望舒", handling, body)).json()["signature"]["id"]
    await organization.appoint(SYSTEM, office.town.people["沈听澜"], office.town.posts["秦望舒"], is_primary=False)
    await office.sign("沈听澜", handling, "请再议。", "comment")
    await office.after_hold()
    clerk = await office.town.of("苏小满")
    path = f"/handlings/{handling}/signatures/{signature}/confirmations"
    answer = await clerk.post(path, json={"accept": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "flow.already_handled")
    assert (await clerk.post(path, json={"accept": False, "reason": "已由沈听澜办理"})).status_code == 200


async def test_without_a_device_key_the_server_signs_and_says_so(office: Office) -> None:
    handling, _, step = await _ready(office)
    answer = await _post(office, "秦望舒", handling, Phone().signed(step, "同意。"))
    assert answer.status_code == 201, answer.text
    await office.after_hold()
    [_, opinion] = (await office.page("苏小满", handling))["opinions"]
    assert opinion["marks"] == ["服务器签名"]


async def test_held_is_the_signers_alone(office: Office) -> None:
    handling, phone, step = await _ready(office)
    await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))
    assert len((await office.page("苏小满", handling))["opinions"]) == 1
    own = await office.page("秦望舒", handling)
    assert own["step"] is None
    assert (own["opinions"][1]["state"], own["opinions"][1]["marks"]) == ("held", ["暂存"])


async def test_withdrawn_within_thirty_seconds(office: Office) -> None:
    handling, phone, step = await _ready(office)
    signature = (await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))).json()["signature"]["id"]
    leader = await office.town.of("秦望舒")
    assert (await leader.delete(f"/signatures/{signature}")).status_code == 200
    await office.after_hold()
    page = await office.page("秦望舒", handling)
    assert [one["text"] for one in page["opinions"]] == ["拟请秦镇长阅示。"]
    assert ("秦望舒", "签批后在送出前撤回") in {(one["who"], one["what"]) for one in page["trail"]}
    assert await AuditEntry.filter(action="signing.withdraw").count() == 1
    assert page["state"] == "批示中"
    assert page["step"]["ticket"] != step["ticket"]
    assert (await office.sign("秦望舒", handling, "改为原则同意。", "approve_in_principle", phone=phone)).status_code == 201


async def test_withdrawing_gives_what_it_takes_to_sign_anew_without_a_line(office: Office) -> None:
    handling, phone, step = await _ready(office)
    signature = (await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))).json()["signature"]["id"]
    ticket = (await (await office.town.of("秦望舒")).delete(f"/signatures/{signature}")).json()["ticket"]
    old, new = read_ticket(step["ticket"]), read_ticket(ticket)
    assert new.nonce != old.nonce
    assert msgspec.structs.replace(new, nonce=old.nonce) == old, "nothing but the nonce: it is not prolonged"
    spent = await _post(office, "秦望舒", handling, phone.signed(step, "原则同意。", "approve_in_principle"))
    assert (spent.status_code, spent.json()["code"]) == (409, "signing.ticket_spent")
    anew = await _post(
        office, "秦望舒", handling, phone.signed(step | {"ticket": ticket}, "原则同意。", "approve_in_principle")
    )
    assert (anew.status_code, anew.json()["signature"]["state"]) == (201, "held")


async def test_a_signature_whose_act_was_taken_back_says_so(office: Office) -> None:
    handling, phone, step = await _ready(office)
    body = phone.signed(step, "同意。")
    signature = (await _post(office, "秦望舒", handling, body)).json()["signature"]["id"]
    await office.after_hold()
    clerk, leader = await office.town.of("苏小满"), await office.town.of("秦望舒")
    before = (await clerk.get(f"/signatures/{signature}/evidence")).json()
    assert (before["state"], before.get("taken_back_at")) == ("effective", None)
    assert (await leader.post(f"/handlings/{handling}/withdrawals", json={"reason": "改措辞"})).status_code == 200
    after = (await clerk.get(f"/signatures/{signature}/evidence")).json()
    assert after["state"] == "taken_back"
    assert _at(after["arrived_at"]) < _at(after["taken_back_at"]) <= clock.now()
    assert after["countersigned"] == before["countersigned"]
    again = await _post(office, "秦望舒", handling, body)
    assert (again.status_code, again.json()["signature"]["state"]) == (201, "taken_back")
    anew = await _post(office, "秦望舒", handling, phone.signed(await office.step("秦望舒", handling), "请再核。", "comment"))
    assert anew.json()["signature"]["state"] == "held"


async def test_withdrawing_after_the_effect_is_too_late(office: Office) -> None:
    handling, phone, step = await _ready(office)
    signature = (await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))).json()["signature"]["id"]
    await office.after_hold()
    answer = await (await office.town.of("秦望舒")).delete(f"/signatures/{signature}")
    assert (answer.status_code, answer.json()["code"]) == (409, "signing.too_late")


async def test_released_at_once(office: Office) -> None:
    handling, phone, step = await _ready(office)
    signature = (await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))).json()["signature"]["id"]
    await office.house.drain()
    assert (await office.page("苏小满", handling))["state"] == "批示中"
    leader = await office.town.of("秦望舒")
    for _ in range(2):
        assert (await leader.post(f"/signatures/{signature}/releases")).status_code == 200
    await office.house.drain()
    assert (await office.page("苏小满", handling))["state"] == "待办结"


async def test_arrival_counts_and_three_times_are_kept(office: Office) -> None:
    handling, phone, step = await _ready(office)
    clock.travel(timedelta(days=2))
    claimed = "2026-01-01T08:00:00Z"
    signature = (await _post(office, "秦望舒", handling, phone.signed(step, "同意。", device_time=claimed))).json()["signature"]
    assert clock.now() - timedelta(seconds=60) < _at(signature["arrived_at"]) <= clock.now()
    held = _at(signature["held_until"]) - _at(signature["arrived_at"])
    assert timedelta(seconds=29) < held <= timedelta(seconds=30)
    evidence = (await (await office.town.of("秦望舒")).get(f"/signatures/{signature['id']}/evidence")).json()
    assert _at(evidence["device_at"]) == _at(claimed)
    assert _at(evidence["ticket_at"]) < _at(evidence["arrived_at"]) - timedelta(days=1)


def _at(text: str) -> Any:
    return datetime.fromisoformat(text)


async def test_consequences_happen_once(office: Office) -> None:
    """Two relays at once, a release and the timer: one step, one village handling."""
    handling, phone, step = await _ready(office)
    village = (f"unit:{office.town.units['云岭村']}", "read")
    body = phone.signed(step, "同意。", "approve", village)
    signature = (await _post(office, "秦望舒", handling, body)).json()["signature"]["id"]
    await (await office.town.of("秦望舒")).post(f"/signatures/{signature}/releases")
    clock.travel(timedelta(seconds=31))
    await asyncio.gather(drain(), drain())
    await office.house.drain()
    page = await office.page("苏小满", handling)
    assert len(page["sent_down"]) == 1
    assert [one["what"] for one in page["trail"]].count("批示：同意，送云岭村") == 1
    assert await AuditEntry.filter(action="documents.signed").count() == 1


async def test_what_can_no_longer_happen_goes_to_the_clerk_with_the_reason(office: Office) -> None:
    """Another leader's 暂缓 took effect in the thirty seconds."""
    handling = await office.proposed("秦望舒", "程晚照", order="parallel")
    signature = (await office.sign("秦望舒", handling)).json()["signature"]["id"]
    other = (await office.sign("程晚照", handling, "暂缓。", "hold")).json()["signature"]["id"]
    await (await office.town.of("程晚照")).post(f"/signatures/{other}/releases")
    await office.house.drain()
    assert (await office.page("苏小满", handling))["state"] == "挂起"
    await office.after_hold()
    row = (await (await office.town.of("秦望舒")).get(f"/signatures/{signature}")).json()["signature"]
    assert (row["state"], row["reason"]) == ("pending_clerk", "该事项已暂缓。请联系文书恢复后再办理。")
    assert (await Signature.get(id=UUID(signature))).effective_at is None
    clerk = await office.town.of("苏小满")
    summaries = [todo["summary"] for todo in (await clerk.get("/inbox?box=handle")).json()["items"]]
    assert any("签批待确认" in one and "已暂缓" in one for one in summaries)
    path = f"/handlings/{handling}/signatures/{signature}/confirmations"
    assert (await clerk.post(path, json={"accept": True})).json()["code"] == "flow.suspended"
    await clerk.post(f"/handlings/{handling}/resumptions", json={"reason": "可以办了"})
    assert (await clerk.post(path, json={"accept": True})).status_code == 200, "as it is asked now"
    assert (await office.page("苏小满", handling))["state"] == "待办结"


async def test_a_clerks_step_is_not_signed(office: Office) -> None:
    handling = await office.registered()
    step = await office.step("苏小满", handling)
    assert (step["act"], step["ticket"], "act" in step["verbs"]) == ("propose", "", False)


async def test_a_recipient_out_of_reach_is_refused_before_anything_is_held(office: Office) -> None:
    handling, phone, step = await _ready(office)
    for to in (f"unit:{office.town.units['石桥镇']}", f"person:{new_id()}", "unit:x", "nonsense"):
        answer = await _post(office, "秦望舒", handling, phone.signed(step, "同意。", "approve", (to, "read")))
        assert (answer.status_code, answer.json()["code"]) == (422, "organization.recipient_unknown"), answer.text
    reached = (f"section:{office.town.sections['党政办']}", "assist")
    sent = [reached, (f"person:{new_id()}", "lead"), ("unit:" + str(office.town.units["石桥镇"]).upper(), "assist")]
    for several, which in ((sent[:2], "第2个（人员）"), ([reached, *sent[2:], *sent[2:]], "第2个（单位）"),
                           ([*sent[:1], ("党政办", "read")], "第2个（写法不对）")):  # fmt: skip
        said = (await _post(office, "秦望舒", handling, phone.signed(step, "同意。", "approve", *several))).json()["title"]
        assert said == f"{which}收件对象不存在、已撤销或不在可发送范围内，请重新选择。"
    odd = await _post(office, "秦望舒", handling, phone.signed(step, "同意。", "explode"))
    assert (odd.status_code, odd.json()["code"]) == (422, "documents.unknown_action")
    assert await Signature.all().count() == 0


@pytest.mark.parametrize("blank", ["　　", "\u200b\u2060", "\t\n "])
async def test_an_opinion_of_blanks_is_no_opinion(office: Office, blank: str) -> None:
    handling, phone, step = await _ready(office)
    answer = await _post(office, "秦望舒", handling, phone.signed(step, blank, "comment"))
    assert (answer.status_code, answer.json()["code"]) == (422, "signing.bad_statement")
    assert await Signature.all().count() == 0


async def test_an_opinion_that_cannot_be_stored_is_refused(office: Office) -> None:
    """JSON within JSON: the NUL is seen in the statement only."""
    handling, phone, step = await _ready(office)
    answer = await _post(office, "秦望舒", handling, phone.signed(step, "同\x00意。", "comment"))
    assert (answer.status_code, answer.json()["code"]) == (422, "signing.bad_statement")
    assert await Signature.all().count() == 0


async def test_opinion_before_a_correction_is_marked(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await office.sign("秦望舒", handling)
    await office.after_hold()
    assert (await office.push("禾渡镇", version=2, paper="urgent-notice.pdf")).status_code == 201
    page = await office.page("苏小满", handling)
    assert page["document"]["corrected"] is True
    assert all(one["marks"] == ["第1版"] for one in page["opinions"])
    assert "acknowledgements" in page["may"]
    clerk = await office.town.of("苏小满")
    assert "来文更正" in [todo["label"] for todo in (await clerk.get("/inbox?box=handle")).json()["items"]]
    assert (await clerk.post(f"/handlings/{handling}/acknowledgements")).status_code == 200
    assert "来文更正" not in [todo["label"] for todo in (await clerk.get("/inbox?box=handle")).json()["items"]]
    assert (await clerk.post(f"/handlings/{handling}/acknowledgements")).status_code == 409
    assert any("第2版" in one["what"] for one in page["trail"])
    assert json.loads((await clerk.get(f"/handlings/{handling}")).text)["files"][0]["name"] == "urgent-notice.pdf"


async def test_nobody_sends_a_document_to_themselves(office: Office) -> None:
    handling, phone, step = await _ready(office)
    own = f"person:{office.town.people['秦望舒']}"
    answer = await _post(office, "秦望舒", handling, phone.signed(step, "同意。", "approve", (own, "lead")))
    assert (answer.status_code, answer.json()["code"]) == (422, "documents.to_oneself")
    assert (await _post(office, "秦望舒", handling, phone.signed(step, "同意。"))).status_code == 201
    assert step["phrases"][0] == "同意。"


async def test_nor_to_a_post_of_their_own_however_it_is_written(office: Office) -> None:
    handling, phone, step = await _ready(office)
    post = str(office.town.posts["秦望舒"])
    for own in (post, post.upper(), post.replace("-", "")):
        answer = await _post(office, "秦望舒", handling, phone.signed(step, "请办。", "instruct", (f"post:{own}", "sign")))
        assert (answer.status_code, answer.json()["code"]) == (422, "documents.to_oneself")


async def test_of_several_one_leads(office: Office) -> None:
    handling, phone, step = await _ready(office)
    sections = [f"section:{office.town.sections[name]}" for name in ("农业农村办", "应急管理办", "党政办")]
    leads = [(to, "lead") for to in sections]
    answer = await _post(office, "秦望舒", handling, phone.signed(step, "请办。", "instruct", *leads))
    assert (answer.status_code, answer.json()["code"]) == (422, "documents.one_lead")
    assert answer.json()["title"] == "主办只能有一个（现有3个）。请留一个主办，其余改为协办。"
    twice = phone.signed(step, "请办。", "instruct", (sections[0], "lead"), (sections[0].replace("-", ""), "lead"))
    odd = phone.signed(step, "请办。", "instruct", (sections[0], "lead"), (sections[0].upper(), "lead"))
    assert (await _post(office, "秦望舒", handling, odd)).json()["code"] == "organization.recipient_unknown", "no reference"
    assert (await _post(office, "秦望舒", handling, twice)).status_code == 201, "the same one named twice is one"


async def test_who_agrees_says_so_and_who_has_read_need_not(office: Office) -> None:
    handling, phone, step = await _ready(office)
    for kind in ("approve", "instruct", "comment", "hold", "file"):
        answer = await _post(office, "秦望舒", handling, phone.signed(step, "", kind))
        assert (answer.status_code, answer.json()["code"]) == (422, "documents.opinion_empty"), kind
    by_hand = await _post(office, "秦望舒", handling, phone.signed(step, "", "approve", strokes=STROKES))
    assert by_hand.status_code == 201, by_hand.text
    other = await office.proposed("秦望舒", source_id="oa-2")
    assert (await office.sign("秦望舒", other, "", "read", phone=phone)).status_code == 201


async def test_a_time_that_is_past_is_told_before_it_is_sent(office: Office) -> None:
    handling, phone, step = await _ready(office)
    action = {"kind": "instruct", "dispatch": [], "due": "2000-01-01T00:00:00Z"}
    answer = await _post(office, "秦望舒", handling, phone.signed(step, "请办。", action=action))
    assert answer.status_code == 201, answer.text
    past = "要求的时间在收文之前或已到，请立即与来文单位或领导确认"
    assert {"办理时限 2000年1月1日8时前", "1月1日不是工作日，请核对", past} <= set(answer.json()["signature"]["effects"])
