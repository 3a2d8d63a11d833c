"""Registration (登记): what is read from the file, what the clerk confirms, what may be the same, the first check."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import httpx

from office.audit.models import AuditEntry
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.organization import actions as organization
from tests.documents.conftest import Office
from tests.documents.incoming.cases import CASES
from tests.documents.incoming.sheets import printed
from tests.office.files.makers import samples
from tests.people import UNITS


async def _pushed_paper(office: Office, pdf: bytes, source_id: str = "long-1", **more: Any) -> str:
    metadata = {"source": "county-oa", "source_id": source_id, "title": "来文", "recipients": [UNITS["禾渡镇"][3]], **more}
    answer = await office.oa.post(
        "/exchange/documents", data={"metadata": json.dumps(metadata)}, files=[("file", ("来文.pdf", pdf, "application/pdf"))]
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["receipts"][0]["handling"])


async def _reading(office: Office, handling: str) -> dict[str, Any]:
    answer: httpx.Response = await (await office.town.of("苏小满")).get(f"/handlings/{handling}/reading")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_long_paper_is_read_on_to_its_signature_and_no_further(office: Office) -> None:
    for case in CASES:
        pages = len(case.sheet().pages)
        if pages <= 8:
            continue
        handling = await _pushed_paper(office, printed(case.sheet()), source_id=f"long-{pages}")
        found = await _reading(office, handling)
        assert (found["doc_date"] or {"value": ""})["value"] == case.truth["doc_date"], case.name
        assert found["title"]["value"] == case.truth["title"], case.name


async def test_an_ofd_is_read_like_a_pdf(office: Office) -> None:
    """A real one: pushed, shown by page, and its fields proposed with their places."""
    paper = (samples() / "gongwen" / "01-luqiao-pifu.ofd").read_bytes()
    handling = await _pushed_paper(office, paper)
    found = await _reading(office, handling)
    said = {
        field: (found[field] or {"value": None})["value"]
        for field in ("title", "doc_no", "issuer", "doc_date", "main_to", "doc_type")
    }
    assert said == {
        "title": "关于同意张阿三同志辞职的批复", "doc_no": "路卫发〔2011〕76号", "issuer": "测试符路桥区卫生局",
        "doc_date": "2011-03-10", "main_to": "区中医院", "doc_type": "批复",
    }  # fmt: skip
    assert found["doc_date"]["page"] == 2
    [file] = (await office.page("苏小满", handling))["files"]
    assert (file["media_type"], file["pages"]) == ("application/ofd", 2)
    shown = await (await office.town.of("苏小满")).get(f"/files/{file['id']}/pages/2?width=540")
    assert (shown.status_code, shown.content[8:12]) == (200, b"WEBP")


async def _handlings(office: Office, *units: str, **more: Any) -> list[str]:
    answer = await office.push(*units, **more)
    assert answer.status_code == 201, answer.text
    return [one["handling"] for one in answer.json()["receipts"]]


async def test_every_unit_confirms_for_itself(office: Office) -> None:
    """What the first clerk confirmed decides nothing for the second; the document's own words stay as they came."""
    first, second = await _handlings(office, "禾渡镇", "石桥镇", mainTo=["各乡镇人民政府"], signer=["沈某"], docType="通知")
    confirmed = {"doc_no": "青水函〔2026〕9号", "doc_type": "函", "main_to": ["禾渡镇"], "signer": "程某"}
    await office.ok("苏小满", first, "registrations", title="关于防汛的函", issuer="青岚县水利局", **confirmed)
    pushed = {"doc_no": "青政办发〔2026〕47号", "doc_type": "通知", "main_to": ["各乡镇人民政府"], "signer": "沈某"}
    for name, handling, said in (("苏小满", first, confirmed), ("白露秋", second, pushed)):
        document = (await office.page(name, handling))["document"]
        assert {key: document[key] for key in said} == said
    await office.ok("白露秋", second, "registrations", title="防汛通知", doc_type="通知", main_to=["石桥镇"])
    assert (await office.page("白露秋", second))["document"]["main_to"] == ["石桥镇"]
    assert (await office.page("苏小满", first))["document"]["main_to"] == ["禾渡镇"]


async def test_a_number_that_was_corrected_at_registration_finds_its_duplicate(office: Office) -> None:
    first = await office.pushed()
    told = await office.ok("苏小满", first, "registrations", title="函", issuer="县教育局", doc_no="青教函〔2026〕9号")
    second = await office.pushed(source_id="oa-2", docNo="青教函 [2026] 09 号")
    [shown] = [one for one in (await _reading(office, second))["duplicates"] if one["id"] == first]
    assert (shown["register_no"], shown["why"]) == (told["register_no"], "文件完全相同")
    body = {"title": "函", "issuer": "青岚县教育局", "doc_no": "青教函[2026]9号"}
    answer = await office.post("苏小满", second, "registrations", **body)
    assert (answer.status_code, answer.json()["code"], answer.json()["current"]) == (409, "documents.duplicate", first)
    assert told["register_no"] in answer.json()["title"]
    other = await office.registered(source_id="oa-3")
    refused = await office.post("苏小满", second, "registrations", **body, duplicate_of=other)
    assert refused.json()["code"] == "documents.duplicate"
    await office.ok("苏小满", second, "registrations", **body, duplicate_of=first)
    page = await office.page("苏小满", second)
    assert page["entry"]["duplicate_of"] == first
    first_n, second_n = (int(re.findall("[0-9]+", no)[-1]) for no in (told["register_no"], page["register_no"]))
    assert second_n == first_n + 2, "a refused registration takes no number"


async def test_a_duplicate_is_one_of_the_own_unit(office: Office) -> None:
    mine, theirs = await _handlings(office, "禾渡镇", "石桥镇")
    for named in (theirs, mine, "00000000-0000-0000-0000-000000000001"):
        answer = await office.post("苏小满", mine, "registrations", title="通知", duplicate_of=named)
        assert (answer.status_code, answer.json()["code"]) == (422, "documents.no_such_duplicate"), named
    assert (await office.page("苏小满", mine))["state"] == "待签收"


async def test_a_number_without_a_code_is_the_same_only_from_the_same_issuer(office: Office) -> None:
    first, second, third = [await office.pushed(source_id=f"m-{n}") for n in range(3)]
    await office.ok("苏小满", first, "registrations", title="会议纪要", doc_no="〔2026〕3号", issuer="县政府办")
    await office.ok("苏小满", second, "registrations", title="会议纪要", doc_no="〔2026〕3号", issuer="县委办")
    answer = await office.post("苏小满", third, "registrations", title="会议纪要", doc_no="〔2026〕03号", issuer="县委办")
    assert (answer.json()["code"], answer.json()["current"]) == ("documents.duplicate", second)


async def test_one_sent_back_does_not_stand_in_the_way_of_the_same_paper(office: Office) -> None:
    first = await office.registered()
    await office.ok("苏小满", first, "refusals", reason="缺附件", reason_code="缺件")
    second = await office.pushed(source_id="oa-2")
    same = [one for one in (await _reading(office, second))["duplicates"] if one["id"] == first]
    assert same[0]["why"].endswith("（已退文）")
    await office.ok(
        "苏小满", second, "registrations", title="通知", doc_no="青政办发〔2026〕47号", issuer="青岚县人民政府办公室"
    )


async def test_a_registered_one_is_seen_behind_any_number_that_do_not_stand(office: Office) -> None:
    body = {"title": "函", "issuer": "县教育局", "doc_no": "青教函〔2026〕9号"}
    first = await office.pushed(source_id="six-0")
    await office.ok("苏小满", first, "registrations", **body)
    for n in range(1, 7):
        back = await office.pushed(source_id=f"six-{n}")
        await office.ok("苏小满", back, "registrations", **body, duplicate_of=first)
        if n < 6:
            await office.ok("苏小满", back, "refusals", reason="重复", reason_code="重复来文")
    last = await office.pushed(source_id="six-7", docNo="青教函〔2026〕9号")
    for named in ({}, {"duplicate_of": await office.registered(source_id="another")}):
        assert (await office.post("苏小满", last, "registrations", **body, **named)).json()["code"] == "documents.duplicate"
    await office.ok("苏小满", last, "registrations", **body, duplicate_of=first)
    page = await office.page("苏小满", last)
    assert page["entry"]["duplicate_of"] == first, "the seventh newest can be named"


async def test_what_the_push_claims_and_the_file_denies_is_named(office: Office) -> None:
    wrong = await office.pushed()
    differ = {one["field"]: one for one in (await _reading(office, wrong))["differences"]}
    assert differ["doc_no"]["why"] == "推送的文号与文件不一致"
    assert (differ["doc_no"]["claimed"], differ["doc_no"]["read"]) == ("青政办发〔2026〕47号", "禾政〔2026〕22号")
    found = await _reading(office, wrong)
    right = await office.pushed(
        source_id="oa-2", docNo="禾政[2026]022号", title=found["title"]["value"], docDate=found["doc_date"]["value"],
        signature=found["issuer"]["value"], docType="请示", urgency="", signer=[found["signer"]["value"]],
    )  # fmt: skip
    assert (await _reading(office, right))["differences"] == []


CHECK_FAILED = [{"item": "consulted", "ok": False, "note": "未与水利局会签"}]


async def test_the_seven_steps_stand_on_the_page_with_person_and_time(office: Office) -> None:
    handling = await office.pushed()
    await office.ok("苏小满", handling, "receipts", copies=2, condition="破损", note="封面折损")
    await office.ok("苏小满", handling, "registrations", title="通知", remark="县办电话告知")
    page = await office.page("苏小满", handling)
    assert [one["what"] for one in page["trail"]] == ["收到文件", "签收", "登记", "初审"]
    assert {one["who"] for one in page["trail"][1:]} == {"苏小满"}
    told = {one["step"]: one for one in page["records"]}
    assert list(told) == ["receive", "register", "check"]
    receipt = told["receive"]
    assert (receipt["name"], receipt["code"], receipt["words"], receipt["facts"]) == ("签收", "破损", "封面折损", {"copies": 2})
    assert (receipt["person"]["name"], receipt["post"] != "", receipt["at"][:4]) == ("苏小满", True, "2026")
    assert [one["ok"] for one in told["check"]["facts"]["items"]] == [True] * 5
    entry = page["entry"]
    assert (entry["channel"], entry["copies"], entry["registrar"], entry["remark"]) == ("电子交换", 2, "苏小满", "县办电话告知")
    await office.ok("苏小满", handling, "proposals", text="请阅示", leaders=[str(office.town.posts["秦望舒"])])
    leaders = await office.page("秦望舒", handling)
    assert "entry" not in leaders
    assert "records" not in leaders


async def test_what_failed_the_first_check_does_not_go_to_leaders(office: Office) -> None:
    handling = await office.pushed()
    bare = await office.post("苏小满", handling, "registrations", title="通知", checks=[{"item": "consulted", "ok": False}])
    assert (bare.status_code, bare.json()["code"]) == (422, "documents.check_without_note")
    number = (await office.ok("苏小满", handling, "registrations", title="通知", checks=CHECK_FAILED))["register_no"]
    page = await office.page("苏小满", handling)
    assert (page["state"], page["state_code"], page["register_no"]) == ("初审", "checking", number)
    assert {"checks", "refusals"} <= set(page["may"])
    assert "proposals" not in page["may"]
    body = {"text": "请阅示", "leaders": [str(office.town.posts["秦望舒"])]}
    answer = await office.post("苏小满", handling, "proposals", **body)
    assert (answer.status_code, answer.json()["code"]) == (409, "documents.check_failed")
    assert "会签" in answer.json()["title"]
    assert (await office.ok("苏小满", handling, "checks"))["state"] == "拟办"
    assert (await office.ok("苏小满", handling, "proposals", **body))["state"] == "批示中"
    late = await office.post("苏小满", handling, "checks")
    assert (late.status_code, late.json()["code"]) == (409, "documents.not_at_step")


async def test_a_refusal_names_what_failed_and_stays_readable_when_it_comes_again(office: Office) -> None:
    handling = await office.pushed()
    await office.ok("苏小满", handling, "registrations", title="通知", checks=CHECK_FAILED)
    await office.ok("苏小满", handling, "refusals", reason="请会签后再送", reason_code="未会签")
    line = (await office.page("苏小满", handling))["trail"][-1]
    assert line["what"] == "退文：未会签：请会签后再送（涉及其他方面的是否已协商、会签）"
    await office.house.drain()
    last = (await office.oa.get("/exchange/states")).json()["items"][-1]
    assert (last["detail"]["reason_code"], last["detail"]["failed"]) == ("未会签", ["涉及其他方面的是否已协商、会签"])
    await office.push("禾渡镇", version=2, title="会签后的通知")
    page = await office.page("苏小满", handling)
    assert (page["state"], page["document"]["title"], page["entry"]["registered_at"]) == ("待签收", "会签后的通知", None)
    whats = [one["what"] for one in page["trail"]]
    assert [what for what in whats if what.startswith("退文：未会签")]
    assert [what for what in whats if what.startswith("登记（")]
    [refused] = [one for one in page["records"] if one["step"] == "refuse"]
    assert (refused["code"], refused["words"], refused["facts"]) == ("未会签", "请会签后再送", {"failed": ["consulted"]})


async def test_a_refusal_without_a_check_fails_the_item_of_its_reason(office: Office) -> None:
    for n, (code, item) in enumerate({"缺件": "form", "无章": "form", "无签发人": "form", "越级行文": "rules"}.items()):
        handling = await office.pushed(source_id=f"r-{n}")
        await office.ok("苏小满", handling, "refusals", reason="退", reason_code=code)
        assert (await office.page("苏小满", handling))["records"][-1]["facts"] == {"failed": [item]}, code
    handling = await office.pushed()
    await office.ok("苏小满", handling, "refusals", reason="退", reason_code="其他", failed=["ours", "rules"])
    assert (await office.page("苏小满", handling))["records"][-1]["facts"] == {"failed": ["ours", "rules"]}


async def test_what_came_beside_a_document_is_shown_where_there_is_any(office: Office) -> None:
    beside = {"remark": "此件公开发布", "ccTo": ["县委办"], "attachmentNote": ["1.名单"], "signer": ["沈某"]}
    for n, told in enumerate((dict[str, Any](), beside)):
        handling = await office.pushed(source_id=f"b-{n}", **told)
        document = (await office.page("苏小满", handling))["document"]
        said = {"remark": "此件公开发布", "cc_to": ["县委办"], "attachment_note": ["1.名单"], "signer": "沈某"} if told else {}
        assert {key: document[key] for key in ("remark", "cc_to", "attachment_note", "signer") if key in document} == said


async def _scan(office: Office, name: str = "苏小满") -> str:
    made = await (await office.town.of(name)).post("/files", files={"file": ("a.pdf", printed(CASES[0].sheet()))})
    assert made.status_code == 201, made.text
    return str(made.json()["file"]["id"])


async def test_paper_says_how_and_when_it_came(office: Office) -> None:
    clerk = await office.town.of("苏小满")
    came = (clock.now() - timedelta(hours=3)).isoformat()
    body = {"title": "来函", "sender": "县水利局", "files": [await _scan(office)], "channel": "邮寄", "arrived_at": came}
    made = (await clerk.post("/handlings", json=body)).json()
    page = await office.page("苏小满", made["id"])
    assert page["entry"]["channel"] == "邮寄"
    assert datetime.fromisoformat(page["received_at"]) == datetime.fromisoformat(came)
    later = await clerk.post("/handlings", json={**body, "arrived_at": (clock.now() + timedelta(hours=1)).isoformat()})
    assert (later.status_code, later.json()["code"]) == (422, "documents.arrived_later")


async def test_the_clerk_of_two_units_says_which(office: Office) -> None:
    await organization.appoint(SYSTEM, office.town.people["苏小满"], office.town.posts["白露秋"], is_primary=False)
    clerk, other = await office.town.of("苏小满"), str(office.town.units["石桥镇"])
    body = {"title": "来函", "files": [await _scan(office)]}
    answer = await clerk.post("/handlings", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "documents.which_unit")
    assert "石桥镇人民政府" in answer.json()["title"]
    made = await clerk.post("/handlings", json={**body, "unit": other})
    assert made.status_code == 201, made.text
    assert (await office.page("苏小满", made.json()["id"]))["unit"]["id"] == other
    foreign = await clerk.post("/handlings", json={**body, "unit": str(office.town.units["云岭村"])})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "documents.clerk_only")


async def test_what_was_registered_wrongly_is_put_right_with_the_reason(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    before = await office.page("苏小满", handling)
    assert "amendments" in before["may"]
    body = {"title": "关于防汛工作的通知", "doc_date": "2026-07-07", "copies": 3, "main_to": ["禾渡镇"]}
    same = {"issuer": "青岚县人民政府办公室"}
    assert (await office.ok("苏小满", handling, "amendments", reason="登记时录错", **body, **same))["state"] == before["state"]
    page = await office.page("苏小满", handling)
    assert (page["register_no"], page["state"], page["entry"]["copies"]) == (before["register_no"], before["state"], 3)
    document = page["document"]
    assert (document["title"], document["doc_date"], document["main_to"]) == ("关于防汛工作的通知", "2026-07-07", ["禾渡镇"])
    record = page["records"][-1]
    assert (record["name"], record["words"]) == ("更正登记", "登记时录错")
    assert record["facts"]["before"] == {"title": before["document"]["title"], "doc_date": None, "copies": 1, "main_to": []}
    assert "issuer" not in record["facts"]["after"], "what stays the same is no change"
    assert "标题“关于做好防汛工作的紧急通知”改为“关于防汛工作的通知”" in page["trail"][-1]["what"]
    todo = (await (await office.town.of("秦望舒")).get("/inbox?box=handle")).json()["items"][0]
    assert todo["title"] == "关于防汛工作的通知"
    [line] = await AuditEntry.filter(action="documents.amend")
    assert line.facts["before"]["copies"] == 1


async def test_another_urgency_gives_another_limit(office: Office) -> None:
    handling = await office.registered()
    before = await office.page("苏小满", handling)
    await office.ok("苏小满", handling, "amendments", reason="件上无紧急程度", urgency="")
    page = await office.page("苏小满", handling)
    assert page["due_at"] > before["due_at"]
    assert page["due_why"] != before["due_why"]


async def test_amendments_that_are_refused_change_nothing(office: Office) -> None:
    first, fresh = await office.registered(), await office.pushed(source_id="oa-2")
    early = await office.post("苏小满", fresh, "amendments", reason="x", title="y")
    assert (early.status_code, early.json()["code"]) == (409, "documents.not_registered")
    nothing = await office.post("苏小满", first, "amendments", reason="x", copies=1)
    assert (nothing.status_code, nothing.json()["code"]) == (422, "documents.nothing_amended")
    second = await office.registered(source_id="oa-3")
    rev = (await office.page("苏小满", second))["rev"]
    same = await office.post("苏小满", second, "amendments", reason="字号录错", doc_no="青政办发[2026]047号")
    assert (same.status_code, same.json()["code"], same.json()["current"]) == (409, "documents.duplicate", first)
    for body in ({"title": "y"}, {"reason": "x", "register_no": "收〔2026〕9号"}, {"reason": "x", "title": None}):
        assert (await office.post("苏小满", second, "amendments", **body)).status_code == 422, body
    assert (await office.page("苏小满", second))["rev"] == rev
    await office.ok("苏小满", second, "amendments", reason="字号录错", doc_no="青政办发[2026]047号", duplicate_of=first)
    await office.ok("苏小满", first, "amendments", reason="单位名称", issuer="青岚县政府办")
    assert (await office.page("苏小满", second))["entry"]["duplicate_of"] == first


async def test_a_closed_document_can_be_amended(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await office.sign("秦望舒", handling)
    await office.after_hold()
    await office.ok("苏小满", handling, "conclusions", result="已办")
    await office.ok("苏小满", handling, "amendments", reason="补记", remark="纸质件另存")
    page = await office.page("苏小满", handling)
    assert (page["state"], page["entry"]["remark"]) == ("已办结", "纸质件另存")
