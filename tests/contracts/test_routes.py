"""Every route is closed to nobody and to a person without roles, and says so as a problem."""

import re
from uuid import UUID

import httpx
import pytest

import asgi
from office.http.openapi import document, head_of
from office.http.routing import BASE
from office.kernel.endpoint import LOGGED_IN, PUBLIC, Endpoint
from office.kernel.modules import Registry
from tests.people import Town
from tests.support.house import House

REGISTRY = Registry(asgi.manifests())
GUARDED = [endpoint for endpoint in REGISTRY.endpoints if endpoint.permission not in (PUBLIC, LOGGED_IN)]
ANY = UUID("0190aaaa-0000-7000-8000-000000000001")


def address(endpoint: Endpoint) -> str:
    return re.sub(r"\{\w+\}", str(ANY), endpoint.path)


def is_problem(answer: httpx.Response, status: int) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    if answer.request.method == "HEAD":
        return
    body = answer.json()
    assert body["status"] == status
    assert body["code"] in REGISTRY.texts
    assert body["title"] == REGISTRY.texts[body["code"]] or "{" in REGISTRY.texts[body["code"]]


@pytest.mark.parametrize("endpoint", REGISTRY.endpoints, ids=lambda one: f"{one.method} {one.path}")
def test_every_route_declares_a_declared_permission(endpoint: Endpoint) -> None:
    assert endpoint.permission in (PUBLIC, LOGGED_IN) or endpoint.permission in REGISTRY.permissions
    assert endpoint.summary
    assert any("一" <= char <= "鿿" for char in endpoint.summary)


def test_every_route_stands_under_a_chinese_word() -> None:
    assert {head_of(one) for one in REGISTRY.endpoints} == set(REGISTRY.headings)
    assert all("一" <= char <= "鿿" for word in REGISTRY.headings.values() for char in word.replace("：", ""))
    assert len(set(REGISTRY.headings.values())) == len(REGISTRY.headings)
    told = document(REGISTRY.endpoints, "0", REGISTRY.headings)
    used = {tag for methods in told["paths"].values() for one in methods.values() for tag in one["tags"]}
    assert used == {one["name"] for one in told["tags"]} == set(REGISTRY.headings.values())


def test_only_known_routes_are_public() -> None:
    """A new public route is a decision: it is written down here."""
    public = {f"{one.method} {one.path}" for one in REGISTRY.endpoints if one.permission == PUBLIC}
    assert public == {
        "POST /sessions", "POST /login-challenges", "POST /quick-sessions", "POST /passkeys/authentication-options",
        "POST /passkey-sessions", "GET /server-keys",
    }  # fmt: skip


#: The protocol has its own way to know a repeat: the offset that a piece begins at.
TUS = {"OPTIONS /uploads", "POST /uploads", "PATCH /uploads/{id}", "POST /uploads/{id}", "DELETE /uploads/{id}"}
#: Steps of logging in, and a question that is asked by POST: they make nothing, each is harmless to repeat.
WITHOUT_KEY = {
    "POST /sessions", "POST /login-challenges", "POST /quick-sessions", "POST /passkeys/authentication-options",
    "POST /passkey-sessions", "POST /reauthentications", "POST /passkeys/registration-options",
    "POST /handlings/{id}/derivations", "DELETE /sessions", "DELETE /sessions/current", *TUS,
}  # fmt: skip


def test_every_act_heeds_an_idempotency_key() -> None:
    acts = [one for one in REGISTRY.endpoints if one.method not in ("GET", "HEAD")]
    assert {f"{one.method} {one.path}" for one in acts if not one.keyed} == WITHOUT_KEY
    told = document(acts, "0")["paths"]
    for one in acts:
        names = [parameter["name"] for parameter in told[BASE + one.path][one.method.lower()].get("parameters", [])]
        assert ("Idempotency-Key" in names) is one.keyed, one.path


@pytest.mark.engines("sqlite")
async def test_nobody_gets_in(house: House) -> None:
    for endpoint in REGISTRY.endpoints:
        if endpoint.permission != PUBLIC:
            is_problem(await house.http.request(endpoint.method, address(endpoint)), 401)


@pytest.fixture
async def stranger(settled: Town) -> httpx.AsyncClient:
    """A person with a post and no role."""
    return await settled.of("何路人")


@pytest.mark.engines("sqlite")
async def test_a_person_without_roles_gets_nowhere(house: House, stranger: httpx.AsyncClient) -> None:
    assert GUARDED
    for endpoint in GUARDED:
        is_problem(await stranger.request(endpoint.method, address(endpoint)), 403)
