"""Keys, clearing up, and scheduled slots."""

import asyncio
from datetime import timedelta

import pytest

from office.kernel import clock, modules
from office.kernel.events import Delivery, Event, Handler
from office.kernel.modules import Job, Module, Registry
from office.kernel.work import verb
from office.outbox import actions, record, schedule
from office.outbox.models import EventDelivery, JobSlot, RecordedEvent
from office.outbox.relay import backoff
from tests.support.house import House


class Loose(Event, frozen=True):
    name = "loose.happened"
    n: int


async def test_an_event_without_key_waits_for_no_other(house: House) -> None:
    seen: list[int] = []

    async def handle(event: Loose, delivery: Delivery) -> None:
        if event.n == 1:
            raise ValueError("always")
        seen.append(event.n)

    @verb
    async def happen() -> None:
        for n in (1, 2, 3):
            record(Loose(n=n))

    before = house.registry
    handler = Handler(name="loose.handle", event="loose.happened", run=handle)
    modules.use(Registry([*before.modules, Module(name="loose", events=[Loose], handlers=[handler])]))
    try:
        await happen()
        await house.drain()
        assert seen == [2, 3]
        for _ in range(handler.attempts):
            clock.travel(timedelta(minutes=11))
            await house.drain()
        parked = await EventDelivery.get(state="parked")
        await actions.skip(parked.id)
        later = clock.now() + timedelta(days=1)
        assert await actions.forget_done(later) == 6
        assert (await EventDelivery.all().count(), await RecordedEvent.all().count()) == (0, 0)
    finally:
        modules.use(before)


async def test_an_undeclared_event_is_a_mistake(house: House) -> None:
    @verb
    async def happen() -> None:
        record(Loose(n=1))

    with pytest.raises(LookupError, match=r"loose\.happened"):
        await happen()


async def nothing() -> None:
    pass


async def test_of_many_processes_one_takes_a_slot(house: House) -> None:
    job = Job(name="fake.job", every=timedelta(minutes=5), run=nothing)
    now = clock.now()
    assert await schedule.take_slot(job, now) is True
    assert await schedule.take_slot(job, now + timedelta(minutes=4)) is False
    due = now + timedelta(minutes=5)
    assert sorted(await asyncio.gather(*(schedule.take_slot(job, due) for _ in range(5)))) == [False] * 4 + [True]


async def test_what_a_job_died_of_is_kept_until_it_runs_well(house: House) -> None:
    broken = True

    async def run() -> None:
        if broken:
            raise ValueError("no disk")

    job = Job(name="fake.job", every=timedelta(minutes=5), run=run)
    await schedule._run_if_due(job)
    assert (await JobSlot.get(name="fake.job")).last_error == "ValueError: no disk"
    broken = False
    clock.travel(timedelta(minutes=6))
    await schedule._run_if_due(job)
    assert (await JobSlot.get(name="fake.job")).last_error == ""


def test_the_wait_doubles_and_is_bounded() -> None:
    for attempts in range(1, 60):
        assert timedelta(seconds=0.5) <= backoff(attempts) <= timedelta(minutes=10)
