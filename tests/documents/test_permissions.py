"""Who reaches which route of documents; a route added tomorrow is in the table by itself."""

from typing import Any

import httpx
import pytest

from office.kernel.endpoint import LOGGED_IN, Endpoint
from office.kernel.ids import new_id
from office.kernel.modules import registry
from tests.documents.conftest import Office

pytestmark = pytest.mark.postgresql_in_proof

OWN = {"documents.push", "documents.states"}
BODIES: dict[str, dict[str, Any]] = {
    "registrations": {"title": "通知"}, "refusals": {"reason": "错送", "reason_code": "其他"}, "proposals": {"text": "请阅"},
    "conclusions": {"result": "已办"}, "derivations": {"text": "同意"}, "signatures": {"statement": "{}"},
    "confirmations": {"accept": True}, "returns": {"reason": "再议"}, "withdrawals": {"reason": "再议"},
    "transfers": {"to": "person:x"}, "signers": {"to": "person:x"}, "reminders": {}, "settlements": {"then": "go_on"},
    "suspensions": {"reason": "等"}, "resumptions": {"reason": "到"}, "handling-rules": {"clerk_hub": False},
    "replies": {"text": "已办"}, "reopenings": {"reason": "结果有误"}, "reply-due": {"due": True}, "presser": {},
    "amendments": {"reason": "错字"}, "dictations": {"obligation": "x", "source": "电话", "text": "同意", "kind": "approve"},
}  # fmt: skip


def _routes() -> list[Endpoint]:
    return [endpoint for module in registry().modules if module.name == "documents" for endpoint in module.endpoints]


async def _call(client: httpx.AsyncClient, endpoint: Endpoint, ids: dict[str, str]) -> httpx.Response:
    path = endpoint.path
    for name in ("id", "unit", "signature", "obligation", "opinion"):
        path = path.replace(f"{{{name}}}", ids.get(name) or str(new_id()))
    json = BODIES.get(path.rpartition("/")[2], {}) if endpoint.method in ("POST", "PUT") else None
    return await client.request(endpoint.method, path, json=json)


def _without_id(answer: httpx.Response) -> dict[str, Any]:
    return {**answer.json(), "request": ""}


async def test_nobody_reaches_anything(office: Office) -> None:
    for endpoint in _routes():
        answer = await _call(office.house.http, endpoint, {})
        assert answer.status_code in (401, 403), f"{endpoint.method} {endpoint.path}"


async def test_an_integration_client_has_its_own_routes_only(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    for endpoint in _routes():
        if endpoint.permission not in OWN:
            answer = await _call(office.oa, endpoint, {"id": handling})
            assert answer.status_code == 403, f"{endpoint.method} {endpoint.path}: {answer.text}"


async def test_a_person_without_a_role_reaches_nothing(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    client = await office.town.of("何路人")
    for endpoint in _routes():
        answer = await _call(client, endpoint, {"id": handling})
        refused = (422,) if endpoint.permission == LOGGED_IN else (403,)
        assert answer.status_code in refused, f"{endpoint.method} {endpoint.path}: {answer.text}"


@pytest.mark.parametrize("name", ["白露秋", "黎云起", "程晚照", "方知远"])
async def test_a_handling_that_is_not_theirs_looks_like_none(office: Office, name: str) -> None:
    """Another unit's clerk, a child unit's clerk, a leader not asked, staff not asked."""
    handling = await office.proposed("秦望舒")
    own = {"id": handling, "unit": str(office.town.units["禾渡镇"]), "obligation": "x", "signature": str(new_id()),
           "opinion": str(new_id())}  # fmt: skip
    client = await office.town.of(name)
    for endpoint in _routes():
        if "{" not in endpoint.path:
            continue
        theirs, unknown = await _call(client, endpoint, own), await _call(client, endpoint, {})
        assert theirs.status_code in (403, 404, 422), f"{endpoint.method} {endpoint.path}: {theirs.text}"
        assert _without_id(theirs) == _without_id(unknown), f"{endpoint.method} {endpoint.path}"


async def test_the_clerk_is_never_forbidden(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    ids = {"id": handling, "unit": str(office.town.units["禾渡镇"])}
    client = await office.town.of("苏小满")
    for endpoint in _routes():
        if endpoint.permission not in OWN:
            answer = await _call(client, endpoint, ids)
            told = f"{endpoint.method} {endpoint.path}: {answer.text}"
            assert answer.status_code not in (401, 500), told
            assert answer.status_code != 403 or answer.json()["code"].startswith("flow."), told


async def test_a_leader_in_the_step_is_no_clerk(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    client = await office.town.of("秦望舒")
    for endpoint in _routes():
        answer = await _call(client, endpoint, {"id": handling})
        if endpoint.permission == "documents.register":
            assert answer.status_code == 403, f"{endpoint.method} {endpoint.path}: {answer.text}"
    assert (await client.get(f"/handlings/{handling}")).status_code == 200


async def test_a_leader_keeps_reading_what_they_had_a_part_in(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪")
    await office.sign("秦望舒", handling)
    await office.after_hold()
    assert (await office.page("秦望舒", handling))["step"] is None


async def test_opinions_stay_in_their_unit(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await office.sign("秦望舒", handling, "请云岭村办理。", "instruct", (f"unit:{office.town.units['云岭村']}", "lead"))
    await office.after_hold()
    village = await office.town.of("黎云起")
    child = (await village.get("/handlings")).json()["items"][0]["id"]
    below = await office.page("黎云起", child)
    assert (below["opinions"], below["step"]["proposal"]) == ([], "秦望舒：请云岭村办理。")
    assert "拟请秦镇长阅示" not in str(below)
    assert (await village.get(f"/handlings/{handling}")).status_code == 404

    registered = await village.post(f"/handlings/{child}/registrations", json={"title": "通知", "kind": "阅知"})
    assert registered.status_code == 201, registered.text
    readers = [f"person:{office.town.people['黎云起']}"]
    proposed = await village.post(f"/handlings/{child}/proposals", json={"text": "村内机密意见", "readers": readers})
    assert proposed.status_code == 201, proposed.text
    await office.sign("黎云起", child, "", "read")
    await office.after_hold()
    answered = await village.post(f"/handlings/{child}/replies", json={"text": "已全部通知到户。"})
    assert answered.status_code == 201, answered.text
    done = await village.post(f"/handlings/{child}/conclusions", json={"result": "已传达"})
    assert done.status_code == 200, done.text
    above = await office.page("苏小满", handling)
    [told] = above["sent_down"]
    assert set(told) == {
        "handling", "unit", "state", "role", "received_at", "closed_at", "reply", "replied_at", "result"
    }  # fmt: skip
    assert (told["state"], told["reply"], told["result"]) == ("已办结", "已全部通知到户。", "已传达")
    assert "村内机密意见" not in str(above)
    assert (await (await office.town.of("苏小满")).get(f"/handlings/{child}")).status_code == 404
