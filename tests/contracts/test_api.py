"""The OpenAPI document: valid, and driven against the whole house by a logged-in clerk and by the administrator.

Whatever is sent, no answer is a 5xx, and every error is a problem document.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core import NOT_SET

import asgi
from office.http.app import openapi_text
from office.http.openapi import PIECES, document
from office.identity.models import Account
from office.kernel.modules import Registry
from tests.people import settle
from tests.support.house import House


@schemathesis.serializer(PIECES)
def _as_it_is(_: Any, value: Any) -> bytes:
    """A piece of an upload is bytes already; the test sends its own."""
    return value if isinstance(value, bytes) else str(value).encode()


REGISTRY = Registry(asgi.manifests())
DOCUMENT = document(REGISTRY.endpoints, "0")
#: Requests of each operation: a few with every change, many in the long runs.
FEW, MANY = 3, 60


def test_the_document_is_valid_openapi() -> None:
    schemathesis.openapi.from_dict(DOCUMENT).validate()
    assert DOCUMENT["openapi"].startswith("3.1")


def test_every_route_stands_in_it_once() -> None:
    told = {f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert told == {f"{one.method} /api/v1{one.path}" for one in REGISTRY.endpoints}
    ids = [operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_every_reference_leads_somewhere() -> None:
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            found.update([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
            for below in node.values():
                walk(below)
        elif isinstance(node, list):
            for below in node:
                walk(below)

    walk(DOCUMENT)
    known = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert found <= known
    assert openapi_text(REGISTRY) == openapi_text(REGISTRY)


@pytest.mark.engines("sqlite")
async def test_it_is_served(house: House) -> None:
    assert (await house.http.get("/openapi.json")).json()["paths"].keys() == DOCUMENT["paths"].keys()


@pytest.fixture
async def callers(house: House) -> AsyncIterator[list[httpx.AsyncClient]]:
    """A clerk, and an administrator."""
    town = await settle(house)
    made = [await town.of("苏小满"), await town.of("陆管理")]
    await Account.all().update(password_hash="")  # nobody's password, rather than the town's shortcut
    yield made
    await town.close()


def sound(answer: httpx.Response, asked: str, broken: dict[str, str]) -> None:
    """Keep what is not sound, by route, so that one run tells all."""
    if answer.status_code >= 500:
        broken[asked.split("?")[0]] = f"{answer.status_code} {asked}"
    elif answer.status_code >= 400 and answer.headers["content-type"] != "application/problem+json":
        broken[asked] = "no problem document"
    elif answer.status_code >= 400 and answer.request.method != "HEAD" and answer.json()["code"] not in REGISTRY.texts:
        broken[asked] = answer.json()["code"]


def drive(operation: Any, examples: int, send: Any) -> None:
    """Generated requests of one operation, each sent by `send`."""

    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        send(case)

    one()


#: It ends the session of whoever drives.
LEFT_OUT = {"delete /api/v1/sessions/current", "delete /api/v1/sessions"}


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.proof)])
async def test_nothing_that_fits_the_document_breaks_the_house(
    house: House, callers: list[httpx.AsyncClient], examples: int
) -> None:
    loop = asyncio.get_running_loop()
    broken: dict[str, str] = {}

    async def ask(case: Any) -> None:
        body = None if case.body is NOT_SET else case.body
        headers = {name: value for name, value in (case.headers or {}).items() if value.isprintable() and value.isascii()}
        for client in callers:
            asked = f"{case.method} {case.formatted_path} {case.query} {body!r}"
            more: dict[str, Any] = {} if body is None else {"json": body}
            if case.media_type == PIECES:
                more = {"content": b"text"}
            if case.media_type == "multipart/form-data":
                more = {"files": {"file": ("a.txt", b"text")}}
            answer = await client.request(
                case.method, f"http://testserver{case.formatted_path}", params=dict(case.query or {}), headers=headers, **more
            )
            sound(answer, asked, broken)

    def send(case: Any) -> None:
        asyncio.run_coroutine_threadsafe(ask(case), loop).result(60)

    for result in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations():
        operation = result.ok()
        if f"{operation.method} {operation.path}" not in LEFT_OUT:
            await asyncio.to_thread(drive, operation, examples, send)
    assert broken == {}
