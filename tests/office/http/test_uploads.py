"""Multipart forms: what is broken is refused, what is large is stopped, and intake is empty afterwards however it ended."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office.files.names import clean_name
from office.files.store import intake_folder
from office.http.multipart import MAX_FIELD, MAX_PARTS
from tests.office.http.conftest import Door

pytestmark = pytest.mark.engines("sqlite")
TYPE = {"content-type": "multipart/form-data; boundary=b"}


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"max_upload": 1024 * 1024}


def form(*parts: bytes, end: bytes = b"--b--\r\n") -> bytes:
    return b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + end


def file(name: bytes, data: bytes) -> bytes:
    return b'Content-Disposition: form-data; name="f"; filename="' + name + b'"\r\n\r\n' + data


async def sent(door: Door, body: bytes, **headers: str) -> httpx.Response:
    return await door.http.post("/uploads", content=body, headers={**TYPE, **headers})


def left() -> list[str]:
    return [path.name for path in intake_folder().iterdir()]


async def test_a_form_arrives_and_leaves_nothing(door: Door) -> None:
    text = b'Content-Disposition: form-data; name="title"\r\n\r\n' + "通知".encode()
    answer = await sent(door, form(text, file("附件.pdf".encode(), b"%PDF"), file(b"empty", b"")))
    assert answer.json() == {"text": "%PDF,"}
    upload = door.fake.uploads[0]
    assert upload.fields == {"title": "通知"}
    assert [(part.filename, part.content.size) for _, part in upload.files] == [("附件.pdf", 4), ("empty", 0)]
    assert door.fake.intake == [2]
    assert not door.fake.in_clear
    assert left() == []


async def test_a_refusal_and_a_fault_leave_nothing(door: Door) -> None:
    door.fake.refuse = True
    assert (await sent(door, form(file(b"a", b"x")))).status_code == 409
    assert (door.fake.intake, left()) == ([1], [])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "http.broken_multipart"),
        (b"nonsense", 422, "http.broken_multipart"),
        (form(file(b"a", b"x"), end=b""), 422, "http.broken_multipart"),
        (form(file(b"a", b"x"))[:-9], 422, "http.broken_multipart"),
        (form(*[file(b"a", b"x")] * (MAX_PARTS + 1)), 413, "http.too_many_parts"),
        (form(b'Content-Disposition: form-data; name="t"\r\n\r\n' + b"x" * (MAX_FIELD + 1)), 413, "http.body_too_large"),
        (form(b"X: " + b"y" * 9000 + b"\r\n\r\nz"), 422, "http.broken_multipart"),
        (form(b"\r\n".join([b"X: y"] * 50) + b"\r\n\r\nz"), 422, "http.broken_multipart"),
        (form(file(b"a", b"x" * (2 * 1024 * 1024 + 1))), 413, "http.body_too_large"),
    ],
    ids=["empty", "nonsense", "no end", "cut", "many parts", "huge field", "huge header", "many headers", "too large"],
)
async def test_what_is_broken_or_large_is_refused(door: Door, body: bytes, status: int, code: str) -> None:
    answer = await sent(door, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert door.fake.uploads == []
    assert left() == []


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "multipart/form-data; boundary=",
                                  "multipart/mixed; boundary=b",
                                  "multipart/form-data; boundary=" + "b" * 300])  # fmt: skip
async def test_other_types_are_refused(door: Door, kind: str) -> None:
    answer = await door.http.post("/uploads", content=form(), headers={"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "http.not_multipart")


async def test_a_leaving_client_leaves_nothing(door: Door) -> None:
    """The connection ends half-way: nothing runs, nothing stays, and it is no fault of ours."""
    messages = iter([
        {"type": "http.request", "body": form(file(b"a", b"x" * 5000), end=b"")[:3000], "more_body": True},
        {"type": "http.disconnect"},
    ])  # fmt: skip
    answered: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        answered.append(message)

    headers = [(b"content-type", b"multipart/form-data; boundary=b"), (b"authorization", b"Bearer person-a")]
    scope = {"type": "http", "method": "POST", "path": "/api/v1/uploads", "raw_path": b"/api/v1/uploads", "query_string": b"",
             "headers": headers, "client": ("127.0.0.1", 1), "server": ("office.test", 80), "scheme": "http",
             "http_version": "1.1", "root_path": ""}  # fmt: skip
    await door.app(scope, receive, send)
    assert answered == []
    assert door.fake.uploads == []
    assert left() == []


async def test_chunks_may_fall_anywhere(door: Door) -> None:
    body = form(file(b"a", b"--b-not\r\n--x" * 3))

    async def single() -> AsyncIterator[bytes]:
        for n in range(len(body)):
            yield body[n : n + 1]

    answer = await door.http.post("/uploads", content=single(), headers=TYPE)
    assert answer.status_code == 200
    assert [part.content.size for _, part in door.fake.uploads[0].files] == [36]


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\fakepath\\a.pdf", "a.pdf"), ("", "未命名"), ("..", "未命名"), ("/", "未命名"),
        ("a\x00b\r\nc", "abc"), ("\u202efdp.exe", "fdp.exe"), ("字" * 300, "字" * 200), ("关于…的通知.pdf", "关于…的通知.pdf"),
    ],
)  # fmt: skip
def test_names_are_labels_only(given_name: str, shown: str) -> None:
    assert clean_name(given_name) == shown


@given(st.text())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_leads_anywhere(name: str) -> None:
    shown = clean_name(name)
    assert 1 <= len(shown) <= 200
    assert not set(shown) & set("/\\\x00\r\n")
    assert shown not in (".", "..")


def note(text: str) -> bytes:
    return b'Content-Disposition: form-data; name="note"\r\n\r\n' + text.encode()


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ('{"name":3}', "note.name", "应为文字，收到的是整数"),
        ('{"name":"a","lines":[{"text":""}]}', "note.lines[0].text", "至少 1 个字"),
        ('{"nam', "note", "不是有效的 JSON"),
        ("", "note", "不是有效的 JSON"),
        ('{"name":"\\u0000"}', "note", "文字中不能有空字符"),
    ],
)
async def test_json_in_a_form_is_checked_like_any_other(door: Door, text: str, field: str, message: str) -> None:
    answer = await door.http.post("/papers", content=form(note(text), file(b"a", b"x")), headers=TYPE)
    assert (answer.status_code, answer.json()["code"]) == (422, "http.invalid")
    assert answer.json()["errors"] == [{"field": field, "message": message}]
    assert (door.fake.ran, left()) == ([], [])


async def test_an_upload_sent_again_under_its_key_is_answered_as_before(door: Door) -> None:
    key = {**TYPE, "Idempotency-Key": "u-1"}
    body = form(note('{"name":"a"}'), file(b"a", b"x"))
    first = await door.http.post("/papers", content=body, headers=key)
    other_boundary = {**key, "content-type": "multipart/form-data; boundary=c"}
    again = await door.http.post("/papers", content=body.replace(b"--b", b"--c"), headers=other_boundary)
    assert first.json() == again.json() == {"text": "a 1 1"}
    assert again.headers["idempotent-replayed"] == "true"
    assert door.fake.ran == ["a"]
    for changed in (
        form(note('{"name":"a"}'), file(b"a", b"y")),
        form(note('{"name":"b"}'), file(b"a", b"x")),
        form(note('{"name":"a"}'), file(b"b", b"x")),
    ):
        refused = await door.http.post("/papers", content=changed, headers=key)
        assert (refused.status_code, refused.json()["code"]) == (409, "http.key_reused")
    assert (door.fake.ran, left()) == (["a"], [])


async def test_a_refused_upload_may_be_sent_again_under_its_key(door: Door) -> None:
    key = {**TYPE, "Idempotency-Key": "u-2"}
    door.fake.refuse = True
    assert (await door.http.post("/uploads", content=form(file(b"a", b"x")), headers=key)).status_code == 409
    door.fake.refuse = False
    assert (await door.http.post("/uploads", content=form(file(b"a", b"x")), headers=key)).json() == {"text": "x"}
