"""The evidence bundle of a handling: who gets it, what is in it, and that strangers can check it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from office.audit.models import AuditEntry
from office.cli.verify import verify
from office.identity.models import LoginSession
from office.kernel import clock
from tests.documents.conftest import STROKES, Office, Phone
from tests.office.signing import workshop
from tests.office.signing.agreement import outcomes


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
