"""Acts whose answer tells a secret: done once under one key, the secret kept nowhere, a repeat told what was made."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from office.http.models import KeptAnswer
from office.identity.models import Account, ClientKey, IntegrationClient
from office.kernel import settings
from tests.documents.conftest import Office

KEY = {"Idempotency-Key": "5f0c6c1e-6d0a-4a7e-9a3e-0d6f3b6f7a01"}
URL = "http://127.0.0.1:9/hook"


@pytest.fixture(autouse=True)
def private_allowed(office: Office) -> Iterator[None]:
    before = settings.current()
    settings.use(replace(before, webhook_private_targets=True))
    yield
    settings.use(before)


async def twice(client: httpx.AsyncClient, path: str, body: Any, other: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The act; its repeat is refused and told what was made, other bytes are refused. The answer and the repeat's."""
    first = await client.post(path, json=body, headers=KEY)
    assert first.status_code == 201, first.text
    again, changed = await client.post(path, json=body, headers=KEY), await client.post(path, json=other, headers=KEY)
    assert (again.status_code, again.json()["code"]) == (409, "http.done_before")
    assert (changed.status_code, changed.json()["code"]) == (409, "http.key_reused")
    return first.json(), again.json()


async def is_kept_nowhere(secret: str) -> None:
    for row in await KeptAnswer.all():
        assert secret not in f"{row.body!r}{row.headers}{row.fingerprint}"


async def test_a_webhook(office: Office) -> None:
    made, told = await twice(office.oa, "/webhooks", {"url": URL}, {"url": f"{URL}2"})
    assert told["current"] == made["id"]
    assert made["id"] in told["title"]
    assert "/api/v1/webhooks" in told["title"]
    await is_kept_nowhere(made["secret"])
    listed = (await office.oa.get("/webhooks")).json()["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    await KeptAnswer.all().delete()
    turned, told = await twice(office.oa, f"/webhooks/{made['id']}/secrets", {}, {"overlap_hours": 1})
    assert told["current"] == made["id"]
    await is_kept_nowhere(turned["secret"])


async def test_of_many_at_once_one_is_done(office: Office) -> None:
    made = await asyncio.gather(*(office.oa.post("/webhooks", json={"url": URL}, headers=KEY) for _ in range(5)))
    assert sorted(one.status_code for one in made) == [201, 409, 409, 409, 409]
    assert {one.json()["code"] for one in made if one.status_code == 409} <= {"http.done_before", "http.outcome_unknown"}


async def test_a_refusal_lets_the_key_go(office: Office) -> None:
    wrong = await office.oa.post("/webhooks", json={"url": URL, "types": ["all"]}, headers=KEY)
    assert wrong.status_code == 422
    assert (await office.oa.post("/webhooks", json={"url": URL}, headers=KEY)).status_code == 201


async def test_a_test_is_sent_once_and_answered_again(office: Office) -> None:
    made = (await office.oa.post("/webhooks", json={"url": URL})).json()
    for what in ("tests", "resumptions"):
        headers = {"Idempotency-Key": f"key-of-{what}"}
        first, again = [await office.oa.post(f"/webhooks/{made['id']}/{what}", headers=headers) for _ in range(2)]
        assert (first.status_code, first.json()) == (again.status_code, again.json())
        assert again.headers["idempotent-replayed"] == "true"


async def test_what_broke_off_is_not_done_again_unseen(office: Office) -> None:
    assert (await office.oa.post("/webhooks", json={"url": URL}, headers=KEY)).status_code == 201
    await KeptAnswer.all().update(status=0, headers={})
    again = await office.oa.post("/webhooks", json={"url": URL}, headers=KEY)
    assert (again.status_code, again.json()["code"]) == (409, "http.outcome_unknown")


async def test_accounts_clients_and_their_keys(office: Office) -> None:
    admin = await office.town.of("陆管理")
    made, told = await twice(
        admin, "/clients", {"name": "甲系统", "scopes": ["documents.push"]}, {"name": "乙系统", "scopes": ["documents.push"]}
    )
    assert told["current"] == made["client"]
    await is_kept_nowhere(made["secret"])
    assert await IntegrationClient.filter(name="甲系统").count() == 1
    await KeptAnswer.all().delete()
    key, told = await twice(admin, f"/clients/{made['client']}/keys", {}, {"days": 9})
    assert told["current"] == key["key"]
    assert await ClientKey.filter(client_id=made["client"]).count() == 2
    await KeptAnswer.all().delete()
    person = str(office.town.people["白露秋"])
    await Account.filter(person=person).delete()
    account, told = await twice(admin, "/accounts", {"person": person, "login": "bailuqiu2"}, {"person": person, "login": "b"})
    assert told["current"] == account["account"]
    await is_kept_nowhere(account["one_time_password"])
    await KeptAnswer.all().delete()
    path = f"/accounts/{account['account']}/password-resets"
    first = await admin.post(path, headers=KEY)
    again = await admin.post(path, headers=KEY)
    assert (first.status_code, again.status_code, again.json()["code"]) == (201, 409, "http.done_before")
    await is_kept_nowhere(first.json()["one_time_password"])
