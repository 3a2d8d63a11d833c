"""Who acts for a post: what the database is asked agrees with a plain model, on both engines, whatever was appointed and
delegated: holders and one hop from a holder, never a second, nothing after its end."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest

from office.kernel import clock
from office.kernel.actor import Holding
from office.kernel.ids import new_id
from office.kernel.work import verb
from office.organization.holdings import holders_many, holdings_of_many
from office.organization.models import Appointment, DelegationRow
from tests.office.organization.town import Town

POSTS = ("镇长", "副镇长（农业）", "副镇长（经济）", "文书")
PEOPLE = ("韩素云", "沈立群", "郑怀远", "罗小满", "许一诺")
WORKS = ("works", "chores")
ROUNDS, HOURS = 12, 30


class Held(NamedTuple):
    """A person in a post for a time, hours since the start; without an end if None."""

    person: UUID
    post: UUID
    begins: int
    ends: int | None

    def at(self, n: int) -> bool:
        return self.begins <= n and (self.ends is None or n < self.ends)


class Given(NamedTuple):
    """One holder's delegation of a post to another, for some kinds of work or for all."""

    giver: UUID
    post: UUID
    taker: UUID
    begins: int
    ends: int
    scope: frozenset[str]

    def at(self, n: int) -> bool:
        return self.begins <= n < self.ends


Acting = set[tuple[UUID, UUID, UUID | None]]


def plainly(held: Iterable[Held], given: Iterable[Given], n: int, work: str = "") -> Acting:
    """Who acts in which post, and for whom: (post, person, giver or None)."""
    own = {(one.post, one.person) for one in held if one.at(n)}
    lent = [one for one in given if one.at(n) and (one.post, one.giver) in own]
    able = [one for one in lent if not work or not one.scope or work in one.scope]
    return {(post, person, None) for post, person in own} | {(one.post, one.taker, one.giver) for one in able}


def drawn(town: Town, dice: random.Random) -> tuple[list[Held], list[Given]]:
    people, posts = [town.people[name] for name in PEOPLE], [town.posts[title] for title in POSTS]

    def period() -> tuple[int, int]:
        begins = dice.randrange(HOURS)
        return begins, begins + dice.randint(1, HOURS)

    held = [Held(dice.choice(people), dice.choice(posts), *period()) for _ in range(dice.randint(0, 7))]
    held += [Held(dice.choice(people), dice.choice(posts), dice.randrange(HOURS), None)]
    given = []
    for _ in range(dice.randint(0, 9)):
        giver, taker = dice.sample(people, 2)
        given.append(Given(giver, dice.choice(posts), taker, *period(), frozenset(dice.sample(WORKS, dice.randint(0, 2)))))
    return held, given


@verb
async def put(held: Iterable[Held], given: Iterable[Given], start: datetime) -> None:
    """These and no others, as rows."""
    await Appointment.all().delete()
    await DelegationRow.all().delete()

    def hour(n: int | None) -> datetime | None:
        return None if n is None else start + timedelta(hours=n)

    await Appointment.bulk_create([
        Appointment(id=new_id(), person=one.person, post=one.post, kind="主任", valid_from=hour(one.begins),
                    valid_to=hour(one.ends))
        for one in held
    ])  # fmt: skip
    await DelegationRow.bulk_create([
        DelegationRow(id=new_id(), giver=one.giver, post=one.post, receiver=one.taker, scope=sorted(one.scope),
                      created_at=start, valid_from=hour(one.begins), valid_to=hour(one.ends))
        for one in given
    ])  # fmt: skip


async def by_posts(town: Town, at: datetime, work: str = "") -> Acting:
    found = await holders_many([town.posts[title] for title in POSTS], at, work)
    return {(one.post, one.person, one.on_behalf_of) for line in found.values() for one in line}


def flat(found: dict[UUID, tuple[Holding, ...]], work: str = "") -> Acting:
    return {
        (one.post, person, one.on_behalf_of)
        for person, held in found.items()
        for one in held
        if not work or not one.scope or work in one.scope
    }


@pytest.mark.parametrize("seed", range(3))
async def test_the_database_and_the_model_agree_on_who_acts(town: Town, seed: int) -> None:
    dice, start = random.Random(seed), clock.now()
    several = 0
    for _ in range(ROUNDS):
        held, given = drawn(town, dice)
        await put(held, given, start)
        edges = sorted({n for one in (*held, *given) for n in (one.begins, one.ends) if n is not None})
        for n in {*dice.sample(edges, min(4, len(edges))), dice.randrange(HOURS)}:
            at = start + timedelta(hours=n)
            of_people = await holdings_of_many([town.people[name] for name in PEOPLE], at)
            for work in ("", *WORKS):
                wanted = plainly(held, given, n, work)
                assert await by_posts(town, at, work) == wanted, (seed, n, work)
                assert flat(of_people, work) == wanted, (seed, n, work)
            several += any(giver is not None for _, _, giver in plainly(held, given, n))
    assert several > 5, "delegations were at work"


async def test_no_second_hop(town: Town) -> None:
    start, post = clock.now(), town.posts["镇长"]
    first, second, third = (town.people[name] for name in PEOPLE[:3])
    await put(
        [Held(first, post, 0, 50)],
        [Given(first, post, second, 0, 99, frozenset()), Given(second, post, third, 0, 99, frozenset())], start,
    )  # fmt: skip
    assert await by_posts(town, start + timedelta(hours=49)) == {(post, first, None), (post, second, first)}
    assert await by_posts(town, start + timedelta(hours=50)) == set()
