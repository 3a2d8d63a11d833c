"""Each kind of act leaves its row, through the public door, and the auditor finds it there; nobody else reads the trail."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from office.kernel import clock
from office.kernel.acts import KINDS
from tests.documents.conftest import Office
from tests.office.audit.auditor import auditor_of

Act = Callable[[Office, dict[str, str]], Awaitable[httpx.Response]]
#: kind: by whom, what, and the act as the trail names it. In this order: evidence is of what was signed before.
TABLE: dict[str, tuple[str, str, Act]] = {}


def leaves(kind: str, who: str, action: str) -> Callable[[Act], Act]:
    def note(act: Act) -> Act:
        TABLE[kind] = who, action, act
        return act

    return note


@leaves("view", "秦望舒", "documents.view")
async def view(office: Office, on: dict[str, str]) -> httpx.Response:
    return await (await office.town.of("秦望舒")).get(f"/handlings/{on['handling']}")


@leaves("download", "秦望舒", "files.download")
async def download(office: Office, on: dict[str, str]) -> httpx.Response:
    return await (await office.town.of("秦望舒")).get(f"/files/{on['file']}/content")


@leaves("print", "苏小满", "documents.print")
async def prints(office: Office, on: dict[str, str]) -> httpx.Response:
    return await (await office.town.of("苏小满")).get(f"/handlings/{on['handling']}/sheet")


@leaves("sign", "秦望舒", "signing.sign")
async def sign(office: Office, on: dict[str, str]) -> httpx.Response:
    return await office.sign("秦望舒", on["handling"])


@leaves("export", "秦望舒", "documents.export_evidence")
async def export(office: Office, on: dict[str, str]) -> httpx.Response:
    return await (await office.town.of("秦望舒")).get(f"/handlings/{on['handling']}/evidence")


@leaves("handle", "苏小满", "documents.follow")
async def follow(office: Office, on: dict[str, str]) -> httpx.Response:
    return await office.post("苏小满", on["other"], "follows")


@leaves("return", "秦望舒", "documents.return")
async def send_back(office: Office, on: dict[str, str]) -> httpx.Response:
    return await office.post("秦望舒", on["other"], "returns", reason="不属于分管范围。")


@leaves("delegate", "秦望舒", "organization.delegate")
async def delegate(office: Office, on: dict[str, str]) -> httpx.Response:
    town = office.town
    told = {"post": str(town.posts["秦望舒"]), "receiver": str(town.people["程晚照"]),
            "valid_to": (clock.now() + timedelta(days=3)).isoformat()}  # fmt: skip
    return await (await town.of("秦望舒")).post("/delegations", json=told)


@leaves("role", "陆管理", "organization.change_post")
async def change_role(office: Office, on: dict[str, str]) -> httpx.Response:
    post = office.town.posts["何路人"]
    return await (await office.town.of("陆管理")).post(f"/posts/{post}/changes", json={"roles": ["staff"]})


@leaves("configure", "苏小满", "organization.save_group")
async def configure(office: Office, on: dict[str, str]) -> httpx.Response:
    told = {"unit": str(office.town.units["禾渡镇"]), "name": "试", "members": [f"unit:{office.town.units['云岭村']}"]}
    answer = await (await office.town.of("苏小满")).post("/groups", json=told)
    on["group"] = answer.json().get("id", "")
    return answer


@leaves("delete", "苏小满", "organization.delete_group")
async def delete(office: Office, on: dict[str, str]) -> httpx.Response:
    return await (await office.town.of("苏小满")).delete(f"/groups/{on['group']}")


@leaves("refused", "白露秋", "http.get")
async def refused(office: Office, on: dict[str, str]) -> httpx.Response:
    return await (await office.town.of("白露秋")).get(f"/handlings/{on['handling']}")


@leaves("guard", "苏小满", "secrecy.report")
async def guard(office: Office, on: dict[str, str]) -> httpx.Response:
    told = {"subject": f"documents.handling:{on['handling']}", "ground": "标有密级"}
    return await (await office.town.of("苏小满")).post("/secrecy-cases", json=told)


@leaves("sign_in", "何路人", "identity.end_session")
async def sign_out(office: Office, on: dict[str, str]) -> httpx.Response:
    return await (await office.town.of("何路人")).delete("/sessions/current")


async def newest(auditor: httpx.AsyncClient, kind: str) -> list[dict[str, Any]]:
    answer = await auditor.get("/audit-entries", params={"kind": kind})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_each_kind_leaves_a_row_that_the_auditor_finds(office: Office) -> None:
    assert TABLE.keys() == KINDS.keys()
    auditor = await auditor_of(office.town)
    on = {"handling": await office.proposed("秦望舒"), "other": await office.proposed("秦望舒", source_id="oa-2")}
    on["file"] = (await office.page("秦望舒", on["other"]))["files"][0]["id"]
    for kind, (who, action, act) in TABLE.items():
        before = {row["id"] for row in await newest(auditor, kind)}
        answer = await act(office, on)
        assert answer.status_code in ((404,) if kind == "refused" else (200, 201, 204)), (kind, answer.text)
        new = [row for row in await newest(auditor, kind) if row["id"] not in before]
        told = [(row["actor_name"], row["action"], row["outcome"]) for row in new]
        assert (who, action, "refused" if kind == "refused" else "done") in told, (kind, told)
        assert all(row["label"] and row["kind"] for row in new)
    await office.after_hold()


@pytest.mark.parametrize("who", ["陆管理", "苏小满", "秦望舒", "何路人", "oa"])
async def test_nobody_else_reads_the_trail_and_the_attempt_is_in_it(office: Office, who: str) -> None:
    http = office.oa if who == "oa" else await office.town.of(who)
    auditor = await auditor_of(office.town)
    row = (await newest(auditor, "configure"))[0]["id"]
    for path in ("/audit-entries", f"/audit-entries/{row}", "/audit-export", "/audit-head", "/audit-head/file", "/unit-names"):
        assert (await http.get(path)).status_code == 403, path
    name = "县OA" if who == "oa" else who
    refused = [one["subject"] for one in await newest(auditor, "refused") if one["actor_name"] == name]
    assert len(refused) == 6, "a refusal each time"


async def test_the_auditor_reads_no_document_and_alters_nothing(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    auditor = await auditor_of(office.town)
    me = (await auditor.get("/me")).json()
    assert [one for one in me["permissions"] if not one.startswith("audit.")] == []
    file = UUID((await office.page("秦望舒", handling))["files"][0]["id"])
    for path in (
        f"/handlings/{handling}",
        f"/files/{file}/pages/1?width=540",
        f"/files/{file}/content",
        "/handlings",
        "/units",
    ):
        assert (await auditor.get(path)).status_code in (403, 404), path
    row = (await newest(auditor, "handle"))[0]["id"]
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert (await auditor.request(method, f"/audit-entries/{row}")).status_code == 405
