"""Passkeys, with an authenticator in software."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from office import identity
from office.identity import passkeys
from office.identity.events import DevicesChanged
from office.identity.hooks import strangers
from office.identity.models import LoginSession, Passkey
from office.identity.module import module
from office.kernel import clock, settings
from office.kernel.actor import SYSTEM
from office.kernel.base64url import encode
from office.kernel.settings import Settings
from tests.office.identity.authenticator import PRESENT, VERIFIED, Authenticator
from tests.office.identity.conftest import OTHER, Door, code_of

REFUSED = (401, "identity.passkey_refused")


async def register(client: httpx.AsyncClient, made_by: Authenticator) -> httpx.Response:
    options = (await client.post("/passkeys/registration-options")).json()
    return await client.post("/passkeys", json={"name": "手机", "credential": made_by.create(options)})


async def options_of(door: Door) -> dict[str, Any]:
    return dict((await door.client().post("/passkeys/authentication-options")).json())


async def use(door: Door, credential: dict[str, Any]) -> httpx.Response:
    return await door.client().post("/passkey-sessions", json={"credential": credential, "client": "app"})


@pytest.fixture
async def key(door: Door) -> Authenticator:
    await door.account("linxiaoyu")
    key = Authenticator()
    assert (await register(await door.fresh("linxiaoyu"), key)).status_code == 201
    return key


async def test_a_passkey_opens_a_session(door: Door, key: Authenticator) -> None:
    for _ in range(2):
        answer = await use(door, key.get(await options_of(door)))
        assert answer.status_code == 201
    client = door.client(answer.json()["token"])
    assert (await client.get("/me")).json()["account"] == "linxiaoyu"
    (row,) = (await client.get("/passkeys")).json()["items"]
    assert row["name"] == "手机"
    assert row["last_used_at"] is not None


async def test_options_ask_for_verification_and_tell_nobody_apart(door: Door, key: Authenticator) -> None:
    one, two = await options_of(door), await options_of(door)
    assert one.pop("challenge") != two.pop("challenge")
    assert one == two
    assert (one["rpId"], one["userVerification"]) == ("localhost", "required")
    assert not one.get("allowCredentials")
    client = await door.fresh("linxiaoyu")
    made = (await client.post("/passkeys/registration-options")).json()
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["attestation"] == "none"
    assert [known["id"] for known in made["excludeCredentials"]] == [encode(key.id)]


async def test_registration_needs_the_password_again(door: Door) -> None:
    await door.account("linxiaoyu")
    client = await door.signed_in("linxiaoyu")
    assert code_of(await client.post("/passkeys/registration-options")) == (403, "identity.reauthenticate")


@pytest.mark.parametrize("flags", [PRESENT, 0, VERIFIED])
async def test_a_person_who_was_not_verified_is_refused(door: Door, key: Authenticator, flags: int) -> None:
    key.flags = flags
    assert code_of(await use(door, key.get(await options_of(door)))) == REFUSED
    fresh = Authenticator()
    fresh.flags = flags
    assert code_of(await register(await door.fresh("linxiaoyu"), fresh)) == (422, "identity.bad_passkey")


async def test_another_origin_is_refused(door: Door, key: Authenticator) -> None:
    key.origin = "https://zhiban.example.net"
    assert code_of(await use(door, key.get(await options_of(door)))) == REFUSED


async def test_a_response_is_good_once(door: Door, key: Authenticator) -> None:
    credential = key.get(await options_of(door))
    answers = await asyncio.gather(*(use(door, credential) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 410]
    assert await LoginSession.filter(method="passkey").count() == 1


async def test_a_challenge_that_was_not_given_out_is_refused(door: Door, key: Authenticator) -> None:
    for challenge in (encode(bytes(32)), encode(bytes(31)), encode(b"\0" * 200)):
        answer = await use(door, key.get({"rpId": "localhost", "challenge": challenge}))
        assert answer.status_code in (410, 422)


async def test_a_registration_challenge_is_no_login_challenge(door: Door, key: Authenticator) -> None:
    client = await door.fresh("linxiaoyu")
    made = (await client.post("/passkeys/registration-options")).json()
    answer = await use(door, key.get({"rpId": "localhost", "challenge": made["challenge"]}))
    assert code_of(answer) == (410, "identity.challenge_over")


async def test_a_copied_authenticator_is_found_by_its_counter(door: Door, key: Authenticator) -> None:
    assert (await use(door, key.get(await options_of(door)))).status_code == 201
    key.counter -= 1
    assert code_of(await use(door, key.get(await options_of(door)))) == REFUSED
    assert len(await door.trail("identity.passkey_sign_in", "refused")) == 1


async def test_of_two_copies_at_once_one_is_refused(door: Door, key: Authenticator, monkeypatch: pytest.MonkeyPatch) -> None:
    first = key.get(await options_of(door))
    key.counter -= 1
    second = key.get(await options_of(door))
    both, opened = asyncio.Barrier(2), passkeys._open

    async def together(*args: Any) -> Any:
        await both.wait()
        return await opened(*args)

    monkeypatch.setattr(passkeys, "_open", together)
    answers = await asyncio.gather(use(door, first), use(door, second))
    assert sorted(answer.status_code for answer in answers) == [201, 401]


async def test_a_stranger_with_a_known_id_is_refused(door: Door, key: Authenticator) -> None:
    thief = Authenticator()
    thief.id, thief.user = key.id, key.user
    assert code_of(await use(door, thief.get(await options_of(door)))) == REFUSED
    unknown = Authenticator()
    refused, before = await door.trail("identity.passkey_sign_in", "refused"), strangers.labels("passkey")._value.get()
    assert code_of(await use(door, unknown.get(await options_of(door)))) == REFUSED
    assert len(await door.trail("identity.passkey_sign_in", "refused")) == len(refused) == 1
    assert strangers.labels("passkey")._value.get() == before + 1
    key.user = b"somebody else 16"
    assert code_of(await use(door, key.get(await options_of(door)))) == REFUSED


async def test_a_removed_passkey_and_a_disabled_account_are_refused(door: Door, key: Authenticator) -> None:
    account = await identity.find_account("linxiaoyu")
    await identity.disable(SYSTEM, account.id)
    assert code_of(await use(door, key.get(await options_of(door)))) == REFUSED
    await identity.enable(SYSTEM, account.id)
    client = await door.signed_in("linxiaoyu")
    opened = door.client((await use(door, key.get(await options_of(door)))).json()["token"])
    (row,) = (await client.get("/passkeys")).json()["items"]
    assert (await opened.get("/passkeys")).status_code == 200
    assert (await client.delete(f"/passkeys/{row['id']}")).status_code == 204
    assert (await opened.get("/passkeys")).status_code == 401, "the session it opened ends with it"
    assert (await client.get("/passkeys")).status_code == 200
    assert code_of(await client.delete(f"/passkeys/{row['id']}")) == (404, "identity.no_such_passkey")
    assert code_of(await use(door, key.get(await options_of(door)))) == REFUSED


async def test_a_reset_stops_passkeys_until_the_new_password_was_given_again(door: Door, key: Authenticator) -> None:
    account = await identity.find_account("linxiaoyu")
    secret = await identity.reset_password(SYSTEM, account.id)
    answer = await use(door, key.get(await options_of(door)))
    assert code_of(answer) == (401, "identity.passkey_blocked")
    client = door.client((await door.tries("linxiaoyu", secret, client="app")).json()["token"])
    assert (await client.post("/passwords", json={"old": secret, "new": OTHER})).status_code == 204
    assert code_of(await use(door, key.get(await options_of(door)))) == (401, "identity.passkey_blocked")
    assert (await client.post("/reauthentications", json={"password": OTHER})).status_code == 200
    assert (await use(door, key.get(await options_of(door)))).status_code == 201


async def test_adding_and_removing_a_passkey_is_told_to_the_persons_other_clients(door: Door, key: Authenticator) -> None:
    (told,) = await door.events("identity.devices_changed")
    (publication,) = module.publications
    assert publication.common is not None
    event = DevicesChanged(person=UUID(told["person"]), account=UUID(told["account"]))
    shown: Any = await publication.common(event)
    assert [row.name for row in shown["passkeys"]] == ["手机"]
    client = await door.signed_in("linxiaoyu")
    (row,) = (await client.get("/passkeys")).json()["items"]
    await client.delete(f"/passkeys/{row['id']}")
    assert len(await door.events("identity.devices_changed")) == 2
    shown = await publication.common(event)
    assert shown["passkeys"] == []


async def test_one_passkey_is_registered_once(door: Door, key: Authenticator) -> None:
    assert code_of(await register(await door.fresh("linxiaoyu"), key)) == (409, "identity.passkey_in_use")
    assert await Passkey.all().count() == 1


async def test_there_is_a_bound(door: Door, key: Authenticator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "MOST", 1)
    answer = await register(await door.fresh("linxiaoyu"), Authenticator())
    assert code_of(answer) == (409, "identity.too_many_passkeys")


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
async def test_garbage_is_refused(door: Door, key: Authenticator, part: str) -> None:
    credential = key.get(await options_of(door))
    credential["response"][part] = encode(b"\xff\x00garbage")
    assert (await use(door, credential)).status_code in (401, 422)
    made = (await (await door.fresh("linxiaoyu")).post("/passkeys/registration-options")).json()
    fresh = Authenticator().create(made)
    fresh["response"]["attestationObject"] = encode(b"\xa1\xff\x00")
    client = await door.fresh("linxiaoyu")
    assert code_of(await client.post("/passkeys", json={"name": "", "credential": fresh})) == (422, "identity.bad_passkey")


async def test_the_relying_party_comes_from_the_public_address(door: Door) -> None:
    settings.use(Settings(public_url="https://zhiban.qingshan.example:8443/"))
    assert passkeys.relying_party() == ("zhiban.qingshan.example", ["https://zhiban.qingshan.example:8443"])
    await door.account("linxiaoyu")
    key = Authenticator("https://zhiban.qingshan.example:8443")
    assert (await register(await door.fresh("linxiaoyu"), key)).status_code == 201
    assert (await use(door, key.get(await options_of(door)))).status_code == 201
    assert clock.now() > (await Passkey.get()).created_at
