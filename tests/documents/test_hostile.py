"""Files and inputs that mean harm: each gets its problem document, and nothing of it stays."""

import errno
from pathlib import Path

import pytest
from msgspec.structs import replace

from documents.incoming.models import Document
from office.files import store
from office.files.models import Blob, File
from office.kernel import settings
from tests.documents.conftest import PAPER, Office
from tests.office.files.makers import assemble, pdf, text_pdf

WHOLE = (PAPER / "urgent-notice.pdf").read_bytes()
ENCRYPTED = assemble(
    [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>",
     b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>"],
    "/Encrypt 3 0 R /ID [<00> <00>]",
)  # fmt: skip
HOSTILE = {
    "empty.pdf": b"",
    "noise.pdf": bytes(range(256)) * 20,
    "truncated.pdf": WHOLE[: len(WHOLE) // 3],
    "head only.pdf": b"%PDF-1.7\n",
    "page.html": b"<html><script>alert(1)</script></html>",
    "mislabelled.pdf": b"MZ" + b"\0" * 4000,
    "archive.pdf": b"PK\x03\x04" + b"\0" * 200,
    "encrypted.pdf": ENCRYPTED,
    "no pages.pdf": assemble([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]),
    "bomb.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x02\0\0\0" + b"\0" * 40,
    "cut.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0",
}


def _left(office: Office) -> list[Path]:
    folder = Path(office.house.settings.data)
    return [
        path for part in ("intake", "blobs") for path in (folder / part).rglob("*") if path.is_file() and path.name != ".lock"
    ]


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_files_leave_nothing(office: Office, name: str) -> None:
    clerk = await office.town.of("苏小满")
    upload = {"file": (name, HOSTILE[name], "application/pdf")}
    metadata = '{"source":"s","source_id":"1","title":"t","recipients":["115201990000000292"]}'
    for answer in (
        await clerk.post("/files", files=upload),
        await office.oa.post("/exchange/documents", data={"metadata": metadata}, files=upload),
    ):
        assert answer.status_code in (413, 415, 422), (name, answer.status_code, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"].startswith("files.")
    assert (await File.all().count(), await Blob.all().count(), await Document.all().count()) == (0, 0, 0)
    assert _left(office) == []


async def test_a_polyglot_is_only_ever_a_download(office: Office) -> None:
    """Readers take a PDF whose head stands later, so it is taken; nothing of it is served in a way a browser would run."""
    clerk = await office.town.of("苏小满")
    made = await clerk.post("/files", files={"file": ("p.html", b"<script>alert(1)</script>" + WHOLE, "text/html")})
    assert made.status_code == 201, made.text
    served = await clerk.get(f"/files/{made.json()['file']['id']}/content")
    assert served.headers["content-type"] == "application/pdf"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-disposition"].startswith("attachment")


async def test_a_file_over_the_limit(office: Office) -> None:
    clerk, before = await office.town.of("苏小满"), settings.current()
    settings.use(replace(before, max_upload=10_000))
    try:
        answer = await clerk.post("/files", files={"file": ("big.pdf", WHOLE[:11_000] + b"x" * 5000)})
    finally:
        settings.use(before)
    assert (answer.status_code, answer.json()["code"]) == (413, "files.too_large")
    assert _left(office) == []


async def test_pages_and_widths_out_of_range(office: Office) -> None:
    clerk = await office.town.of("苏小满")
    made = await clerk.post("/files", files={"file": ("a.pdf", text_pdf(["one"], pages=2))})
    assert made.status_code == 201, made.text
    file = made.json()["file"]
    assert (file["pages"], file["name"]) == (2, "a.pdf")
    for path, status in {
        "/pages/0": 404, "/pages/3": 404, "/pages/-1": 404, "/pages/x": 404, "/pages/1?width=541": 422, "/pages/1?width=0": 422,
        "/text?page=0": 422, "/text?page=3": 404, "/text?page=99999999999": 422, "/pages/1?width=540": 200, "/text?page=2": 200,
    }.items():  # fmt: skip
        answer = await clerk.get(f"/files/{file['id']}{path}")
        assert answer.status_code == status, (path, answer.text)


async def test_ids_of_others_files_look_like_unknown_ones(office: Office) -> None:
    clerk, stranger = await office.town.of("苏小满"), await office.town.of("白露秋")
    file = (await clerk.post("/files", files={"file": ("a.pdf", pdf())})).json()["file"]["id"]
    unknown = "01900000-0000-7000-8000-000000000000"
    for rest in ("", "/pages/1", "/text", "/content"):
        theirs, none = await stranger.get(f"/files/{file}{rest}"), await stranger.get(f"/files/{unknown}{rest}")
        assert (theirs.status_code, none.status_code) == (404, 404)
        assert {**theirs.json(), "request": ""} == {**none.json(), "request": ""}
    taken = await stranger.post("/handlings", json={"title": "偷来的", "files": [file]})
    assert (taken.status_code, taken.json()["code"]) == (404, "files.no_such_file")
    assert await Document.all().count() == 0


async def test_naive_times_and_strange_cursors_are_refused(office: Office) -> None:
    handling = await office.registered()
    clerk = await office.town.of("苏小满")
    body = {"text": "请阅示", "leaders": [str(office.town.posts["秦望舒"])], "due_at": "2026-07-01T10:00:00"}
    assert (await clerk.post(f"/handlings/{handling}/proposals", json=body)).status_code == 422
    good = (await clerk.get("/handlings?limit=1")).json()
    assert good["next"] is None
    for cursor in (
        "x",
        "e30",
        "WyJ4IiwieCJd",
        "é",
        "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwiMDE5MDAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAwIl0",
    ):
        answer = await clerk.get("/handlings", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "http.bad_cursor"), cursor


async def test_a_full_disk_takes_nothing_and_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(path: object, digest: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(store, "keep", full)
        answer = await office.push("禾渡镇")
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "http.no_space", "60")
        assert "磁盘已满" in answer.json()["title"]
    assert (await office.push("禾渡镇")).status_code == 201, "the same push, once there is room, is the first"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1899-12-31T00:00:00Z"])
async def test_a_year_no_office_means_is_refused_by_its_field(office: Office, at: str) -> None:
    body = {"person": str(office.town.people["苏小满"]), "kind": "出差", "valid_from": at, "valid_to": at}
    answer = await (await office.town.of("苏小满")).post("/absences", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "http.invalid")
    assert "valid_from" in answer.json()["title"]


async def test_what_was_sent_is_not_repeated_whole(office: Office) -> None:
    body = {"name": "x", "password": "y", "client": "z" * 60_000}
    answer = await office.house.http.post("/sessions", json=body)
    assert (answer.status_code, len(answer.content) < 1000) == (422, True)


async def test_a_title_of_blanks_is_no_title(office: Office) -> None:
    handling = await office.registered()
    clerk = await office.town.of("苏小满")
    answer = await clerk.post(f"/handlings/{handling}/amendments", json={"reason": "改", "title": "  "})
    assert (answer.status_code, answer.json()["code"]) == (422, "http.invalid")
    assert (await clerk.post(f"/handlings/{handling}/amendments", json={"reason": " ", "title": "新"})).status_code == 422
