"""Sessions: who a token is, how long, and every way it ends."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from office import identity
from office.identity import jobs, sessions
from office.identity.models import AddressFailure, FailureCount, LoginSession, SpentChallenge
from office.identity.module import module
from office.kernel import clock, settings
from office.kernel.actor import SYSTEM, Actor, Origin
from office.kernel.database import connection
from office.kernel.refusal import Forbidden, Unauthenticated
from office.kernel.work import finish_running, verb
from tests.office.identity.conftest import OTHER, PASSWORD, Door, code_of, session_of

ENDED = (401, "identity.session_ended")


async def token_of(door: Door, login: str, client: str = "app") -> str:
    answer = await door.tries(login, client=client)
    return str(answer.json().get("token") or answer.cookies["zhiban"])


async def test_authenticate_tells_person_session_and_origin(door: Door) -> None:
    account = await door.account("linxiaoyu")
    actor = await identity.authenticate(await token_of(door, "linxiaoyu"), Origin(address="203.0.113.9", request="r1"))
    assert (actor.kind, actor.id, actor.name, actor.account) == ("person", account.person, "林晓雨", account.id)
    assert actor.origin.address == "203.0.113.9"
    assert await LoginSession.filter(id=actor.session).exists()


async def test_authenticate_costs_one_query(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    await door.account("linxiaoyu")
    token = await token_of(door, "linxiaoyu")
    asked: list[str] = []
    pool = connection()
    for name in ("execute_query", "execute_query_dict"):
        real = getattr(pool, name)

        async def counted(query: str, values: object = None, real: object = real) -> object:
            asked.append(query)
            return await real(query, values)  # type: ignore[operator]

        monkeypatch.setattr(pool, name, counted)
    await identity.authenticate(token, Origin())
    assert len(asked) == 1


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "zbk_", "zbk_" + "y" * 43, "\x00", "\ud800"])
async def test_what_is_no_token_is_refused(door: Door, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await identity.authenticate(token, Origin())


@pytest.mark.parametrize(("client", "idle"), [("browser", timedelta(minutes=30)), ("app", timedelta(days=7))])
async def test_a_session_ends_when_unused(door: Door, client: str, idle: timedelta) -> None:
    await door.account("linxiaoyu")
    token = await token_of(door, "linxiaoyu", client)
    for _ in range(2):
        clock.travel(idle - timedelta(seconds=30))
        await identity.authenticate(token, Origin())
        await finish_running()
    clock.travel(idle)
    with pytest.raises(Unauthenticated):
        await identity.authenticate(token, Origin())


async def test_a_session_ends_at_its_absolute_end_however_busy(door: Door) -> None:
    await door.account("linxiaoyu")
    token = await token_of(door, "linxiaoyu", "browser")
    step = timedelta(minutes=20)
    for _ in range(settings.current().session_absolute // int(step.total_seconds()) - 1):
        clock.travel(step)
        await identity.authenticate(token, Origin())
        await finish_running()
    clock.travel(step)
    with pytest.raises(Unauthenticated):
        await identity.authenticate(token, Origin())


async def test_last_seen_is_written_at_most_once_a_minute(door: Door) -> None:
    await door.account("linxiaoyu")
    token = await token_of(door, "linxiaoyu")
    first = (await LoginSession.get()).last_seen_at
    clock.travel(timedelta(seconds=50))
    await identity.authenticate(token, Origin())
    await finish_running()
    assert (await LoginSession.get()).last_seen_at == first
    clock.travel(timedelta(seconds=15))
    await identity.authenticate(token, Origin())
    await finish_running()
    assert (await LoginSession.get()).last_seen_at > first


async def test_sign_out_ends_this_session_only(door: Door) -> None:
    await door.account("linxiaoyu")
    here, there = await door.signed_in("linxiaoyu"), await door.signed_in("linxiaoyu")
    answer = await here.delete("/sessions/current")
    assert answer.status_code == 204
    assert 'zhiban=""' in answer.headers["set-cookie"]
    assert code_of(await here.get("/me")) == ENDED
    assert (await there.get("/me")).status_code == 200


async def test_remote_sign_out_is_told_at_once_and_recorded(door: Door) -> None:
    account = await door.account("linxiaoyu")
    here, there = await door.signed_in("linxiaoyu"), await door.signed_in("linxiaoyu", device_name="旧手机")
    heard: list[UUID] = []
    stop = identity.on_session_end(heard.append)
    items = (await here.get("/sessions")).json()["items"]
    assert {item["device_name"]: item["current"] for item in items} == {"": True, "旧手机": False}
    other = session_of(there)
    assert await identity.live_sessions(frozenset({other})) == {other}
    assert (await here.delete(f"/sessions/{other}")).status_code == 204
    stop()
    assert heard == [other]
    assert await identity.live_sessions(frozenset({other})) == frozenset()
    assert code_of(await there.get("/me")) == ENDED
    (told,) = await door.events("identity.session_ended")
    assert (told["session"], told["person"], told["reason"]) == (str(other), str(account.person), "remote")
    assert [row.facts["reason"] for row in await door.trail("identity.end_session")] == ["remote"]
    assert code_of(await here.delete(f"/sessions/{other}")) == (404, "identity.no_such_session")


async def test_nobody_ends_another_persons_session(door: Door) -> None:
    await door.account("linxiaoyu")
    await door.account("zhoumin", name="周敏")
    mine, theirs = await door.signed_in("linxiaoyu"), await door.signed_in("zhoumin")
    assert code_of(await mine.delete(f"/sessions/{session_of(theirs)}")) == (404, "identity.no_such_session")
    assert (await theirs.get("/me")).status_code == 200


async def test_no_hint_without_a_commit(door: Door) -> None:
    await door.account("linxiaoyu")
    client = await door.signed_in("linxiaoyu")
    heard: list[UUID] = []
    stop = identity.on_session_end(heard.append)

    @verb
    async def rolled_back() -> None:
        await sessions.end(LoginSession.all(), sessions.REMOTE, SYSTEM)
        raise ValueError("undo")

    with pytest.raises(ValueError, match="undo"):
        await rolled_back()
    stop()
    assert heard == []
    assert (await client.get("/me")).status_code == 200


async def test_a_broken_listener_does_not_break_signing_out(door: Door) -> None:
    await door.account("linxiaoyu")
    client = await door.signed_in("linxiaoyu")

    def broken(session: UUID) -> None:
        raise ValueError("listener")

    stop = identity.on_session_end(broken)
    assert (await client.delete("/sessions/current")).status_code == 204
    stop()


async def test_sign_out_everywhere(door: Door) -> None:
    await door.account("linxiaoyu")
    clients = [await door.signed_in("linxiaoyu") for _ in range(3)]
    assert (await clients[0].delete("/sessions")).status_code == 204
    assert [code_of(await client.get("/me")) for client in clients] == [ENDED] * 3


async def test_the_session_unused_longest_gives_way(door: Door) -> None:
    await door.account("linxiaoyu")
    first = await door.signed_in("linxiaoyu")
    for _ in range(sessions.MOST):
        clock.travel(timedelta(seconds=1))
        await door.signed_in("linxiaoyu")
    assert code_of(await first.get("/me")) == ENDED
    assert await LoginSession.filter(ended_at__isnull=True).count() == sessions.MOST


async def test_a_disabled_account_is_out_at_once(door: Door) -> None:
    account = await door.account("linxiaoyu")
    client = await door.signed_in("linxiaoyu")
    await identity.disable(SYSTEM, account.id)
    assert code_of(await client.get("/me")) == ENDED
    await identity.enable(SYSTEM, account.id)
    assert code_of(await client.get("/me")) == ENDED
    assert (await door.tries("linxiaoyu")).status_code == 201


async def test_the_job_ends_overdue_sessions_with_their_reason(door: Door) -> None:
    await door.account("linxiaoyu")
    await door.tries("linxiaoyu", client="browser")
    await door.signed_in("linxiaoyu")
    await jobs.end_overdue_sessions()
    assert await door.events("identity.session_ended") == []
    clock.travel(timedelta(minutes=31))
    await jobs.end_overdue_sessions()
    clock.travel(timedelta(days=31))
    await jobs.end_overdue_sessions()
    assert [told["reason"] for told in await door.events("identity.session_ended")] == ["idle", "expired"]


async def test_the_job_forgets_what_no_longer_matters(door: Door) -> None:
    await door.account("linxiaoyu")
    client = await door.signed_in("linxiaoyu")
    await door.tries("linxiaoyu", OTHER)
    await SpentChallenge.create(value="spent", expires_at=clock.now())
    await client.delete("/sessions/current")
    clock.travel(timedelta(days=91))
    await jobs.forget_old()
    for model in (AddressFailure, FailureCount, SpentChallenge, LoginSession):
        assert await model.all().count() == 0


async def test_before_the_first_password_change_only_little_is_open(door: Door) -> None:
    made = await identity.create_account(SYSTEM, uuid4(), "周敏", "zhoumin")
    token = (await door.tries("zhoumin", made.one_time_password or "", client="app")).json()["token"]
    for route in ("", "GET /inbox", "POST /devices", "GET /live"):
        with pytest.raises(Forbidden, match="must_change_password"):
            await identity.authenticate(token, Origin(), route=route)
    actor = await identity.authenticate(token, Origin(), route="POST /passwords")
    assert actor.name == "周敏"
    known = {f"{endpoint.method} {endpoint.path}" for endpoint in module.endpoints}
    assert known >= identity.policy.BEFORE_PASSWORD_CHANGE


async def test_the_invariant_sees_a_live_session_of_a_disabled_account(door: Door) -> None:
    account = await door.account("linxiaoyu")
    await door.signed_in("linxiaoyu")
    (invariant,) = module.invariants
    assert await invariant.check() == []
    account.disabled_at = clock.now()
    await account.save(update_fields=["disabled_at"])
    assert len(await invariant.check()) == 1


async def test_the_system_and_clients_have_no_sessions(door: Door) -> None:
    for actor in (SYSTEM, Actor(kind="client", id=uuid4())):
        with pytest.raises(Forbidden, match="persons_only"):
            await sessions.sign_out(actor)


async def test_tokens_are_not_stored(door: Door) -> None:
    await door.account("linxiaoyu")
    token = await token_of(door, "linxiaoyu")
    row = await LoginSession.get()
    assert token not in str({name: getattr(row, name) for name in row._meta.db_fields})
    assert PASSWORD not in str(row.__dict__)
