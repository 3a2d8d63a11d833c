"""The order of leaders (领导排序): by rank number inside one leadership team, never by pinyin, id or time.

A person may stand in several teams (党委班子, 政府班子) with a rank in each; a list is always drawn for one team at one date,
so that a sheet of last year keeps last year's order.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from office.kernel.refusal import Conflict

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's place in a team from `begins` until the day before `ends`; rank 1 comes first."""

    person: Hashable
    team: Hashable
    rank: int
    begins: date
    ends: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the place is theirs that day."""
        return self.begins <= on and (self.ends is None or on < self.ends)


def ranks(standings: Iterable[Standing], team: Hashable, on: date) -> dict[Hashable, int]:
    """Person -> rank in the team that day; who stands twice counts by the better rank."""
    found: dict[Hashable, int] = {}
    for place in standings:
        if place.team == team and place.holds(on):
            found[place.person] = min(place.rank, found.get(place.person, place.rank))
    return found


def in_order(
    items: Sequence[Item], standings: Iterable[Standing], team: Hashable, on: date, person: Callable[[Item], Hashable]
) -> list[Item]:
    """The items by their person's rank; those outside the team follow, in the order they were given."""
    known = ranks(standings, team, on)
    return sorted(items, key=lambda item: (person(item) not in known, known.get(person(item), 0)))


def check_team(standings: Iterable[Standing], team: Hashable, on: date) -> None:
    """Refuses Conflict `organization.rank_taken` when two people share a rank in the team that day."""
    counted = Counter(ranks(standings, team, on).values())
    shared = sorted(rank for rank, people in counted.items() if people > 1)
    if shared:
        raise Conflict("organization.rank_taken", ranks="、".join(map(str, shared)))
