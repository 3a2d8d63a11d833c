"""The operator's verbs on accounts."""

import asyncio
from uuid import uuid4

import pytest

from office import identity
from office.identity.models import Account, Device
from office.kernel.actor import NOBODY, SYSTEM, Actor
from office.kernel.refusal import Conflict, Forbidden, Invalid, NotFound
from tests.office.identity.conftest import OTHER, PASSWORD, Door

MANAGER = Actor(kind="person", id=uuid4(), name="管理员", permissions=frozenset({"identity.manage_accounts"}))


async def test_a_one_time_password_must_be_changed(door: Door) -> None:
    made = await identity.create_account(MANAGER, uuid4(), "周敏", "ZhouMin")
    assert made.one_time_password
    assert made.account.login == "zhoumin"
    assert made.account.must_change
    answer = await door.tries("zhoumin", made.one_time_password)
    assert answer.json()["must_change_password"] is True
    (row,) = await door.trail("identity.create_account")
    assert (row.actor_name, row.facts["login"]) == ("管理员", "zhoumin")
    assert made.one_time_password not in str(row.facts)


async def test_a_given_password_keeps_the_rules_and_must_be_changed_too(door: Door) -> None:
    with pytest.raises(Invalid, match="password_length"):
        await identity.create_account(SYSTEM, uuid4(), "周敏", "zhoumin", password="short")
    made = await identity.create_account(SYSTEM, uuid4(), "周敏", "zhoumin", password=PASSWORD)
    assert made.one_time_password is None
    assert made.account.must_change


async def test_one_account_for_one_person_and_one_name(door: Door) -> None:
    account = await door.account("linxiaoyu")
    with pytest.raises(Conflict, match="person_has_account"):
        await door.account("other", person=account.person)
    with pytest.raises(Conflict, match="login_taken"):
        await door.account("LINXIAOYU")


async def test_of_two_accounts_of_one_name_at_once_one_is_made(door: Door) -> None:
    made = await asyncio.gather(door.account("zhoumin"), door.account("ZHOUMIN"), return_exceptions=True)
    assert [type(one) for one in made if isinstance(one, BaseException)] == [Conflict]
    assert await Account.all().count() == 1


@pytest.mark.parametrize("name", ["", "   ", "名" * 81, "周\x00敏"])
async def test_bad_names_are_refused(door: Door, name: str) -> None:
    with pytest.raises(Invalid, match="bad_name"):
        await identity.create_account(SYSTEM, uuid4(), name, "zhoumin")


@pytest.mark.parametrize("actor", [NOBODY, Actor(kind="person", id=uuid4()), Actor(kind="client", id=uuid4())])
async def test_only_managers_manage(door: Door, actor: Actor) -> None:
    account = await door.account("linxiaoyu")
    for attempt in (
        identity.create_account(actor, uuid4(), "周敏", "zhoumin"),
        identity.reset_password(actor, account.id),
        identity.disable(actor, account.id),
        identity.enable(actor, account.id),
        identity.rename_person(actor, account.person, "林"),
        identity.create_client(actor, "县 OA", []),
        identity.rotate_key(actor, uuid4()),
        identity.revoke_key(actor, uuid4()),
        identity.disable_client(actor, uuid4()),
    ):
        with pytest.raises(Forbidden, match="not_manager"):
            await attempt
    assert await Account.filter(disabled_at__isnull=True).count() == 1


async def test_a_reset_ends_sessions_lifts_the_lock_and_blocks_one_tap(door: Door) -> None:
    account = await door.account("linxiaoyu")
    client = await door.signed_in("linxiaoyu")
    for _ in range(5):
        await door.tries("linxiaoyu", OTHER)
    secret = await identity.reset_password(SYSTEM, account.id)
    assert (await client.get("/me")).status_code == 401
    assert (await door.tries("linxiaoyu")).status_code == 401
    assert (await door.tries("linxiaoyu", secret)).json()["must_change_password"] is True
    assert await Device.filter(one_tap_blocked=False).count() == 0


async def test_disabling_twice_is_one_act(door: Door) -> None:
    account = await door.account("linxiaoyu")
    for _ in range(2):
        await identity.disable(SYSTEM, account.id)
    assert len(await door.trail("identity.disable_account")) == 1
    assert (await door.tries("linxiaoyu")).status_code == 401


async def test_a_new_name_is_copied(door: Door) -> None:
    account = await door.account("linxiaoyu")
    await identity.rename_person(SYSTEM, account.person, "林晓羽")
    await identity.rename_person(SYSTEM, uuid4(), "无此人")
    client = await door.signed_in("linxiaoyu")
    assert (await client.get("/me")).json()["person"]["name"] == "林晓羽"


async def test_finding_an_account(door: Door) -> None:
    account = await door.account("linxiaoyu")
    assert (await identity.find_account("LinXiaoyu")).id == account.id
    for unknown in ("zhoumin", "\x00", ""):
        with pytest.raises(NotFound, match="no_such_account"):
            await identity.find_account(unknown)
    with pytest.raises(NotFound, match="no_such_account"):
        await identity.disable(SYSTEM, uuid4())
