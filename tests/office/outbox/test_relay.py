"""Deliveries: once, in order per key, with retry and parking, together with the handler's own writes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from office.kernel import clock, modules
from office.kernel.database import fetch
from office.kernel.events import Delivery, Event, Handler
from office.kernel.modules import Module, Registry
from office.kernel.work import detach, verb
from office.outbox import actions, record
from office.outbox.models import EventDelivery
from office.outbox.relay import run_relay
from tests.support.house import House

MAX_ATTEMPTS = 10


class Happened(Event, frozen=True):
    name = "fake.happened"
    thing: str
    n: int

    def key(self) -> str:
        return self.thing


class Fake:
    """A ten-line module: proof that the platform stands without business."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []
        self.broken: set[tuple[str, int]] = set()

    async def handle(self, event: Happened, delivery: Delivery) -> None:
        if (event.thing, event.n) in self.broken:
            raise ValueError("out of order")
        self.seen.append((event.thing, event.n))

    def module(self, *, outside: bool = False) -> Module:
        handler = Handler(name="fake.handle", event="fake.happened", run=self.handle, reads=frozenset({"n"}), outside=outside)
        return Module(name="fake", events=[Happened], handlers=[handler])


@pytest.fixture
async def fake(house: House) -> AsyncIterator[Fake]:
    fake = Fake()
    before = house.registry
    modules.use(Registry([*before.modules, fake.module()]))
    yield fake
    modules.use(before)


@verb
async def happen(thing: str, *numbers: int, fail: bool = False, hold: timedelta = timedelta()) -> None:
    for n in numbers:
        record(Happened(thing=thing, n=n), not_before=clock.now() + hold)
    if fail:
        raise ValueError("rolled back")


async def test_each_event_once_in_order(house: House, fake: Fake) -> None:
    await happen("a", 1, 2)
    await happen("b", 1)
    await happen("a", 3)
    await house.drain()
    await house.drain()
    assert [n for thing, n in fake.seen if thing == "a"] == [1, 2, 3]
    assert sorted(fake.seen) == [("a", 1), ("a", 2), ("a", 3), ("b", 1)]


async def test_rolled_back_work_records_nothing(house: House, fake: Fake) -> None:
    with pytest.raises(ValueError, match="rolled back"):
        await happen("a", 1, fail=True)
    assert await house.drain() == 0
    assert await fetch("SELECT seq FROM outbox_event") == []


async def test_a_held_delivery_waits(house: House, fake: Fake) -> None:
    await happen("a", 1, hold=timedelta(seconds=30))
    await house.drain()
    assert fake.seen == []
    clock.travel(timedelta(seconds=31))
    await house.drain()
    assert fake.seen == [("a", 1)]


async def test_a_failing_one_stops_its_key_only_and_is_parked_at_last(house: House, fake: Fake) -> None:
    fake.broken.add(("a", 1))
    await happen("a", 1)
    await happen("a", 2)
    await happen("b", 1)
    for _ in range(MAX_ATTEMPTS + 1):
        await house.drain()
        clock.travel(timedelta(minutes=11))
    assert fake.seen == [("b", 1)]
    parked = await EventDelivery.get(state="parked")
    assert parked.attempts == MAX_ATTEMPTS
    assert "out of order" in parked.last_error
    fake.broken.clear()
    await actions.retry(parked.id)
    await house.drain()
    assert fake.seen == [("b", 1), ("a", 1), ("a", 2)]


async def test_a_skipped_one_lets_the_rest_go_on(house: House, fake: Fake) -> None:
    fake.broken.add(("a", 1))
    await happen("a", 1, 2)
    for _ in range(MAX_ATTEMPTS):
        await house.drain()
        clock.travel(timedelta(minutes=11))
    await actions.skip((await EventDelivery.get(state="parked")).id)
    await house.drain()
    assert fake.seen == [("a", 2)]


async def test_two_relays_at_once_deliver_once(house: House, fake: Fake) -> None:
    await asyncio.gather(*(happen(f"k{n % 5}", n) for n in range(40)))
    await asyncio.gather(house.drain(), house.drain(), house.drain())
    assert sorted(n for _, n in fake.seen) == list(range(40))


async def test_outside_handlers_run_without_a_transaction(house: House) -> None:
    fake = Fake()
    before = house.registry
    modules.use(Registry([*before.modules, fake.module(outside=True)]))
    await happen("a", 1)
    await asyncio.gather(house.drain(), house.drain())
    assert fake.seen == [("a", 1)]
    modules.use(before)


async def test_another_system_that_takes_its_time_does_not_hold_up_the_house(house: House) -> None:
    before = house.registry
    reached, inside, over = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(event: Happened, delivery: Delivery) -> None:
        reached.set()
        await over.wait()

    async def quick(event: Happened, delivery: Delivery) -> None:
        if event.n == 2:
            inside.set()

    reads = frozenset({"n"})
    handlers = [
        Handler(name="fake.slow", event="fake.happened", run=slow, reads=reads, outside=True),
        Handler(name="fake.quick", event="fake.happened", run=quick, reads=reads),
    ]
    modules.use(Registry([*before.modules, Module(name="fake", events=[Happened], handlers=handlers)]))
    relay = detach(run_relay(), "relay")
    try:
        async with asyncio.timeout(30):
            await happen("a", 1)
            await reached.wait()
            await happen("b", 2)
            await inside.wait()
    finally:
        over.set()
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        modules.use(before)


async def test_a_handler_that_fills_its_places_leaves_those_of_others(house: House) -> None:
    """Pages that take long to draw keep no webhook waiting."""
    before = house.registry
    slow_ones: list[int] = []
    quick_ones: list[int] = []
    over, all_quick = asyncio.Event(), asyncio.Event()

    async def slow(event: Happened, delivery: Delivery) -> None:
        slow_ones.append(event.n)
        await over.wait()

    async def quick(event: Happened, delivery: Delivery) -> None:
        quick_ones.append(event.n)
        if len(quick_ones) == 30:
            all_quick.set()

    handlers = [
        Handler(name="fake.slow", event="fake.happened", run=slow, outside=True, ordered=False, at_once=1),
        Handler(name="fake.quick", event="fake.happened", run=quick, outside=True),
    ]
    modules.use(Registry([*before.modules, Module(name="fake", events=[Happened], handlers=handlers)]))
    for n in range(30):
        await happen(f"k{n}", n)
    relay = detach(run_relay(), "relay")
    try:
        async with asyncio.timeout(30):
            await all_quick.wait()
        assert slow_ones == [0]
    finally:
        over.set()
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        modules.use(before)
