"""Multipart forms: what is broken is refused, what is large is stopped, and intake is empty afterwards however it ended."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office.http.multipart import MAX_FIELD, MAX_PARTS, clean_name, intake_folder
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
    assert [(part.filename, part.size) for _, part in upload.files] == [("附件.pdf", 4), ("empty", 0)]
    assert door.fake.intake == [2]
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
    assert [part.size for _, part in door.fake.uploads[0].files] == [36]


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
