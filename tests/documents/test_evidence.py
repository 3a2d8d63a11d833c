"""The evidence bundle of a handling: who gets it, what is in it, and that strangers can check it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from documents.incoming.models import Opinion
from office import audit
from office.audit.models import AuditEntry
from office.cli.verify import file_digest, verify
from office.identity.models import LoginSession
from office.kernel import clock
from office.signing.evidence.checking import brought, check_bundle
from office.signing.keys import server_key
from tests.documents.conftest import STROKES, Office, Phone
from tests.office.audit.auditor import auditor_of
from tests.office.signing import workshop
from tests.office.signing.agreement import outcomes
from tools import verify_evidence
from tools.verify_head_proof import proves


async def registered_phone(office: Office, name: str) -> Phone:
    """A phone whose key was registered through the door, just after the password was given again."""
    phone = Phone()
    person = await office.town.actor(name)
    await LoginSession.filter(id=person.session).update(reauthenticated_at=clock.now())
    body = {"name": "手机", "public_key": workshop.b64(phone.spki)}
    answer = await (await office.town.of(name)).post("/devices", json=body)
    assert answer.status_code == 201, answer.text
    phone.device = answer.json()["device"]["id"]
    return phone


async def bundle(office: Office, name: str, handling: str, **query: Any) -> httpx.Response:
    return await (await office.town.of(name)).get(f"/handlings/{handling}/evidence", params=query)


async def signed(office: Office) -> tuple[str, str]:
    handling = await office.proposed("秦望舒")
    phone = await registered_phone(office, "秦望舒")
    body = phone.signed(await office.step("秦望舒", handling), "同意。", strokes=STROKES)
    answer = await (await office.town.of("秦望舒")).post(f"/handlings/{handling}/signatures", json=body)
    assert answer.status_code == 201, answer.text
    return handling, answer.json()["signature"]["id"]


async def server_keys(office: Office) -> bytes:
    return (await office.house.http.get("/server-keys")).content


async def test_a_clerk_gets_what_two_verifiers_call_valid(office: Office, tmp_path: Path) -> None:
    handling, signature = await signed(office)
    await office.after_hold()
    answer = await bundle(office, "苏小满", handling)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    told = outcomes(tmp_path / "bundle.zip", answer.content, await server_keys(office))
    assert set(told.values()) == {"valid"}, told
    said = json.loads(workshop.unzipped(answer.content)["evidence.json"])
    assert [(one["id"], one["state"], one["person_name"]) for one in said["signatures"]] == [(signature, "effective", "秦望舒")]
    noted = await AuditEntry.get(action="documents.export_evidence")
    assert (noted.subject, noted.facts["signatures"]) == (f"documents.handling:{handling}", [signature])


async def test_the_command_says_each_outcome_and_ends_with_it(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handling, _ = await signed(office)
    await office.after_hold()
    file, keys = tmp_path / "bundle.zip", tmp_path / "keys.json"
    file.write_bytes((await bundle(office, "苏小满", handling)).content)
    keys.write_bytes(await server_keys(office))

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            verify.main([str(file), *words])
        return int(str(ended.value.code)), capsys.readouterr().out

    code, said = run("--key", str(keys))
    assert (code, "结论：有效" in said, "[有效] 设备签名" in said) == (0, True, True), said
    code, said = run()
    assert (code, "结论：无法确认" in said, "[无法确认] 服务器公钥来源" in said) == (3, True, True), said
    parts = workshop.unzipped(file.read_bytes())
    name = next(name for name in parts if name.startswith("files/"))
    parts[name] = parts[name][:-1] + b"?"
    file.write_bytes(workshop.zipped(parts))
    code, said = run("--key", str(keys))
    assert (code, "结论：无效" in said, "[无效] 被签文件：文件“bridge-request.pdf”的内容与摘要或大小不符" in said) == (
        1,
        True,
        True,
    ), said
    assert json.loads(run("--json")[1])["outcome"] == "invalid"


async def test_who_may_have_it(office: Office) -> None:
    handling, signature = await signed(office)
    assert (await bundle(office, "苏小满", handling)).status_code == 404, "what is held is its signer's alone"
    assert (await bundle(office, "秦望舒", handling)).status_code == 200
    await office.after_hold()
    assert (await bundle(office, "苏小满", handling)).status_code == 200
    assert (await bundle(office, "秦望舒", handling, signature=signature)).status_code == 200
    assert (await bundle(office, "苏小满", handling, signature=handling)).status_code == 404
    for name in ("程晚照", "白露秋", "何路人", "陆管理"):
        assert (await bundle(office, name, handling)).status_code in (403, 404), name
    assert (await office.house.http.get(f"/handlings/{handling}/evidence")).status_code == 401


async def test_what_was_taken_back_says_so_and_files_may_stay_out(office: Office, tmp_path: Path) -> None:
    handling, _ = await signed(office)
    await office.after_hold()
    leader = await office.town.of("秦望舒")
    assert (await leader.post(f"/handlings/{handling}/withdrawals", json={"reason": "改措辞"})).status_code == 200
    answer = await bundle(office, "苏小满", handling, files="false")
    told = outcomes(tmp_path / "bundle.zip", answer.content, await server_keys(office))
    assert {name for name, outcome in told.items() if outcome != "valid"} == {"files"}
    assert told["files"] == "unknown"
    said = json.loads(workshop.unzipped(answer.content)["evidence.json"])
    assert said["signatures"][0]["state"] == "taken_back"


async def test_a_signature_without_a_device_is_not_called_valid(office: Office, tmp_path: Path) -> None:
    handling = await office.proposed("秦望舒")
    body = Phone().signed(await office.step("秦望舒", handling), "同意。")
    assert (await (await office.town.of("秦望舒")).post(f"/handlings/{handling}/signatures", json=body)).status_code == 201
    await office.after_hold()
    answer = await bundle(office, "苏小满", handling)
    told = outcomes(tmp_path / "bundle.zip", answer.content, await server_keys(office))
    assert {name: outcome for name, outcome in told.items() if outcome != "valid"} == {"device": "unknown"}


async def entered(office: Office, **said: Any) -> tuple[str, str]:
    """A handling whose leader decided by telephone, or on paper; what the clerk entered has an id."""
    handling = await office.proposed("秦望舒")
    step = await office.step("秦望舒", handling)
    body = {"obligation": step["obligation"], "source": "电话", "kind": "approve", "text": "同意，抓紧。", **said}
    answer = await (await office.town.of("苏小满")).post(f"/handlings/{handling}/dictations", json=body)
    assert answer.status_code == 201, answer.text
    await office.house.drain()
    return handling, str((await Opinion.get(handling_id=handling, manner__in=("dictated", "paper"))).id)


async def test_what_a_clerk_entered_is_in_it_and_held_against_the_trail(office: Office, tmp_path: Path) -> None:
    handling, opinion = await entered(office)
    answer = await bundle(office, "苏小满", handling)
    assert answer.status_code == 200, "also where nobody signed at all"
    parts = workshop.unzipped(answer.content)
    said = json.loads(parts["evidence.json"])
    [one] = said["entered"]
    entry = json.loads(one["entry"])
    assert (one["id"], one["person_name"], one["entered_by_name"], one["confirmed_at"]) == (opinion, "秦望舒", "苏小满", None)
    assert (entry["text"], entry["source"], entry["person"]) == ("同意，抓紧。", "电话", str(office.town.people["秦望舒"]))
    keys = await server_keys(office)
    assert set(outcomes(tmp_path / "b.zip", answer.content, keys).values()) == {"valid"}
    one["entry"] = one["entry"].replace("抓紧", "缓办")
    changed = workshop.zipped({**parts, "evidence.json": workshop.canonical(said)})
    assert outcomes(tmp_path / "b.zip", changed, keys)["entered"] == "invalid"
    confirmed = await (await office.town.of("秦望舒")).post(f"/handlings/{handling}/dictations/{opinion}/confirmations")
    assert confirmed.status_code == 200, confirmed.text
    own = await bundle(office, "秦望舒", handling)
    assert json.loads(workshop.unzipped(own.content)["evidence.json"])["entered"][0]["confirmed_at"]
    assert set(outcomes(tmp_path / "b.zip", own.content, keys).values()) == {"valid"}
    assert (await bundle(office, "程晚照", handling)).status_code in (403, 404)


@pytest.mark.engines("sqlite")
async def test_the_scan_of_an_opinion_on_paper_is_in_it(office: Office, tmp_path: Path) -> None:
    photo = tmp_path / "批示.png"
    Image.new("RGB", (400, 300), "white").save(photo)
    clerk = await office.town.of("苏小满")
    sent = await clerk.post("/files", files={"file": ("批示.png", photo.read_bytes())}, data={"declaration": "不涉密"})
    assert sent.status_code == 201, sent.text
    handling, _ = await entered(office, source="纸质", text="", scan=sent.json()["file"]["id"])
    parts = workshop.unzipped((await bundle(office, "苏小满", handling)).content)
    assert parts[f"files/{hashlib.sha256(photo.read_bytes()).hexdigest()}"] == photo.read_bytes()
    answer = await bundle(office, "苏小满", handling)
    assert set(outcomes(tmp_path / "b.zip", answer.content, await server_keys(office)).values()) == {"valid"}


@pytest.mark.engines("sqlite")
async def test_a_file_that_is_not_enclosed_may_be_brought(office: Office, tmp_path: Path) -> None:
    handling, _ = await signed(office)
    await office.after_hold()
    bundled = tmp_path / "b.zip"
    bundled.write_bytes((await bundle(office, "苏小满", handling, files="false")).content)
    file = (await office.page("苏小满", handling))["files"][0]["id"]
    original = tmp_path / "a.pdf"
    original.write_bytes((await (await office.town.of("苏小满")).get(f"/files/{file}/content")).content)
    keys = await server_keys(office)
    told = {one.name: one.outcome for one in check_bundle(bundled, brought([keys], dict([file_digest(original)])))}
    assert told == verify_evidence.verify(bundled, [keys], [original.read_bytes()])
    assert set(told.values()) == {"valid"}
    other = tmp_path / "other.pdf"
    other.write_bytes(original.read_bytes() + b" ")
    told = {one.name: one.outcome for one in check_bundle(bundled, brought([keys], dict([file_digest(other)])))}
    assert told["files"] == "unknown"


async def test_a_head_kept_earlier_or_later_is_tied_to_the_bundle_by_a_proof(office: Office, tmp_path: Path) -> None:
    auditor = await auditor_of(office.town)
    await audit.seal(server_key())
    early = (await auditor.get("/audit-head/file")).content
    handling, _ = await signed(office)
    await office.after_hold()
    bundled = tmp_path / "b.zip"
    bundled.write_bytes((await bundle(office, "苏小满", handling)).content)
    ours = json.loads(json.loads(workshop.unzipped(bundled.read_bytes())["evidence.json"])["head"]["head"])["batch"]
    await office.proposed("秦望舒", source_id="oa-late")
    await audit.seal(server_key())
    late = (await auditor.get("/audit-head/file")).content
    clerk, keys = await office.town.of("苏小满"), await server_keys(office)
    for kept in (early, late):
        batch = json.loads(json.loads(kept)["head"])["batch"]
        assert batch != ours
        alone = {one.name: one.outcome for one in check_bundle(bundled, brought([keys, kept]))}
        assert {name for name, outcome in alone.items() if outcome != "valid"} == {"kept"}
        proof = await clerk.get("/audit-head/proof", params={"first": batch, "second": ours})
        assert proof.status_code == 200, proof.text
        assert proves(proof.content), "the second verifier says so too"
        told = {one.name: one.outcome for one in check_bundle(bundled, brought([keys, kept, proof.content]))}
        assert set(told.values()) == {"valid"}
        wrong = json.loads(proof.content)
        wrong["path"] = [*wrong["path"], "0" * 64]
        told = {one.name: one.outcome for one in check_bundle(bundled, brought([keys, kept, json.dumps(wrong).encode()]))}
        assert (told["kept"], proves(json.dumps(wrong).encode())) == ("invalid", False)
    assert (await clerk.get("/audit-head/proof?first=999")).json()["code"] == "audit.no_such_batch"
