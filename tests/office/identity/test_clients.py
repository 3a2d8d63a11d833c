"""Integration clients and their keys."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from office import identity
from office.identity.models import ClientKey
from office.kernel import clock
from office.kernel.actor import NOBODY, SYSTEM, Origin
from office.kernel.refusal import Conflict, Invalid, NotFound, Unauthenticated
from office.kernel.work import finish_running
from tests.office.identity.conftest import Door, code_of

USCC = "11110000000013127D"


async def good(secret: str) -> bool:
    try:
        return (await identity.authenticate(secret, Origin())).kind == "client"
    except Unauthenticated as refusal:
        return refusal.code != "identity.key_refused"


async def test_a_key_acts_with_the_clients_scopes(door: Door) -> None:
    unit = uuid4()
    made = await identity.create_client(SYSTEM, "县 OA", ["trial.push"], unit=unit, unit_uscc=USCC)
    assert made.secret.startswith("zbk_")
    actor = await identity.authenticate(made.secret, Origin(address="203.0.113.5"))
    assert (actor.kind, actor.id, actor.name) == ("client", made.client.id, "县 OA")
    assert actor.permissions == {"trial.push"}
    assert (await identity.client_of(actor)).unit == unit
    with pytest.raises(NotFound):
        await identity.client_of(NOBODY)
    await finish_running()
    assert (await ClientKey.get()).last_used_at is not None


async def test_the_secret_is_kept_nowhere(door: Door) -> None:
    made = await identity.create_client(SYSTEM, "县 OA", [])
    row = await ClientKey.get()
    assert made.secret not in str(row.__dict__)
    assert row.hint == made.secret[-4:]
    trail = [*await door.trail("identity.create_client"), *await door.trail("identity.issue_key")]
    assert len(trail) == 2
    assert made.secret not in str([entry.facts for entry in trail])


async def test_two_keys_are_good_while_one_replaces_the_other(door: Door) -> None:
    first = await identity.create_client(SYSTEM, "县 OA", [])
    second = await identity.rotate_key(SYSTEM, first.client.id)
    assert [await good(key.secret) for key in (first, second)] == [True, True]
    await finish_running()
    third = await identity.rotate_key(SYSTEM, first.client.id)
    assert [await good(key.secret) for key in (first, second, third)] == [False, True, True]
    clock.travel(timedelta(days=7, seconds=1))
    assert [await good(key.secret) for key in (second, third)] == [False, True]
    assert [key.id for key in await identity.keys_of(first.client.id)] == [third.key.id, second.key.id, first.key.id]


async def test_a_new_key_is_made_for_as_long_as_the_one_before(door: Door) -> None:
    first = await identity.create_client(SYSTEM, "县 OA", [], life=timedelta(days=90))
    assert await good(first.secret)
    for wanted, given in ((90, None), (90, None), (30, timedelta(days=30)), (30, None)):
        made = await identity.rotate_key(SYSTEM, first.client.id, life=given)
        assert made.key.expires_at - made.key.created_at == timedelta(days=wanted)
        clock.travel(timedelta(days=1))


async def test_the_key_in_use_outlives_two_rotations(door: Door) -> None:
    first = await identity.create_client(SYSTEM, "县 OA", [])
    assert await good(first.secret)
    await finish_running()
    unused = await identity.rotate_key(SYSTEM, first.client.id)
    third = await identity.rotate_key(SYSTEM, first.client.id)
    assert [await good(key.secret) for key in (first, unused, third)] == [True, False, True]
    clock.travel(timedelta(days=7, seconds=1))
    assert [await good(key.secret) for key in (first, third)] == [False, True]


async def test_rotations_at_the_same_moment_leave_two_keys(door: Door) -> None:
    first = await identity.create_client(SYSTEM, "县 OA", [])
    made = await asyncio.gather(*(identity.rotate_key(SYSTEM, first.client.id) for _ in range(3)))
    assert sum([await good(key.secret) for key in (first, *made)]) == 2


async def test_keys_end_by_time_by_revocation_and_with_their_client(door: Door) -> None:
    made = await identity.create_client(SYSTEM, "县 OA", [], life=timedelta(days=30))
    clock.travel(timedelta(days=30, seconds=1))
    assert not await good(made.secret)
    second = await identity.rotate_key(SYSTEM, made.client.id)
    await identity.revoke_key(SYSTEM, second.key.id)
    assert not await good(second.secret)
    with pytest.raises(NotFound, match="no_such_key"):
        await identity.revoke_key(SYSTEM, second.key.id)
    third = await identity.rotate_key(SYSTEM, made.client.id, overlap=timedelta())
    await identity.disable_client(SYSTEM, made.client.id)
    assert not await good(third.secret)
    with pytest.raises(Conflict, match="client_disabled"):
        await identity.rotate_key(SYSTEM, made.client.id)


async def test_only_scopes_that_a_manifest_opens_are_given(door: Door) -> None:
    for scope in ("identity.manage_accounts", "no.such"):
        with pytest.raises(Invalid, match="unknown_scope"):
            await identity.create_client(SYSTEM, "县 OA", [scope])


async def test_bad_input_is_refused(door: Door) -> None:
    with pytest.raises(Invalid, match="bad_name"):
        await identity.create_client(SYSTEM, " ", [])
    with pytest.raises(Invalid, match="bad_uscc"):
        await identity.create_client(SYSTEM, "县 OA", [], unit_uscc="1234")
    for life in (timedelta(), timedelta(days=1096)):
        with pytest.raises(Invalid, match="bad_key_life"):
            await identity.create_client(SYSTEM, "县 OA", [], life=life)
    with pytest.raises(NotFound, match="no_such_client"):
        await identity.rotate_key(SYSTEM, uuid4())


async def test_a_client_has_none_of_a_persons_pages(door: Door) -> None:
    made = await identity.create_client(SYSTEM, "县 OA", [])
    client = door.client(made.secret)
    for method, path in (
        ("GET", "/me"),
        ("GET", "/sessions"),
        ("GET", "/devices"),
        ("GET", "/passkeys"),
        ("DELETE", "/sessions"),
    ):
        assert code_of(await client.request(method, path)) == (403, "http.persons_only")
    for path, body in (("/passwords", {"old": "x", "new": "y"}), ("/reauthentications", {"password": "x"})):
        assert code_of(await client.post(path, json=body)) == (403, "http.persons_only")
