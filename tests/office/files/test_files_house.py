"""Files in the house: taken in once, shown to those who may, kept while needed, and gone when not."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from office.files import actions, making, pages, store
from office.files.models import Blob, File, FileReference
from office.files.rendering.shapes import Rendition
from office.kernel import clock
from office.kernel.database import execute, fetch, is_postgres
from office.kernel.refusal import Invalid, NotFound, Unavailable
from office.kernel.work import verb
from office.search.models import SearchText
from tests.documents.conftest import PAPER
from tests.office.files.makers import chinese_pdf, pdf, text_pdf
from tests.office.files.ofd_maker import NS, ofd, packed, png, seal, sealed, text
from tests.people import Town
from tests.support.house import House
from tests.support.max_queries import counted

NOTICE = (PAPER / "urgent-notice.pdf").read_bytes()


@pytest.fixture
def town(settled: Town) -> Town:
    return settled


async def _taken(town: Town, data: bytes = NOTICE, name: str = "苏小满") -> dict[str, Any]:
    said = {"declaration": "不涉密"}  # some of these pages are pictures
    answer = await (await town.of(name)).post("/files", files={"file": ("通知.pdf", data)}, data=said)
    assert answer.status_code == 201, answer.text
    file: dict[str, Any] = answer.json()["file"]
    return file


async def test_taken_in_by_content_and_shown_by_page(town: Town) -> None:
    file, client = await _taken(town), await town.of("苏小满")
    assert (file["media_type"], file["name"], file["size"]) == ("application/pdf", "通知.pdf", len(NOTICE))
    picture = await client.get(f"/files/{file['id']}/pages/1?width=540")
    assert (picture.status_code, picture.headers["content-type"], picture.content[8:12]) == (200, "image/webp", b"WEBP")
    again = await client.get(f"/files/{file['id']}/pages/1?width=540", headers={"If-None-Match": picture.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "通知" in (await client.get(f"/files/{file['id']}/text?page=1")).json()["text"]
    assert (await client.get(f"/files/{file['id']}/content")).content == NOTICE


async def test_an_ofd_is_shown_like_a_pdf(town: Town) -> None:
    data = ofd(text("关于防汛的通知", 40, 50, 7.76), text("第二页"))
    file, client = await _taken(town, data), await town.of("苏小满")
    assert (file["media_type"], file["pages"], file["warnings"]) == ("application/ofd", 2, [])
    for width in (540, 720):
        picture = await client.get(f"/files/{file['id']}/pages/2?width={width}")
        assert (picture.status_code, picture.headers["content-type"], picture.content[8:12]) == (200, "image/webp", b"WEBP")
    assert (await client.get(f"/files/{file['id']}/text?page=1")).json() == {"text": "关于防汛的通知", "warnings": []}
    original = await client.get(f"/files/{file['id']}/content")
    assert (original.headers["content-type"], original.content) == ("application/ofd", data)


async def test_an_ofd_as_pdf_and_what_it_says_about_itself(town: Town) -> None:
    custom = '<ofd:CustomDatas><ofd:CustomData Name="密级">无</ofd:CustomData></ofd:CustomDatas>'
    info = f"<ofd:Title>防汛通知</ofd:Title>{custom}"
    body, more = sealed(['<ofd:StampAnnot ID="1" PageRef="101" Boundary="10 10 40 40"/>'], seal("png", png((255, 0, 0))))
    listed = '<ofd:CustomTag TypeID="g"><ofd:FileLoc>T.xml</ofd:FileLoc></ofd:CustomTag>'
    tree = '<g:标题><ofd:ObjectRef PageRef="100">9</ofd:ObjectRef></g:标题><g:文号>一号</g:文号>'
    tags = {
        "Doc_0/Tags.xml": f"<ofd:CustomTags {NS}>{listed}</ofd:CustomTags>",
        "Doc_0/T.xml": f'<g:公文 {NS} xmlns:g="http://g">{tree}</g:公文>',
    }
    document = "<ofd:CustomTags>Tags.xml</ofd:CustomTags>"
    data = ofd(text("关于防汛的通知"), text("第二页"), info=info, body=body, document=document, files={**more, **tags})
    file, client = await _taken(town, data), await town.of("苏小满")
    told = (await client.get(f"/files/{file['id']}/details")).json()
    assert {one["name"]: one["value"] for one in told["info"]} == {"DocID": "1", "Title": "防汛通知", "密级": "无"}
    assert [(one["name"], one["value"]) for one in told["tags"]] == [("标题", "关于防汛的通知"), ("文号", "一号")]
    (signature,) = told["signatures"]
    assert (signature["kind"], signature["provider"], signature["pages"]) == ("Seal", "测试", [2])
    assert (signature["outcome"], signature["verdict"]) == ("invalid", "无效")
    made = await client.get(f"/files/{file['id']}/pdf")
    assert (made.status_code, made.headers["content-type"], made.content[:5]) == (200, "application/pdf", b"%PDF-")
    again = await _taken(town, made.content)
    assert (again["media_type"], again["pages"]) == ("application/pdf", 2)
    assert (await client.get(f"/files/{again['id']}/pdf")).content == made.content
    assert (await (await town.of("白露秋")).get(f"/files/{file['id']}/pdf")).status_code == 404
    assert (await (await town.of("白露秋")).get(f"/files/{file['id']}/details")).status_code == 404


async def test_what_a_small_ofd_says_of_itself_at_length_is_cut_short(town: Town) -> None:
    long = [f"{'n' * 20_000}{n}" for n in range(12)]
    leaves = "".join(f"<b>{n}</b>" for n in range(3000))
    tree = "".join(f"<{name}>" for name in long) + leaves + "".join(f"</{name}>" for name in reversed(long))
    listed = '<ofd:CustomTag TypeID="g"><ofd:FileLoc>T.xml</ofd:FileLoc></ofd:CustomTag>'
    tags = {"Doc_0/Tags.xml": f"<ofd:CustomTags {NS}>{listed}</ofd:CustomTags>", "Doc_0/T.xml": f"<a>{tree}</a>"}
    data = ofd(text("通知"), document="<ofd:CustomTags>Tags.xml</ofd:CustomTags>", files=tags)
    file, client = await _taken(town, data), await town.of("苏小满")
    told = (await client.get(f"/files/{file['id']}/details")).json()["tags"]
    assert len(told) == 500
    assert {len(one["name"]) for one in told} == {2000}


async def test_what_only_looks_like_an_ofd_is_refused_and_leaves_nothing(town: Town) -> None:
    client = await town.of("苏小满")
    answer = await client.post("/files", files={"file": ("通知.ofd", packed({"OFD.xml": "<a/>"}))})
    assert (answer.status_code, answer.json()["code"]) == (422, "files.damaged")
    assert await File.all().count() == await Blob.all().count() == 0


async def test_the_same_bytes_lie_there_once_and_nobody_learns_it(town: Town) -> None:
    mine, theirs = await _taken(town), await _taken(town, name="白露秋")
    assert mine["id"] != theirs["id"]
    assert (await File.all().count(), await Blob.all().count()) == (2, 1)
    assert (await (await town.of("白露秋")).get(f"/files/{mine['id']}")).status_code == 404


async def test_the_same_bytes_ten_times_at_once(town: Town) -> None:
    await town.of("苏小满")
    files = await asyncio.gather(*[_taken(town) for _ in range(10)])
    assert len({file["id"] for file in files}) == 10
    assert await Blob.all().count() == 1
    blobs = Path(town.house.settings.data) / "blobs"
    assert len([path for path in blobs.rglob("*") if path.is_file() and path.name != ".lock"]) == 1


async def _named(digest: str) -> bytes:
    return await asyncio.to_thread(store.blob_path(digest).read_bytes)


async def test_swept_two_days_after_it_came_unless_something_needs_it(town: Town) -> None:
    loose, kept = await _taken(town, text_pdf(["loose"])), await _taken(town, text_pdf(["kept"]))
    await pages.page_picture(loose["digest"], 1, 540)

    @verb
    async def refer() -> None:
        await actions.refer("tests:1", [UUID(kept["id"])])
        await actions.refer("tests:1", [UUID(kept["id"])])

    await refer()
    await town.house.drain()
    assert await FileReference.all().count() == 1
    assert {row.words for row in await SearchText.all()} == {"loose", "kept"}
    await actions.sweep()
    assert await File.all().count() == 2
    clock.travel(timedelta(days=2, minutes=1))
    await actions.sweep()
    assert [str(row.id) for row in await File.all()] == [kept["id"]]
    assert await Blob.all().count() == 1
    assert await _named(kept["digest"])
    assert [row.digest for row in await SearchText.all()] == [kept["digest"]]
    assert not store.blob_path(loose["digest"]).exists()
    assert not store.rendition_path(loose["digest"], "1-540.webp").exists()


async def test_the_sweeper_looks_at_each_file_once_and_again_when_it_is_let_go(town: Town) -> None:
    """What is kept is not looked at every hour; what is let go goes at the next run, what ends when it ends."""
    forever, lent, ended = [UUID((await _taken(town))["id"]) for _ in range(3)]

    @verb
    async def refer(owner: str, *files: UUID) -> None:
        await actions.refer(owner, files)

    @verb
    async def release(owner: str, file: UUID) -> None:
        await actions.release([owner], file)

    await refer("documents.handling:1", forever, lent, ended)
    await FileReference.filter(file_id=ended).update(until=clock.now() + timedelta(days=5))
    clock.travel(timedelta(days=3))
    await actions.sweep()
    due = dict(await File.all().values_list("id", "look_at"))
    assert (due[forever], due[lent], due[ended] is not None) == (None, None, True)
    with counted() as sent:
        await actions.sweep()
    assert not any("files_reference" in one for one in sent), "no kept file is looked at again"
    await release("documents.handling:1", lent)
    await actions.sweep()
    assert {row.id for row in await File.all()} == {forever, ended}
    clock.travel(timedelta(days=3))
    await actions.sweep()
    assert [row.id for row in await File.all()] == [forever]


async def test_more_than_one_round_holds_are_swept_in_one_run(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    for _ in range(5):
        await _taken(town)
    clock.travel(timedelta(days=2, minutes=1))
    await actions.sweep()
    assert await File.all().count() == 0


async def test_the_sweeper_finds_what_is_due_by_its_index(town: Town) -> None:
    for _ in range(3):
        await _taken(town)

    @verb
    async def plan() -> str:
        if is_postgres():
            for setting in ("enable_seqscan", "enable_bitmapscan"):
                await execute(f"SET LOCAL {setting} = off")
        explain = "EXPLAIN" if is_postgres() else "EXPLAIN QUERY PLAN"
        text = "SELECT id FROM files_file WHERE look_at <= ? ORDER BY look_at LIMIT 500"
        return str(await fetch(f"{explain} {text}", clock.now()))

    told = await plan()
    assert "Index Scan" in told or "USING INDEX" in told or "USING COVERING INDEX" in told, told
    assert "Sort" not in told
    assert "TEMP B-TREE" not in told


async def test_many_uploads_that_wait_do_not_hold_up_the_sweeper(town: Town) -> None:
    """More of them than the process has threads: the sweeper needs one to remove a file, and they wait for the sweeper."""

    async def upload() -> None:
        async with store.guarded():
            pass

    async with asyncio.timeout(30):
        async with store.guarded(sweeping=True):
            waiting = [asyncio.create_task(upload()) for _ in range(64)]
            await asyncio.sleep(0)
            await store.drop("0" * 64)
            assert not any(task.done() for task in waiting)
        await asyncio.gather(*waiting)


async def test_the_sweeper_waits_for_an_upload_that_found_the_bytes(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are old and unneeded; an upload finds them there; the sweeper may not take them before its row is written."""
    old = await _taken(town)
    clock.travel(timedelta(days=2, minutes=1))
    town.tokens.clear()
    town.clients.clear()
    await town.of("苏小满")
    found, go = asyncio.Event(), asyncio.Event()
    keep = store.keep

    async def keeping(path: Path, digest: str) -> None:
        await keep(path, digest)
        found.set()
        await go.wait()

    monkeypatch.setattr(store, "keep", keeping)
    upload = asyncio.create_task(_taken(town))
    await found.wait()
    sweeping = asyncio.create_task(actions.sweep())
    go.set()
    new = await upload
    await sweeping
    assert new["digest"] == old["digest"]
    assert await Blob.filter(digest=new["digest"]).exists()
    assert await _named(new["digest"]) == NOTICE


async def test_warnings_of_a_page_are_kept_beside_its_picture(town: Town) -> None:
    file, client = await _taken(town, pdf()), await town.of("苏小满")
    assert (await client.get(f"/files/{file['id']}/pages/1")).status_code == 200
    told = (await client.get(f"/files/{file['id']}/text?page=1")).json()
    assert told["warnings"] == ["这一页没有可显示的内容。"]


async def test_a_picture_without_its_font_is_made_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    file = await _taken(town, chinese_pdf())
    asked: list[int] = []

    class Fontless:
        async def render(self, path: Path, page: int, width: int, begun: making.Begun) -> Rendition:
            asked.append(page)
            return Rendition(page, b"RIFF", width, 1, "image/webp", "grey", ("font_missing",))  # type: ignore[arg-type]

    monkeypatch.setattr(pages, "pool", Fontless)
    for _ in range(2):
        path = await pages.page_picture(file["digest"], 1, 720)
    assert asked == [0]
    aged = clock.now().timestamp() - pages.WITHOUT_FONT.total_seconds() - 1
    os.utime(path, (aged, aged))
    await pages.page_picture(file["digest"], 1, 720)
    assert asked == [0, 0]


async def test_a_page_that_cannot_be_shown_raises_no_alarm(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    file = await _taken(town)
    asked: list[int] = []

    async def damaged(digest: str, page: int, width: int) -> Path:
        asked.append(page)
        raise Invalid("files.page_damaged", page=page)

    monkeypatch.setattr(pages, "page_picture", damaged)
    await pages.warm(file["digest"], 3)
    assert asked == [1, 2, 3]


async def test_a_page_that_cannot_be_made_is_refused_from_memory(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    file = await _taken(town)
    asked: list[int] = []

    class Stuck:
        async def render(self, path: Path, page: int, width: int, begun: making.Begun) -> Rendition:
            asked.append(page)
            raise Invalid("files.render_timeout", seconds=20)

    monkeypatch.setattr(pages, "pool", Stuck)
    for _ in range(3):
        with pytest.raises(Invalid) as refused:
            await pages.page_picture(file["digest"], 1, 720)
        assert (refused.value.code, refused.value.facts) == ("files.render_timeout", {"seconds": 20})
    with pytest.raises(Invalid):
        await pages.page_picture(file["digest"], 1, 1080)
    assert asked == [0], "neither again nor larger"
    monkeypatch.setattr(making, "REFUSED_FOR", timedelta(0))
    with pytest.raises(Invalid):
        await pages.page_picture(file["digest"], 1, 720)
    assert asked == [0, 0]


async def test_what_a_worker_had_begun_is_remembered_though_nobody_waits(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening and leaving a costly page again and again costs a worker's time once."""
    file = await _taken(town)
    asked: list[int] = []
    taken, late = asyncio.Event(), asyncio.Event()

    class Stuck:
        async def render(self, path: Path, page: int, width: int, begun: making.Begun) -> Rendition:
            asked.append(page)
            begun()
            taken.set()
            await late.wait()
            raise Invalid("files.render_timeout", seconds=20)

    monkeypatch.setattr(pages, "pool", Stuck)
    reader = asyncio.create_task(pages.page_picture(file["digest"], 1, 720))
    await taken.wait()
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)
    late.set()
    with pytest.raises(Invalid, match="render_timeout"):
        await pages.page_picture(file["digest"], 1, 720)
    with pytest.raises(Invalid, match="render_timeout"):
        await pages.page_picture(file["digest"], 1, 720)
    assert asked == [0]


async def test_a_document_that_takes_all_of_a_workers_time_is_left(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    file = await _taken(town)
    asked: list[int] = []

    async def slow(digest: str, page: int, width: int) -> Path:
        asked.append(page)
        raise Invalid("files.render_timeout", seconds=20)

    monkeypatch.setattr(pages, "page_picture", slow)
    await pages.warm(file["digest"], 3)
    assert asked == [1]


async def test_a_busy_moment_is_not_remembered(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    file = await _taken(town)

    class Busy:
        async def render(self, path: Path, page: int, width: int, begun: making.Begun) -> Rendition:
            raise Unavailable("files.render_busy", retry_after=5)

    with monkeypatch.context() as patched:
        patched.setattr(pages, "pool", Busy)
        with pytest.raises(Unavailable):
            await pages.page_picture(file["digest"], 1, 720)
    assert (await pages.page_picture(file["digest"], 1, 720)).exists()


async def test_those_who_ask_meanwhile_wait_for_the_same_picture(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    file = await _taken(town)
    asked: list[int] = []
    began, go = asyncio.Event(), asyncio.Event()

    class Slow:
        async def render(self, path: Path, page: int, width: int, begun: making.Begun) -> Rendition:
            asked.append(page)
            began.set()
            await go.wait()
            return Rendition(page, b"RIFF", width, 1, "image/webp", "grey", ())

    monkeypatch.setattr(pages, "pool", Slow)
    callers = [asyncio.create_task(pages.page_picture(file["digest"], 1, 720)) for _ in range(5)]
    await began.wait()
    callers[0].cancel()  # one goes away; the others still get it
    go.set()
    made = await asyncio.gather(*callers[1:])
    assert asked == [0]
    assert len(set(made)) == 1


async def test_what_a_death_left_behind_is_swept(town: Town) -> None:
    file = await _taken(town)
    kept, lost = store.blob_path(file["digest"]), store.blob_path(file["digest"][:2] + "0" * 62)
    draft, half = kept.with_name(".draft"), store.intake_folder() / "half"
    for left in (lost, draft, half):
        left.write_bytes(b"left")
    fresh = store.intake_folder() / "fresh"
    aged = (clock.now() - actions.UNCLAIMED - timedelta(days=1)).timestamp()
    for old in (kept, lost, draft, half):
        os.utime(old, (aged, aged))
    fresh.write_bytes(b"under way")
    for hour in range(24):
        with clock.set_for_test(clock.now().replace(hour=hour)):
            await actions.sweep()
    assert [one.exists() for one in (kept, lost, draft, half, fresh)] == [True, False, False, False, True]


async def test_what_the_sweeper_took_is_referred_to_by_nothing(house: House) -> None:
    @verb
    async def referred() -> None:
        await actions.refer("documents.document:x", [uuid4()])

    with pytest.raises(NotFound):
        await referred()
    assert await FileReference.all().count() == 0
