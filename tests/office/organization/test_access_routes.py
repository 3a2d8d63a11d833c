"""Accounts and clients through the server: for the system administrator, audited, secrets told once."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from office import identity
from office.audit.models import AuditEntry
from office.http.models import KeptAnswer
from office.identity import hashing
from office.identity.hashing import Cost
from office.identity.models import Account, ClientKey
from office.kernel.actor import Origin
from tests.office.organization.town import Town, counted


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    with hashing.cost_for_test(Cost(memory=8, passes=1, lanes=1)):
        yield


async def sent(http: httpx.AsyncClient, path: str, body: Any = None, status: int = 201) -> Any:
    answer = await http.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def logs_in(login: str, password: str) -> bool:
    account = await identity.find_account(login)
    return account.disabled_at is None and await hashing.matches(password, account.password_hash)


async def test_an_account_from_opening_to_disabling(town: Town) -> None:
    async with town.http("陶然") as http:
        opened = await sent(http, "/accounts", {"person": str(town.people["罗小满"]), "login": "LuoXiaoman"})
        assert (opened["login"], opened["name"]) == ("luoxiaoman", "罗小满")
        assert await logs_in("luoxiaoman", opened["one_time_password"])
        again = await http.post("/accounts", json={"person": str(town.people["罗小满"]), "login": "other"})
        assert (again.status_code, again.json()["code"]) == (409, "identity.person_has_account")
        reset = await sent(http, f"/accounts/{opened['account']}/password-resets")
        assert reset["one_time_password"] != opened["one_time_password"]
        assert not await logs_in("luoxiaoman", opened["one_time_password"])
        assert await logs_in("luoxiaoman", reset["one_time_password"])
        await sent(http, f"/accounts/{opened['account']}/disablements", status=204)
        (line,) = (await http.get("/accounts", params={"q": "luo"})).json()["items"]
        assert line["disabled_at"] is not None
        assert "password" not in str(line)
        assert (await http.delete(f"/accounts/{opened['account']}/disablements")).status_code == 204
        assert await logs_in("luoxiaoman", reset["one_time_password"])
    acts = await AuditEntry.filter(actor__contains=str(town.people["陶然"])).order_by("id").values_list("action", flat=True)
    assert list(acts) == [
        f"identity.{act}" for act in ("create_account", "reset_password", "disable_account", "view_accounts", "enable_account")
    ]


async def test_no_secret_is_kept_for_a_retry(town: Town) -> None:
    async with town.http("陶然") as http:
        body = {"person": str(town.people["罗小满"]), "login": "luoxiaoman"}
        secret = (await sent(http, "/accounts", body))["one_time_password"]
        account = await Account.get()
        await sent(http, f"/accounts/{account.id}/password-resets")
    assert secret.encode() not in b"".join([bytes(row.body) for row in await KeptAnswer.all()])
    assert secret not in str([row.__dict__ for row in await AuditEntry.all()])


async def test_what_is_unknown_and_ones_own_is_refused(town: Town) -> None:
    async with town.http("陶然") as http:
        answer = await http.post("/accounts", json={"person": str(uuid4()), "login": "nobody"})
        assert (answer.status_code, answer.json()["code"]) == (404, "organization.person_unknown")
        own = await sent(http, "/accounts", {"person": str(town.people["陶然"]), "login": "taoran"})
        answer = await http.post(f"/accounts/{own['account']}/disablements")
        assert (answer.status_code, answer.json()["code"]) == (409, "identity.own_account")
        for act in ("password-resets", "disablements"):
            assert (await http.post(f"/accounts/{uuid4()}/{act}")).json()["code"] == "identity.no_such_account"
        answer = await http.post("/clients", json={"name": "县 OA", "scopes": ["works.push"], "uscc": "91350199000000009Z"})
        assert (answer.status_code, answer.json()["code"]) == (422, "organization.unit_unknown")


@pytest.mark.parametrize("person", ["罗小满", "周启明"])
async def test_nobody_else_manages(town: Town, person: str) -> None:
    async with town.http(person) as http:
        for method, path in (
            ("GET", "/accounts"), ("POST", "/accounts"), ("GET", "/clients"), ("POST", "/clients"),
            ("POST", f"/accounts/{uuid4()}/password-resets"), ("POST", f"/clients/{uuid4()}/keys"),
        ):  # fmt: skip
            answer = await http.request(method, path)
            assert (answer.status_code, answer.json()["code"]) == (403, "http.forbidden")


async def test_a_client_from_its_first_key_to_its_end(town: Town) -> None:
    async with town.http("陶然") as http:
        uscc = "11350199000000002B"
        first = await sent(http, "/clients", {"name": "县 OA", "scopes": ["works.push"], "uscc": uscc})
        assert (await identity.authenticate(first["secret"], Origin())).name == "县 OA"
        second = await sent(http, f"/clients/{first['client']}/keys", {"overlap_days": 0})
        assert (await identity.authenticate(second["secret"], Origin())).id is not None
        (line,) = (await http.get("/clients")).json()["items"]
        assert (line["name"], line["scopes"], line["unit"]) == ("县 OA", ["works.push"], str(town.units["青石镇"]))
        assert first["secret"] not in str(line)
        assert second["secret"] not in str(line)
        assert (await http.delete(f"/client-keys/{second['key']}")).status_code == 204
        await sent(http, f"/clients/{first['client']}/disablements", status=204)
        refused = await http.post(f"/clients/{first['client']}/keys", json={})
        assert refused.json()["code"] == "identity.client_disabled"
    kept = b"".join([bytes(row.body) for row in await KeptAnswer.all()])
    assert first["secret"].encode() not in kept
    assert second["secret"].encode() not in kept
    assert await ClientKey.filter(revoked_at__isnull=True, key_hash__in=[first["secret"], second["secret"]]).count() == 0


async def test_the_lists_cost_the_same_however_many_there_are(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    costs = []
    async with town.http("陶然") as http:
        for path in ("/accounts", "/clients"):
            await http.get(path)  # the first look of a day leaves its row
        for name in ("罗小满", "许一诺", "丁守一"):
            await sent(http, "/accounts", {"person": str(town.people[name]), "login": name})
            await sent(http, "/clients", {"name": f"系统{name}", "scopes": ["works.push"]})
            with counted(monkeypatch) as queries:
                for path in ("/accounts", "/clients"):
                    assert (await http.get(path)).status_code == 200
            costs.append(len(queries))
        assert len((await http.get("/accounts")).json()["items"]) == 3
    assert len(set(costs)) == 1
