"""The live socket: who comes in, what a client is told, and every way a connection ends."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from office import outbox
from office.identity.events import SessionEnded
from office.identity.hooks import hint_ended
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.kernel.work import verb
from office.realtime import gateway, queries
from office.realtime.actions import follow, new_epoch, trim
from office.realtime.connection import QUEUE
from office.realtime.hub import PER_PERSON
from office.realtime.queries import position
from office.realtime.rules import Place
from tests.office.realtime import town
from tests.office.realtime.stage import Stage
from tests.office.realtime.wire import Closed, Wire

HOST = {"host": "town.example"}


def hello(epoch: object = None, seq: int = 0, protocol: int = 1) -> dict[str, Any]:
    resume = None if epoch is None else {"epoch": str(epoch), "seq": seq}
    return {"type": "hello", "protocol": protocol, "resume": resume, "client": "phone"}


async def known(actor: Actor) -> dict[str, Any]:
    """A hello that knows where the person's log stands now."""
    await follow(actor.own_id)
    epoch, seq = await position(actor.own_id)
    return hello(epoch, seq)


async def live(stage: Stage, actor: Actor, *, node: int = 0) -> Wire:
    """A connection that is up to date."""
    wire = await stage.dial(actor, node=node)
    wire.say(await known(actor))
    assert (await wire.hear())["type"] == "welcome"
    return wire


async def closes(wire: Wire) -> int:
    while True:
        try:
            await wire.hear()
        except Closed as closed:
            return closed.code


async def told(stage: Stage, actor: Actor, words: str) -> None:
    await town.greet({str(actor.own_id): words})
    await stage.drain()


async def test_a_reconnect_with_nothing_new_is_one_small_frame(stage: Stage) -> None:
    actor = stage.person()
    wire = await stage.dial(actor)
    said = await known(actor)
    wire.say(said)
    frame = await wire.hear()
    assert frame == {
        "type": "welcome", "epoch": said["resume"]["epoch"], "head": 0, "connection": frame["connection"], "heartbeat": 25,
    }  # fmt: skip
    await stage.settle()
    assert not wire.waiting()


async def test_what_was_missed_follows_the_welcome(stage: Stage) -> None:
    actor = stage.person()
    said = await known(actor)
    for words in ("一", "二", "三"):
        await told(stage, actor, words)
    wire = await stage.dial(actor, node=1)
    wire.say(said)
    assert (await wire.hear())["head"] == 3
    frames = [await wire.hear() for _ in range(3)]
    assert [(frame["seq"], frame["name"], frame["data"]) for frame in frames] == [
        (number, "boards.greeted", {"words": words}) for number, words in enumerate("一二三", 1)
    ]


@pytest.mark.parametrize("poked", (True, False))
async def test_an_event_reaches_every_connection_with_or_without_a_poke(stage: Stage, poked: bool) -> None:
    actor, other = stage.person(), stage.person()
    wires = [await live(stage, actor, node=0 if poked else 1) for _ in range(2)]
    stranger = await live(stage, other)
    await told(stage, actor, "开会")
    if not poked:
        await stage.hubs[1].sweep()
    for wire in wires:
        assert (await wire.hear())["data"] == {"words": "开会"}
    await stage.settle()
    assert not stranger.waiting()


@pytest.mark.parametrize("first", (True, False))
async def test_what_commits_while_a_connection_arrives_is_told_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    actor = stage.person()
    if not first:
        await live(stage, actor)
    said, real = await known(actor), queries.place_of

    async def meanwhile(person: UUID) -> Place | None:
        place = await real(person)
        monkeypatch.setattr(queries, "place_of", real)
        await told(stage, actor, "正在此时")
        await stage.hubs[0].read_dirty()
        return place

    monkeypatch.setattr(queries, "place_of", meanwhile)
    wire = await stage.dial(actor)
    wire.say(said)
    assert (await wire.hear())["head"] == 0
    event = await wire.hear()
    assert (event["seq"], event["data"]) == (1, {"words": "正在此时"})
    await stage.settle()
    assert not wire.waiting()


async def test_nothing_is_told_twice(stage: Stage) -> None:
    actor = stage.person()
    wire = await live(stage, actor)
    await told(stage, actor, "一")
    await stage.hubs[0].sweep()
    await stage.hubs[0].sweep()
    await told(stage, actor, "二")
    assert [(await wire.hear())["seq"] for _ in range(2)] == [1, 2]
    assert not wire.waiting()


async def _no_position(actor: Actor) -> dict[str, Any]:
    return hello()


async def _other_epoch(actor: Actor) -> dict[str, Any]:
    said = await known(actor)
    await new_epoch()
    return said


async def _ahead(actor: Actor) -> dict[str, Any]:
    said = await known(actor)
    said["resume"]["seq"] += 1
    return said


@pytest.mark.parametrize("case, reason", ((_no_position, "no_position"), (_other_epoch, "epoch"), (_ahead, "epoch")))
async def test_a_position_that_cannot_be_resumed_is_reset_and_the_same_connection_goes_on(
    stage: Stage, case: Callable[[Actor], Any], reason: str
) -> None:
    actor = stage.person()
    wire = await stage.dial(actor)
    wire.say(await case(actor))
    assert await wire.hear() == {"type": "reset", "reason": reason, "retry_after": pytest.approx(2.5, abs=2.5)}
    await follow(actor.own_id)
    await told(stage, actor, "在启动数据里")
    await stage.settle()
    assert not wire.waiting()
    epoch, seq = await position(actor.own_id)
    wire.say({"type": "resume", "epoch": str(epoch), "seq": seq})
    assert (await wire.hear())["type"] == "welcome"
    await told(stage, actor, "此后")
    await stage.settle()
    assert (await wire.hear())["data"] == {"words": "此后"}


async def test_too_old_and_too_far_are_reset(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = stage.person()
    said = await known(actor)
    with clock.set_for_test(clock.now() - timedelta(hours=80)):
        await told(stage, actor, "旧")
    wire = await stage.dial(actor)
    monkeypatch.setattr("office.realtime.rules.MAX_BEHIND", 0)
    wire.say(said)
    assert (await wire.hear())["reason"] == "too_far"
    await trim()
    wire.say({"type": "resume", **said["resume"]})
    assert (await wire.hear())["reason"] == "too_old"


async def test_entries_trimmed_before_they_were_told_are_a_gap(stage: Stage) -> None:
    actor = stage.person()
    said = await known(actor)
    wire = await live(stage, actor, node=1)
    with clock.set_for_test(clock.now() - timedelta(hours=80)):
        await told(stage, actor, "旧")
    await told(stage, actor, "新")
    await trim()
    await stage.hubs[1].sweep()
    assert await closes(wire) == 4002
    again = await stage.dial(actor, node=1)
    again.say(said)
    assert (await again.hear())["reason"] == "too_old"


async def test_a_new_epoch_reaches_live_connections(stage: Stage) -> None:
    actor = stage.person()
    wire = await live(stage, actor)
    await told(stage, actor, "一")
    assert (await wire.hear())["seq"] == 1
    await new_epoch()
    await stage.hubs[0].sweep()
    assert (await wire.hear())["reason"] == "epoch"


async def test_a_beat_shows_a_silent_client_that_it_is_behind(stage: Stage) -> None:
    actor = stage.person()
    wire = await live(stage, actor)
    await told(stage, actor, "丢了")
    lost = await wire.hear()
    stage.time += 31
    await stage.hubs[0].tick()
    assert await wire.hear() == {"type": "beat", "head": 1}
    epoch = (await position(actor.own_id)).epoch
    wire.say({"type": "resume", "epoch": str(epoch), "seq": 0})
    assert (await wire.hear())["type"] == "welcome"
    assert await wire.hear() == lost


@pytest.mark.engines("sqlite")
async def test_no_pong_closes_and_a_pong_keeps(stage: Stage) -> None:
    quiet, speaks = await live(stage, stage.person()), await live(stage, stage.person())
    for _ in range(2):
        stage.time += 31
        await stage.hubs[0].tick()
        assert (await speaks.hear())["type"] == "beat"
        speaks.say({"type": "pong"})
        while speaks._to_app.qsize():
            await stage.drain()
    assert await closes(quiet) == 4000
    assert not speaks.task.done()


@pytest.mark.engines("sqlite")
async def test_an_hour_is_enough(stage: Stage) -> None:
    wire = await live(stage, stage.person())
    stage.time += 3600 * 1.1
    await stage.hubs[0].tick()
    assert await closes(wire) == 4010


async def test_an_ended_session_is_cut_by_its_event(stage: Stage) -> None:
    actor = stage.person()
    wire, other = await live(stage, actor), await live(stage, stage.person())

    @verb
    async def sign_out() -> None:
        session = actor.session or new_id()
        outbox.record(SessionEnded(session=session, person=actor.own_id, account=new_id(), reason="remote"))

    await sign_out()
    await stage.drain()
    assert await closes(wire) == 4401
    assert not other.task.done()


@pytest.mark.engines("sqlite")
async def test_an_ended_session_is_cut_at_once_in_its_own_process(stage: Stage) -> None:
    actor = stage.person()
    wire, other = await live(stage, actor), await live(stage, stage.person())

    @verb
    async def sign_out() -> None:
        hint_ended(actor.session or new_id())

    await sign_out()
    assert await closes(wire) == 4401
    assert not other.task.done()


async def test_a_session_that_ends_between_the_door_and_the_hello_hears_nothing(stage: Stage) -> None:
    actor = stage.person()
    said = await known(actor)
    wire = await stage.dial(actor)
    stage.alive.clear()  # the token still lets in: it was looked at before
    await told(stage, actor, "不该听到")
    wire.say(said)
    assert await closes(wire) == 4401
    assert not list(stage.hubs[0].connections())


async def test_a_session_that_ends_while_it_is_asked_for_hears_nothing(stage: Stage) -> None:
    actor = stage.person()
    said = await known(actor)
    alive, asked, ended = stage.hubs[0]._alive, asyncio.Event(), asyncio.Event()

    async def slowly(sessions: frozenset[UUID]) -> frozenset[UUID]:
        seen = await alive(sessions)
        asked.set()
        await ended.wait()
        return seen

    stage.hubs[0]._alive = slowly
    wire = await stage.dial(actor)
    wire.say(said)
    await asked.wait()
    stage.hubs[0].ended([actor.session] if actor.session else [])
    ended.set()
    assert await closes(wire) == 4401


async def test_an_ended_session_nobody_told_of_is_found_at_the_next_beat(stage: Stage) -> None:
    actor = stage.person()
    wire = await live(stage, actor, node=1)
    stage.alive.clear()
    stage.time += 31
    await stage.hubs[1].tick()
    assert await closes(wire) == 4401


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "frame, code",
    (
        ("{", 4400),
        ("[]", 4400),
        ('{"type":"hello","protocol":1,"resume":{"epoch":"x","seq":1}}', 4400),
        ('{"type":"hello","protocol":1,"resume":{"epoch":"00000000-0000-0000-0000-000000000000","seq":-1}}', 4400),
        ('{"type":"pong"}', 4400),
        ('{"type":"hello","protocol":1,"client":"' + "长" * 1400 + '"}', 4400),
        ("[" * 4000, 4400),
        ('{"type":"hello"}', 4003),
        ('{"type":"hello","protocol":2,"resume":"of another kind"}', 4003),
    ),
)
async def test_a_first_frame_that_is_none(stage: Stage, frame: str, code: int) -> None:
    wire = await stage.dial(stage.person())
    wire.say(frame)
    assert await closes(wire) == code


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("frame", ('{"type":"shout"}', '{"type":"hello","protocol":1}', "x" * 5000))
async def test_a_later_frame_that_is_none(stage: Stage, frame: str) -> None:
    wire = await live(stage, stage.person())
    wire.say(frame)
    assert await closes(wire) == 4400


@pytest.mark.engines("sqlite")
async def test_binary_frames_are_refused(stage: Stage) -> None:
    wire = await live(stage, stage.person())
    wire.say_bytes(b"\x00")
    assert await closes(wire) == 4400


@pytest.mark.engines("sqlite")
async def test_a_client_that_floods_is_cut(stage: Stage) -> None:
    wire = await live(stage, stage.person())
    for _ in range(101):
        wire.say({"type": "pong"})
    assert await closes(wire) == 4400


async def test_a_client_that_takes_nothing_is_let_go(stage: Stage) -> None:
    actor = stage.person()
    wire = await live(stage, actor)
    wire.stall()
    for start in range(0, QUEUE + 2, 43):
        for number in range(start, start + 43):
            await town.greet({str(actor.own_id): str(number)})
        await stage.drain()
        await stage.hubs[0].sweep()
    wire.flow()
    assert await closes(wire) == 4008
    assert not list(stage.hubs[0].connections())


@pytest.mark.engines("sqlite")
async def test_who_is_nobody_may_not_listen(stage: Stage) -> None:
    unknown = Wire(stage.gates[0], {**HOST, "authorization": "Bearer stolen"})
    await unknown.accepted()
    assert await closes(unknown) == 4401
    silent = Wire(stage.gates[0], HOST | {"origin": "http://town.example"})
    await silent.accepted()
    assert await closes(silent) == 4401
    new = Wire(stage.gates[0], {**HOST, "authorization": "Bearer first-password"})
    await new.accepted()
    assert await closes(new) == 4403


@pytest.mark.engines("sqlite")
async def test_integration_clients_have_no_log(stage: Stage) -> None:
    stage.actors["key"] = Actor(kind="client", id=new_id())
    wire = Wire(stage.gates[0], {**HOST, "authorization": "Bearer key"})
    await wire.accepted()
    assert await closes(wire) == 4403


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "origin", (None, "http://evil.example", "http://town.example.evil.example", "null", "file://town.example")
)
async def test_a_page_of_another_site_is_refused_before_the_handshake(stage: Stage, origin: str | None) -> None:
    actor = stage.person()
    headers = {**HOST, "cookie": f"zhiban={actor.id}"} | ({"origin": origin} if origin else {})
    await Wire(stage.gates[0], headers).refused()


@pytest.mark.engines("sqlite")
async def test_our_own_page_comes_in_by_cookie(stage: Stage) -> None:
    actor = stage.person()
    wire = Wire(stage.gates[0], {**HOST, "cookie": f"zhiban={actor.id}", "origin": "http://TOWN.example"})
    await wire.accepted()
    wire.say(await known(actor))
    assert (await wire.hear())["type"] == "welcome"


@pytest.mark.engines("sqlite")
async def test_one_person_has_a_bounded_number_of_connections(stage: Stage) -> None:
    actor = stage.person()
    for _ in range(PER_PERSON):
        await live(stage, actor)
    wire = await stage.dial(actor)
    wire.say(await known(actor))
    assert await closes(wire) == 1013
    await live(stage, actor, node=1)


@pytest.mark.engines("sqlite")
async def test_at_shutdown_everyone_is_told_when_to_come_back(stage: Stage) -> None:
    wires = [await live(stage, stage.person()) for _ in range(3)]
    silent = await stage.dial(stage.person())
    await stage.settle()
    await stage.hubs[0].close_all()
    for wire in (*wires, silent):
        with pytest.raises(Closed, match=r'4001 \{"retry_after": [0-9.]+\}'):
            await wire.hear()
    late = await stage.dial(stage.person())
    late.say(hello())
    assert await closes(late) == 4001


@pytest.mark.engines("sqlite")
async def test_who_never_says_hello_is_let_go(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "HELLO_SECONDS", 0.05)
    assert await closes(await stage.dial(stage.person())) == 4000
