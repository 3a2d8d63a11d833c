"""The manifest, the texts and the published description hold together."""

import re
from pathlib import Path

import office.identity
from office.http.openapi import document
from office.identity.module import module
from office.identity.texts import TEXTS
from office.kernel.endpoint import LOGGED_IN, PUBLIC
from office.kernel.modules import Registry
from tests.office.identity.conftest import MANIFESTS, Door

SOURCE = Path(office.identity.__file__).parent


def test_every_refusal_has_its_sentence_and_every_sentence_its_refusal() -> None:
    raised = set()
    for path in SOURCE.glob("*.py"):
        if path.name != "texts.py":
            text = path.read_text("utf-8")
            raised |= set(
                re.findall(
                    r'(?:Invalid|Unauthenticated|Forbidden|NotFound|Conflict|Gone|TooMany|Unavailable)\("([a-z0-9_.]+)"', text
                )
            )
            raised |= set(re.findall(r'^(?:WRONG\w*|REFUSED|REVOKED|BLOCKED|NEEDS_PIN) = "(identity\.[a-z_]+)"', text, re.M))
    assert raised == set(TEXTS)


def test_only_signing_in_is_public() -> None:
    public = {endpoint.path for endpoint in module.endpoints if endpoint.permission == PUBLIC}
    assert public == {
        "/sessions",
        "/login-challenges",
        "/quick-sessions",
        "/passkeys/authentication-options",
        "/passkey-sessions",
    }
    assert {endpoint.permission for endpoint in module.endpoints} == {PUBLIC, LOGGED_IN}


def test_what_hashes_or_sets_cookies_keeps_no_answer() -> None:
    kept = {
        f"{endpoint.method} {endpoint.path}"
        for endpoint in module.endpoints
        if endpoint.idempotent and endpoint.method != "GET"
    }
    assert kept == {
        "DELETE /sessions/{session}", "DELETE /devices/{device}", "DELETE /passkeys/{passkey}", "POST /devices/views",
    }  # fmt: skip


def test_manifest_and_openapi_are_made() -> None:
    registry = Registry(MANIFESTS)
    described = document(registry.endpoints, "0")
    assert "/api/v1/passkey-sessions" in described["paths"]
    assert registry.granted(frozenset({"system_admin"})) == {"identity.manage_accounts", "identity.manage_clients"}


async def test_nobody_gets_in_without_a_token(door: Door) -> None:
    client = door.client()
    for endpoint in module.endpoints:
        if endpoint.permission == LOGGED_IN:
            path = re.sub(r"{\w+}", "0190f5b2-0000-7000-8000-000000000000", endpoint.path)
            answer = await client.request(endpoint.method, path)
            assert answer.status_code == 401, endpoint.path
