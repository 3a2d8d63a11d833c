"""答复, 办结, 重新办理: a reply where one is due, told to whoever sent; and an end that can be taken back with a reason."""

from typing import Any

import pytest

from tests.documents.below import sent, there_already, unit, until_conclusion
from tests.documents.conftest import PAPER, Office

pytestmark = pytest.mark.postgresql_in_proof

LETTER = "urgent-notice.pdf"


async def _registered(office: Office, doc_type: str, kind: str = "批办", **more: Any) -> str:
    handling = await office.pushed(docType=doc_type)
    await office.ok("苏小满", handling, "registrations", title="来文", issuer="x", doc_type=doc_type, kind=kind, **more)
    return handling


async def _handled(office: Office, handling: str, **more: Any) -> str:
    """Proposed and signed; the state after it."""
    leader = str(office.town.posts["秦望舒"])
    await office.ok("苏小满", handling, "proposals", text="拟请阅示。", leaders=[leader], **more)
    await office.sign("秦望舒", handling)
    await office.after_hold()
    return str((await office.page("苏小满", handling))["state"])


async def _uploaded(office: Office, name: str) -> str:
    files = {"file": (LETTER, (PAPER / LETTER).read_bytes(), "application/pdf")}
    answer = await (await office.town.of(name)).post("/files", files=files)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file"]["id"])


async def _states(office: Office) -> list[dict[str, Any]]:
    await office.house.drain()
    items: list[dict[str, Any]] = (await office.oa.get("/exchange/states")).json()["items"]
    return items


async def test_a_reply_is_due_where_the_document_asks_for_one(office: Office) -> None:
    handling = await _registered(office, "请示")
    assert await _handled(office, handling) == "待答复"
    [todo] = (await (await office.town.of("苏小满")).get("/inbox?box=handle")).json()["items"]
    assert todo["label"] == "待答复"
    early = await office.post("苏小满", handling, "conclusions", result="已办")
    assert (early.status_code, early.json()["code"]) == (409, "documents.not_at_step")
    empty = await office.post("苏小满", handling, "replies", text="")
    assert (empty.status_code, empty.json()["code"]) == (422, "documents.reply_empty")
    assert (await office.ok("苏小满", handling, "replies", text="同意。", reply_no="禾政复〔2026〕3号"))["state"] == "待办结"
    page = await office.page("苏小满", handling)
    assert (page["reply"], page["reply_no"], page["replied_at"] is not None) == ("同意。", "禾政复〔2026〕3号", True)
    told = [one for one in await _states(office) if one["detail"].get("reply")]
    assert [(one["state"], one["detail"]["reply_no"]) for one in told] == [("待办结", "禾政复〔2026〕3号")]
    assert (await office.ok("苏小满", handling, "conclusions", result="已批复"))["state"] == "已办结"


async def test_never_for_reading_nor_for_what_does_not_ask(office: Office) -> None:
    assert await _handled(office, await _registered(office, "通知")) == "待办结"


async def test_reading_owes_no_reply_also_where_the_clerk_says_it_is_for_reading_later(office: Office) -> None:
    handling = await _registered(office, "函", kind="阅知")
    assert await _handled(office, handling) == "待办结"


async def test_the_kind_changed_at_the_proposal_changes_what_is_owed(office: Office) -> None:
    handling = await _registered(office, "函")
    assert await _handled(office, handling, kind="阅知") == "待办结"


async def test_the_clerks_word_goes_before_the_rule(office: Office) -> None:
    handling = await _registered(office, "通知", reply_due=True)
    assert await _handled(office, handling) == "待答复"
    client = await office.town.of("苏小满")
    assert (await client.put(f"/handlings/{handling}/reply-due", json={"due": False})).json()["state"] == "待办结"
    assert (await client.put(f"/handlings/{handling}/reply-due", json={"due": True})).json()["state"] == "待答复"


async def test_at_the_proposal_the_clerk_says_that_none_is_owed(office: Office) -> None:
    handling = await _registered(office, "请示")
    assert await _handled(office, handling, reply_due=False) == "待办结"


async def test_a_letter_answers_and_the_unit_above_reads_it(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    village = office.town.units["云岭村"]
    await office.sign("秦望舒", handling, "请云岭村办理并报结果。", "instruct", (f"unit:{village}", "lead"))
    await office.after_hold()
    child = (await (await office.town.of("黎云起")).get("/handlings")).json()["items"][0]["id"]
    await office.ok("黎云起", child, "registrations", title="通知", reply_due=True)
    readers = [f"person:{office.town.people['黎云起']}"]
    await office.ok("黎云起", child, "proposals", text="请阅", readers=readers)
    await office.sign("黎云起", child, "", "read")
    await office.after_hold()
    foreign = await office.post("黎云起", child, "replies", text="见附件", file=await _uploaded(office, "白露秋"))
    assert (foreign.status_code, foreign.json()["code"]) == (404, "files.no_such_file")
    before, letter = (await office.page("苏小满", handling))["rev"], await _uploaded(office, "黎云起")
    await office.ok("黎云起", child, "replies", text="见附件", reply_no="云村报〔2026〕1号", file=letter)
    await office.house.drain()
    page = await office.page("苏小满", handling)
    [told] = page["sent_down"]
    assert (told["reply"], told["reply_no"], told["reply_file"]["id"]) == ("见附件", "云村报〔2026〕1号", letter)
    assert page["rev"] > before, "who follows the document above looks again"
    assert ("云岭村", "答复（云村报〔2026〕1号）") in {(one["who"], one["what"]) for one in page["trail"]}
    assert (await (await office.town.of("苏小满")).get(f"/files/{letter}")).status_code == 200
    assert (await (await office.town.of("白露秋")).get(f"/files/{letter}")).status_code == 404
    assert [one["id"] for one in page["files"]] != [letter], "a reply is no part of the document"


async def test_a_reply_taken_back_is_owed_again(office: Office) -> None:
    handling = await _registered(office, "请示")
    await _handled(office, handling)
    await office.ok("苏小满", handling, "replies", text="同意。")
    assert (await office.ok("苏小满", handling, "withdrawals", reason="措辞"))["state"] == "待答复"
    page = await office.page("苏小满", handling)
    assert (page["reply"], "replied_at" in page) == ("", False)
    assert (await _states(office))[-1]["detail"]["reply"] == ""


async def test_ended_and_handled_again_from_the_proposal(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    early = await office.post("苏小满", handling, "reopenings", reason="结果有误")
    assert (early.status_code, early.json()["code"]) == (409, "documents.not_at_step")
    await office.sign("秦望舒", handling)
    await office.after_hold()
    await office.ok("苏小满", handling, "conclusions", result="已办")
    before = await office.page("苏小满", handling)
    assert "reopenings" in before["may"]
    assert (await office.post("秦望舒", handling, "reopenings", reason="没有办完")).status_code == 403
    assert (await office.ok("苏小满", handling, "reopenings", reason="只办了一半"))["state"] == "拟办"
    page = await office.page("苏小满", handling)
    assert (page["register_no"], page["result"], page["closed_at"]) == (before["register_no"], "", None)
    assert len(page["opinions"]) == len(before["opinions"]), "what was said stays"
    assert page["trail"][-1]["what"] == "重新办理：只办了一半"
    assert (await _states(office))[-1]["state"] == "拟办"
    assert await _handled(office, handling) == "待办结"
    assert (await office.ok("苏小满", handling, "conclusions", result="全部办完"))["state"] == "已办结"
    assert (await office.page("苏小满", handling))["result"] == "全部办完"


async def test_only_the_result_anew(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await office.sign("秦望舒", handling)
    await office.after_hold()
    await office.ok("苏小满", handling, "conclusions", result="写错了")
    assert (await office.ok("苏小满", handling, "reopenings", reason="写错了", step="conclude"))["state"] == "待办结"
    assert (await office.ok("苏小满", handling, "conclusions", result="写对了"))["state"] == "已办结"


async def test_what_was_sent_back_is_not_reopened(office: Office) -> None:
    handling = await office.registered()
    await office.ok("苏小满", handling, "refusals", reason="无附件", reason_code="格式不符")
    refused = await office.post("苏小满", handling, "reopenings", reason="再办")
    assert (refused.status_code, refused.json()["code"]) == (409, "documents.not_at_step")


async def _has_file(office: Office, file: str, *names: str) -> list[int]:
    return [(await (await office.town.of(name)).get(f"/files/{file}")).status_code for name in names]


async def test_a_reply_taken_back_takes_no_letter_from_another_reply(office: Office) -> None:
    handling = await sent(office, unit(office, "云岭村"))
    child, letter = await until_conclusion(office, "黎云起"), await _uploaded(office, "黎云起")
    await office.ok("黎云起", child, "replies", text="附回函", file=letter)
    await office.ok("苏小满", handling, "replies", text="转报", file=letter, unfinished="村里已回函")
    await office.ok("黎云起", child, "withdrawals", reason="重发")
    assert await _has_file(office, letter, "苏小满", "秦望舒", "黎云起") == [200, 200, 404], "the township's stays"
    await office.ok("苏小满", handling, "withdrawals", reason="重发")
    assert await _has_file(office, letter, "苏小满", "秦望舒") == [404, 404]


async def test_the_scan_of_an_opinion_outlasts_the_reply_it_was_the_letter_of(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    obligation, scan = (await office.step("秦望舒", handling))["obligation"], await _uploaded(office, "苏小满")
    said = {"source": "纸质", "kind": "approve", "text": "同意。", "obligation": obligation, "scan": scan}
    await office.ok("苏小满", handling, "dictations", **said)
    await office.ok("苏小满", handling, "replies", text="已办", file=scan)
    await office.ok("苏小满", handling, "replies", text="已办，改附一函", file=await _uploaded(office, "苏小满"))
    await office.ok("苏小满", handling, "replies", text="已办", file=scan)
    await office.ok("苏小满", handling, "withdrawals", reason="重发")
    assert await _has_file(office, scan, "苏小满", "秦望舒", "方知远") == [200, 200, 404]


async def test_a_unit_that_asks_later_reads_the_letter_of_the_next_reply(office: Office) -> None:
    above, child = await there_already(office)
    await until_conclusion(office, "黎云起")
    first, second = await _uploaded(office, "黎云起"), await _uploaded(office, "黎云起")
    await office.ok("黎云起", child, "replies", text="附回函", file=first)
    await sent(office, unit(office, "云岭村"), handling=above)
    assert await _has_file(office, first, "苏小满") == [404], "what was answered before was another's"
    await office.ok("黎云起", child, "replies", text="再附回函", file=second)
    [told] = (await office.page("苏小满", above))["sent_down"]
    assert (told["reply_file"]["id"], await _has_file(office, second, "苏小满", "黎云起")) == (second, [200, 200])
    assert await _has_file(office, first, "苏小满", "黎云起") == [404, 200], "let go, it is the uploader's alone"
