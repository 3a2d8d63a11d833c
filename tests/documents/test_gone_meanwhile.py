"""Who signed has gone, their unit, their delegation or their phone: nothing signed is lost, and none goes out unasked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from documents.incoming.actions.hindrance import Since, hindrance
from office import identity
from office.identity.models import Account
from office.inbox.models import Todo
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.organization import actions as organization
from office.organization.mergers import merge_units
from office.signing.models import Signature
from tests.documents.below import sound, todos, unit
from tests.documents.conftest import Office

pytestmark = pytest.mark.postgresql_in_proof

LEADER, CLERK, HEIR = "秦望舒", "苏小满", "白露秋"
WAITING = "签批待确认"


async def _vacate(office: Office, how: str) -> str:
    """The leader's post has no holder any more, or the unit is merged into another; whose clerk decides then."""
    if how == "left":
        await organization.end_appointment(SYSTEM, office.town.appointments[LEADER], reason="调任")
    else:
        await merge_units(SYSTEM, [office.town.units["禾渡镇"]], office.town.units["石桥镇"], basis="青政〔2026〕1号")
    await office.house.drain()
    return CLERK if how == "left" else HEIR


async def _sign(office: Office, handling: str, text: str = "同意。", *sent: tuple[str, str], name: str = LEADER) -> str:
    answer = await office.sign(name, handling, text, "approve", *sent)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["signature"]["id"])


async def _state(signature: str) -> tuple[str, str]:
    row = await Signature.get(id=UUID(signature))
    return row.state, row.reason


async def _confirm(office: Office, clerk: str, handling: str, signature: str, **said: Any) -> httpx.Response:
    return await office.post(clerk, handling, f"signatures/{signature}/confirmations", **({"accept": True} | said))


async def _sent_late(office: Office, how: str) -> tuple[str, str, str]:
    """Signed off line, sent when the post stood empty: handling, signature and the clerk of then."""
    handling, phone = await office.proposed(LEADER), await office.phone_of(LEADER)
    body = phone.signed(await office.step(LEADER, handling), "同意，请抓紧。")
    client = await office.town.of(LEADER)
    clerk = await _vacate(office, how)
    answer = await client.post(f"/handlings/{handling}/signatures", json=body)
    assert (answer.status_code, answer.json()["signature"]["state"]) == (201, "pending_clerk"), answer.text
    return handling, str(answer.json()["signature"]["id"]), clerk


@pytest.mark.parametrize("how", ["left", "merged"])
async def test_signed_before_the_post_stood_empty_the_clerk_takes_it_up(office: Office, how: str) -> None:
    handling, signature, clerk = await _sent_late(office, how)
    assert (await _state(signature))[1] == "签批时的任职或委托已结束，请文书确认是否采用"
    assert {"待处置", WAITING} <= {label for label, _ in await todos(office, clerk)}
    done = await _confirm(office, clerk, handling, signature)
    assert (done.status_code, done.json()["state"]) == (200, "待办结"), done.text
    page = await office.page(clerk, handling)
    assert [(one["text"], one["state"]) for one in page["opinions"]][1] == ("同意，请抓紧。", "effective")
    told = [(one["who"], one["what"]) for one in page["trail"]]
    assert ("白露秋" if how == "merged" else CLERK, "采用离岗前的签批") in told
    assert (LEADER, "批示：同意") in told
    assert {label for label, _ in await todos(office, clerk)} == {"待办结"}
    await sound(handling)


async def test_what_was_taken_up_is_taken_back_whole(office: Office) -> None:
    handling, signature, clerk = await _sent_late(office, "left")
    await _confirm(office, clerk, handling, signature)
    await organization.appoint(SYSTEM, office.town.people[LEADER], office.town.posts["程晚照"])
    office.town.clients.clear()
    await office.ok(LEADER, handling, "withdrawals", reason="情况有变")
    assert (await _state(signature))[0] == "taken_back"
    await office.house.drain()
    assert [one["text"] for one in (await office.page(clerk, handling))["opinions"]] == ["拟请秦镇长阅示。"]
    await sound(handling)


@pytest.mark.parametrize("then", ["go_on", "drop"])
async def test_what_the_clerk_has_settled_is_refused_with_how_it_stands(office: Office, then: str) -> None:
    handling, phone = await office.proposed(LEADER, "程晚照", order="parallel"), await office.phone_of(LEADER)
    body = phone.signed(await office.step(LEADER, handling), "同意。")
    client = await office.town.of(LEADER)
    await _vacate(office, "left")
    await office.ok(CLERK, handling, "settlements", then=then)
    late = await client.post(f"/handlings/{handling}/signatures", json=body)
    assert (late.status_code, late.json()["code"], late.json()["state"]) == (409, "flow.step_closed", "skipped")
    assert late.json()["title"].startswith("这一步因没有人在岗，已交文书处置")


async def test_settled_while_it_waits_it_is_let_go_with_a_reason(office: Office) -> None:
    handling, signature, clerk = await _sent_late(office, "left")
    await office.ok(clerk, handling, "settlements", then="go_on")
    late = await _confirm(office, clerk, handling, signature)
    assert (late.status_code, late.json()["code"]) == (409, "flow.settled_already")
    early = await office.post(clerk, handling, "conclusions", result="已办")
    assert (early.status_code, early.json()["code"]) == (409, "documents.signature_waits")
    assert (await _confirm(office, clerk, handling, signature, accept=False, reason="已处置")).status_code == 200
    await office.ok(clerk, handling, "conclusions", result="已办")
    assert not await Todo.filter(route__endswith=handling, state="open").exists()


@pytest.mark.parametrize("how", ["left", "merged"])
async def test_held_when_the_post_falls_vacant_it_stands(office: Office, how: str) -> None:
    """Who signed was entitled when it arrived: nobody skips the step in its thirty seconds."""
    handling = await office.proposed(LEADER)
    signature = await _sign(office, handling, "同意。")
    clerk = await _vacate(office, how)
    await office.after_hold()
    assert await _state(signature) == ("effective", "")
    assert (await office.page(clerk, handling))["state"] == "待办结"
    await sound(handling)


async def test_held_and_taken_back_by_who_has_left_the_clerk_settles(office: Office) -> None:
    handling = await office.proposed(LEADER)
    signature, client = await _sign(office, handling), await office.town.of(LEADER)
    await _vacate(office, "left")
    assert (await client.delete(f"/signatures/{signature}")).status_code == 200
    await office.after_hold()
    assert (await office.page(CLERK, handling))["state"] == "待处置"


async def test_the_leaders_own_held_signature_goes_before_a_delegates_that_waits(office: Office) -> None:
    leader, until = await office.town.actor(LEADER), clock.now() + timedelta(days=5)
    given = await organization.delegate(leader, office.town.posts[LEADER], office.town.people["方知远"], valid_to=until)
    handling, phone = await office.proposed(LEADER), await office.phone_of("方知远")
    body = phone.signed(await office.step("方知远", handling), "同意。")
    await organization.revoke_delegation(leader, given)
    waits = (await office.post("方知远", handling, "signatures", **body)).json()["signature"]
    assert waits["state"] == "pending_clerk"
    own = await _sign(office, handling, "我自己办。")
    early = await _confirm(office, CLERK, handling, waits["id"])
    assert (early.status_code, early.json()["code"]) == (409, "signing.being_signed")
    await office.after_hold()
    assert (await _state(own))[0] == "effective"
    assert (await _confirm(office, CLERK, handling, waits["id"])).json()["code"] == "flow.already_handled"


async def test_while_one_is_signing_nothing_is_put_aside(office: Office) -> None:
    handling = await office.proposed(LEADER, "程晚照", order="parallel")
    await _sign(office, handling)
    refused = await office.post(CLERK, handling, "suspensions", reason="等县里")
    assert (refused.status_code, refused.json()["code"]) == (409, "signing.being_signed")
    await office.after_hold()
    assert (await office.ok(CLERK, handling, "suspensions", reason="等县里"))["state"] == "挂起"


@pytest.mark.parametrize(("what", "word"), [("device", "设备"), ("account", "账号")])
async def test_a_phone_that_is_stopped_in_the_thirty_seconds_sends_nothing(office: Office, what: str, word: str) -> None:
    handling, phone = await office.proposed(LEADER), await office.phone_of(LEADER)
    sent = (unit(office, "云岭村"),)
    signature = (await office.sign(LEADER, handling, "请办。", "instruct", *sent, phone=phone)).json()["signature"]["id"]
    if what == "device":
        assert (await (await office.town.of(LEADER)).delete(f"/devices/{phone.device}")).status_code == 204
    else:
        await identity.disable(SYSTEM, (await Account.get(person=office.town.people[LEADER])).id)
    await office.after_hold()
    state, reason = await _state(signature)
    assert (state, word in reason, "本人核实" in reason) == ("pending_clerk", True, True)
    assert (await office.page(CLERK, handling))["sent_down"] == []
    assert any(label == WAITING and word in told for label, told in await todos(office, CLERK))
    done = await _confirm(office, CLERK, handling, signature)
    assert (done.status_code, done.json()["state"]) == (200, "承办中"), "the clerk has asked"


@pytest.mark.parametrize("account", [False, True])
@pytest.mark.parametrize("device", [False, True])
@pytest.mark.parametrize("version", [1, 2])
def test_what_stands_against_a_held_signature(account: bool, device: bool, version: int) -> None:
    told = hindrance(Since(signed=1, version=version, device_revoked=device, account_disabled=account))
    gravest = "account_disabled" if account else "device_revoked" if device else "corrected" if version == 2 else ""
    assert (told.code if told else "") == (f"documents.{gravest}_meanwhile" if gravest else "")
