"""Signing in by password, seen from outside."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from office import identity
from office.identity import hashing, rules, sessions, sign_in
from office.identity.hashing import Cost
from office.identity.models import Account, FailureCount, LoginSession
from office.identity.sessions import Way
from office.kernel import clock
from office.kernel.actor import SYSTEM, Origin
from office.kernel.refusal import Refusal, TooMany, Unauthenticated
from office.kernel.work import verb
from tests.office.identity.conftest import LAPTOP, OTHER, PASSWORD, Door, code_of

WRONG = (401, "identity.wrong_credentials")
LOCKED = (429, "identity.locked")
SLOWED = (429, "identity.slowed")
APP = Way(Origin(address=LAPTOP), sessions.APP, sessions.PASSWORD)


async def test_browser_gets_a_cookie_and_no_token(door: Door) -> None:
    await door.account("linxiaoyu")
    client = door.client()
    answer = await client.post("/sessions", json={"account": " LinXiaoyu", "password": PASSWORD, "client": "browser"})
    assert answer.status_code == 201
    assert "token" not in answer.json()
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("zhiban=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await client.get("/me")).json()["account"] == "linxiaoyu"


async def test_app_gets_a_token_and_no_cookie(door: Door) -> None:
    await door.account("linxiaoyu")
    answer = await door.tries("linxiaoyu", client="app")
    assert "set-cookie" not in answer.headers
    shown = await door.client(answer.json()["token"]).get("/me")
    assert shown.json()["person"]["name"] == "林晓雨"
    assert not await LoginSession.filter(token_hash=answer.json()["token"]).exists()


async def test_unknown_wrong_and_disabled_look_and_cost_the_same(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    verify = hashing._hasher(hashing._cost).verify

    def counted(secret: str, stored: str) -> bool:
        compared.append(stored)
        return bool(verify(secret, stored))

    monkeypatch.setattr(hashing._hasher(hashing._cost), "verify", counted)
    await door.account("linxiaoyu")
    gone = await door.account("zhoumin", name="周敏")
    await identity.disable(SYSTEM, gone.id)
    seen = []
    for login, password in (("linxiaoyu", OTHER), ("zhoumin", PASSWORD), ("nobody-here", PASSWORD)):
        compared.clear()
        answer = await door.tries(login, password)
        told = {name: value for name, value in answer.json().items() if name != "request"}
        seen.append((answer.status_code, told, [stored.rpartition("$")[0].rpartition("$")[0] for stored in compared]))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0] == 401
    assert seen[0][2] == ["$argon2id$v=19$m=8,t=1,p=1"]


@pytest.mark.parametrize("login", ["linxiaoyu", "nobody-here"])
async def test_five_failures_lock_a_name_whether_it_exists_or_not(door: Door, login: str) -> None:
    await door.account("linxiaoyu")
    for _ in range(5):
        assert code_of(await door.tries(login, OTHER)) == WRONG
    answer = await door.tries(login, PASSWORD)
    assert code_of(answer) == LOCKED
    assert 0 < answer.json()["retry_after"] <= 900
    assert "15 分钟" in answer.json()["title"]


async def test_the_lock_ends_and_the_next_is_twice_as_long_up_to_an_hour(door: Door) -> None:
    await door.account("linxiaoyu")
    waits = []
    for _ in range(4):
        for _ in range(5):
            assert code_of(await door.tries("linxiaoyu", OTHER)) == WRONG
        wait = (await door.tries("linxiaoyu")).json()["retry_after"]
        waits.append(round(wait / 60))
        clock.travel(timedelta(seconds=wait + 1))
    assert waits == [15, 30, 60, 60]
    assert (await door.tries("linxiaoyu")).status_code == 201
    assert not await FailureCount.filter(key=rules.name_key("linxiaoyu")).exists()


async def test_failures_far_apart_do_not_lock(door: Door) -> None:
    await door.account("linxiaoyu")
    for _ in range(9):
        assert code_of(await door.tries("linxiaoyu", OTHER)) == WRONG
        clock.travel(timedelta(minutes=4))
    assert (await door.tries("linxiaoyu")).status_code == 201


async def test_tries_at_the_same_moment_all_count(door: Door) -> None:
    await door.account("linxiaoyu")
    answers = await asyncio.gather(*(door.tries("linxiaoyu", OTHER) for _ in range(4)))
    assert [code_of(answer) for answer in answers] == [WRONG] * 4
    row = await FailureCount.get(key=rules.name_key("linxiaoyu"))
    assert row.failures == 4
    assert code_of(await door.tries("linxiaoyu", OTHER)) == WRONG
    assert code_of(await door.tries("linxiaoyu")) == LOCKED


async def test_a_right_guess_does_not_slip_through_a_lock_that_came_meanwhile(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    await door.account("linxiaoyu")
    compare = hashing.matches

    async def others_fail_first(secret: str, stored: str | None) -> bool:
        monkeypatch.setattr(hashing, "matches", compare)
        for _ in range(5):
            await door.tries("linxiaoyu", OTHER)
        return await compare(secret, stored)

    monkeypatch.setattr(hashing, "matches", others_fail_first)
    with pytest.raises(TooMany):
        await sign_in.sign_in("linxiaoyu", PASSWORD, APP)
    assert await LoginSession.all().count() == 0


@pytest.mark.parametrize("meanwhile", ["disable", "reset"])
async def test_what_changes_while_the_password_is_compared_counts(
    door: Door, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    account = await door.account("linxiaoyu")
    compare = hashing.matches

    async def changed_first(secret: str, stored: str | None) -> bool:
        monkeypatch.setattr(hashing, "matches", compare)
        await (identity.disable if meanwhile == "disable" else identity.reset_password)(SYSTEM, account.id)
        return await compare(secret, stored)

    monkeypatch.setattr(hashing, "matches", changed_first)
    with pytest.raises(Unauthenticated):
        await sign_in.sign_in("linxiaoyu", PASSWORD, APP)
    assert await LoginSession.all().count() == 0


async def test_a_town_behind_one_address_is_not_locked_by_a_few(door: Door) -> None:
    await door.account("linxiaoyu")
    for n in range(rules.NAMES_PER_ADDRESS - 1):
        assert code_of(await door.tries(f"typo{n}")) == WRONG
        assert code_of(await door.tries(f"typo{n}")) == WRONG
    assert (await door.tries("linxiaoyu")).status_code == 201


async def hostile(door: Door) -> None:
    """Somebody tries a password on everybody, as fast as the address is heard."""
    for n in range(rules.NAMES_PER_ADDRESS + 5):
        answer = await door.tries(f"guess{n}")
        assert code_of(answer) in (WRONG, SLOWED)


async def test_who_tries_many_names_slows_the_address_and_locks_nobody_who_is_at_home(door: Door) -> None:
    await door.account("linxiaoyu")
    assert (await door.tries("linxiaoyu")).status_code == 201
    await hostile(door)
    assert code_of(await door.tries("one-more")) == SLOWED
    assert (await door.tries("linxiaoyu")).status_code == 201
    assert code_of(await door.tries("linxiaoyu", OTHER)) == WRONG
    assert len(await door.trail("identity.slow_address")) == 1


async def test_a_newcomer_at_a_slowed_address_waits_seconds_and_others_elsewhere_nothing(door: Door) -> None:
    await door.account("linxiaoyu")
    await hostile(door)
    answer = await door.tries("linxiaoyu")
    assert code_of(answer) == SLOWED
    wait = answer.json()["retry_after"]
    assert 0 < wait <= rules.LONGEST_DELAY.total_seconds()
    assert f"{wait} 秒" in answer.json()["title"]
    assert (await door.tries("linxiaoyu", address="198.51.100.4")).status_code == 201
    clock.travel(timedelta(seconds=wait))
    assert (await door.tries("linxiaoyu")).status_code == 201


async def test_the_delay_grows_and_who_was_at_home_long_ago_waits_too(door: Door) -> None:
    await door.account("linxiaoyu")
    assert (await door.tries("linxiaoyu")).status_code == 201
    clock.travel(rules.AT_HOME + timedelta(minutes=1))
    await hostile(door)
    assert code_of(await door.tries("linxiaoyu")) == SLOWED
    waits = []
    for n in range(5):
        wait = (await door.tries("linxiaoyu")).json()["retry_after"]
        waits.append(wait)
        clock.travel(timedelta(seconds=wait))
        assert code_of(await door.tries(f"more{n}")) == WRONG
    assert waits == [2, 4, 8, 16, 20]


async def test_a_hundred_tries_at_once_at_a_slowed_address_are_one(door: Door) -> None:
    await hostile(door)
    clock.travel(timedelta(seconds=20))
    answers = await asyncio.gather(*(door.tries(f"at-once{n}") for n in range(8)))
    assert sorted(code_of(answer) for answer in answers) == [WRONG, *[SLOWED] * 7]


async def test_a_name_that_succeeds_no_longer_counts_against_its_address(door: Door) -> None:
    await door.account("linxiaoyu")
    for n in range(rules.NAMES_PER_ADDRESS - 2):
        await door.tries(f"typo{n}")
    await door.tries("linxiaoyu", OTHER)
    assert (await door.tries("linxiaoyu")).status_code == 201
    assert code_of(await door.tries("one-more")) == WRONG
    assert (await door.tries("linxiaoyu")).status_code == 201


async def test_a_hash_of_another_cost_is_renewed_at_the_next_sign_in(door: Door) -> None:
    account = await door.account("linxiaoyu")
    with hashing.cost_for_test(Cost(memory=16, passes=2, lanes=1)):
        assert (await door.tries("linxiaoyu")).status_code == 201
        renewed = (await Account.get(id=account.id)).password_hash
        assert "m=16,t=2" in renewed
        assert not hashing.outdated(renewed)
        assert (await door.tries("linxiaoyu")).status_code == 201


async def test_outside_of_tests_hashes_have_the_cost_of_rfc_9106() -> None:
    with hashing.cost_for_test(hashing.STANDARD):
        stored = await hashing.make(PASSWORD)
        assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        assert await hashing.matches(PASSWORD, stored)
        assert not await hashing.matches(OTHER, stored)


async def test_a_one_time_password_ends_after_seven_days(door: Door) -> None:
    made = await identity.create_account(SYSTEM, uuid4(), "周敏", "zhoumin")
    assert made.one_time_password is not None
    answer = await door.tries("zhoumin", made.one_time_password, client="app")
    assert answer.json()["must_change_password"] is True
    clock.travel(timedelta(days=7, seconds=1))
    assert code_of(await door.tries("zhoumin", made.one_time_password)) == (401, "identity.one_time_expired")
    assert [row.facts["code"] for row in await door.trail("identity.sign_in", "refused")] == ["identity.one_time_expired"]


async def test_an_old_password_is_told(door: Door) -> None:
    await door.account("linxiaoyu")
    assert (await door.tries("linxiaoyu")).json()["password_aged"] is False
    clock.travel(timedelta(days=91))
    assert (await door.tries("linxiaoyu")).json()["password_aged"] is True


async def test_signing_in_again_replaces_the_session_of_this_browser(door: Door) -> None:
    await door.account("linxiaoyu")
    client = door.client()
    for _ in range(2):
        await client.post("/sessions", json={"account": "linxiaoyu", "password": PASSWORD})
    assert len((await client.get("/sessions")).json()["items"]) == 1
    await door.account("zhoumin", name="周敏")
    await client.post("/sessions", json={"account": "zhoumin", "password": PASSWORD})
    assert [event["reason"] for event in await door.events("identity.session_ended")] == ["replaced"] * 2


async def test_a_full_line_is_told_to_wait(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    await door.account("linxiaoyu")
    monkeypatch.setattr(hashing, "_in_line", hashing.AT_ONCE + hashing.IN_LINE)
    answer = await door.tries("linxiaoyu")
    assert code_of(answer) == (503, "identity.busy")
    assert answer.json()["retry_after"] == hashing.RETRY_AFTER


async def test_no_secret_is_hashed_inside_a_unit_of_work(door: Door) -> None:
    with pytest.raises(RuntimeError, match="never inside"):
        await verb(hashing.make)("1234")
    with pytest.raises(RuntimeError, match="never inside"):
        await verb(hashing.matches)("1234", None)


async def test_the_trail_tells_success_and_refusal_but_not_what_was_typed(door: Door) -> None:
    account = await door.account("linxiaoyu")
    await door.tries("linxiaoyu")
    await door.tries("linxiaoyu", OTHER)
    await door.tries("My-Secret-99", OTHER)
    (done,) = await door.trail("identity.sign_in")
    known, unknown = await door.trail("identity.sign_in", "refused")
    assert (done.actor_name, done.address, done.facts["method"]) == ("林晓雨", LAPTOP, "password")
    assert known.subject == f"identity.account:{account.id}"
    assert unknown.subject == "identity.account:unknown"
    assert not [row for row in (done, known, unknown) if "ecret" in str(row.facts) + row.subject or OTHER in str(row.facts)]


@pytest.mark.parametrize(
    "body", [{}, {"account": "a"}, {"account": "a", "password": "x" * 129}, {"account": "", "password": "x"}]
)
async def test_malformed_input_is_refused_before_any_work(door: Door, body: dict[str, str]) -> None:
    before = hashing.checks._value.get()
    assert (await door.client().post("/sessions", json=body)).status_code == 422
    assert hashing.checks._value.get() == before


async def test_lone_surrogates_and_strange_names_are_only_wrong(door: Door) -> None:
    assert code_of(await door.tries("\x00")) == (422, "http.invalid")  # the door's own refusal, before any password is tried
    for login in ("名" * 128, "' OR 1=1 --", "a\u202eb"):
        assert code_of(await door.tries(login)) == WRONG
    with pytest.raises(Refusal, match="wrong_credentials"):
        await sign_in.sign_in("\ud800", PASSWORD, APP)
