"""Devices and one-tap login."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from office import identity
from office.identity import devices, hashing, keys
from office.identity.hooks import strangers
from office.identity.models import Device, LoginSession, ServerSecret, SpentChallenge
from office.identity.module import module
from office.kernel import base64url, clock
from office.kernel.actor import SYSTEM
from office.kernel.refusal import Invalid
from office.kernel.work import verb
from tests.office.identity.authenticator import Authenticator, DeviceKey
from tests.office.identity.conftest import OTHER, PASSWORD, Door, code_of, session_of

PIN = "480215"
#: The table that the phone's tests read too.
PINS = json.loads((Path(__file__).parents[3] / "web/test/pins.json").read_text("utf-8"))
REFUSED = (401, "identity.device_refused")
BLOCKED = (401, "identity.one_tap_blocked")
OVER = (410, "identity.challenge_over")


class Phone:
    """A known device and what its client does."""

    def __init__(self, door: Door, pin: str | None = PIN) -> None:
        self.door, self.key, self.pin, self.id = door, DeviceKey(), pin, ""

    async def register(self, client: httpx.AsyncClient, name: str = "小米手机") -> httpx.Response:
        body = {"name": name, "public_key": self.key.public, "pin": self.pin}
        answer = await client.post("/devices", json=body)
        if answer.status_code == 201:
            self.id = answer.json()["device"]["id"]
        return answer

    async def challenge(self) -> str:
        answer = await self.door.client().post("/login-challenges", json={"device": self.id})
        return str(answer.json()["challenge"])

    async def tap(self, **changed: Any) -> httpx.Response:
        value = changed.pop("challenge", None) or await self.challenge()
        signature = (changed.pop("signer", None) or self.key).sign(base64url.decode(value))
        body = {"device": self.id, "challenge": value, "signature": signature, "pin": self.pin, **changed}
        return await self.door.client().post("/quick-sessions", json=body)


@pytest.fixture
async def phone(door: Door) -> Phone:
    await door.account("linxiaoyu")
    phone = Phone(door)
    assert (await phone.register(await door.fresh("linxiaoyu"))).status_code == 201
    return phone


async def test_one_tap_opens_a_session_on_the_device(door: Door, phone: Phone) -> None:
    answer = await phone.tap(client="app")
    assert answer.status_code == 201
    client = door.client(answer.json()["token"])
    rows = (await client.get("/devices")).json()["items"]
    assert [(row["id"], row["current"], row["revoked_at"]) for row in rows] == [(phone.id, True, None)]
    assert (await client.get("/sessions")).json()["items"][0]["device_name"] == "小米手机"


async def test_a_browser_gets_the_cookie(phone: Phone) -> None:
    answer = await phone.tap()
    assert "token" not in answer.json()
    assert answer.headers["set-cookie"].startswith("zhiban=")


async def test_a_device_needs_the_password_again_within_five_minutes(door: Door) -> None:
    await door.account("linxiaoyu")
    client, phone = await door.signed_in("linxiaoyu"), Phone(door)
    assert code_of(await phone.register(client)) == (403, "identity.reauthenticate")
    valid = (await client.post("/reauthentications", json={"password": PASSWORD})).json()["valid_until"]
    assert valid > clock.now().isoformat()
    clock.travel(timedelta(minutes=5, seconds=1))
    assert code_of(await phone.register(client)) == (403, "identity.reauthenticate")
    assert await Device.all().count() == 0


async def test_registering_is_told_to_the_others_and_recorded(door: Door, phone: Phone) -> None:
    (told,) = await door.events("identity.device_registered")
    assert (told["device"], told["device_name"]) == (phone.id, "小米手机")
    assert len(await door.events("identity.devices_changed")) == 1
    (row,) = await door.trail("identity.register_device")
    assert row.facts["key"] == (await Device.get()).fingerprint
    (publication,) = module.publications
    event = identity.events.DevicesChanged(person=UUID(told["person"]), account=UUID(told["account"]))
    assert await publication.audience(event) == [event.person]
    assert publication.common is not None
    shown: Any = await publication.common(event)
    assert [row.name for row in shown["devices"]] == ["小米手机"]


async def test_the_same_registration_again_is_the_same_device(door: Door, phone: Phone) -> None:
    first = phone.id
    assert (await phone.register(await door.fresh("linxiaoyu"))).status_code == 201
    assert phone.id == first
    assert len(await door.events("identity.device_registered")) == 1


async def test_a_key_belongs_to_one_account_and_is_never_used_again(door: Door, phone: Phone) -> None:
    await door.account("zhoumin", name="周敏")
    assert code_of(await phone.register(await door.fresh("zhoumin"))) == (409, "identity.key_in_use")
    client = await door.fresh("linxiaoyu")
    await client.delete(f"/devices/{phone.id}")
    assert code_of(await phone.register(client)) == (409, "identity.key_in_use")


async def test_ten_devices_are_enough(door: Door, phone: Phone) -> None:
    client = await door.fresh("linxiaoyu")
    for _ in range(devices.MOST - 1):
        assert (await Phone(door).register(client)).status_code == 201
    assert code_of(await Phone(door).register(client)) == (409, "identity.too_many_devices")
    assert await Device.all().count() == devices.MOST


async def test_revoking_ends_its_sessions_and_its_signatures(door: Door, phone: Phone) -> None:
    on_phone = door.client((await phone.tap(client="app")).json()["token"])
    desk = await door.signed_in("linxiaoyu")
    assert (await desk.delete(f"/devices/{phone.id}")).status_code == 204
    assert code_of(await on_phone.get("/me")) == (401, "identity.session_ended")
    assert code_of(await phone.tap()) == (401, "identity.device_revoked")
    assert code_of(await phone.tap(signer=DeviceKey())) == REFUSED
    codes = [row.facts["code"] for row in await door.trail("identity.one_tap", "refused")]
    assert codes == ["identity.device_revoked", "identity.device_refused"]
    key = await identity.device_key(UUID(phone.id))
    assert key is not None
    assert key.revoked_at is not None
    assert code_of(await desk.delete(f"/devices/{phone.id}")) == (404, "identity.no_such_device")
    assert [event["device"] for event in await door.events("identity.device_revoked")] == [phone.id]


async def test_nobody_revokes_another_persons_device(door: Door, phone: Phone) -> None:
    await door.account("zhoumin", name="周敏")
    theirs = await door.signed_in("zhoumin")
    assert code_of(await theirs.delete(f"/devices/{phone.id}")) == (404, "identity.no_such_device")
    assert (await phone.tap()).status_code == 201


async def test_one_tap_stays_open_while_password_login_is_locked(door: Door, phone: Phone) -> None:
    for _ in range(5):
        await door.tries("linxiaoyu", OTHER, address="198.51.100.9")
    assert (await door.tries("linxiaoyu")).status_code == 429
    assert (await phone.tap()).status_code == 201


async def test_a_known_device_waits_for_no_slowed_address(door: Door, phone: Phone) -> None:
    far = "198.51.100.9"
    for n in range(30):
        await door.tries(f"guess{n}", address=far)
    assert (await door.tries("linxiaoyu", address=far)).status_code == 429
    assert (await door.tries("linxiaoyu", address=far, device=str(uuid4()))).status_code == 429
    assert (await door.tries("linxiaoyu", address=far, device=phone.id)).status_code == 201
    await door.account("zhoumin", name="周敏")
    assert (await door.tries("zhoumin", address=far, device=phone.id)).status_code == 429


async def test_a_town_logs_in_three_ways_while_its_address_is_attacked(door: Door, phone: Phone) -> None:
    key = Authenticator()
    client = await door.fresh("linxiaoyu")
    options = (await client.post("/passkeys/registration-options")).json()
    assert (await client.post("/passkeys", json={"credential": key.create(options)})).status_code == 201
    for n in range(35):
        await door.tries(f"hostile{n}")
    stranger = door.client()
    for _ in range(1000):
        assert (await stranger.post("/login-challenges", json={"device": phone.id})).status_code == 200
        assert (await stranger.post("/passkeys/authentication-options")).status_code == 200
    assert (await door.tries("linxiaoyu")).status_code == 201
    assert (await phone.tap()).status_code == 201
    options = (await stranger.post("/passkeys/authentication-options")).json()
    assert (await stranger.post("/passkey-sessions", json={"credential": key.get(options)})).status_code == 201
    assert await SpentChallenge.all().count() == 3


async def test_of_two_taps_with_one_challenge_exactly_one_wins(phone: Phone) -> None:
    value = await phone.challenge()
    answers = await asyncio.gather(*(phone.tap(challenge=value) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 410]
    assert await LoginSession.filter(method="one_tap").count() == 1


async def test_a_challenge_is_good_for_two_minutes_one_device_and_one_use(door: Door, phone: Phone) -> None:
    value = await phone.challenge()
    assert code_of(await phone.tap(challenge=value, signer=DeviceKey())) == REFUSED
    assert (await phone.tap(challenge=value)).status_code == 201
    assert code_of(await phone.tap(challenge=value)) == OVER
    other = Phone(door)
    await other.register(await door.fresh("linxiaoyu"))
    assert code_of(await phone.tap(challenge=await other.challenge())) == OVER
    assert code_of(await phone.tap(challenge="A" * 43)) == OVER
    value = await phone.challenge()
    clock.travel(timedelta(minutes=2, seconds=1))
    assert code_of(await phone.tap(challenge=value)) == OVER


async def test_an_unknown_device_gets_a_challenge_and_then_the_same_refusal_and_no_row(door: Door) -> None:
    stranger, before = Phone(door), strangers.labels("one_tap")._value.get()
    stranger.id = str(uuid4())
    assert code_of(await stranger.tap()) == REFUSED
    assert await door.trail("identity.one_tap", "refused") == []
    assert strangers.labels("one_tap")._value.get() == before + 1


async def test_five_wrong_pins_block_one_tap_until_a_password_login_on_the_device(door: Door, phone: Phone) -> None:
    lefts = []
    for _ in range(4):
        answer = await phone.tap(pin="0000")
        assert code_of(answer) == (401, "identity.wrong_pin")
        lefts.append(answer.json()["title"])
    assert [str(n) in title for n, title in zip((4, 3, 2, 1), lefts, strict=True)] == [True] * 4
    assert code_of(await phone.tap(pin="0000")) == BLOCKED
    assert code_of(await phone.tap()) == BLOCKED
    assert (await door.tries("linxiaoyu")).status_code == 201
    assert code_of(await phone.tap()) == BLOCKED
    assert (await door.tries("linxiaoyu", device=phone.id)).status_code == 201
    assert (await phone.tap()).status_code == 201
    assert len(await door.trail("identity.block_one_tap")) == 1


async def test_wrong_pins_at_the_same_moment_all_count(phone: Phone) -> None:
    await asyncio.gather(*(phone.tap(pin="0000") for _ in range(3)))
    assert (await Device.get()).pin_failures == 3
    assert (await phone.tap()).status_code == 201
    assert (await Device.get()).pin_failures == 0


async def test_only_the_keys_holder_can_use_up_the_pin(phone: Phone) -> None:
    for _ in range(6):
        assert code_of(await phone.tap(signer=DeviceKey(), pin="0000")) == REFUSED
    assert (await phone.tap()).status_code == 201


async def test_a_missing_pin_is_a_wrong_pin(phone: Phone) -> None:
    assert code_of(await phone.tap(pin=None)) == (401, "identity.wrong_pin")


async def test_a_device_without_pin_signs_and_does_not_log_in(door: Door) -> None:
    await door.account("linxiaoyu")
    phone = Phone(door, pin=None)
    await phone.register(await door.fresh("linxiaoyu"))
    answer = await phone.tap()
    assert code_of(answer) == (401, "identity.one_tap_needs_pin")
    assert "只能用于签名" in answer.json()["title"]
    assert code_of(await phone.tap(pin=PIN)) == (401, "identity.one_tap_needs_pin")
    key = await identity.device_key(UUID(phone.id))
    assert key is not None
    assert key.verify(b"statement", base64url.decode(phone.key.sign(b"statement")))


async def test_a_disabled_account_has_no_one_tap_and_no_key(door: Door, phone: Phone) -> None:
    account = await identity.find_account("linxiaoyu")
    await identity.disable(SYSTEM, account.id)
    assert code_of(await phone.tap()) == REFUSED
    key = await identity.device_key(UUID(phone.id))
    assert key is not None
    assert key.revoked_at is not None


async def changes_while_the_pin_is_compared(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, change: Callable[[], Awaitable[object]]
) -> httpx.Response:
    compare = hashing.matches

    async def changed_first(secret: str, stored: str | None) -> bool:
        await change()
        return await compare(secret, stored)

    monkeypatch.setattr(hashing, "matches", changed_first)
    return await phone.tap()


async def test_a_revocation_while_the_pin_is_compared_counts(door: Door, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await door.signed_in("linxiaoyu")
    answer = await changes_while_the_pin_is_compared(phone, monkeypatch, lambda: desk.delete(f"/devices/{phone.id}"))
    assert code_of(answer) == (401, "identity.device_revoked")


async def test_a_reset_blocks_one_tap(door: Door, phone: Phone) -> None:
    account = await identity.find_account("linxiaoyu")
    await identity.reset_password(SYSTEM, account.id)
    assert code_of(await phone.tap()) == BLOCKED


async def test_device_key_verifies_statements(door: Door, phone: Phone) -> None:
    key = await identity.device_key(UUID(phone.id))
    assert key is not None
    signature = base64url.decode(phone.key.sign("同意".encode()))
    assert key.verify("同意".encode(), signature)
    assert not key.verify("不同意".encode(), signature)
    assert not key.verify("同意".encode(), signature + b"\0")
    assert not key.verify("同意".encode(), bytes(64))
    assert key.revoked_at is None
    assert key.person == (await identity.find_account("linxiaoyu")).person
    assert await identity.device_key(uuid4()) is None
    locked = await verb(identity.device_key)(UUID(phone.id), lock=True)
    assert locked is not None
    assert locked.device == key.device


async def test_a_challenge_changed_in_one_bit_is_none(phone: Phone) -> None:
    value = base64url.decode(await phone.challenge())
    for place in (0, 11, 12, 15, 16, 31):
        changed = bytearray(value)
        changed[place] ^= 1
        assert code_of(await phone.tap(challenge=base64url.encode(bytes(changed)))) == OVER


async def test_challenges_are_good_in_every_process_and_none_is_like_another(phone: Phone) -> None:
    values = [await phone.challenge() for _ in range(50)]
    assert len({value[:16] for value in values}) == 50
    assert await ServerSecret.all().count() == 1


def spki(key: Any) -> bytes:
    return bytes(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


GOOD = base64url.decode(DeviceKey().public)
HEADER, POINT = GOOD[:-64], GOOD[-64:]
#: The same key in another encoding: SEQUENCE of 57 bytes, BIT STRING of 34, the point compressed (SEC 1, 2.3.3).
COMPRESSED = b"\x30\x39" + GOOD[2:23] + b"\x03\x22\x00" + bytes([2 + POINT[-1] % 2]) + POINT[:32]


@pytest.mark.parametrize(
    "der",
    [
        b"",
        GOOD[:-1],
        GOOD + b"\0",
        HEADER + POINT[:-1] + bytes([POINT[-1] ^ 1]),
        HEADER + bytes(64),
        COMPRESSED,
        spki(ec.generate_private_key(ec.SECP384R1())),
        spki(rsa.generate_private_key(65537, 2048)),
        ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
    ],
    ids=["empty", "short", "long", "off the curve", "zero point", "compressed point", "P-384", "RSA", "bare point"],
)
def test_what_is_no_p256_key_is_refused(der: bytes) -> None:
    with pytest.raises(Invalid, match="bad_key"):
        keys.check_public_key(base64url.encode(der))


@given(st.text(max_size=200))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    with pytest.raises(Invalid):
        keys.check_public_key(text)


@given(st.binary(max_size=80))
def test_no_random_signature_holds(signature: bytes) -> None:
    key = keys.load_public_key(GOOD)
    assert not keys.signature_holds(key, b"message", signature)


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "１２３４"])
async def test_pins_are_four_to_eight_digits(door: Door, pin: str) -> None:
    await door.account("linxiaoyu")
    client = await door.fresh("linxiaoyu")
    assert (await Phone(door, pin=pin).register(client)).status_code == 422


async def test_pins_a_finder_tries_first_are_refused_by_the_same_rule_as_on_the_phone(door: Door) -> None:
    await door.account("linxiaoyu")
    client = await door.fresh("linxiaoyu")
    for pin in PINS["weak"]:
        answer = await Phone(door, pin=pin).register(client)
        assert code_of(answer) == (422, "identity.weak_pin")
        assert ("重复" in answer.json()["title"]) != ("依次" in answer.json()["title"]), "what is wrong with it is said"
    assert await Device.all().count() == 0
    for pin in PINS["good"]:
        assert (await Phone(door, pin=pin).register(client)).status_code == 201


async def test_the_pin_is_stored_hashed(phone: Phone) -> None:
    row = await Device.get()
    assert row.pin_hash.startswith("$argon2id$")
    assert PIN not in row.pin_hash


async def test_the_session_it_was_registered_in_belongs_to_the_device(door: Door) -> None:
    await door.account("linxiaoyu")
    client, phone = await door.fresh("linxiaoyu"), Phone(door)
    await phone.register(client)
    assert (await LoginSession.get(id=session_of(client))).device == UUID(phone.id)


async def keys_shown(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    return [(one["kind"], one["name"]) for one in (await client.get("/me")).json()["new_keys"]]


async def test_a_new_key_stays_shown_on_the_other_devices_until_seen_there(door: Door, phone: Phone) -> None:
    """Whoever has the password registers a key and puts the notice away: on the owner's phone it stays."""
    owner = door.client((await phone.tap(client="app")).json()["token"])
    assert await keys_shown(owner) == []
    clock.travel(timedelta(minutes=1))
    thief, other = await door.fresh("linxiaoyu"), Phone(door)
    assert (await other.register(thief, name="别人的手机")).status_code == 201
    assert (await thief.post("/devices/views")).status_code == 204
    assert await keys_shown(owner) == [("device", "别人的手机")]
    again = door.client((await phone.tap(client="app")).json()["token"])
    assert await keys_shown(again) == [("device", "别人的手机")]
    assert (await again.post("/devices/views")).status_code == 204
    assert await keys_shown(owner) == await keys_shown(again) == []


async def test_a_session_without_a_device_sees_the_keys_of_thirty_days(door: Door, phone: Phone) -> None:
    plain = await door.signed_in("linxiaoyu")
    assert await keys_shown(plain) == [("device", "小米手机")]
    assert (await plain.post("/devices/views")).status_code == 204
    assert await keys_shown(plain) == []
    assert await keys_shown(await door.signed_in("linxiaoyu")) == [("device", "小米手机")]
    clock.travel(timedelta(days=31))
    assert await keys_shown(await door.signed_in("linxiaoyu")) == []


async def test_a_revoked_key_is_shown_no_longer(door: Door, phone: Phone) -> None:
    plain = await door.signed_in("linxiaoyu")
    assert (await plain.delete(f"/devices/{phone.id}")).status_code == 204
    assert await keys_shown(plain) == []
