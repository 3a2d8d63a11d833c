"""The logs: no gaps, no loss, whoever writes at the same moment."""

import asyncio
import random
from collections import defaultdict
from datetime import timedelta
from uuid import UUID

import pytest

from office.kernel import clock
from office.kernel.database import execute, fetch
from office.kernel.events import Delivery
from office.kernel.ids import new_id
from office.kernel.modules import Publication
from office.kernel.work import verb
from office.realtime.actions import KEEP_ENTRIES, Payload, append, follow, followers, hold_logs, new_epoch, trim, withdraw
from office.realtime.fan_out import fan_out
from office.realtime.queries import broken_logs, lines_after, place_of, places, position
from tests.office.realtime import town
from tests.office.realtime.stage import Stage


class Undone(Exception):
    pass


@verb
async def tell(persons: list[UUID], words: str, *, undo: bool = False) -> None:
    await hold_logs()
    await append("boards.greeted", "", dict.fromkeys(await followers(persons), Payload(f'"{words}"')))
    if undo:
        raise Undone


async def log_of(person: UUID) -> list[str]:
    return [line.tail for line in await lines_after({person: 0}, 10_000)]


async def test_two_first_needs_at_once_make_one_log(stage: Stage) -> None:
    person = new_id()
    await asyncio.gather(*(follow(person) for _ in range(8)))
    assert (await position(person)).seq == 0


async def test_concurrent_fan_outs_leave_no_gap_and_a_poller_misses_nothing(stage: Stage) -> None:
    persons = [new_id() for _ in range(6)]
    for person in persons:
        await follow(person)
    chance, expected = random.Random(7), defaultdict(list)
    ended = asyncio.Event()

    async def producer(number: int) -> None:
        for turn in range(8):
            audience = chance.sample(persons, chance.randint(1, 6))
            undo = chance.random() < 0.1
            try:
                await tell(audience, f"{number}.{turn}", undo=undo)
            except Undone:
                continue
            for person in audience:
                expected[person].append(f"{number}.{turn}")

    async def poller() -> dict[UUID, list[str]]:
        seen: dict[UUID, list[str]] = defaultdict(list)
        last = False
        while not last:
            last = ended.is_set()
            for line in await lines_after({person: len(seen[person]) for person in persons}, 1000):
                assert line.seq == len(seen[line.person]) + 1
                seen[line.person].append(line.tail.rpartition('"data":"')[2].removesuffix('"}'))
        return seen

    polling = asyncio.create_task(poller())
    await asyncio.gather(*(producer(number) for number in range(8)))
    ended.set()
    seen = await polling
    assert {person: sorted(words) for person, words in seen.items()} == {p: sorted(w) for p, w in expected.items()}
    assert await broken_logs() == []


async def test_one_body_for_all_who_are_told_the_same(stage: Stage) -> None:
    persons = [new_id() for _ in range(5)]
    for person in persons[:4]:
        await follow(person)
    words = [*("早上好" for _ in range(2)), "你好", None, "没有人听"]
    await town.greet({str(person): said for person, said in zip(persons, words, strict=True)})
    await stage.drain()
    assert [row["payload"] for row in await fetch("SELECT payload FROM realtime_item ORDER BY payload")] == [
        '{"words":"你好"}',
        '{"words":"早上好"}',
    ]
    assert [len(await log_of(person)) for person in persons] == [1, 1, 1, 0, 0]
    assert await place_of(persons[4]) is None


async def test_a_whole_county_is_told_in_chunks(stage: Stage) -> None:
    persons = [new_id() for _ in range(1203)]
    for start in range(0, len(persons), 400):
        part = persons[start : start + 400]
        marks = ", ".join("(?, ?, 0, 0)" for _ in part)
        values = [str(value) for person in part for value in (person, person)]
        await execute(f"INSERT INTO realtime_stream (person, epoch, head, floor) VALUES {marks}", *values)
    await tell(persons, "通知")
    assert {place.head for place in (await places(persons)).values()} == {1}
    assert await broken_logs() == []


async def test_trim_raises_the_floor_and_keeps_the_rest(stage: Stage) -> None:
    person, idle = new_id(), new_id()
    await follow(person)
    await follow(idle)
    with clock.set_for_test(clock.now() - timedelta(hours=80)):
        for number in range(3):
            await tell([person], f"old {number}")
    await tell([person], "new")
    assert await trim() == 3
    place = await place_of(person)
    assert place is not None
    assert (place.floor, place.head) == (3, 4)
    assert [line.seq for line in await lines_after({person: 0}, 10)] == [4]
    assert len(await fetch("SELECT id FROM realtime_item")) == 1
    assert await broken_logs() == []
    assert await trim() == 0


async def test_a_log_keeps_two_thousand_entries(stage: Stage) -> None:
    person = new_id()
    await follow(person)
    await tell([person], "first")
    item = (await fetch("SELECT id FROM realtime_item"))[0]["id"]
    total = KEEP_ENTRIES + 5
    rows = ", ".join(f"('{person}', {seq}, {item})" for seq in range(2, total + 1))
    await execute(f"INSERT INTO realtime_entry (person, seq, item) VALUES {rows}")
    await execute("UPDATE realtime_stream SET head = ? WHERE person = ?", total, str(person))
    assert await trim() == 5
    place = await place_of(person)
    assert place is not None
    assert place.floor == 5
    assert await broken_logs() == []


async def test_a_new_epoch_voids_all_positions(stage: Stage) -> None:
    person = new_id()
    await follow(person)
    before = await position(person)
    epoch = await new_epoch()
    assert (await position(person)).epoch == epoch != before.epoch


async def test_access_lost_leaves_a_tombstone_for_that_person_only(stage: Stage) -> None:
    stays, goes = stage.person(), stage.person()
    for actor in (stays, goes):
        await follow(actor.own_id)
        await town.join("公告", actor.own_id)
    await town.write("公告", "只给成员看")
    await stage.drain()
    await town.leave("公告", goes.own_id)
    await stage.drain()
    assert not any("只给成员看" in tail or "公告" in tail for tail in (await log_of(goes.own_id))[:-1])
    assert (await log_of(goes.own_id))[-1].endswith('"data":{"source":"boards.board:公告"}}')
    assert any("只给成员看" in tail for tail in await log_of(stays.own_id))
    assert await broken_logs() == []


async def test_a_destroyed_thing_is_gone_from_every_log_at_once(stage: Stage) -> None:
    actor = stage.person()
    await follow(actor.own_id)
    await town.join("错发", actor.own_id)
    await town.write("错发", "不该发出的内容")
    await stage.drain()
    await town.destroy("错发")
    await stage.drain()
    assert not [row for row in await fetch("SELECT payload FROM realtime_item") if "不该发出的内容" in row["payload"]]
    log = await log_of(actor.own_id)
    assert ['"name":"withdrawn"' in tail for tail in log] == [True] * (len(log) - 1) + [False]


async def test_who_loses_access_before_the_fan_out_is_told_nothing(stage: Stage) -> None:
    actor = stage.person()
    await follow(actor.own_id)
    await town.join("公告", actor.own_id)
    await town.write("公告", "机关内部")
    await town.leave("公告", actor.own_id)
    await stage.drain()
    assert [tail for tail in await log_of(actor.own_id) if "机关内部" in tail] == []


@pytest.mark.engines("postgresql")
async def test_a_withdrawal_waits_for_a_fan_out_that_already_knows_its_audience(stage: Stage) -> None:
    person = new_id()
    await follow(person)
    knows, may_write = asyncio.Event(), asyncio.Event()

    async def audience(event: town.Changed) -> list[UUID]:
        knows.set()
        await may_write.wait()
        return [person]

    async def common(event: town.Changed) -> dict[str, object]:
        return {"words": "内容"}

    handler = fan_out(Publication(event=town.Changed.name, audience=audience, common=common))
    telling = asyncio.create_task(verb(handler.run)(town.Changed(board="甲"), Delivery(id="1", attempt=1)))
    await knows.wait()
    taking = asyncio.create_task(withdraw("boards.board:甲", [person]))
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    while not await fetch(waiting):
        assert not taking.done()
    may_write.set()
    await telling
    await taking
    assert [tail for tail in await log_of(person) if "内容" in tail] == []
