"""What every request meets: problems, validation, limits, permission, cookies, caching, origins."""

import gzip
from typing import Any

import httpx
import pytest
from starlette.responses import HTMLResponse

from office.audit.models import AuditEntry
from office.http.middleware import Envelope
from office.http.written import NOT_DIGITS, TOO_LARGE
from office.kernel.wording import said
from tests.office.http.conftest import Door

pytestmark = pytest.mark.engines("sqlite")


def is_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    body: dict[str, Any] = answer.json()
    assert (body["code"], body["status"], body["type"]) == (code, status, f"/problems/{code}")
    assert body["request"] == answer.headers["x-request-id"]
    assert any("一" <= char <= "鿿" for char in body["title"])
    assert answer.headers["cache-control"] == "no-store"
    return body


async def test_validation_names_the_field_in_chinese(door: Door) -> None:
    cases = {
        b'{"name": 1}': ("name", "应为文字，收到的是整数"),
        b"{}": ("name", "必须填写"),
        b'{"name": "a", "more": 1}': ("more", "不是这里的字段"),
        b'{"name": "a", "lines": [{"text": "b"}, {"text": ""}]}': ("lines[1].text", "至少 1 个字"),
        b'{"name": "a", "lines": [{"text": "b", "n": 10}]}': ("lines[0].n", "不能大于 9"),
        b'{"name": "a", "lines": [{}]}': ("lines[0].text", "必须填写"),
        b'{"name": "a", "at": "x"}': ("at", "不是有效的编号（UUID）"),
    }
    for body, (field, message) in cases.items():
        answer = await door.http.post("/notes", content=body, headers={"content-type": "application/json"})
        told = is_problem(answer, 422, "http.invalid")
        assert told["errors"] == [{"field": field, "message": message}]
        assert message in told["title"]
    assert door.fake.ran == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"name": "\\ud800"}', b'{"name": "\\u0000"}', b'{"name": "\x00"}']
)
async def test_broken_json_is_refused(door: Door, body: bytes) -> None:
    answer = await door.http.post("/notes", content=body, headers={"content-type": "application/json"})
    is_problem(answer, 422, "http.invalid")


async def test_a_written_backslash_is_no_nul(door: Door) -> None:
    answer = await door.http.post("/notes", content=rb'{"name": "\\u0000"}', headers={"content-type": "application/json"})
    assert answer.status_code == 201


def test_an_unforeseen_complaint_is_still_told() -> None:
    assert said("Something new - at `$.a.b`") == ("a.b", "内容不符合要求")


async def test_body_limit_and_type(door: Door) -> None:
    large = await door.http.post("/notes", content=b" " * (1024 * 1024 + 1), headers={"content-type": "application/json"})
    is_problem(large, 413, "http.body_too_large")
    is_problem(await door.http.post("/notes", content=b"name=a"), 415, "http.not_json")
    charset = {"content-type": "Application/JSON; charset=utf-8"}
    assert (await door.http.post("/notes", content=b'{"name": "a"}', headers=charset)).status_code == 201


async def test_query_and_path_are_checked(door: Door) -> None:
    assert is_problem(await door.http.get("/notes?limit=0"), 422, "http.invalid")["errors"][0]["field"] == "limit"
    is_problem(await door.http.get("/notes?strange=1"), 422, "http.invalid")
    is_problem(await door.http.get("/notes?q=%00"), 422, "http.invalid")
    good = "0190aaaa-0000-7000-8000-000000000001"
    assert (await door.http.get(f"/things/{good}/7/x")).json() == {"text": f"{good} 7 x"}
    for path in ("/things/x/7/x", f"/things/{good}/seven/x", f"/things/{good}/{2**70}/x", f"/things/{good}/7/%00"):
        is_problem(await door.http.get(path), 404, "http.not_found")


@pytest.mark.parametrize(
    "written", ["1e1", "1.0", "-0", "+5", "007", "%205", "５", "0x5", "1_0", "null", "", str(2**63), "1" * 5000]
)
async def test_a_number_in_a_query_or_a_path_is_written_in_digits(door: Door, written: str) -> None:
    told = is_problem(await door.http.get(f"/notes?limit={written}"), 422, "http.invalid")
    wrong = TOO_LARGE if written.isdigit() and len(written) > 5 else NOT_DIGITS
    assert told["errors"] == [{"field": "limit", "message": wrong}]
    is_problem(await door.http.get(f"/things/0190aaaa-0000-7000-8000-000000000001/{written}/x"), 404, "http.not_found")


async def test_who_may(door: Door) -> None:
    async with door.client() as nobody, door.client("dead") as dead, door.client("person-b-clerk") as clerk:
        answer = await nobody.get("/notes")
        is_problem(answer, 401, "http.log_in")
        assert answer.headers["www-authenticate"] == "Bearer"
        is_problem(await dead.get("/notes"), 401, "http.log_in")
        assert (await dead.get("/pictures")).status_code == 200
        assert (await clerk.get("/guarded")).status_code == 200
    assert "看假的" in is_problem(await door.http.get("/guarded"), 403, "http.forbidden")["title"]
    noted = await AuditEntry.get(outcome="refused")
    assert (noted.actor_name, noted.subject) == ("person-a", "/api/v1/guarded")


async def test_unknown_addresses_and_methods(door: Door) -> None:
    is_problem(await door.http.get("/nothing"), 404, "http.not_found")
    is_problem(await door.http.post("/nothing"), 404, "http.not_found")
    for path in ("/api", "/api/", "/api/v1", "/api/v2/notes", "/api/v1/nothing"):
        answer = await door.http.get(f"http://office.test{path}", headers={"Accept": "text/html,*/*;q=0.8"})
        is_problem(answer, 404, "http.not_found")
    icon = await door.http.get("http://office.test/favicon.ico")
    assert icon.status_code == 204 or icon.headers["content-type"] == "image/svg+xml"
    page = await door.http.get("http://office.test/<nothing>", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "没有这个地址" in page.text
    assert "本系统为非涉密系统" in page.text
    assert "<nothing>" not in page.text
    wrong = await door.http.put("/notes")
    is_problem(wrong, 405, "http.method_not_allowed")
    assert wrong.headers["allow"] == "DELETE, GET, HEAD, POST"
    only_post = await door.http.get("/uploads")
    is_problem(only_post, 405, "http.method_not_allowed")
    assert only_post.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "path", ["/%00", "/" + "a" * 5000 + ".js", "/../../etc/passwd", "/assets/%2e%2e/%2e%2e/pyproject.toml", "/x.js"]
)
async def test_no_file_outside_the_build(door: Door, path: str) -> None:
    async with door.client() as http:
        is_problem(await http.get(f"http://office.test{path}"), 404, "http.not_found")


async def test_a_fault_inside_tells_a_number_and_no_secret(door: Door) -> None:
    body = is_problem(await door.http.get("/broken"), 500, "http.internal")
    assert body["request"] in body["title"]
    assert "secret" not in str(body)


async def test_etag_304_head_and_gzip(door: Door) -> None:
    door.fake.text = "文" * 1000
    first = await door.http.get("/notes", headers={"accept-encoding": "gzip"})
    assert (first.headers["content-encoding"], first.headers["vary"]) == ("gzip", "Accept-Encoding")
    plain = await door.http.get("/notes", headers={"accept-encoding": "gzip;q=0, identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["etag"] == first.headers["etag"]
    assert plain.json() == first.json() == {"text": "文" * 1000}
    for known in (first.headers["etag"], "*", f'"other", {first.headers["etag"].removeprefix("W/")}'):
        same = await door.http.get("/notes", headers={"if-none-match": known})
        assert (same.status_code, same.content) == (304, b"")
    head = await door.http.head("/notes", headers={"accept-encoding": "identity"})
    assert (head.status_code, head.headers["etag"]) == (200, first.headers["etag"])
    door.fake.text = "new"
    fresh = await door.http.get("/notes", headers={"if-none-match": first.headers["etag"]})
    assert (fresh.status_code, fresh.json()) == (200, {"text": "new"})
    assert gzip.compress(b"", mtime=0)


async def test_content_is_never_run_by_a_browser(door: Door) -> None:
    answer = await door.http.get("/pictures")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%E5%9D%8F%2F..%2F%E5%90%8D.html"
    assert "immutable" in answer.headers["cache-control"]
    assert (await door.http.get("/pictures", headers={"if-none-match": '"d1"'})).status_code == 304


async def test_no_answer_is_sniffed_or_read_from_another_site(door: Door) -> None:
    for path in ("/notes", "/nothing", "/broken"):
        headers = (await door.http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"


async def test_a_page_is_never_framed() -> None:
    page = Envelope(HTMLResponse("<p>"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(page), base_url="http://testserver") as browser:
        headers = (await browser.get("/")).headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"


async def test_cookies(door: Door) -> None:
    plain = (await door.http.post("/entries")).headers["set-cookie"].lower()
    assert "httponly" in plain
    assert "samesite=lax" in plain
    assert "secure" not in plain
    async with door.client(scheme="https") as secure:
        assert "secure" in (await secure.post("/entries")).headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"origin": "http://office.test"}, 201),
        ({"sec-fetch-site": "same-origin", "origin": "http://office.test"}, 201),
        ({"origin": "http://evil.test"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"origin": "http://office.test.evil.test"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://other.test"}, 403),
    ],
)
async def test_a_cookie_acts_only_from_our_own_pages(door: Door, headers: dict[str, str], status: int) -> None:
    async with door.client() as browser:
        browser.cookies.set("zhiban", "person-a", domain="office.test")
        answer = await browser.post("/notes", json={"name": "a"}, headers=headers)
        assert answer.status_code == status
        if status == 403:
            is_problem(answer, 403, "http.cross_origin")
        assert (await browser.get("/notes", headers=headers)).status_code == 200
    assert (
        await door.http.post("/notes", json={"name": "a"}, headers=headers)
    ).status_code == 201  # a bearer is no browser's doing


async def test_a_nobody_cannot_be_logged_in_from_another_site(door: Door) -> None:
    async with door.client() as nobody:
        is_problem(await nobody.post("/entries", headers={"origin": "http://evil.test"}), 403, "http.cross_origin")


async def test_request_ids_are_ours_and_all_different(door: Door) -> None:
    ids = {(await door.http.get("/notes", headers={"x-request-id": "chosen"})).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert "chosen" not in ids


async def test_metrics_are_not_told_through_a_proxy(door: Door) -> None:
    async with door.client(address="127.0.0.1") as near:
        assert (await near.get("http://office.test/metrics")).status_code == 200
        forwarded = await near.get("http://office.test/metrics", headers={"x-forwarded-for": "203.0.113.9"})
        assert forwarded.status_code == 404
