"""Reading leaves one row a day for each person, thing and device, however often and from however many processes."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from office import audit
from office.audit import daily
from office.audit.models import AuditDaily, AuditEntry
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.kernel.work import verb
from tests.support.house import House
from tests.support.max_queries import max_queries


def someone() -> Actor:
    return Actor(kind="person", id=new_id(), name="秦望舒", device=new_id())


async def look(actor: Actor, subject: str = "fake.thing:1") -> None:
    await audit.record_daily(actor, "fake.view", subject, digest="ab")


async def rows() -> int:
    return await AuditEntry.filter(action="fake.view").count()


async def test_the_first_of_a_day_leaves_a_row(house: House) -> None:
    actor = someone()
    await look(actor)
    with max_queries(0):
        await look(actor)
    row = await AuditEntry.get(action="fake.view")
    assert (row.actor_name, row.subject, row.facts, row.outcome) == ("秦望舒", "fake.thing:1", {"digest": "ab"}, "done")


async def test_other_devices_things_persons_and_days_leave_their_own(house: House) -> None:
    actor = someone()
    await look(actor)
    await look(replace(actor, device=new_id()))
    await look(actor, "fake.thing:2")
    await look(someone())
    assert await rows() == 4
    clock.travel(timedelta(days=1))
    await look(actor)
    assert await rows() == 5


async def test_a_process_that_begins_anew_leaves_no_second_row(house: House) -> None:
    actor = someone()
    await look(actor)
    daily._noted.clear()
    await look(actor)
    assert await rows() == 1


async def test_two_at_once_leave_one(house: House) -> None:
    actor = someone()
    await asyncio.gather(*(look(actor) for _ in range(4)))
    assert await rows() == 1


async def test_inside_an_act_it_is_a_mistake(house: House) -> None:
    @verb
    async def act() -> None:
        await look(someone())

    with pytest.raises(RuntimeError, match="beside"):
        await act()


async def test_days_that_are_over_are_forgotten_and_the_trail_stays(house: House) -> None:
    await look(someone())
    clock.travel(timedelta(days=2))
    assert await daily.forget_days(clock.today()) == 1
    assert (await AuditDaily.all().count(), await rows()) == (0, 1)
