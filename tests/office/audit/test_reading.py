"""The auditor's list: filters, pages without gaps or doubles, one row held against the seal, and the file of rows."""

import csv
import hashlib
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from office.audit import exporting
from office.audit.models import AuditBatch, AuditEntry
from office.audit.sealing import seal
from office.kernel import clock
from office.kernel.database import execute
from office.signing.keys import server_key
from tests.office.audit import trail
from tests.office.audit.auditor import AUDITOR, auditor_of
from tests.people import Town, settle
from tests.support.house import House
from tests.support.max_queries import counted


@pytest.fixture
async def town(house: House) -> AsyncIterator[Town]:
    town = await settle(house)
    yield town
    await town.close()


async def got(http: httpx.AsyncClient, path: str = "/audit-entries", **asked: Any) -> Any:
    answer = await http.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def all_pages(http: httpx.AsyncClient, **asked: Any) -> list[str]:
    found, cursor = list[str](), ""
    while True:
        page = await got(http, **asked, **({"cursor": cursor} if cursor else {}))
        assert len(page["items"]) <= 100
        found += [row["id"] for row in page["items"]]
        if not page["next"]:
            return found
        cursor = page["next"]


async def test_pages_follow_one_another_newest_first(town: Town) -> None:
    auditor = await auditor_of(town)
    await got(auditor)
    for _ in range(3):
        await trail.write(90, "numbering.take")  # many of one moment
    for asked in (
        {},
        {"kind": "handle"},
        {"action": "numbering.take"},
        {"person": "苏小满"},
        {"person": "苏小满", "kind": "handle"},
    ):
        rows = await AuditEntry.all().order_by("-at", "-id")
        wanted = [str(row.id) for row in rows if not asked or row.action == "numbering.take"]
        if asked == {"person": "苏小满"}:
            wanted = [str(row.id) for row in rows if row.actor_name == "苏小满"]
        assert await all_pages(auditor, **asked) == wanted, asked


async def test_what_it_can_be_asked_for(town: Town) -> None:
    auditor = await auditor_of(town)
    admin = await town.of("陆管理")
    post, unit = town.posts["何路人"], str(town.units["青岚县政府办"])
    assert (await admin.post(f"/posts/{post}/changes", json={"title": "二级科员"})).status_code == 204
    clock.travel(timedelta(days=2))
    assert (await admin.post(f"/posts/{post}/changes", json={"title": "一级科员"})).status_code == 204
    changed = {"action": "organization.change_post"}
    both = [row["facts"] for row in await AuditEntry.filter(**changed).order_by("id").values("facts")]
    today = clock.today().isoformat()
    for asked, count in (
        ({}, 2), ({"person": "陆管理"}, 2), ({"person": "陆"}, 0), ({"unit": unit}, 2), ({"unit": "x"}, 0),
        ({"subject": f"organization.post:{post}"}, 2), ({"since": today}, 1), ({"until": today}, 2), ({"kind": "role"}, 2),
        ({"until": (clock.today() - timedelta(days=1)).isoformat()}, 1), ({"actor": f"person:{town.people['陆管理']}"}, 2),
        ({"until": "0001-01-01"}, 0), ({"since": "9999-12-31"}, 0),
    ):  # fmt: skip
        assert len((await got(auditor, **changed, **asked))["items"]) == count, asked
    row = (await got(auditor, **changed))["items"][0]
    assert (row["label"], row["kind"], row["thing"], row["unit"]) == ("调整岗位", "任职权限", "岗位", unit)
    assert row["post"] == "青岚县人民政府办公室系统管理员"
    assert (await got(auditor, f"/audit-entries/{row['id']}"))["entry"]["facts"] == both[1]


@pytest.mark.parametrize("asked", [{"kind": "nothing"}, {"cursor": "x"}, {"cursor": "WyIyMDI2Il0"}, {"person": "字" * 200}])
async def test_nonsense_is_refused(town: Town, asked: dict[str, str]) -> None:
    auditor = await auditor_of(town)
    assert (await auditor.get("/audit-entries", params=asked)).status_code == 422


async def test_a_page_is_one_query_and_reading_leaves_a_row_a_day(town: Town) -> None:
    auditor = await auditor_of(town)
    for _ in range(3):
        await got(auditor)
    looked = await AuditEntry.filter(action="audit.view")
    assert [(row.actor_name, row.subject) for row in looked] == [(AUDITOR, "audit.trail")]
    with counted() as plain:
        await got(auditor, "/me")
    for asked in ({}, {"kind": "view"}, {"person": "苏小满"}):
        with counted() as sent:
            await got(auditor, **asked)
        assert len([one for one in sent if "audit_entry" in one]) == 1, (asked, plain)


async def state(http: httpx.AsyncClient, id: object) -> tuple[str, int | None, int | None]:
    entry = (await got(http, f"/audit-entries/{id}"))["entry"]
    return entry["state"], entry["position"], entry["batch"]


async def test_a_row_is_held_against_the_seal(town: Town) -> None:
    auditor = await auditor_of(town)
    await got(auditor)
    first, second, third = [row.id for row in await AuditEntry.all().order_by("id").limit(3)]
    assert await state(auditor, first) == ("waiting", None, None)
    await seal(server_key(), batch=10)
    last = await AuditBatch.all().count()
    assert await state(auditor, first) == ("sealed", 1, last)
    head = await got(auditor, "/audit-head")
    assert (head["head"]["batch"], head["head"]["holds"], head["waiting"]) == (last, True, 0)
    await trail.unguard()
    await trail.alter(str(first))
    assert (await state(auditor, first))[0] == "altered"
    await trail.alter(str(second), digest=True, leaf=True)
    assert (await state(auditor, second))[0] == "unproven", "row and leaf fit one another, the root does not"
    assert (await state(auditor, third))[0] in ("sealed", "unproven"), "its way to the root goes by the second"
    await trail.put_in(queued=True)
    assert (await state(auditor, await trail.put_in(queued=False)))[0] == "foreign"
    assert (await state(auditor, await trail.put_in(queued=True)))[0] == "altered", "it bears no mark of the house"
    await execute("UPDATE audit_batch SET signature = ? WHERE number = ?", bytes(64), last)
    assert (await got(auditor, "/audit-head"))["head"]["holds"] is False


async def test_no_such_row_and_no_head_yet(town: Town) -> None:
    auditor = await auditor_of(town)
    assert (await auditor.get(f"/audit-entries/{town.units['禾渡镇']}")).status_code == 404
    assert (await got(auditor, "/audit-head"))["head"] is None
    assert (await auditor.get("/audit-head/file")).status_code == 404


async def test_the_head_as_a_file_is_the_one_that_verify_takes(town: Town) -> None:
    from office.audit.kept import judge, read_head
    from office.kernel import base64url
    from office.signing.keys import proves

    auditor = await auditor_of(town)
    await seal(server_key())
    answer = await auditor.get("/audit-head/file")
    assert "attachment" in answer.headers["content-disposition"]
    head = read_head(answer.content, proves, base64url.decode)
    assert judge(head, await trail.verify(head.batch)) == "extends"
    assert await AuditEntry.filter(action="audit.export_head", actor_name=AUDITOR).count() == 1


async def test_an_export_is_what_the_filter_finds_and_leaves_a_row(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    auditor = await auditor_of(town)
    await trail.write(7, "numbering.take")
    await trail.write(2, "=1+1")
    monkeypatch.setattr(exporting, "STEP", 3)
    answer = await auditor.get("/audit-export", params={"person": "苏小满", "kind": "handle"})
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == list(exporting.HEADINGS.values())
    digests = [row.digest for row in await AuditEntry.filter(action="numbering.take").order_by("-at", "-id")]
    assert [row[-1] for row in rows[1:]] == digests
    note = await AuditEntry.get(action="audit.export")
    assert note.facts == {
        "filter": {"person": "苏小满", "kind": "handle"}, "count": 7, "sha256": hashlib.sha256(answer.content).hexdigest(),
    }  # fmt: skip
    formula = await auditor.get("/audit-export", params={"action": "=1+1"})
    assert "'=1+1" in formula.content.decode("utf-8-sig")
    monkeypatch.setattr(exporting, "MOST", 6)
    refused = await auditor.get("/audit-export", params={"person": "苏小满", "kind": "handle"})
    assert (refused.status_code, "6 行" in refused.text) == (413, True)
    assert await AuditEntry.filter(action="audit.export").count() == 2, "what is refused leaves nothing of an export"
