"""The exchange: pushed once, corrected, told who is unknown, signed receipts, states without gaps."""

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import rfc8785

from documents.exchange.models import Push
from documents.incoming.models import Document, DocumentVersion, Handling
from office.files.models import Blob, File
from office.identity.keys import load_public_key, signature_holds
from office.kernel import base64url, settings
from office.kernel.actor import SYSTEM
from office.kernel.wording import BLANK, ONE_LINE
from office.organization import structure
from tests.documents.conftest import PAPER, Office
from tests.people import UNITS

#: Clause 4 of GB/T 33480-2016, all eighteen, as an OA sends them.
CLAUSE_4 = {
    "docIdentifier": "QLZB-2026-0047", "docType": "通知", "copyNo": "000001", "security": "", "urgency": "特急",
    "issuerMark": "青岚县人民政府办公室文件", "docNo": "青政办发〔2026〕47号", "signer": ["顾长川"], "title": "关于防汛的通知",
    "mainTo": ["各乡镇人民政府"], "attachmentNote": ["1.名单"], "signature": "青岚县人民政府办公室", "docDate": "2026-07-06",
    "remark": "（此件公开发布）", "ccTo": ["县委办公室"], "printOrg": "青岚县人民政府办公室", "printDate": "2026-07-06",
    "releaseLevel": "县团级",
}  # fmt: skip
#: A fingerprint as it was once computed by hand; it never changes.
PINNED = (
    {
        "source": "county-oa", "source_id": "oa-1", "version": 1, "title": "通知", "recipients": ["115201990000000292"],
        "mainTo": ["各乡镇人民政府"], "docDate": "2026-07-06", "remark": "", "signer": [], "printDate": None, "security": "无",
    },
    ["0" * 64],
    "3397108d09e6450d5db1c3f82074b71c0c44daf841688b8748e1e9f64ad06ecf",
)  # fmt: skip
REQUIRED = {"source": "s", "source_id": "1", "title": "通知", "recipients": [UNITS["禾渡镇"][3]]}


def recomputed(sent: dict[str, Any], digests: list[str]) -> str:
    """The fingerprint as a sender computes it, by the rule in docs/subsystems/exchange.md and nothing else."""
    said = {name: value for name, value in sent.items() if value not in (None, "", []) and name != "security"}
    if said.get("version") == 1:
        del said["version"]
    return hashlib.sha256(rfc8785.dumps({"metadata": said, "files": digests})).hexdigest()


async def _raw(office: Office, metadata: str, *papers: tuple[str, bytes]) -> httpx.Response:
    files = [("file", (name, data, "application/pdf")) for name, data in papers]
    return await office.oa.post("/exchange/documents", data={"metadata": metadata}, files=files or [("x", ("x", b"x"))])


async def test_the_same_again_gives_the_same_receipt(office: Office) -> None:
    first, again = await office.push(), await office.push()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content


@pytest.mark.parametrize("other", [{"paper": "urgent-notice.pdf"}, {"title": "别的标题"}, {"remark": "加一句"}])
async def test_the_same_key_with_other_bytes(office: Office, other: dict[str, Any]) -> None:
    assert (await office.push()).status_code == 201
    answer = await office.push(**other)
    assert (answer.status_code, answer.json()["code"]) == (409, "exchange.other_bytes")
    assert await DocumentVersion.all().count() == 1


async def test_a_correction_keeps_both_and_a_late_lower_one_is_superseded(office: Office) -> None:
    assert (await office.push(version=2)).json()["state"] == "current"
    late = (await office.push(version=1, paper="urgent-notice.pdf")).json()
    assert (late["state"], late["receipts"][0]["state"]) == ("superseded", "待签收")
    higher = (await office.push(version=3, paper="urgent-notice-v2.pdf", title="更正后的通知")).json()
    assert higher["state"] == "correction"
    states = dict(await DocumentVersion.all().values_list("version", "state"))
    assert states == {1: "superseded", 2: "superseded", 3: "current"}
    document, handling = await Document.get(), await Handling.get()
    assert (document.title, handling.title, handling.version) == ("更正后的通知", "更正后的通知", 3)
    page = await office.page("苏小满", str(handling.id))
    assert [file["name"] for file in page["files"]] == ["urgent-notice-v2.pdf"]
    todos = (await (await office.town.of("苏小满")).get("/inbox?box=handle")).json()["items"]
    assert {todo["title"] for todo in todos} == {"更正后的通知"}


@pytest.mark.parametrize("closed", [False, True])
async def test_the_clerk_is_told_what_to_do_about_a_correction(office: Office, closed: bool) -> None:
    handling, clerk = await office.proposed("秦望舒"), await office.town.of("苏小满")
    if closed:
        await office.sign("秦望舒", handling)
        await office.after_hold()
        assert (await clerk.post(f"/handlings/{handling}/conclusions", json={"result": "已办"})).is_success
    await office.push(version=2, paper="urgent-notice.pdf")
    todos = (await clerk.get("/inbox?box=handle")).json()["items"]
    [summary] = [todo["summary"] for todo in todos if todo["label"] == "来文更正"]
    assert "来文单位发来第2版" in summary
    assert ("已按前一版办结" in summary) is closed
    assert "请比对两版" in summary
    assert "核对后点“已核对更正”" in summary
    assert (await clerk.post(f"/handlings/{handling}/acknowledgements")).is_success
    assert [todo for todo in (await clerk.get("/inbox?box=handle")).json()["items"] if todo["label"] == "来文更正"] == []


async def test_only_a_unit_with_opinions_is_told_that_they_stay_on_their_version(office: Office) -> None:
    """石桥镇 has only received it; 禾渡镇 has a proposal."""
    handling = (await office.push("禾渡镇", "石桥镇")).json()["receipts"][0]["handling"]
    clerk, leader = await office.town.of("苏小满"), str(office.town.posts["秦望舒"])
    await clerk.post(f"/handlings/{handling}/registrations", json={"title": "通知"})
    said = {"text": "拟请秦镇长阅示。", "leaders": [leader]}
    assert (await clerk.post(f"/handlings/{handling}/proposals", json=said)).is_success
    await office.push("禾渡镇", "石桥镇", version=2, paper="urgent-notice.pdf")
    for name, has in (("苏小满", True), ("白露秋", False)):
        todos = (await (await office.town.of(name)).get("/inbox?box=handle")).json()["items"]
        [summary] = [todo["summary"] for todo in todos if todo["label"] == "来文更正"]
        assert ("已有意见标注原版本" in summary, "请按第2版办理" in summary) == (has, not has)


async def test_a_late_version_opens_nothing_for_whom_the_one_in_force_names_no_longer(office: Office) -> None:
    assert (await office.push("禾渡镇", version=2)).status_code == 201
    late = (await office.push("禾渡镇", "石桥镇", version=1)).json()
    assert (late["state"], late["not_opened"]) == ("superseded", [UNITS["石桥镇"][3]])
    assert [one["recipient"] for one in late["receipts"]] == [UNITS["禾渡镇"][3]]
    assert json.loads(late["receipt"]["payload"])["not_opened"] == [UNITS["石桥镇"][3]]
    assert (await office.push("禾渡镇", "石桥镇", version=1)).json() == late
    assert await Handling.all().count() == 1
    assert (await (await office.town.of("白露秋")).get("/inbox?box=handle")).json()["items"] == []


async def test_who_had_it_before_the_correction_keeps_it(office: Office) -> None:
    await office.push("禾渡镇", "石桥镇", version=2)
    await office.push("禾渡镇", version=3)
    late = (await office.push("禾渡镇", "石桥镇", version=1)).json()
    assert (late["not_opened"], len(late["receipts"])) == ([], 2)


async def test_unknown_recipients_are_named(office: Office) -> None:
    lower = UNITS["石桥镇"][3].lower()
    answer = await office.push("禾渡镇", recipients=[UNITS["禾渡镇"][3], lower, "91350100M000100Y43"])
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["unknown"] == ["91350100M000100Y43"]
    assert [one["unit"] for one in told["receipts"]] == ["禾渡镇人民政府", "石桥镇人民政府"]
    assert [one["recipient"] for one in told["receipts"]] == [UNITS["禾渡镇"][3], lower]
    nobody = await office.push(source_id="x", recipients=["91350100M000100Y43"])
    assert (nobody.status_code, nobody.json()["code"], nobody.json()["unknown"]) == (
        422, "exchange.no_recipient", ["91350100M000100Y43"],
    )  # fmt: skip


async def test_a_code_written_twice_is_one_recipient_and_one_receipt(office: Office) -> None:
    code, other = UNITS["禾渡镇"][3], UNITS["石桥镇"][3]
    nobody, full_width = "91350100M000100Y43", "".join(chr(ord(char) + 0xFEE0) for char in code)
    told = (await office.push(recipients=[code.lower(), other, code, full_width, nobody, nobody.lower()])).json()
    assert [one["recipient"] for one in told["receipts"]] == [code.lower(), other]
    assert (told["unknown"], len({one["handling"] for one in told["receipts"]})) == ([nobody], 2)
    await office.house.drain()
    states = (await office.oa.get("/exchange/states")).json()["items"]
    assert sorted(one["recipient"] for one in states) == sorted([code, other]), "told once each"


async def test_a_unit_where_nobody_receives_does_not_stop_the_others(office: Office) -> None:
    code = "12520199000000061T"
    await structure.add_unit(SYSTEM, name="青岚县空白局", short_name="空白局", kind="政府部门", code=code, sort_no=9)
    told = (await office.push("禾渡镇", recipients=[UNITS["禾渡镇"][3], code])).json()
    assert (told["unknown"], len(told["receipts"])) == ([code], 1)


async def test_the_receipt_is_signed(office: Office) -> None:
    told = (await office.push("禾渡镇", "石桥镇")).json()
    receipt, facts = told["receipt"], json.loads(told["receipt"]["payload"])
    published = (await office.house.http.get("/server-keys")).json()["items"]
    key = load_public_key(base64url.decode(next(one["public_key"] for one in published if one["id"] == receipt["key"])))
    said, signature = receipt["payload"].encode(), base64url.decode(receipt["signature"])
    assert signature_holds(key, said, signature)
    assert not signature_holds(key, said + b" ", signature)
    assert (facts["source_id"], facts["version"], facts["document"]) == ("oa-1", 1, told["document"])
    assert [one["handling"] for one in facts["delivered"]] == [one["handling"] for one in told["receipts"]]


async def test_server_keys_are_for_anybody_and_may_be_kept(office: Office) -> None:
    answer = await office.house.http.get("/server-keys")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=3600")
    [only] = answer.json()["items"]
    assert (only["present"], only["suite"]) == (True, "zhiban-es256-1")
    assert hashlib.sha256(base64url.decode(only["public_key"])).hexdigest()[:16] == only["id"]
    again = await office.house.http.get("/server-keys", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_receipt_names_each_file(office: Office) -> None:
    papers = [(name, (PAPER / name).read_bytes()) for name in ("bridge-request.pdf", "urgent-notice.pdf")]
    told = (await _raw(office, json.dumps(REQUIRED), *papers)).json()
    wanted = [{"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in papers]
    assert json.loads(told["receipt"]["payload"])["files"] == wanted


async def test_a_sender_can_recompute_the_fingerprint(office: Office) -> None:
    sent, digests, pinned = PINNED
    assert recomputed(sent, digests) == pinned
    data = (PAPER / "bridge-request.pdf").read_bytes()
    told = (await _raw(office, json.dumps(sent), ("a.pdf", data))).json()
    expected = recomputed(sent, [hashlib.sha256(data).hexdigest()])
    assert json.loads(told["receipt"]["payload"])["fingerprint"] == expected
    full = {**sent, **CLAUSE_4, "version": 2}
    told = (await _raw(office, json.dumps(full), ("a.pdf", data))).json()
    expected = recomputed(full, [hashlib.sha256(data).hexdigest()])
    assert json.loads(told["receipt"]["payload"])["fingerprint"] == expected


@pytest.mark.parametrize(
    "nothing", [{"remark": ""}, {"signer": []}, {"printDate": None}, {"security": "无"}, {"security": None}, {"copyNo": ""}]
)
async def test_what_says_nothing_makes_no_other_push(office: Office, nothing: dict[str, Any]) -> None:
    first, again = await office.push(), await office.push(**nothing)
    assert (first.status_code, again.status_code) == (201, 200), again.text
    assert first.content == again.content


async def test_every_key_of_the_standard_is_taken(office: Office) -> None:
    data = (PAPER / "bridge-request.pdf").read_bytes()
    answer = await _raw(office, json.dumps({**REQUIRED, **CLAUSE_4}), ("a.pdf", data))
    assert answer.status_code == 201, answer.text
    page = await office.page("苏小满", answer.json()["receipts"][0]["handling"])
    assert page["document"]["copy_no"] == "000001"
    assert "copy_no" not in (await office.page("苏小满", await office.pushed(source_id="without")))["document"]


@pytest.mark.parametrize("mark", ["秘密", "机密★10年", "绝密", "内部", "NONE"])
async def test_a_classified_mark_is_refused_and_nothing_stays(office: Office, mark: str) -> None:
    title = "一份不该来的文件"
    answer = await office.push(security=mark, title=title)
    assert (answer.status_code, answer.json()["code"]) == (422, "exchange.classified"), answer.text
    assert (mark in answer.text, title in answer.text) == (False, False)
    assert (await Document.all().count(), await File.all().count(), await Blob.all().count()) == (0, 0, 0)
    assert await Push.all().count() == 0
    left = [path for path in Path(settings.current().data).rglob("*") if path.is_file()]
    paper = (PAPER / "bridge-request.pdf").read_bytes()
    assert [path.name for path in left if title.encode() in (held := path.read_bytes()) or paper in held] == []


async def test_states_are_read_on_without_gaps(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await office.house.drain()
    seen: list[int] = []
    cursor = 0
    while items := (await office.oa.get(f"/exchange/states?cursor={cursor}&limit=1")).json()["items"]:
        cursor = items[-1]["seq"]
        seen.append(cursor)
    assert seen == [1, 2, 3]
    assert (await office.oa.get(f"/exchange/states?cursor={cursor}")).json() == {"items": [], "next": 3}
    await office.push(version=2, paper="urgent-notice.pdf")
    await office.house.drain()
    told = (await office.oa.get("/exchange/states?cursor=3")).json()["items"]
    assert ("document.corrected", 2, "已更正") in {(one["type"], one["version"], one["state"]) for one in told}
    assert [one["seq"] for one in told] == list(range(4, 4 + len(told)))
    assert handling


async def test_what_is_sent_further_down_is_not_told(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await office.sign("秦望舒", handling, "请办理。", "instruct", (f"unit:{office.town.units['云岭村']}", "lead"))
    await office.after_hold()
    recipients = {one["recipient"] for one in (await office.oa.get("/exchange/states")).json()["items"]}
    assert recipients == {UNITS["禾渡镇"][3]}


@pytest.mark.parametrize(
    "metadata",
    [
        "", "[]", "null", "{", '"x"', "\ud7ff", json.dumps({**REQUIRED, "recipients": []}),
        json.dumps({**REQUIRED, "version": 0}), json.dumps({**REQUIRED, "version": "2"}),
        json.dumps({**REQUIRED, "密级": "机密"}),
        json.dumps({**REQUIRED, "title": ""}), json.dumps({**REQUIRED, "title": "x" * 401}),
        json.dumps({**REQUIRED, "title": "a\0b"}), json.dumps({**REQUIRED, "source": "空 格"}),
        json.dumps({**REQUIRED, "docDate": "2026-02-30"}), json.dumps({**REQUIRED, "urgency": "很急"}),
        json.dumps({**REQUIRED, "recipients": ["x"]}), json.dumps({**REQUIRED, "title": "x"}).replace("x", "\\ud800"),
    ],
)  # fmt: skip
async def test_malformed_metadata_is_refused_and_changes_nothing(office: Office, metadata: str) -> None:
    answer = await _raw(office, metadata, ("a.pdf", (PAPER / "urgent-notice.pdf").read_bytes()))
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    assert (await Document.all().count(), await File.all().count()) == (0, 0)


async def test_a_push_needs_a_file(office: Office) -> None:
    answer = await _raw(office, json.dumps(REQUIRED))
    assert (answer.status_code, answer.json()["code"]) == (422, "exchange.no_file")
    assert await Document.all().count() == 0


@pytest.mark.parametrize("field", ["title", "docNo", "signature", "remark", "mainTo", "signer"])
async def test_a_push_says_nothing_in_blanks(office: Office, field: str) -> None:
    blank = "　\u200b"
    answer = await office.push(**{field: [blank] if field in ("mainTo", "signer") else blank})
    assert (answer.status_code, answer.json()["code"]) == (422, "http.invalid"), answer.text
    assert field in answer.json()["errors"][0]["field"]
    assert answer.json()["errors"][0]["message"] == (ONE_LINE if field == "title" else BLANK)
    assert await Document.all().count() == 0
