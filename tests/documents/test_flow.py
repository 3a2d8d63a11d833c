"""How a document moves inside a unit: orders, kinds, returns, withdrawals, transfers, signers, urging, settling, the hub."""

from datetime import timedelta

import pytest

from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.organization import actions as organization
from office.realtime.actions import follow as follow_log
from office.realtime.queries import lines_after
from tests.documents.conftest import PAPER, Office

pytestmark = pytest.mark.postgresql_in_proof


async def _signed(office: Office, name: str, handling: str, text: str = "同意。", kind: str = "approve",
                  *sent: tuple[str, str]) -> None:  # fmt: skip
    answer = await office.sign(name, handling, text, kind, *sent)
    assert answer.status_code == 201, answer.text
    await office.after_hold()


def _section(office: Office, name: str) -> str:
    return f"section:{office.town.sections[name]}"


async def _waiting(office: Office, handling: str) -> list[tuple[str, str]]:
    page = await office.page("苏小满", handling)
    return [(one["name"], one["act"]) for one in [*page["unhandled"], *page["unread"]]]


async def test_bottom_up_asks_the_principal_last(office: Office) -> None:
    handling = await office.proposed("林若溪", "程晚照", "秦望舒", order="bottom_up")
    for name in ("程晚照", "秦望舒", "林若溪"):
        assert await _waiting(office, handling) == [(name, "批示")]
        await _signed(office, name, handling, f"{name}：同意。")
    page = await office.page("苏小满", handling)
    assert [one["person"]["name"] for one in page["opinions"]] == ["苏小满", "林若溪", "秦望舒", "程晚照"]
    assert page["state"] == "待办结"


async def test_top_down_asks_the_principal_first(office: Office) -> None:
    handling = await office.proposed("程晚照", "顾长川", "林若溪", order="top_down")
    for name in ("顾长川", "林若溪", "程晚照"):
        assert await _waiting(office, handling) == [(name, "批示")]
        await _signed(office, name, handling)
    assert (await office.page("苏小满", handling))["state"] == "待办结"


async def test_parallel_asks_all_and_lists_them_by_rank_not_by_time(office: Office) -> None:
    handling = await office.proposed("秦望舒", "顾长川", "林若溪", order="parallel")
    assert await _waiting(office, handling) == [("顾长川", "批示"), ("林若溪", "批示"), ("秦望舒", "批示")]
    for name in ("秦望舒", "林若溪", "顾长川"):
        await _signed(office, name, handling)
    listed = [one["person"]["name"] for one in (await office.page("苏小满", handling))["opinions"]]
    assert listed == ["苏小满", "顾长川", "林若溪", "秦望舒"]


async def test_only_leaders_of_the_unit_can_be_asked(office: Office) -> None:
    handling = await office.registered()
    post = str(office.town.posts["方知远"])
    answer = await office.post("苏小满", handling, "proposals", text="请阅示", leaders=[post])
    assert (answer.status_code, answer.json()["code"]) == (422, "documents.not_a_leader")
    nobody = await office.post("苏小满", handling, "proposals", text="请阅示")
    assert (nobody.status_code, nobody.json()["code"]) == (422, "documents.no_one_asked")
    foreign = await office.post("苏小满", handling, "proposals", text="请阅示",
                          readers=[f"unit:{office.town.units['云岭村']}"])  # fmt: skip
    assert (foreign.status_code, foreign.json()["code"]) == (422, "documents.not_inside")


async def test_a_paper_for_reading_circulates(office: Office) -> None:
    handling = await office.pushed(urgency="")
    await office.ok("苏小满", handling, "registrations", title="情况通报", kind="阅知", issuer="县政府办")
    people = office.town.people
    readers = [f"person:{people['秦望舒']}", f"person:{people['方知远']}", _section(office, "应急管理办")]
    await office.ok("苏小满", handling, "proposals", text="请传阅。", kind="阅知", readers=readers)
    page = await office.page("苏小满", handling)
    assert (page["state"], [one["name"] for one in page["unread"]]) == ("传阅中", ["秦望舒", "方知远", "沈听澜"])
    reading = (await (await office.town.of("方知远")).get("/inbox?box=read")).json()["items"]
    assert [(todo["label"], todo["due_why"]) for todo in reading] == [("待阅", "系统默认：阅件5个工作日内传阅完毕")]
    for name in ("秦望舒", "方知远", "沈听澜"):
        await _signed(office, name, handling, "", "read")
    page = await office.page("苏小满", handling)
    assert (page["state"], page["unread"]) == ("待办结", [])
    assert {one["text"] for one in page["opinions"] if one["act"] == "传阅"} == {"已阅"}


async def test_lead_and_assist(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    sent = ((_section(office, "农业农村办"), "lead"), (_section(office, "应急管理办"), "assist"))
    await _signed(office, "秦望舒", handling, "请农业农村办牵头，应急管理办配合。", "instruct", *sent)
    assert await _waiting(office, handling) == [("方知远", "承办"), ("沈听澜", "协办")]
    step = await office.step("方知远", handling)
    assert (step["asks"], step["proposal"]) == ("秦望舒请农业农村办主办", "请农业农村办牵头，应急管理办配合。")
    await _signed(office, "方知远", handling, "已落实。", "comment")
    assert await _waiting(office, handling) == [("沈听澜", "协办")]


async def test_one_named_twice_has_the_greater_part(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    section = _section(office, "农业农村办")
    await _signed(office, "秦望舒", handling, "请办理。", "instruct", (section, "read"), (section, "lead"))
    assert await _waiting(office, handling) == [("方知远", "承办")]


async def test_returned_to_the_clerk_who_has_it_asked_again(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    told = await office.ok("秦望舒", handling, "returns", reason="缺附件，请补充")
    assert told["state"] == "待处置"
    page = await office.page("苏小满", handling)
    assert "settlements" in page["may"]
    assert page["opinions"][1]["text"] == "缺附件，请补充"
    told = await office.ok("苏小满", handling, "settlements", then="go_on", text="附件已补。")
    assert told["state"] == "批示中"
    assert await _waiting(office, handling) == [("秦望舒", "批示")]


async def test_returned_to_the_clerk_who_drops_it(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪")
    await office.ok("秦望舒", handling, "returns", reason="不属我分管")
    await office.ok("苏小满", handling, "settlements", then="drop")
    assert await _waiting(office, handling) == [("林若溪", "批示")]


async def test_returned_to_an_earlier_step(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪")
    await _signed(office, "秦望舒", handling, "拟同意。", "recommend")
    earlier = [one for one in (await office.page("林若溪", handling))["opinions"] if one["person"]["name"] == "秦望舒"]
    await office.ok("林若溪", handling, "returns", reason="请再核实", to=earlier[0]["obligation"])
    assert await _waiting(office, handling) == [("秦望舒", "批示")]
    await _signed(office, "秦望舒", handling, "已核实，拟同意。", "recommend")
    assert await _waiting(office, handling) == [("林若溪", "批示")]


async def test_a_return_needs_the_own_step(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪")
    answer = await office.post("林若溪", handling, "returns", reason="先看看")
    assert (answer.status_code, answer.json()["code"]) == (409, "documents.not_your_turn")
    assert "批示中" in answer.json()["title"]


async def test_withdrawal_after_the_effect_recalls_what_was_not_signed_for(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪")
    group, section = f"group:{office.town.groups['各村']}", _section(office, "农业农村办")
    await _signed(office, "秦望舒", handling, "请各村办理。", "instruct", (group, "lead"), (section, "read"))
    [kept, recalled] = (await office.page("苏小满", handling))["sent_down"]
    assert (kept["unit"]["name"], recalled["unit"]["name"]) == ("云岭村", "柳湾村")
    village = (await (await office.town.of("黎云起")).get("/inbox?box=handle")).json()["items"][0]
    await (await office.town.of("黎云起")).post(f"/handlings/{village['route'].rpartition('/')[2]}/receipts")
    lost = (await (await office.town.of("柳青禾")).get("/inbox?box=handle")).json()["items"][0]["route"].rpartition("/")[2]

    await office.ok("秦望舒", handling, "withdrawals", reason="改送别处")
    page = await office.page("苏小满", handling)
    assert {one["unit"]["name"]: one["state"] for one in page["sent_down"]} == {"云岭村": "已签收", "柳湾村": "已撤回"}
    assert await _waiting(office, handling) == [("秦望舒", "批示")]
    assert [one["act"] for one in page["opinions"]] == ["拟办"]
    assert (await (await office.town.of("柳青禾")).get("/inbox?box=handle")).json()["items"] == []
    gone = await office.page("柳青禾", lost)
    assert (gone["state"], gone["files"], gone["step"]) == ("已撤回", [], None)
    file = (await office.page("苏小满", handling))["files"][0]["id"]
    assert (await (await office.town.of("柳青禾")).get(f"/files/{file}")).status_code == 404

    await _signed(office, "秦望舒", handling, "请各村办理。", "instruct", (group, "lead"))
    states = {one["unit"]["name"]: one["state"] for one in (await office.page("苏小满", handling))["sent_down"]}
    assert states == {"云岭村": "已签收", "柳湾村": "待签收"}


async def test_after_a_recall_the_village_s_log_says_nothing_of_the_document(office: Office) -> None:
    village, title = office.town.people["柳青禾"], "关于做好防汛工作的紧急通知"
    await follow_log(village)
    handling = await office.proposed("秦望舒")
    await _signed(office, "秦望舒", handling, "请办理。", "instruct", (f"unit:{office.town.units['柳湾村']}", "lead"))
    assert title in " ".join([line.tail for line in await lines_after({village: 0}, 100)])
    await office.ok("秦望舒", handling, "withdrawals", reason="改送别处")
    await office.house.drain()
    lines = [line.tail for line in await lines_after({village: 0}, 100)]
    assert title not in " ".join(lines)
    assert any("access_lost" in line for line in lines), "a client that is connected forgets it at once"


async def test_a_withdrawal_recalls_only_what_that_act_sent(office: Office) -> None:
    handling = await office.proposed("秦望舒", "程晚照", order="parallel")
    await _signed(office, "秦望舒", handling, "请云岭村办理。", "instruct", (f"unit:{office.town.units['云岭村']}", "lead"))
    await _signed(office, "程晚照", handling, "请柳湾村办理。", "instruct", (f"unit:{office.town.units['柳湾村']}", "lead"))
    await office.ok("程晚照", handling, "withdrawals", reason="有误")
    states = {one["unit"]["name"]: one["state"] for one in (await office.page("苏小满", handling))["sent_down"]}
    assert states == {"云岭村": "待签收", "柳湾村": "已撤回"}


async def test_a_withdrawal_leaves_the_signer_asked_by_another_act(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪")
    await office.ok("秦望舒", handling, "signers", to=f"post:{office.town.posts['程晚照']}", act="instruct", place="parallel")
    await _signed(office, "秦望舒", handling, "请农业农村办办理。", "instruct", (_section(office, "农业农村办"), "lead"))
    await office.ok("秦望舒", handling, "withdrawals", reason="改措辞")
    assert await _waiting(office, handling) == [("秦望舒", "批示"), ("程晚照", "批示")]


async def test_no_withdrawal_once_the_next_has_acted(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪")
    await _signed(office, "秦望舒", handling)
    await _signed(office, "林若溪", handling)
    answer = await office.post("秦望舒", handling, "withdrawals", reason="改主意")
    assert (answer.status_code, answer.json()["code"]) == (409, "flow.next_has_acted")
    nothing = await office.post("方知远", handling, "withdrawals", reason="改主意")
    assert nothing.status_code == 404


async def test_registration_taken_back_keeps_its_number(office: Office) -> None:
    handling = await office.registered()
    before = (await office.page("苏小满", handling))["register_no"]
    await office.ok("苏小满", handling, "withdrawals", reason="标题有误")
    again = await office.ok("苏小满", handling, "registrations", title="改正的标题", issuer="x")
    assert again["register_no"] == before
    later = await office.registered(source_id="oa-2")
    numbers = [before, (await office.page("苏小满", later))["register_no"]]
    assert [int("".join(char for char in number if char.isdigit())[4:]) for number in numbers] == [1, 2]


async def test_transferred_by_its_holder_and_by_the_clerk(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await _signed(office, "秦望舒", handling, "请办理。", "instruct", (_section(office, "农业农村办"), "lead"))
    to = f"person:{office.town.people['沈听澜']}"
    await office.ok("方知远", handling, "transfers", to=to, reason="职责在应急办")
    assert await _waiting(office, handling) == [("沈听澜", "承办")]
    todo = (await (await office.town.of("沈听澜")).get("/inbox?box=handle")).json()["items"][0]
    assert todo["summary"] == "请沈听澜主办"
    obligation = (await office.page("苏小满", handling))["unhandled"][0]["obligation"]
    await office.ok(
        "苏小满", handling, "transfers", to=_section(office, "农业农村办"), obligation=obligation, reason="协商一致"
    )
    assert await _waiting(office, handling) == [("方知远", "承办")]
    outside = await office.post("方知远", handling, "transfers", to=f"unit:{office.town.units['云岭村']}")
    assert (outside.status_code, outside.json()["code"]) == (422, "documents.not_inside")


async def test_the_clerks_own_steps_are_neither_transferred_nor_removed(office: Office) -> None:
    handling = await office.pushed()
    [own] = (await office.page("苏小满", handling))["unhandled"]
    to = f"person:{office.town.people['方知远']}"
    moved = await office.post("苏小满", handling, "transfers", to=to, obligation=own["obligation"])
    assert (moved.status_code, moved.json()["code"]) == (403, "flow.verb_not_allowed")
    removed = await (await office.town.of("苏小满")).delete(f"/handlings/{handling}/signers/{own['obligation']}")
    assert (removed.status_code, removed.json()["code"]) == (409, "flow.cannot_remove")
    early = await office.post("苏小满", handling, "signers", to=to)
    assert (early.status_code, early.json()["code"]) == (409, "documents.not_at_step")


async def test_removing_the_last_of_a_parallel_step_moves_on(office: Office) -> None:
    handling = await office.proposed("秦望舒", "程晚照", order="parallel")
    await _signed(office, "秦望舒", handling)
    [left] = (await office.page("苏小满", handling))["unhandled"]
    answer = await (await office.town.of("苏小满")).delete(f"/handlings/{handling}/signers/{left['obligation']}")
    assert answer.json()["state"] == "待办结"


async def test_signers_added_by_a_leader_and_by_the_clerk(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await office.ok("秦望舒", handling, "signers", to=f"post:{office.town.posts['程晚照']}", act="instruct", place="parallel")
    assert await _waiting(office, handling) == [("秦望舒", "批示"), ("程晚照", "批示")]
    await _signed(office, "秦望舒", handling)
    await _signed(office, "程晚照", handling)
    await office.ok("苏小满", handling, "signers", to=_section(office, "农业农村办"), act="handle")
    assert (await office.page("苏小满", handling))["state"] == "承办中"
    await _signed(office, "方知远", handling, "已办。", "comment")
    assert (await office.page("苏小满", handling))["state"] == "待办结"


async def test_refused_with_a_reason_code_and_opened_again_by_a_correction(office: Office) -> None:
    handling = await office.registered()
    wrong = await office.post("苏小满", handling, "refusals", reason="错送", reason_code="心情不好")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "documents.unknown_reason")
    assert (await office.ok("苏小满", handling, "refusals", reason="无附件", reason_code="格式不符"))["state"] == "已退文"
    await office.house.drain()
    last = (await office.oa.get("/exchange/states")).json()["items"][-1]
    assert (last["state"], last["detail"]["result"]) == ("已退文", "格式不符：无附件")
    before = (await office.page("苏小满", handling))["register_no"]
    assert (await office.push("禾渡镇", version=2)).json()["receipts"][0]["state"] == "待签收"
    again = await office.ok("苏小满", handling, "registrations", title="补附件后的通知", issuer="y")
    assert again["register_no"] == before


@pytest.mark.parametrize("code", ["涉密误投", "其他"])
async def test_what_was_sent_back_as_classified_is_no_longer_shown_or_served(office: Office, code: str) -> None:
    handling, clerk = await office.registered(), await office.town.of("苏小满")
    file = (await office.page("苏小满", handling))["files"][0]["id"]
    await office.ok("苏小满", handling, "refusals", reason="请按保密规定处理", reason_code=code)
    served = code == "其他"
    page = await office.page("苏小满", handling)
    assert (page["state"], len(page["files"])) == ("已退文", int(served))
    assert page["result"] == f"{code}：请按保密规定处理"
    asked = [f"/files/{file}{what}" for what in ("", "/text?page=1", "/pages/1?width=540")]
    for path in (*asked, f"/handlings/{handling}/reading"):
        assert (await clerk.get(path)).status_code == (200 if served else 404), path


async def test_the_clerk_who_sent_a_classified_file_in_reads_it_no_longer(office: Office) -> None:
    clerk, paper = await office.town.of("苏小满"), PAPER / "bridge-request.pdf"
    sent = await clerk.post("/files", files={"file": (paper.name, paper.read_bytes(), "application/pdf")})
    file = sent.json()["file"]["id"]
    assert (await clerk.get(f"/files/{file}")).status_code == 200
    taken = await clerk.post("/handlings", json={"title": "纸质来文", "sender": "县局", "files": [file]})
    assert (await clerk.get(f"/files/{file}")).status_code == 200
    await office.ok("苏小满", taken.json()["id"], "refusals", reason="混入涉密页", reason_code="涉密误投")
    assert (await clerk.get(f"/files/{file}")).status_code == 404


async def test_no_refusal_after_the_proposal(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    answer = await office.post("苏小满", handling, "refusals", reason="错送", reason_code="其他")
    assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (409, "documents.not_at_step", "批示中")


async def test_with_the_clerk_as_hub_a_dispatch_waits_for_the_clerk(office: Office) -> None:
    clerk, unit = await office.town.of("苏小满"), office.town.units["禾渡镇"]
    assert (await clerk.put(f"/units/{unit}/handling-rules", json={"clerk_hub": True})).json()["clerk_hub"] is True
    for then, state in (("go_on", "承办中"), ("drop", "待办结")):
        handling = await office.proposed("秦望舒", source_id=f"oa-{then}")
        sent = ((_section(office, "农业农村办"), "lead"), (f"unit:{office.town.units['云岭村']}", "read"))
        await _signed(office, "秦望舒", handling, "请办理。", "instruct", *sent)
        page = await office.page("苏小满", handling)
        assert (page["state"], page["sent_down"], [one["act"] for one in page["unhandled"]]) == ("待处置", [], ["确认送办"])
        assert (await office.ok("苏小满", handling, "settlements", then=then))["state"] == state
        sent_down = (await office.page("苏小满", handling))["sent_down"]
        assert [one["unit"]["name"] for one in sent_down] == (["云岭村"] if then == "go_on" else [])


async def test_hold_puts_aside_until_the_clerk_takes_it_up(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪")
    await _signed(office, "秦望舒", handling, "暂缓，等县里文件。", "hold")
    page = await office.page("苏小满", handling)
    assert (page["state"], page["may"], page["step"]) == ("挂起", ["amendments", "resumptions"], None)
    assert (await office.page("林若溪", handling))["step"] is None
    await office.ok("苏小满", handling, "resumptions", reason="文件已到")
    assert await _waiting(office, handling) == [("林若溪", "批示")]


async def test_file_goes_to_the_clerk_to_conclude(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await _signed(office, "秦望舒", handling, "存查。", "file")
    page = await office.page("苏小满", handling)
    assert (page["state"], page["opinions"][1]["action"]["kind"]) == ("待办结", "file")


async def test_a_vacated_post_goes_to_the_clerk(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪")
    await organization.end_appointment(SYSTEM, office.town.appointments["秦望舒"])
    await office.house.drain()
    page = await office.page("苏小满", handling)
    assert (page["state"], [one["name"] for one in page["unhandled"]]) == ("待处置", ["苏小满"])
    assert "待处置" in [
        todo["label"] for todo in (await (await office.town.of("苏小满")).get("/inbox?box=handle")).json()["items"]
    ]
    await office.ok("苏小满", handling, "settlements", then="go_on")
    assert await _waiting(office, handling) == [("林若溪", "批示")]


async def test_a_step_that_opens_at_a_vacant_post_goes_to_the_clerk(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪")
    await organization.end_appointment(SYSTEM, office.town.appointments["林若溪"])
    await office.house.drain()
    assert await _waiting(office, handling) == [("秦望舒", "批示")]
    await _signed(office, "秦望舒", handling)
    assert (await office.page("苏小满", handling))["state"] == "待处置"


async def test_the_deadline_always_says_its_rule(office: Office) -> None:
    handling = await office.pushed()
    clerk = await office.town.of("苏小满")
    todo = (await clerk.get("/inbox?box=handle")).json()["items"][0]
    assert todo["due_why"] == "系统默认：特急件2小时内登记拟办"
    await office.ok("苏小满", handling, "registrations", title="t", urgency="特急")
    todo = (await clerk.get("/inbox?box=handle")).json()["items"][0]
    assert (todo["label"], todo["due_why"]) == ("待拟办", "系统默认：特急件2小时内登记拟办")


async def test_the_same_number_however_written_is_shown_as_a_duplicate(office: Office) -> None:
    await office.registered()
    other = await office.pushed(source_id="oa-2", docNo="青政办发[2026]47号")
    body = {"title": "t", "doc_no": "青政办发[2026]47号", "issuer": "青岚县人民政府办公室"}
    answer = await office.post("苏小满", other, "registrations", **body)
    assert (answer.status_code, answer.json()["code"]) == (409, "documents.duplicate")
    first = (await (await office.town.of("苏小满")).get("/handlings")).json()["items"][-1]["id"]
    assert (await office.post("苏小满", other, "registrations", **body, duplicate_of=first)).status_code == 201


async def test_agreeing_without_naming_anybody_agrees_to_the_proposal(office: Office) -> None:
    handling = await office.registered()
    posts, lead, assist = office.town.posts, _section(office, "农业农村办"), _section(office, "应急管理办")
    unknown = await office.post("苏小满", handling, "proposals", text="拟请", leaders=[str(posts["秦望舒"])], lead="section:x")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "organization.recipient_unknown")
    await office.ok("苏小满", handling, "proposals", text="拟请农业农村办牵头，应急管理办配合。",
              leaders=[str(posts["秦望舒"]), str(posts["林若溪"])], lead=lead, assists=[assist])  # fmt: skip
    first = await office.ok("秦望舒", handling, "derivations", text="同意。")
    assert first["action"] == {"kind": "approve", "label": "同意", "dispatch": []}, "the principal is still to be asked"
    assert first["explanation"] == "将会：意见记为“同意”；送林若溪批示。"
    await _signed(office, "秦望舒", handling)
    last = await office.ok("林若溪", handling, "derivations", text="同意拟办意见。")
    told = {one["to"]: one["role"] for one in last["action"]["dispatch"]}
    assert told == {lead: "lead", assist: "assist"}
    assert "送农业农村办主办" in last["explanation"]
    assert "之后交文书办理后续" in last["explanation"]
    for text in ("拟同意。", "不同意。"):
        alone = await office.ok("林若溪", handling, "derivations", text=text)
        assert alone["next"] == "交文书办理后续", "no leader is left to be asked"
    held = await office.ok("林若溪", handling, "derivations", text="暂缓。")
    assert "暂放文书处" in held["explanation"]


async def test_a_unit_without_leaders_handles_by_itself(office: Office) -> None:
    """A village has a clerk and nobody to ask: 拟办 goes on to 办结. Where there are leaders somebody is asked."""
    pushed = await office.push("云岭村")
    handling = pushed.json()["receipts"][0]["handling"]
    clerk = await office.town.of("黎云起")
    assert (await clerk.get(f"/handlings/{handling}/leaders")).json() == {"items": []}
    await office.ok("黎云起", handling, "registrations", title="t", doc_no="青政办发〔2026〕47号")
    assert (await office.ok("黎云起", handling, "proposals", text="本村自行办理。"))["state"] != "拟办"
    await office.ok("黎云起", handling, "conclusions", result="已逐户通知")
    page = await office.page("黎云起", handling)
    assert (page["state"], page["result"]) == ("已办结", "已逐户通知")
    assert [one["text"] for one in page["opinions"]] == ["本村自行办理。"]


async def test_the_clerk_is_told_whom_to_ask(office: Office) -> None:
    handling = await office.registered()
    told = (await (await office.town.of("苏小满")).get(f"/handlings/{handling}/leaders")).json()["items"]
    assert [one["name"] for one in told] == ["顾长川", "林若溪", "秦望舒", "程晚照"]
    assert told[2]["post"] == str(office.town.posts["秦望舒"])
    leader = await office.town.of("秦望舒")
    trip = {"kind": "出差", "valid_from": clock.now().isoformat(), "valid_to": (clock.now() + timedelta(days=2)).isoformat()}
    absence = (await leader.post("/absences", json=trip)).json()["id"]
    told = (await (await office.town.of("苏小满")).get(f"/handlings/{handling}/leaders")).json()["items"]
    assert [one.get("away") for one in told] == [None, None, "出差", None]
    assert (await leader.delete(f"/absences/{absence}")).status_code == 204
    told = (await (await office.town.of("苏小满")).get(f"/handlings/{handling}/leaders")).json()["items"]
    assert [one.get("away") for one in told] == [None] * 4
    assert (await (await office.town.of("黎云起")).get(f"/handlings/{handling}/leaders")).status_code == 404


async def test_the_phrases_fit_the_step_until_one_has_phrases_of_ones_own(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await _signed(office, "秦望舒", handling, "请方知远办理。", "instruct", (f"person:{office.town.people['方知远']}", "lead"))
    step = (await office.page("方知远", handling))["step"]
    assert (step["act"], "已办理完毕。" in step["phrases"], "拟同意。" in step["phrases"]) == ("handle", True, False)
    own = await (await office.town.of("方知远")).put("/phrases", json={"items": ["照办。"]})
    assert own.status_code == 200, own.text
    assert (await office.page("方知远", handling))["step"]["phrases"] == ["照办。"]
