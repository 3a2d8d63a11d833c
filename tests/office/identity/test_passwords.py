"""Rules for passwords and login names, and changing a password."""

import asyncio
import unicodedata
from datetime import timedelta
from itertools import pairwise

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from office.identity import hashing, passwords, rules
from office.identity.models import OldPassword
from office.kernel import clock
from office.kernel.refusal import Invalid
from tests.office.identity.conftest import OTHER, PASSWORD, Door, code_of
from tests.office.identity.test_devices import Phone

letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=0, max_size=140)


@given(st.one_of(letters, st.text("abQ37-汉e\u0301", min_size=8, max_size=20)))
@example("Zhengfu@2026")
@example("汉字汉字汉字Ab1汉字汉")
def test_what_is_taken_keeps_every_rule(password: str) -> None:
    try:
        taken = passwords.check_password(password, "linxiaoyu")
    except Invalid:
        return
    assert taken == unicodedata.normalize("NFC", password)
    assert 10 <= len(taken) <= 128
    assert passwords.classes(taken) >= 3
    assert "linxiaoyu" not in taken.casefold()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Ab1-Ab1-A", "identity.password_length"),
        ("Ab1-" * 33, "identity.password_length"),
        ("abcdefghij1", "identity.password_classes"),
        ("qiushui-changtian", "identity.password_classes"),
        ("X-linXiaoYu-7", "identity.password_has_login"),
        ("Password123!", "identity.password_common"),
        ("Zhengfu@2026", "identity.password_common"),
        ("1qaz@WSX2026", "identity.password_common"),
        ("Aa1Aa1Aa1Aa1", "identity.password_common"),
    ],
)
def test_what_is_not_taken_is_told_why(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check_password(password, "linxiaoyu")
    assert refused.value.code == code


@given(st.sampled_from(["linxiaoyu", "ab", "王建国", "k3"]))
def test_one_time_passwords_keep_the_rules_and_can_be_read_aloud(login: str) -> None:
    made = passwords.one_time_password(login)
    assert passwords.check_password(made, login) == made
    assert len(made) == 12
    assert not set(made) & set("0O1lI")


def test_one_time_passwords_differ() -> None:
    assert len({passwords.one_time_password("linxiaoyu") for _ in range(100)}) == 100


@given(letters)
@example("ﬀ")
@example("İstanbul")
@example("e\u0301")
def test_a_normal_login_name_stays_as_it_is(text: str) -> None:
    once = rules.normal_login(text)
    assert rules.normal_login(once) == once
    assert rules.normal_login(text.upper().lower()) == rules.normal_login(unicodedata.normalize("NFD", text.upper().lower()))


@pytest.mark.parametrize("login", ["a", "a b", "x" * 65, "", "a/b", "a\x00b", "a\u202eb"])
def test_login_names_that_are_not_taken(login: str) -> None:
    with pytest.raises(Invalid, match="bad_login"):
        rules.new_login(login)


@pytest.mark.parametrize(
    ("given_as", "kept"), [(" WangJianguo ", "wangjianguo"), ("王建国", "王建国"), ("A.b-c_9@X", "a.b-c_9@x")]
)
def test_login_names_that_are_taken(given_as: str, kept: str) -> None:
    assert rules.new_login(given_as) == kept


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
        ("testclient", ""),
    ],
)
def test_addresses_are_counted_by_host(address: str, group: str) -> None:
    assert rules.address_group(address) == group


@given(st.integers(0, 10_000))
def test_locks_grow_to_an_hour_and_no_further(level: int) -> None:
    assert timedelta(minutes=15) <= rules.lock_for(level) <= rules.lock_for(level + 1) <= timedelta(hours=1)


async def test_changing_the_password_ends_the_other_sessions(door: Door) -> None:
    await door.account("linxiaoyu")
    here, there = await door.signed_in("linxiaoyu"), await door.signed_in("linxiaoyu")
    assert (await here.post("/passwords", json={"old": PASSWORD, "new": OTHER})).status_code == 204
    assert (await here.get("/me")).status_code == 200
    assert code_of(await there.get("/me")) == (401, "identity.session_ended")
    assert (await door.tries("linxiaoyu")).status_code == 401
    assert (await door.tries("linxiaoyu", OTHER)).status_code == 201
    assert len(await door.trail("identity.change_password")) == 1


async def test_a_browsers_token_is_replaced_with_the_password(door: Door) -> None:
    await door.account("linxiaoyu")
    browser = door.client()
    await browser.post("/sessions", json={"account": "linxiaoyu", "password": PASSWORD})
    before = browser.cookies["zhiban"]
    assert (await browser.post("/passwords", json={"old": PASSWORD, "new": OTHER})).status_code == 204
    assert browser.cookies["zhiban"] != before
    assert (await browser.get("/me")).status_code == 200
    assert code_of(await door.client(before).get("/me")) == (401, "identity.session_ended")


async def test_the_last_passwords_are_not_taken_again(door: Door) -> None:
    await door.account("linxiaoyu")
    client = await door.signed_in("linxiaoyu")
    chain = [PASSWORD, *(f"Chang-tian-{n}{n}" for n in range(6))]
    for old, new in pairwise(chain):
        assert (await client.post("/passwords", json={"old": old, "new": new})).status_code == 204
        clock.travel(timedelta(seconds=1))
    assert await OldPassword.all().count() == passwords.REMEMBERED
    for used in chain[1:]:
        answer = await client.post("/passwords", json={"old": chain[-1], "new": used})
        assert code_of(answer) == (422, "identity.password_used")
    assert (await client.post("/passwords", json={"old": chain[-1], "new": chain[0]})).status_code == 204


async def test_a_wrong_old_password_counts_by_session_not_by_account(door: Door) -> None:
    await door.account("linxiaoyu")
    client = await door.signed_in("linxiaoyu")
    for _ in range(5):
        answer = await client.post("/passwords", json={"old": OTHER, "new": "Xin-mima-2026"})
        assert code_of(answer) == (401, "identity.wrong_old_password")
        assert "原密码" in answer.json()["title"]
    assert code_of(await client.post("/reauthentications", json={"password": PASSWORD})) == (429, "identity.locked")
    assert (await door.tries("linxiaoyu")).status_code == 201


async def guess_again(client: httpx.AsyncClient, times: int) -> list[int]:
    answers = [await client.post("/reauthentications", json={"password": OTHER}) for _ in range(times)]
    return [answer.status_code for answer in answers]


async def test_a_devices_key_buys_no_fresh_guesses(door: Door) -> None:
    await door.account("linxiaoyu")
    phone = Phone(door)
    await phone.register(await door.fresh("linxiaoyu"))
    first, second = [door.client((await phone.tap(client="app")).json()["token"]) for _ in range(2)]
    assert await guess_again(first, 5) == [401] * 5
    assert await guess_again(second, 1) == [429]
    desk = await door.fresh("linxiaoyu")
    assert (await desk.get("/me")).status_code == 200


async def test_guesses_in_all_sessions_of_an_account_are_counted_by_the_day(door: Door) -> None:
    await door.account("linxiaoyu")
    for _ in range(rules.AGAIN_A_DAY // 5):
        assert await guess_again(await door.signed_in("linxiaoyu"), 5) == [401] * 5
        clock.travel(timedelta(hours=1))
    late = await door.signed_in("linxiaoyu")
    assert await guess_again(late, 1) == [429]
    assert (await door.tries("linxiaoyu")).status_code == 201
    clock.travel(timedelta(hours=24))
    assert (await (await door.signed_in("linxiaoyu")).post("/reauthentications", json={"password": PASSWORD})).is_success


async def test_strangers_failures_do_not_stop_the_owner_in_a_session(door: Door) -> None:
    await door.account("linxiaoyu")
    client = await door.signed_in("linxiaoyu")
    for _ in range(6):
        await door.tries("linxiaoyu", OTHER, address="198.51.100.9")
    assert (await door.tries("linxiaoyu")).status_code == 429
    assert (await client.post("/reauthentications", json={"password": PASSWORD})).status_code == 200


async def test_of_two_changes_at_once_one_wins(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    await door.account("linxiaoyu")
    one, two = await door.signed_in("linxiaoyu"), await door.signed_in("linxiaoyu")
    both, made = asyncio.Barrier(2), hashing.make

    async def together(secret: str) -> str:
        stored = await made(secret)
        await both.wait()
        return stored

    monkeypatch.setattr(hashing, "make", together)
    answers = await asyncio.gather(
        one.post("/passwords", json={"old": PASSWORD, "new": "Chang-tian-1"}),
        two.post("/passwords", json={"old": PASSWORD, "new": "Chang-tian-2"}),
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]


@pytest.mark.parametrize("new", ["short", "linxiaoyu-A1", "Password123!"])
async def test_a_bad_new_password_changes_nothing(door: Door, new: str) -> None:
    await door.account("linxiaoyu")
    client = await door.signed_in("linxiaoyu")
    assert (await client.post("/passwords", json={"old": PASSWORD, "new": new})).status_code == 422
    assert (await door.tries("linxiaoyu")).status_code == 201
