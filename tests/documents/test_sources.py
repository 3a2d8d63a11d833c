"""A source system has one client: registered anew it goes on with its documents, and nobody else speaks for it."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from documents.incoming.models import Document, DocumentVersion
from office.audit.models import AuditEntry
from tests.documents.conftest import Office
from tests.people import UNITS

SCOPES = ["documents.push", "documents.states"]


class County:
    """The county's systems, registered through the door by 陆管理."""

    def __init__(self, office: Office, stack: AsyncExitStack) -> None:
        self.office, self._stack = office, stack

    async def registered(self, name: str, **more: Any) -> httpx.Response:
        admin = await self.office.town.of("陆管理")
        return await admin.post("/clients", json={"name": name, "scopes": SCOPES, **more})

    async def system(self, name: str, **more: Any) -> tuple[str, httpx.AsyncClient]:
        answer = await self.registered(name, **more)
        assert answer.status_code == 201, answer.text
        client = await self._stack.enter_async_context(self.office.house.client(answer.json()["secret"]))
        return answer.json()["client"], client

    async def push(self, oa: httpx.AsyncClient, **more: Any) -> httpx.Response:
        before, self.office.oa = self.office.oa, oa
        try:
            return await self.office.push("禾渡镇", **more)
        finally:
            self.office.oa = before


@pytest.fixture
async def county(office: Office) -> Any:
    async with AsyncExitStack() as stack:
        yield County(office, stack)


async def test_registered_anew_the_same_push_is_the_same(county: County) -> None:
    old, first = await county.system("县OA一期")
    before = await county.push(first)
    assert before.status_code == 201, before.text
    _, anew = await county.system("县OA二期", succeeds=old)
    again = await county.push(anew)
    assert (again.status_code, again.json()) == (200, before.json())
    corrected = await county.push(anew, version=2, paper="urgent-notice.pdf")
    assert (corrected.status_code, corrected.json()["state"]) == (201, "correction")
    assert corrected.json()["document"] == before.json()["document"]
    assert (await Document.all().count(), await DocumentVersion.all().count()) == (1, 2)
    assert (await county.push(first)).status_code in (401, 403), "the old one is shut out"
    assert await AuditEntry.filter(action="exchange.take_over_source").count() == 1


async def test_states_go_to_whoever_has_the_place_today(county: County) -> None:
    old, first = await county.system("县OA一期")
    handling = (await county.push(first)).json()["receipts"][0]["handling"]
    await county.office.house.drain()
    assert [one["state"] for one in (await first.get("/exchange/states")).json()["items"]] == ["待签收"]
    _, anew = await county.system("县OA二期", succeeds=old)
    clerk = await county.office.town.of("苏小满")
    assert (await clerk.post(f"/handlings/{handling}/receipts", json={})).is_success
    await county.office.house.drain()
    told = (await anew.get("/exchange/states")).json()["items"]
    assert [(one["seq"], one["handling"], one["state"]) for one in told] == [(1, handling, "已签收")]


async def test_nobody_speaks_for_anothers_source(county: County) -> None:
    holder, first = await county.system("县OA")
    assert (await county.push(first)).status_code == 201
    _, other = await county.system("会务系统")
    for version in (1, 2):
        answer = await county.push(other, version=version, paper="urgent-notice.pdf")
        assert (answer.status_code, answer.json()["code"]) == (409, "exchange.source_taken")
        assert "county-oa" in answer.json()["title"]
    admin = await county.office.town.of("陆管理")
    assert (await admin.post(f"/clients/{holder}/disablements")).is_success
    assert (await county.push(other)).status_code == 409, "shut out is not handed over"
    assert await DocumentVersion.all().count() == 1
    assert (await county.push(other, source="meetings")).status_code == 201


async def test_only_a_client_of_the_same_unit_takes_over_and_only_one(county: County) -> None:
    old, _ = await county.system("县OA")
    elsewhere = await county.registered("镇OA", succeeds=old, uscc=UNITS["禾渡镇"][3])
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "identity.other_unit")
    nobody = await county.registered("县OA二期", succeeds="00000000-0000-7000-8000-000000000000")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "identity.no_such_client")
    answers = await asyncio.gather(*[county.registered(f"县OA{n}期", succeeds=old) for n in (2, 3)])
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    [lost] = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert lost == "identity.succeeded_already"


async def test_of_two_first_pushes_of_two_clients_one_holds_the_source(county: County) -> None:
    systems = [(await county.system(name))[1] for name in ("县OA", "会务系统")]
    files = {"paper": "bridge-request.pdf"}
    pushes = []
    for system in systems:
        county.office.oa = system
        pushes.append(asyncio.create_task(county.office.push("禾渡镇", **files)))
        await asyncio.sleep(0)
    answers = await asyncio.gather(*pushes)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
