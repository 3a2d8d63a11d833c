"""Resumable upload, as tus 1.0 says it: every status and header, races, quotas, and intake that keeps nothing in clear."""

import asyncio
import base64
import errno
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from office.audit.models import AuditEntry
from office.files import actions as taking
from office.files import stop, store
from office.files.models import Blob, File
from office.files.uploads import actions, intake, quota
from office.files.uploads.models import ResumableUpload
from office.kernel import clock, settings
from office.kernel.refusal import Unavailable
from office.kernel.sealed import Writer
from office.kernel.work import finish_running
from tests.office.files.makers import pdf, text_pdf
from tests.office.secrecy.test_stop import scan
from tests.people import Town

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}
PAPER = text_pdf(["a paper about floods"]) + b"% and more\n" * 400
NAME = "防汛通知.pdf"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


METADATA = f"filename {b64(NAME.encode())},relation"


@pytest.fixture
def town(settled: Town) -> Town:
    return settled


@pytest.fixture
async def clerk(town: Town) -> httpx.AsyncClient:
    return await town.of("苏小满")


async def begun(client: httpx.AsyncClient, length: int = len(PAPER), **more: str) -> str:
    answer = await client.post("/uploads", headers={**TUS, "Upload-Length": str(length), "Upload-Metadata": METADATA, **more})
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].removeprefix("/api/v1")


async def add(client: httpx.AsyncClient, at: str, offset: int, data: bytes, **more: str) -> httpx.Response:
    return await client.patch(at, content=data, headers={**PIECE, "Upload-Offset": str(offset), **more})


async def standing(client: httpx.AsyncClient, at: str) -> httpx.Response:
    return await client.head(at, headers=TUS)


def lying() -> list[Path]:
    return sorted(store.intake_folder().iterdir())


def is_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["tus-resumable"] == "1.0.0"


async def test_what_is_spoken_here_is_told(clerk: httpx.AsyncClient) -> None:
    answer = await clerk.options("/uploads")
    assert (answer.status_code, answer.content) == (204, b"")
    told = {name: answer.headers[name] for name in ("tus-version", "tus-resumable", "tus-max-size", "tus-checksum-algorithm")}
    assert told == {"tus-version": "1.0.0", "tus-resumable": "1.0.0", "tus-max-size": str(settings.current().max_upload),
                    "tus-checksum-algorithm": "sha1,sha256,sha512,md5"}  # fmt: skip
    extensions = set(answer.headers["tus-extension"].split(","))
    assert extensions == {"creation", "creation-with-upload", "expiration", "checksum", "termination"}


async def test_an_upload_in_pieces_is_the_same_file_as_one_in_a_form(clerk: httpx.AsyncClient) -> None:
    at = await begun(clerk)
    before = await standing(clerk, at)
    assert (before.status_code, before.headers["upload-offset"], before.headers["upload-length"]) == (200, "0", str(len(PAPER)))
    assert (before.headers["cache-control"], before.headers["upload-metadata"]) == ("no-store", METADATA)
    assert before.headers["tus-resumable"] == "1.0.0"
    for start in range(0, len(PAPER), 1000):
        answer = await add(clerk, at, start, PAPER[start : start + 1000])
        assert (answer.status_code, answer.content) == (204, b""), answer.text
        assert answer.headers["upload-offset"] == str(min(start + 1000, len(PAPER)))
    assert "upload-expires" not in answer.headers
    after = await standing(clerk, at)
    assert (after.headers["upload-offset"], after.headers["upload-metadata"]) == (str(len(PAPER)), METADATA)
    file = (await clerk.get(f"/files/{answer.headers['zhiban-file']}")).json()["file"]
    formed = (await clerk.post("/files", files={"file": (NAME, PAPER)})).json()["file"]
    assert file | {"id": ""} == formed | {"id": ""}
    assert (await clerk.get(f"/files/{file['id']}/content")).content == PAPER
    upload = (await clerk.get(at)).json()["upload"]
    assert (upload["state"], upload["file"]) == ("accepted", file)
    assert lying() == []
    acts = {row.action for row in await AuditEntry.filter(action__startswith="files.")}
    assert acts == {"files.begin_upload", "files.accept", "files.download", "files.view"}


async def test_the_first_piece_may_come_with_the_beginning(clerk: httpx.AsyncClient) -> None:
    given = {**PIECE, "Upload-Length": str(len(PAPER)), "Upload-Metadata": METADATA}
    part = await clerk.post("/uploads", content=PAPER[:700], headers=given)
    assert (part.status_code, part.headers["upload-offset"], part.json()["upload"]["state"]) == (201, "700", "open")
    assert "upload-expires" in part.headers
    at = part.headers["location"].removeprefix("/api/v1")
    assert (await add(clerk, at, 700, PAPER[700:])).headers["zhiban-file"]
    whole = await clerk.post("/uploads", content=PAPER, headers=given)
    assert (whole.status_code, whole.headers["upload-offset"]) == (201, str(len(PAPER)))
    assert whole.json()["upload"]["file"]["name"] == NAME
    assert whole.headers["zhiban-file"] == whole.json()["upload"]["file"]["id"]


async def test_another_version_is_not_heeded(clerk: httpx.AsyncClient) -> None:
    at = await begun(clerk)
    for version in ({}, {"Tus-Resumable": "0.2.2"}):
        refused = await clerk.post("/uploads", headers={**version, "Upload-Length": "5"})
        is_problem(refused, 412, "files.tus_version")
        assert refused.headers["tus-version"] == "1.0.0"
        is_problem(await clerk.patch(at, content=b"x", headers={**PIECE, "Upload-Offset": "0", "Tus-Resumable": "2"}), 412,
                   "files.tus_version")  # fmt: skip
        assert (await clerk.head(at, headers=version)).status_code == 412
        assert (await clerk.delete(at, headers=version)).status_code == 412
    assert await ResumableUpload.all().count() == 1
    assert (await standing(clerk, at)).headers["upload-offset"] == "0"


async def test_only_at_the_offset_it_stands_at(clerk: httpx.AsyncClient) -> None:
    at = await begun(clerk)
    first = await add(clerk, at, 0, PAPER[:100])
    assert first.headers["upload-offset"] == "100"
    for wrong in (0, 50, 101, len(PAPER)):
        refused = await add(clerk, at, wrong, PAPER[wrong : wrong + 10])
        is_problem(refused, 409, "files.other_offset")
        assert (refused.headers["upload-offset"], refused.json()["current"]) == ("100", 100)
    done = await add(clerk, at, 100, PAPER[100:])
    replayed = await add(clerk, at, 100, PAPER[100:])
    assert (replayed.status_code, replayed.headers["upload-offset"]) == (409, str(len(PAPER)))
    again = await add(clerk, at, len(PAPER), b"")
    assert (again.status_code, again.headers["zhiban-file"]) == (204, done.headers["zhiban-file"])
    assert await File.all().count() == 1


@pytest.mark.parametrize("whole", [False, True])
async def test_of_many_at_once_one_wins(clerk: httpx.AsyncClient, whole: bool) -> None:
    at = await begun(clerk)
    data = PAPER if whole else PAPER[:3000]
    answers = await asyncio.gather(*[add(clerk, at, 0, data) for _ in range(8)])
    won = [one for one in answers if one.status_code == 204]
    lost = [one for one in answers if one.status_code == 409]
    assert (len(won), len(lost)) == (1, 7)
    assert {one.headers["upload-offset"] for one in lost} <= {"0", str(len(data))}
    last = won[0] if whole else await add(clerk, at, 3000, PAPER[3000:])
    assert (await clerk.get(f"/files/{last.headers['zhiban-file']}/content")).content == PAPER
    assert await File.all().count() == 1


async def test_a_piece_with_a_checksum_counts_whole_or_not_at_all(clerk: httpx.AsyncClient) -> None:
    at = await begun(clerk)
    for algorithm in ("sha1", "sha256", "sha512", "md5"):
        offset = int((await standing(clerk, at)).headers["upload-offset"])
        data = PAPER[offset : offset + 500]
        right = f"{algorithm} {b64(hashlib.new(algorithm, data).digest())}"
        wrong = await add(clerk, at, offset, data[:-1] + b"\0", **{"Upload-Checksum": right})
        is_problem(wrong, 460, "files.checksum_mismatch")
        assert (await standing(clerk, at)).headers["upload-offset"] == str(offset)
        assert (await add(clerk, at, offset, data, **{"Upload-Checksum": right})).headers["upload-offset"] == str(offset + 500)
    is_problem(await add(clerk, at, 2000, b"x", **{"Upload-Checksum": "crc32 AAAA"}), 400, "files.checksum_algorithm")
    is_problem(await add(clerk, at, 2000, b"x", **{"Upload-Checksum": "sha1 ???"}), 400, "files.bad_checksum")
    done = await add(clerk, at, 2000, PAPER[2000:])
    assert (await clerk.get(f"/files/{done.headers['zhiban-file']}/content")).content == PAPER


async def test_what_is_not_a_piece_changes_nothing(clerk: httpx.AsyncClient) -> None:
    at = await begun(clerk)
    is_problem(await clerk.patch(at, content=b"x", headers={**TUS, "Upload-Offset": "0"}), 415, "files.not_a_piece")
    is_problem(await clerk.patch(at, content=b"x", headers=PIECE), 400, "files.upload_offset")
    is_problem(await add(clerk, at, 0, PAPER + b"x"), 413, "files.upload_too_long")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(len(PAPER) // 500 + 2):
            yield b"x" * 500

    longer = await clerk.patch(at, content=endless(), headers={**PIECE, "Upload-Offset": "0"})
    is_problem(longer, 413, "files.upload_too_long")
    assert (await standing(clerk, at)).headers["upload-offset"] == "0"
    assert (await clerk.patch(at, content=b"", headers={**PIECE, "Upload-Offset": "-1"})).status_code == 422


@pytest.mark.parametrize(
    "headers, status, code",
    [
        ({}, 400, "files.upload_length"),
        ({"Upload-Length": "-5"}, 422, "http.invalid"),
        ({"Upload-Length": "many"}, 422, "http.invalid"),
        ({"Upload-Length": "1e3"}, 422, "http.invalid"),
        ({"Upload-Length": "5.0"}, 422, "http.invalid"),
        ({"Upload-Length": "+5"}, 422, "http.invalid"),
        ({"Upload-Length": "0"}, 422, "files.empty"),
        ({"Upload-Length": str(200 * 1024 * 1024 + 1)}, 413, "files.too_large"),
        ({"Upload-Defer-Length": "1"}, 400, "files.tus_extension"),
        ({"Upload-Length": "5", "Upload-Concat": "partial"}, 400, "files.tus_extension"),
        ({"Upload-Length": "5", "Upload-Metadata": "filename !!!"}, 400, "files.bad_metadata"),
        ({"Upload-Length": "5", "Upload-Metadata": "a YQ==,a YQ=="}, 400, "files.bad_metadata"),
        ({"Upload-Length": "5", "Upload-Metadata": "a YQ== YQ=="}, 400, "files.bad_metadata"),
        ({"Upload-Length": "5", "Upload-Metadata": ",a"}, 400, "files.bad_metadata"),
        ({"Upload-Length": "5", "Upload-Metadata": f"a {'YWFh' * 2000}"}, 400, "files.bad_metadata"),
    ],
)
async def test_what_cannot_be_begun_leaves_nothing(
    clerk: httpx.AsyncClient, headers: dict[str, str], status: int, code: str
) -> None:
    is_problem(await clerk.post("/uploads", headers={**TUS, **headers}), status, code)
    assert (lying(), await ResumableUpload.all().count()) == ([], 0)


async def test_an_upload_expires_a_day_after_its_last_byte(clerk: httpx.AsyncClient) -> None:
    at = await begun(clerk)
    clock.travel(timedelta(hours=20))
    more = await add(clerk, at, 0, PAPER[:50])
    expires = parsedate_to_datetime(more.headers["upload-expires"])
    assert timedelta(hours=23) < expires - clock.now() <= timedelta(hours=24)
    clock.travel(timedelta(hours=20))
    assert (await standing(clerk, at)).headers["upload-offset"] == "50"
    clock.travel(timedelta(hours=5))
    gone = await standing(clerk, at)
    assert (gone.status_code, "upload-offset" in gone.headers) == (410, False)
    is_problem(await add(clerk, at, 50, PAPER[50:]), 410, "files.upload_over")
    assert (await clerk.get(at)).json()["upload"]["state"] == "expired"
    assert len(lying()) == 2
    await actions.sweep()
    assert lying() == []
    assert (await clerk.get(at)).json()["upload"]["state"] == "expired"
    assert await AuditEntry.filter(action="files.expire_upload").count() == 1
    clock.travel(timedelta(days=2, minutes=1))
    await actions.sweep()
    assert (await standing(clerk, at)).status_code == 404
    assert await ResumableUpload.all().count() == 0


async def test_what_goes_on_is_not_swept(clerk: httpx.AsyncClient) -> None:
    """Longer than what no request owns any more may lie in intake: both sweepers know it by its row."""
    at = await begun(clerk)
    for day in range(4):
        clock.travel(timedelta(hours=20))
        await add(clerk, at, day * 10, PAPER[day * 10 : day * 10 + 10])
        await actions.sweep()
        await taking.sweep()
    assert len(lying()) == 2
    assert (await add(clerk, at, 40, PAPER[40:])).headers["zhiban-file"]


async def test_given_up_it_is_destroyed(clerk: httpx.AsyncClient) -> None:
    at = await begun(clerk)
    await add(clerk, at, 0, PAPER[:50])
    ended = await clerk.delete(at, headers=TUS)
    assert (ended.status_code, ended.content, ended.headers["tus-resumable"]) == (204, b"", "1.0.0")
    assert lying() == []
    assert (await standing(clerk, at)).status_code == 410
    is_problem(await add(clerk, at, 50, PAPER[50:]), 410, "files.upload_over")
    is_problem(await clerk.delete(at, headers=TUS), 410, "files.upload_over")
    assert await File.all().count() == 0


async def test_given_up_after_it_was_accepted_the_sweeper_takes_the_file(clerk: httpx.AsyncClient) -> None:
    at = await begun(clerk)
    file = (await add(clerk, at, 0, PAPER)).headers["zhiban-file"]
    assert (await clerk.delete(at, headers=TUS)).status_code == 204
    assert (await standing(clerk, at)).status_code == 410
    await taking.sweep()
    assert (await clerk.get(f"/files/{file}")).status_code == 404


async def test_an_upload_is_its_senders_alone(town: Town, clerk: httpx.AsyncClient) -> None:
    at, other = await begun(clerk), await town.of("秦望舒")
    is_problem(await add(other, at, 0, PAPER), 404, "files.no_such_upload")
    is_problem(await other.delete(at, headers=TUS), 404, "files.no_such_upload")
    assert (await standing(other, at)).status_code == 404
    assert (await other.get(at)).status_code == 404
    assert (await standing(clerk, at)).headers["upload-offset"] == "0"


@pytest.mark.parametrize(
    "data, status, code",
    [
        (b"PK\x03\x04word/document.xml" + b"\0" * 300, 415, "files.type_not_taken"),
        (b"%PDF-1.7\n" + b"\0" * 300, 422, "files.damaged"),
        (b"plain text, and no paper", 415, "files.type_not_taken"),
    ],
)
async def test_refused_as_a_form_would_be_and_destroyed(clerk: httpx.AsyncClient, data: bytes, status: int, code: str) -> None:
    at = await begun(clerk, len(data))
    await add(clerk, at, 0, data[:10])
    is_problem(await add(clerk, at, 10, data[10:]), status, code)
    is_problem(await clerk.post("/uploads", content=data, headers={**PIECE, "Upload-Length": str(len(data))}), status, code)
    assert (lying(), await File.all().count(), await Blob.all().count()) == ([], 0, 0)
    assert (await standing(clerk, at)).status_code == 410
    told = (await clerk.get(at)).json()["upload"]
    assert (told["state"], told["code"], told["file"]) == ("refused", code, None)
    assert told["reason"]
    row = await ResumableUpload.get(id=UUID(told["id"]))
    assert row.metadata == ""
    assert await AuditEntry.filter(action="files.refuse_upload", outcome="refused").count() == 2


async def test_what_the_house_could_not_do_now_may_be_asked_again(
    clerk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = PAPER + f"% not seen before: {uuid4()}\n".encode()
    at = await begun(clerk, len(data))

    def stopped() -> Any:
        raise Unavailable("files.rendering_stopped", retry_after=5)

    with monkeypatch.context() as patch:
        patch.setattr(stop, "pool", stopped)
        is_problem(await add(clerk, at, 0, data), 503, "files.rendering_stopped")
    assert (await standing(clerk, at)).headers["upload-offset"] == str(len(data))
    again = await add(clerk, at, len(data), b"")
    assert (again.status_code, "zhiban-file" in again.headers) == (204, True)


async def test_a_scan_waits_for_its_declaration(clerk: httpx.AsyncClient) -> None:
    """Its bytes need not come again: the declaration may come with an empty piece at the end."""
    data = scan()
    at = await begun(clerk, len(data))
    is_problem(await add(clerk, at, 0, data), 422, "secrecy.declaration_needed")
    assert (await standing(clerk, at)).headers["upload-offset"] == str(len(data))
    is_problem(await add(clerk, at, len(data), b""), 422, "secrecy.declaration_needed")
    wrong = {"Upload-Metadata": f"filename {b64('另一个.pdf'.encode())},declaration {b64('不涉密'.encode())}"}
    done = await add(clerk, at, len(data), b"", **wrong)
    assert done.status_code == 204, done.text
    assert (await clerk.get(f"/files/{done.headers['zhiban-file']}")).json()["file"]["name"] == NAME
    assert lying() == []


async def test_nothing_lies_in_clear_and_the_key_goes_first(clerk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    at = await begun(clerk)
    await add(clerk, at, 0, PAPER[:4000])
    row = await ResumableUpload.get()
    lies = b"".join(path.read_bytes() for path in lying())
    database = b"".join(path.read_bytes() for path in Path(settings.current().data).parent.glob("*.db*"))
    for secret in (b"floods", b"and more", NAME.encode(), b64(NAME.encode()).encode()):
        assert secret not in lies
        assert secret not in database
    key = intake.key_path(row.id)
    assert key.read_bytes() not in database
    assert {path.stat().st_mode & 0o077 for path in lying()} == {0}
    gone: list[str] = []
    unlink = Path.unlink
    monkeypatch.setattr(Path, "unlink", lambda self, missing_ok=False: (gone.append(self.name), unlink(self, missing_ok))[1])
    with key.open("rb") as held:
        await clerk.delete(at, headers=TUS)
        assert gone == [key.name, str(row.id)]
        assert held.read() == bytes(32), "overwritten before it was unlinked"


@contextmanager
def limited(**more: int) -> Iterator[None]:
    before = settings.current()
    settings.use(type(before)(**{name: getattr(before, name) for name in before.__struct_fields__} | more))
    try:
        yield
    finally:
        settings.use(before)


async def test_quotas_of_an_account_and_of_all(town: Town, clerk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    other = await town.of("秦望舒")

    async def begin(client: httpx.AsyncClient, length: int) -> httpx.Response:
        return await client.post("/uploads", headers={**TUS, "Upload-Length": str(length)})

    with limited(intake_per_account=2000, intake_in_sum=3000):
        at = (await begin(clerk, 1500)).headers["location"].removeprefix("/api/v1")
        full = await begin(clerk, 600)
        is_problem(full, 429, "files.uploads_full")
        assert int(full.headers["retry-after"]) > 0
        assert (await begin(clerk, 500)).status_code == 201
        is_problem(await begin(other, 1500), 503, "files.intake_full")
        assert (await begin(other, 900)).status_code == 201
        assert len(lying()) == 6
        await clerk.delete(at, headers=TUS)
        assert (await begin(other, 1000)).status_code == 201
        clock.travel(timedelta(hours=25))
        assert (await begin(clerk, 2000)).status_code == 201, "what has expired counts no more"
    monkeypatch.setattr(quota, "AT_ONCE", 1)
    is_problem(await begin(clerk, 5), 429, "files.uploads_many")


async def test_quotas_hold_when_many_begin_at_once(clerk: httpx.AsyncClient) -> None:
    with limited(intake_per_account=3000):
        asked = [clerk.post("/uploads", headers={**TUS, "Upload-Length": "1000"}) for _ in range(10)]
        answers = await asyncio.gather(*asked)
    assert sorted(one.status_code for one in answers) == [201] * 3 + [429] * 7
    assert len(lying()) == 6


async def test_by_post_where_nothing_else_comes_through(clerk: httpx.AsyncClient) -> None:
    at = await begun(clerk)
    given = {**PIECE, "X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"}
    assert (await clerk.post(at, content=PAPER[:10], headers=given)).headers["upload-offset"] == "10"
    is_problem(await clerk.post(at, headers=TUS), 400, "files.method_override")
    assert (await clerk.post(at, headers={**TUS, "X-HTTP-Method-Override": "DELETE"})).status_code == 204
    assert (await standing(clerk, at)).status_code == 410


async def test_an_upload_whose_files_are_lost_is_over(clerk: httpx.AsyncClient) -> None:
    at = await begun(clerk)
    for path in lying():
        path.unlink()
    assert (await standing(clerk, at)).status_code == 410
    is_problem(await add(clerk, at, 0, PAPER), 410, "files.upload_over")


async def test_what_a_death_left_of_what_is_over_is_destroyed(clerk: httpx.AsyncClient) -> None:
    at = await begun(clerk)
    await begun(clerk)
    await ResumableUpload.filter(id=UUID(at.rsplit("/", 1)[1])).update(state="terminated", ended_at=clock.now())
    await actions.sweep()
    still = await ResumableUpload.get(state="open")
    assert {path.name for path in lying()} == {str(still.id), f"{still.id}.key"}


async def test_on_the_disk_before_it_is_promised(clerk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    at, done = await begun(clerk), list[str]()
    sync, promise = Writer.sync, actions.promise

    def synced(writer: Writer) -> None:
        sync(writer)
        done.append("disk")

    async def promised(*given: Any) -> None:
        done.append("row")
        await promise(*given)

    def full(writer: Writer) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(Writer, "sync", full)
    refused = await add(clerk, at, 0, PAPER[:100])
    assert (refused.status_code, refused.json()["code"]) == (503, "http.no_space")
    assert (await standing(clerk, at)).headers["upload-offset"] == "0"
    monkeypatch.setattr(Writer, "sync", synced)
    monkeypatch.setattr(actions, "promise", promised)
    assert (await add(clerk, at, 0, PAPER[:100])).headers["upload-offset"] == "100"
    assert done == ["disk", "row"]


async def test_a_piece_gives_way_when_nothing_comes_for_it(clerk: httpx.AsyncClient) -> None:
    """The line of the first is dead and nobody told the server: what it brought is kept, and the second goes on behind it."""
    at, never = await begun(clerk), asyncio.Event()

    async def stalling() -> AsyncIterator[bytes]:
        yield PAPER[:1000]
        await never.wait()

    first = asyncio.create_task(clerk.patch(at, content=stalling(), headers={**PIECE, "Upload-Offset": "0"}))
    while (await standing(clerk, at)).headers["upload-offset"] != "1000":  # noqa: ASYNC110 - it is another request
        await asyncio.sleep(0.01)
    second = await add(clerk, at, 1000, PAPER[1000:])
    assert (second.status_code, "zhiban-file" in second.headers) == (204, True)
    is_problem(await first, 409, "files.other_offset")
    assert (await clerk.get(f"/files/{second.headers['zhiban-file']}/content")).content == PAPER


async def test_a_sender_who_does_not_listen_is_stopped(clerk: httpx.AsyncClient) -> None:
    at = await begun(clerk, 5_000_000)
    assert (await add(clerk, at, 7, b"x" * 1_000_000)).headers["connection"] == "close"
    assert "connection" not in (await add(clerk, at, 7, b"x" * 1000)).headers
    assert "connection" not in (await add(clerk, at, 0, b"x" * 1_000_000)).headers


async def test_bytes_beyond_what_was_promised_are_not_counted_after_a_death(clerk: httpx.AsyncClient) -> None:
    """What was written and not promised, whole or torn, is written over when the upload goes on."""
    at = await begun(clerk)
    await add(clerk, at, 0, PAPER[:100])
    path = intake.bytes_path((await ResumableUpload.get()).id)
    path.write_bytes(path.read_bytes() + b"\0\0\0\5torn")
    assert (await standing(clerk, at)).headers["upload-offset"] == "100"
    done = await add(clerk, at, 100, PAPER[100:])
    assert (await clerk.get(f"/files/{done.headers['zhiban-file']}/content")).content == PAPER


@pytest.mark.engines("sqlite")
async def test_no_whole_file_is_held_in_memory(clerk: httpx.AsyncClient) -> None:
    """Thirty megabytes through the door in one piece; what this process allocates meanwhile stays a few."""
    import tracemalloc

    noise = hashlib.shake_256(b"noise").digest(1 << 20)
    large = pdf(b"", more=[b"<< /Length %d >>\nstream\n%b\nendstream" % (30 << 20, noise * 30)])
    at = await begun(clerk, len(large))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 1 << 18):
            yield large[start : start + (1 << 18)]

    tracemalloc.start()
    try:
        answer = await clerk.patch(at, content=pieces(), headers={**PIECE, "Upload-Offset": "0"})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.headers["zhiban-file"]
    assert peak < 12 << 20


async def test_what_is_said_beside_the_name_is_looked_over_before_a_byte_comes(clerk: httpx.AsyncClient) -> None:
    """It is told again as it came, so it would stand in the database."""
    for key in ("note", "name"):
        said = f"filename {b64(NAME.encode())},{key} {b64('机密★1年'.encode())}"
        is_problem(await clerk.post("/uploads", headers={**TUS, "Upload-Length": "5", "Upload-Metadata": said}), 422,
                   "secrecy.stopped")  # fmt: skip
    assert (await ResumableUpload.all().count(), lying()) == (0, [])


async def test_bytes_refused_at_the_last_moment_do_not_stay_in_the_store(
    clerk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, go_on, keep = asyncio.Event(), asyncio.Event(), store.keep

    async def slow(content: Any, digest: str) -> None:
        await keep(content, digest)
        kept.set()
        await go_on.wait()

    monkeypatch.setattr(store, "keep", slow)
    at = await begun(clerk)
    last = asyncio.create_task(add(clerk, at, 0, PAPER))
    await kept.wait()
    assert (await clerk.delete(at, headers=TUS)).status_code == 204
    go_on.set()
    is_problem(await last, 410, "files.upload_over")
    await finish_running()
    assert not store.blob_path(hashlib.sha256(PAPER).hexdigest()).exists()
