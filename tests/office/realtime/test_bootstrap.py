"""Where a client starts: position and data of one moment, and what the events since make of them."""

import asyncio
from typing import Any, cast

import pytest

from office.kernel.actor import Actor
from office.kernel.database import execute
from office.kernel.ids import new_id
from office.kernel.refusal import Forbidden
from office.realtime.actions import follow
from office.realtime.background import begin
from office.realtime.bootstrap import bootstrap
from office.realtime.queries import position
from office.realtime.snapshot import snapshot
from tests.office.realtime import town
from tests.office.realtime.stage import Stage
from tests.support.converges import Reducer, converges


def reducer(name: str) -> Reducer:
    return lambda sections, data: town.apply(sections["boards"], name, data)


REDUCERS = {name: reducer(name) for name in ("boards.changed", "boards.greeted", "access_lost", "withdrawn")}


async def test_bootstrap_over_http(stage: Stage) -> None:
    actor = stage.person()
    await town.join("公告", actor.own_id)
    await town.write("公告", "上班")
    async with stage.http(actor) as http:
        answer = await http.get("/bootstrap")
    assert answer.status_code == 200
    told = answer.json()
    assert told["boards"] == {"公告": {"words": "上班", "rev": 1}}
    assert told["position"] == {"epoch": str((await position(actor.own_id)).epoch), "seq": 0}
    assert "非涉密" in told["banner"]
    assert told["time"]


async def test_only_persons_have_one(stage: Stage) -> None:
    with pytest.raises(Forbidden, match="persons_only"):
        await bootstrap(Actor(kind="client", id=new_id()))


async def test_a_snapshot_shows_one_moment_and_hands_back_its_connection(stage: Stage) -> None:
    actor = stage.person()
    await follow(actor.own_id)
    await town.join("公告", actor.own_id)
    await stage.drain()
    for number in range(1, 5):
        async with snapshot():
            before = await position(actor.own_id)
            writing = asyncio.create_task(_written_elsewhere(stage, str(number)))
            await writing
            assert await position(actor.own_id) == before
            assert await town.section(actor) == {"公告": {"words": str(number - 1) if number > 1 else "", "rev": number - 1}}
        assert (await position(actor.own_id)).seq == before.seq + 1


async def test_position_and_sections_are_of_one_moment(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = stage.person()
    await town.join("公告", actor.own_id)
    await town.write("公告", "早先")
    await stage.drain()

    async def slow(reader: Actor) -> dict[str, Any]:
        await _written_elsewhere(stage, "此间")
        return await town.section(reader)

    monkeypatch.setitem(cast(dict[str, Any], town.boards.bootstrap), "boards", slow)
    told = (await bootstrap(actor)).data
    assert (told["position"]["seq"], told["boards"]["公告"]["words"]) == (0, "早先")
    assert (await position(actor.own_id)).seq == 1


async def _written_elsewhere(stage: Stage, words: str) -> None:
    async def work() -> None:
        await town.write("公告", words)
        await stage.drain()

    await begin(work(), "another client")


async def test_nothing_can_be_written_in_a_snapshot(stage: Stage) -> None:
    async with snapshot():
        with pytest.raises(Exception, match=r"(?i)read-?only|readonly"):
            await execute("INSERT INTO board (id, words, rev) VALUES ('x', '', 0)")


async def test_boards_converge(stage: Stage) -> None:
    actor = stage.person()
    async with converges(stage, actor, REDUCERS) as names:
        await town.join("公告", actor.own_id)
        await town.write("公告", "一")
        await town.write("公告", "二")
    assert names == ["boards.changed"] * 3
    async with converges(stage, actor, REDUCERS) as names:
        await town.write("公告", "三")
        await town.leave("公告", actor.own_id)
    assert names == ["access_lost"]


async def test_convergence_fails_when_it_proves_nothing_or_events_lie(stage: Stage) -> None:
    actor = stage.person()
    with pytest.raises(AssertionError, match="nothing changed"):
        async with converges(stage, actor, REDUCERS):
            pass

    def deaf(sections: Any, data: Any) -> None:
        pass

    with pytest.raises(AssertionError, match="do not lead"):
        async with converges(stage, actor, {**REDUCERS, "boards.changed": deaf}):
            await town.join("公告", actor.own_id)
    with pytest.raises(AssertionError, match="no reducer"):
        async with converges(stage, actor, {}):
            await town.write("公告", "一")
