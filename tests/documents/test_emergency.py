"""应急处置: what turned out to be classified is unreadable at once, and after a purge nowhere to be found."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from documents.exchange.models import Push
from documents.incoming.models import Document, Handling
from office.files import store
from office.files.models import Blob, File
from office.kernel.actor import SYSTEM
from office.kernel.database import fetch, is_postgres
from office.kernel.work import detach, verb
from office.organization import actions, structure
from office.outbox.promises import broken
from office.search.index import hashed
from office.secrecy import cases
from office.secrecy.models import Case
from tests.documents.conftest import Office
from tests.office.files.makers import chinese_pdf
from tests.people import UNITS

CANARY = "金丝雀七三一"
PAPER = chinese_pdf(f"{CANARY}工作方案")
DIGEST = hashlib.sha256(PAPER).hexdigest()
ISSUER = "青岚县人民政府办公室"


@verb
async def _officers(office: Office) -> None:
    for name in ("何路人", "沈听澜"):
        post = await structure.add_post(
            SYSTEM, office.town.units["禾渡镇"], title="保密员", roles=("security_admin",), sort_no=90
        )
        await actions.appoint(SYSTEM, office.town.people[name], post)


async def _push(office: Office, version: int = 1, source_id: str = "c-1") -> httpx.Response:
    metadata = {
        "source": "county-oa", "source_id": source_id, "version": version, "title": f"{CANARY}通知",
        "docNo": "青政办发〔2026〕731号",
        "issuerMark": f"{ISSUER}文件", "signature": ISSUER, "remark": f"附注{CANARY}", "recipients": [UNITS["禾渡镇"][3]],
    }  # fmt: skip
    files = [("file", (f"{CANARY}.pdf", PAPER, "application/pdf"))]
    return await office.oa.post("/exchange/documents", data={"metadata": json.dumps(metadata)}, files=files)


async def _handled(office: Office) -> str:
    """A document with the canary everywhere: registered, proposed, signed, sent down, looked at."""
    pushed = await _push(office)
    assert pushed.status_code == 201, pushed.text
    handling = str(pushed.json()["receipts"][0]["handling"])
    clerk = await office.town.of("苏小满")
    told = {"title": f"{CANARY}通知", "doc_no": "青政办发〔2026〕731号", "issuer": ISSUER, "remark": CANARY}
    key = {"Idempotency-Key": "register-1"}
    assert (await clerk.post(f"/handlings/{handling}/registrations", json=told, headers=key)).status_code == 201
    posts = [str(office.town.posts["秦望舒"])]
    await office.ok("苏小满", handling, "proposals", text=f"拟请秦镇长阅示{CANARY}", order="bottom_up", leaders=posts)
    await office.sign("秦望舒", handling, f"请办理{CANARY}。", "instruct", (f"unit:{office.town.units['云岭村']}", "lead"))
    await office.after_hold()
    page = await office.page("苏小满", handling)
    file = page["files"][0]["id"]
    for path in (f"/files/{file}/pages/1?width=540", f"/files/{file}/text?page=1", f"/files/{file}/content"):
        assert (await clerk.get(path)).status_code == 200
    await office.house.drain()
    return handling


async def _reported(office: Office, handling: str, name: str = "何路人") -> str:
    body = {"subject": f"documents.handling:{handling}", "ground": "来文单位告知"}
    answer = await (await office.town.of(name)).post("/secrecy-cases", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["case"]["id"])


async def _act(office: Office, name: str, case: str, what: str) -> httpx.Response:
    body = {"documents": await _documents(office, case)} if what == "purges" else {}
    return await (await office.town.of(name)).post(f"/secrecy-cases/{case}/{what}", json=body)


async def _documents(office: Office, case: str) -> int:
    return int((await (await office.town.of("沈听澜")).get(f"/secrecy-cases/{case}")).json()["case"]["documents"])


async def _readings(office: Office, handling: str, file: str) -> dict[str, httpx.Response]:
    """Every way the clerk and the leader had to it."""
    found = {}
    for name in ("苏小满", "秦望舒", "黎云起"):
        client = await office.town.of(name)
        for path in (
            f"/handlings/{handling}", f"/handlings/{handling}/trail", f"/handlings/{handling}/evidence", f"/files/{file}",
            f"/files/{file}/content", f"/files/{file}/text?page=1", f"/files/{file}/pages/1?width=540", "/inbox?box=handle",
            "/inbox?box=done", "/inbox?box=follow", "/handlings", f"/handlings?q={CANARY}", f"/search?q={CANARY}",
            "/search?q=金", "/bootstrap",
        ):  # fmt: skip
            found[f"{name} {path}"] = await client.get(path)
    return found


def _words(found: dict[str, httpx.Response], path: str) -> list[tuple[str, str]]:
    return [(one["title"], one["summary"]) for one in found[path].json()["items"]]


async def test_freezing_makes_it_unreadable_at_once_and_lifting_brings_it_back(office: Office) -> None:
    await _officers(office)
    handling = await _handled(office)
    file = str((await File.get(digest=DIGEST)).id)
    await office.ok("苏小满", handling, "follows")
    before = await _readings(office, handling, file)
    assert any(CANARY in answer.text for path, answer in before.items() if "/files" not in path)
    case = await _reported(office, handling)
    assert (await Case.get(id=case)).state == "frozen"
    for path, answer in (await _readings(office, handling, file)).items():
        assert answer.status_code < 500, path
        assert CANARY not in answer.text, path
        if handling in path or file in path:
            assert answer.status_code in (403, 404), path
    assert (await _push(office, version=2)).json()["code"] == "exchange.classified"
    await office.house.drain()
    for path, answer in (await _readings(office, handling, file)).items():
        assert CANARY not in answer.text, path
    assert await broken() == {}
    assert (await _act(office, "何路人", case, "lifts")).status_code == 201
    after = await _readings(office, handling, file)
    assert {path: answer.status_code for path, answer in after.items()} == {p: one.status_code for p, one in before.items()}
    for name in ("苏小满", "秦望舒", "黎云起"):
        for box in ("handle", "done", "follow"):
            assert _words(after, f"{name} /inbox?box={box}") == _words(before, f"{name} /inbox?box={box}")
    assert any(summary for _, summary in _words(after, "苏小满 /inbox?box=follow"))
    assert CANARY in after[f"苏小满 /handlings/{handling}"].text
    assert CANARY in after["苏小满 /handlings"].text
    await office.house.drain()
    clerk = await office.town.of("苏小满")
    assert CANARY in (await clerk.get(f"/search?q={CANARY}")).text
    assert await broken() == {}


async def test_what_moves_on_by_itself_while_frozen_says_nothing(office: Office) -> None:
    """A signature in its thirty seconds takes effect and sends the document down: there too nobody sees a word of it."""
    await _officers(office)
    pushed = await _push(office)
    handling = str(pushed.json()["receipts"][0]["handling"])
    told = {"title": f"{CANARY}通知", "doc_no": "青政办发〔2026〕731号", "issuer": ISSUER}
    await office.ok("苏小满", handling, "registrations", **told)
    posts = [str(office.town.posts["秦望舒"])]
    await office.ok("苏小满", handling, "proposals", text="拟请秦镇长阅示", order="bottom_up", leaders=posts)
    await office.sign("秦望舒", handling, "请办理。", "instruct", (f"unit:{office.town.units['云岭村']}", "lead"))
    case = await _reported(office, handling)
    await office.after_hold()
    await office.house.drain()
    below = await Handling.exclude(id=handling)
    assert [row.frozen for row in below] == [True]
    for name in ("苏小满", "秦望舒", "黎云起"):
        client = await office.town.of(name)
        for path in (
            "/inbox?box=handle",
            "/inbox?box=read",
            "/inbox?box=done",
            "/handlings",
            f"/handlings/{below[0].id}",
            "/bootstrap",
        ):
            assert CANARY not in (await client.get(path)).text, (name, path)
    assert await broken() == {}
    assert (await _act(office, "何路人", case, "lifts")).status_code == 201
    assert CANARY in (await (await office.town.of("黎云起")).get(f"/handlings/{below[0].id}")).text


async def test_who_may_and_who_may_not(office: Office) -> None:
    await _officers(office)
    handling = await _handled(office)
    stranger = await office.town.of("白露秋")
    body = {"subject": f"documents.handling:{handling}", "ground": "标有密级"}
    assert (await stranger.post("/secrecy-cases", json=body)).json()["code"] == "secrecy.no_such_thing"
    case = await _reported(office, handling, "苏小满")
    assert (await Case.get(id=case)).state == "reported"
    assert (await office.page("苏小满", handling))["document"]["title"] == f"{CANARY}通知"
    for what in ("freezes", "lifts", "purges"):
        assert (await _act(office, "苏小满", case, what)).status_code == 403
    assert (await _act(office, "何路人", case, "purges")).json()["code"] == "secrecy.case_state"
    assert (await _act(office, "何路人", case, "freezes")).status_code == 201
    assert (await _act(office, "何路人", case, "freezes")).json()["code"] == "secrecy.case_state"
    assert (await _act(office, "何路人", case, "purges")).json()["code"] == "secrecy.other_purges"
    listed = (await (await office.town.of("沈听澜")).get("/secrecy-cases?state=frozen")).json()["items"]
    assert [one["id"] for one in listed] == [case]
    for subject in (f"documents.handling:{case}", f"files.file:{'0' * 36}", f"person:{office.town.people['苏小满']}"):
        answer = await (await office.town.of("何路人")).post("/secrecy-cases", json={**body, "subject": subject})
        assert answer.status_code in (404, 422), answer.text


async def test_after_a_purge_nothing_of_it_is_anywhere(office: Office) -> None:
    await _officers(office)
    handling = await _handled(office)
    assert await _traces(office) != []
    assert await _indexed() == {"search_entry", "search_file", "search_index", "search_reader", "search_text"}
    assert await _keyed() != []
    case = await _reported(office, handling)
    done = await _act(office, "沈听澜", case, "purges")
    assert (done.status_code, done.json()["case"]["state"]) == (201, "purged"), done.text
    await office.house.drain()
    assert await _traces(office) == []
    assert await _indexed() == set()
    assert await _keyed() == []
    assert (
        await Document.all().count()
        == await Handling.all().count()
        == await File.all().count()
        == await Blob.all().count()
        == 0
    )
    assert await broken() == {}
    row = await Case.get(id=case)
    assert row.cleaned_at is not None
    assert DIGEST not in str(row.refs)
    report = (await (await office.town.of("何路人")).get(f"/secrecy-cases/{case}")).json()
    assert (report["case"]["ground"], report["case"]["frozen_by_name"], report["case"]["ended_by_name"]) == (
        "来文单位告知", "何路人", "沈听澜",
    )  # fmt: skip
    assert {"苏小满"} <= {one["person_name"] for one in report["seen"]}
    assert len({(one["person"], one["device"]) for one in report["seen"]}) == len(report["seen"])
    assert all(one["first"] <= one["last"] for one in report["seen"])
    assert CANARY not in json.dumps(report, ensure_ascii=False)
    for version in (1, 2):
        answer = await _push(office, version)
        assert (answer.status_code, answer.json()["code"]) == (422, "exchange.classified"), answer.text
    assert await File.all().count() == await Blob.all().count() == 0
    assert await _traces(office) == []


async def test_a_purge_that_died_before_the_bytes_went_is_finished(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await _officers(office)
    handling = await _handled(office)
    case = await _reported(office, handling)

    async def died(row: Case) -> None:
        raise ConnectionError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(cases, "clean", died)
        officer = await office.town.actor("沈听澜")
        with pytest.raises(ConnectionError):
            await cases.purge(officer, UUID(case), 1)
    assert await _traces(office) != []
    await cases.finish()
    assert await _traces(office) == []


async def _traces(office: Office) -> list[str]:
    """Every file of the data folder, of the database and of what it dumps in which the canary, or the file's bytes, can be
    found."""
    folder = Path(office.house.settings.folder)
    found = [str(one.relative_to(folder)) for one in _files(folder) if _holds(one.read_bytes())]
    if "sqlite" in office.house.settings.database:
        database = Path(office.house.settings.database.removeprefix("sqlite://"))
        return [*found, *(one.name for one in database.parent.glob(f"{database.name}*") if _holds(one.read_bytes()))]
    return [*found, *await _dumped(office.house.settings.database)]


async def _indexed() -> set[str]:
    """The tables of search that hold anything."""
    tables = ("search_entry", "search_file", "search_index", "search_reader", "search_text")
    return {table for table in tables if await fetch(f"SELECT 1 AS one FROM {table} LIMIT 1")}


async def _keyed() -> list[object]:
    """Where a pair of the canary's characters is a key of the index: rows on PostgreSQL; on SQLite any segment of FTS5, for one
    keeps the words of deleted rows until it is merged away."""
    if is_postgres():
        return list(await fetch("SELECT no FROM search_index WHERE keys @> ?::int[]", hashed(["丝雀"])))
    structure = 10
    return list(await fetch("SELECT id FROM search_index_data WHERE id > ?", structure))


def _files(folder: Path) -> Iterator[Path]:
    return (one for one in folder.rglob("*") if one.is_file())


def _holds(data: bytes) -> bool:
    forms = (CANARY.encode(), json.dumps(CANARY)[1:-1].encode(), CANARY.encode("utf-16-be").hex().encode(), PAPER[200:260])
    return any(form in data for form in forms)


async def _dumped(url: str) -> list[str]:
    """All tables and the planner's statistics, row by row, as text."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        found = []
        for table in [*(row["tablename"] for row in tables), "pg_stats"]:
            rows = await connection.fetch(f'SELECT t::text AS line FROM "{table}" t')
            found += [table for row in rows if _holds((row["line"] or "").encode()) or _hexed(row["line"] or "")]
        return found
    finally:
        await connection.close()


def _hexed(line: str) -> bool:
    return CANARY.encode().hex() in line


async def test_the_row_of_the_push_stays_for_its_key_only(office: Office) -> None:
    await _officers(office)
    case = await _reported(office, await _handled(office))
    await _act(office, "沈听澜", case, "purges")
    rows = await Push.all()
    assert {(row.state, row.receipt == {}, row.fingerprint) for row in rows} == {("purged", True, "")}


async def _resumed(office: Office) -> httpx.Response:
    """The same bytes by a resumable upload, under a name that tells."""
    headers = {
        "Tus-Resumable": "1.0.0", "Upload-Length": str(len(PAPER)), "Content-Type": "application/offset+octet-stream",
        "Upload-Metadata": f"filename {base64.b64encode(f'{CANARY}.pdf'.encode()).decode()}",
    }  # fmt: skip
    return await (await office.town.of("苏小满")).post("/uploads", content=PAPER, headers=headers)


async def test_bytes_that_are_frozen_are_not_taken_in_again(office: Office) -> None:
    """By no way in, not under another name either; and an upload that ended before tells nothing of them any more."""
    await _officers(office)
    handling = await _handled(office)
    clerk = await office.town.of("苏小满")
    begun = await _resumed(office)
    assert begun.status_code == 201, begun.text
    at = begun.headers["location"].removeprefix("/api/v1")
    own = begun.json()["upload"]["file"]["id"]
    case = await _reported(office, handling)
    files = await File.all().count()
    formed = await clerk.post("/files", files={"file": ("别的名字.pdf", PAPER, "application/pdf")})
    for answer in (formed, await _resumed(office)):
        assert (answer.status_code, answer.json()["code"]) == (422, "files.frozen"), answer.text
    assert await File.all().count() == files
    assert (await clerk.get(f"/files/{own}/content")).status_code == 404
    told, head = await clerk.get(at), await clerk.head(at, headers={"Tus-Resumable": "1.0.0"})
    assert (told.status_code, told.json()["upload"]["file"]) == (200, None)
    assert CANARY not in told.text
    assert "upload-metadata" not in head.headers
    assert (await _act(office, "何路人", case, "lifts")).status_code == 201
    assert (await clerk.get(at)).json()["upload"]["file"]["name"] == f"{CANARY}.pdf"
    assert (await clerk.post("/files", files={"file": ("别的名字.pdf", PAPER, "application/pdf")})).status_code == 201


async def test_what_two_cases_hold_is_readable_when_the_last_is_lifted(office: Office) -> None:
    await _officers(office)
    handling = await _handled(office)
    first, second = await _reported(office, handling), await _reported(office, handling, "沈听澜")
    clerk = await office.town.of("苏小满")
    assert (await _act(office, "何路人", first, "lifts")).status_code == 201
    assert (await clerk.get(f"/handlings/{handling}")).status_code == 404
    third = await _reported(office, handling)
    lifted = await asyncio.gather(_act(office, "何路人", second, "lifts"), _act(office, "沈听澜", third, "lifts"))
    assert [one.status_code for one in lifted] == [201, 201]
    assert CANARY in (await clerk.get(f"/handlings/{handling}")).text


async def test_a_page_drawn_while_it_is_purged_leaves_no_picture(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await _officers(office)
    handling = await _handled(office)
    file = str((await File.get(digest=DIGEST)).id)
    drawn, purged = asyncio.Event(), asyncio.Event()
    keep = store.keep_rendition

    async def late(path: Path, data: bytes) -> None:
        drawn.set()
        await purged.wait()
        await keep(path, data)

    monkeypatch.setattr(store, "keep_rendition", late)
    clerk = await office.town.of("苏小满")
    reading = asyncio.create_task(clerk.get(f"/files/{file}/pages/1?width=1080"))
    await drawn.wait()
    case = await _reported(office, handling)
    assert (await _act(office, "沈听澜", case, "purges")).status_code == 201
    purged.set()
    assert (await reading).status_code in (404, 503)
    folder = Path(office.house.settings.folder)
    assert [one for one in (folder / "renditions" / DIGEST[:2] / DIGEST).rglob("*") if one.is_file()] == []


async def test_a_purge_says_how_many_documents_go(office: Office) -> None:
    """A file that another document has too draws that one in: whoever purges has counted."""
    await _officers(office)
    handling = await _handled(office)
    assert (await _push(office, source_id="c-2")).status_code == 201
    case = await _reported(office, handling)
    told = (await (await office.town.of("沈听澜")).get(f"/secrecy-cases/{case}")).json()["case"]
    assert (told["documents"], told["handlings"]) == (2, await Handling.filter(frozen=True).count())
    officer = await office.town.of("沈听澜")
    for said in (0, 1, 3):
        answer = await officer.post(f"/secrecy-cases/{case}/purges", json={"documents": said})
        assert (answer.status_code, answer.json()["code"]) == (409, "secrecy.other_number"), answer.text
        assert "2 份" in answer.json()["title"]
    assert (await officer.post(f"/secrecy-cases/{case}/purges", json={})).status_code == 422
    assert (await Document.all().count(), (await Case.get(id=case)).state) == (2, "frozen")
    assert (await officer.post(f"/secrecy-cases/{case}/purges", json={"documents": 2})).status_code == 201
    assert await Document.all().count() == 0


async def test_a_report_that_waits_is_not_doubled(office: Office) -> None:
    await _officers(office)
    handling = await _handled(office)
    first, again = await _reported(office, handling, "苏小满"), await _reported(office, handling, "苏小满")
    other = await _reported(office, handling, "秦望舒")
    assert (first == again, first != other, await Case.all().count()) == (True, True, 2)


async def test_what_comes_while_it_is_frozen_is_frozen_with_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at what belongs together and the freezing another push of the same bytes is committed."""
    await _officers(office)
    handling = await _handled(office)
    if not is_postgres():
        return  # one writer at a time: there is no between
    gathered, came = cases.gathered, list[httpx.Response]()

    async def late(refs: Any, **how: Any) -> Any:
        found = await gathered(refs, **how)
        if not came and how.get("given", True):
            came.append(await detach(_push(office, source_id="c-2")))
        return found

    monkeypatch.setattr(cases, "gathered", late)
    await _reported(office, handling)
    assert came[0].status_code == 201, came[0].text
    assert await Document.filter(frozen=True).count() == 2
    assert await Handling.filter(frozen=False).count() == await File.filter(frozen=False).count() == 0
