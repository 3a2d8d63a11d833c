"""代录 and 纸质补录: what the clerk enters for a leader is the leader's decision, marked as entered, confirmed later."""

from datetime import timedelta
from typing import Any

import httpx

from office.audit.models import AuditEntry
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.organization import actions as organization
from tests.documents.conftest import PAPER, Office


async def _obligation(office: Office, handling: str) -> str:
    page = await office.page("苏小满", handling)
    return str([*page["unhandled"], *page["unread"]][0]["obligation"])


async def _enter(office: Office, handling: str, name: str = "苏小满", **body: Any) -> httpx.Response:
    said = {"source": "电话", "kind": "approve", "text": "同意，请抓紧。", **body}
    said.setdefault("obligation", await _obligation(office, handling))
    return await (await office.town.of(name)).post(f"/handlings/{handling}/dictations", json=said)


async def _inbox(office: Office, name: str, box: str = "read") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await (await office.town.of(name)).get(f"/inbox?box={box}")).json()["items"]
    return items


async def test_a_decision_by_telephone_is_entered_and_confirmed_later(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    answer = await _enter(office, handling)
    assert (answer.status_code, answer.json()["state"]) == (201, "待办结"), answer.text
    page = await office.page("秦望舒", handling)
    [_, opinion] = page["opinions"]
    assert (opinion["person"]["name"], opinion["post"], opinion["text"]) == ("秦望舒", "副镇长", "同意，请抓紧。")
    assert opinion["marks"] == ["代录", "苏小满据电话录入", "待补确认"]
    assert (opinion["signature"], opinion["entered"]["by"]["name"], opinion["entered"]["source"]) == (None, "苏小满", "电话")
    assert ("秦望舒（苏小满代录）", "批示：同意") in {(one["who"], one["what"]) for one in page["trail"]}
    [todo] = await _inbox(office, "秦望舒")
    assert (todo["label"], todo["summary"]) == ("代录待补确认", "苏小满据电话录入您的意见，请核对确认")

    path = f"/handlings/{handling}/dictations/{opinion['id']}/confirmations"
    clerk, leader = await office.town.of("苏小满"), await office.town.of("秦望舒")
    assert (await clerk.post(path)).json()["code"] == "documents.not_your_decision"
    assert (await leader.post(path)).status_code == 200
    assert (await leader.post(path)).json()["code"] == "documents.confirmed_already"
    page = await office.page("苏小满", handling)
    assert page["opinions"][1]["marks"] == ["代录", "苏小满据电话录入", "已补确认"]
    assert page["opinions"][1]["entered"]["confirmed_at"] is not None
    assert page["trail"][-1]["what"] == "补确认苏小满代录的意见"
    assert await _inbox(office, "秦望舒") == []
    told = await AuditEntry.get(action="documents.dictate")
    assert told.actor == f"person:{office.town.people['苏小满']}"


async def test_on_paper_with_its_scan(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    clerk = await office.town.of("苏小满")
    name = "bridge-request.pdf"
    sent = await clerk.post("/files", files={"file": (name, (PAPER / name).read_bytes(), "application/pdf")})
    scan = sent.json()["file"]["id"]
    decided = (clock.now() - timedelta(hours=5)).isoformat()
    assert (await _enter(office, handling, source="纸质", scan=scan, decided_at=decided)).status_code == 201
    opinion = (await office.page("秦望舒", handling))["opinions"][1]
    assert opinion["marks"] == ["纸质补录", "苏小满据纸质录入", "待补确认"]
    assert (opinion["entered"]["scan"], opinion["entered"]["decided_at"] is not None) == (scan, True)
    assert (await (await office.town.of("秦望舒")).get(f"/files/{scan}/text?page=1")).status_code == 200
    assert (await (await office.town.of("方知远")).get(f"/files/{scan}/text?page=1")).status_code == 404


async def test_it_sends_on_in_the_leaders_name_and_can_be_taken_back_whole(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    dispatch = [{"to": f"section:{office.town.sections['农业农村办']}", "role": "lead"},
                {"to": f"unit:{office.town.units['云岭村']}", "role": "assist"}]  # fmt: skip
    answer = await _enter(office, handling, kind="instruct", text="请农业农村办牵头。", dispatch=dispatch)
    assert answer.status_code == 201, answer.text
    step = await office.step("方知远", handling)
    assert (step["asks"], step["proposal"]) == ("秦望舒请农业农村办主办", "请农业农村办牵头。")
    [child] = (await (await office.town.of("黎云起")).get("/handlings")).json()["items"]
    assert (await office.page("黎云起", child["id"]))["step"]["proposal"] == "秦望舒：请农业农村办牵头。"

    leader = await office.town.of("秦望舒")
    back = await leader.post(f"/handlings/{handling}/withdrawals", json={"reason": "不是我的意思"})
    assert back.status_code == 200, back.text
    page = await office.page("秦望舒", handling)
    assert (page["state"], len(page["opinions"]), page["step"]["act"]) == ("批示中", 1, "instruct")
    assert await _inbox(office, "秦望舒") == []
    assert (await office.page("苏小满", handling))["sent_down"][0]["state"] == "已撤回"


async def test_with_the_hub_on_sending_down_waits_for_the_clerk(office: Office) -> None:
    clerk = await office.town.of("苏小满")
    await clerk.put(f"/units/{office.town.units['禾渡镇']}/handling-rules", json={"clerk_hub": True})
    handling = await office.proposed("秦望舒")
    dispatch = [{"to": f"unit:{office.town.units['云岭村']}", "role": "lead"}]
    assert (await _enter(office, handling, kind="instruct", text="请云岭村办理。", dispatch=dispatch)).status_code == 201
    assert (await office.page("苏小满", handling))["sent_down"] == []
    settled = await clerk.post(f"/handlings/{handling}/settlements", json={"then": "go_on"})
    assert settled.status_code == 200, settled.text
    [below] = (await office.page("苏小满", handling))["sent_down"]
    assert (below["unit"]["name"], below["state"]) == ("云岭村", "待签收")


async def test_refused_while_it_is_being_signed(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    obligation = await _obligation(office, handling)
    await office.sign("秦望舒", handling)
    answer = await _enter(office, handling, obligation=obligation)
    assert (answer.status_code, answer.json()["code"]) == (409, "signing.being_signed")
    await office.after_hold()
    assert (await _enter(office, handling, obligation=obligation)).json()["code"] == "flow.already_handled"


async def test_what_cannot_be_entered(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪")
    stranger = str(office.town.people["方知远"])
    later = (clock.now() + timedelta(hours=1)).isoformat()
    refused = [
        (await _enter(office, handling, "秦望舒"), 403, "documents.clerk_only"),
        (await _enter(office, handling, person=stranger), 422, "documents.whose_decision"),
        (await _enter(office, handling, decided_at=later), 422, "documents.decided_later"),
        (await _enter(office, handling, kind="dance"), 422, "documents.unknown_action"),
        (await _enter(office, handling, obligation="nowhere"), 404, "flow.no_such_obligation"),
        (await _enter(office, handling, scan=stranger), 404, "files.no_such_file"),
        (await _enter(office, handling, source="传闻"), 422, "http.invalid"),
    ]
    assert [(one.status_code, one.json()["code"]) for one, _, _ in refused[1:6]] == [(s, c) for _, s, c in refused[1:6]]
    assert refused[0][0].status_code == 403
    assert refused[6][0].status_code == 422
    own = await office.registered(source_id="oa-2")
    assert (await _enter(office, own)).json()["code"] == "documents.not_dictated"
    clerk = await office.town.of("苏小满")
    obligation = await _obligation(office, handling)
    assert (await clerk.post(f"/handlings/{handling}/suspensions", json={"reason": "等"})).status_code == 200
    assert (await _enter(office, handling, obligation=obligation)).json()["code"] == "flow.suspended"


async def test_nothing_is_entered_for_a_delegate(office: Office) -> None:
    leader = await office.town.actor("秦望舒")
    await organization.delegate(
        leader, office.town.posts["秦望舒"], office.town.people["方知远"], valid_to=clock.now() + timedelta(days=5)
    )
    handling = await office.proposed("秦望舒")
    delegate = str(office.town.people["方知远"])
    assert (await _enter(office, handling, person=delegate)).json()["code"] == "documents.whose_decision"
    assert (await _enter(office, handling)).status_code == 201


async def test_who_left_confirms_nothing(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await _enter(office, handling)
    opinion = (await office.page("苏小满", handling))["opinions"][1]["id"]
    leader = await office.town.of("秦望舒")
    await organization.end_appointment(SYSTEM, office.town.appointments["秦望舒"])
    answer = await leader.post(f"/handlings/{handling}/dictations/{opinion}/confirmations")
    assert answer.status_code in (403, 404)
    assert (await office.page("苏小满", handling))["opinions"][1]["marks"][2] == "待补确认"


async def test_what_is_entered_from_paper_is_in_words_or_on_its_scan(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    clerk, name = await office.town.of("苏小满"), "bridge-request.pdf"
    sent = await clerk.post("/files", files={"file": (name, (PAPER / name).read_bytes(), "application/pdf")})
    scan = sent.json()["file"]["id"]
    for said in ({"source": "纸质"}, {"source": "电话"}, {"source": "电话", "scan": scan}):
        refused = await _enter(office, handling, text="", **said)
        assert (refused.status_code, refused.json()["code"]) == (422, "documents.dictation_empty"), said
    own = {"dispatch": [{"to": f"post:{office.town.posts['秦望舒']}", "role": "sign"}]}
    assert (await _enter(office, handling, kind="instruct", **own)).json()["code"] == "documents.to_oneself"
    assert (await _enter(office, handling, text="", source="纸质", scan=scan)).status_code == 201
    other = await office.proposed("秦望舒", source_id="oa-2")
    assert (await _enter(office, other, text="", kind="read", source="口头")).status_code == 201
