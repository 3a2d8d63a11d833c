"""What becomes of a unit (机构沿革): dated rows of merger, split, renaming and abolition, and who keeps its affairs at a time.

Old papers keep old names; only custody moves. Ids are any hashable value, so tables and tests use the same rules.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from office.kernel.refusal import Conflict, Invalid

Id = TypeVar("Id", bound=Hashable)


class Kind(StrEnum):
    """合并, 拆分, 更名, 撤销."""

    MERGE = "merge"
    SPLIT = "split"
    RENAME = "rename"
    ABOLISH = "abolish"


@dataclass(frozen=True, slots=True)
class Succession(Generic[Id]):
    """From `on` (that day included) `unit` is over and `heir` follows it.

    A split has several rows of one day; `keeps` marks the one heir that takes custody of to-dos, access and archive.
    """

    kind: Kind
    unit: Id
    heir: Id
    on: date
    keeps: bool = True


class Lineage(Generic[Id]):
    """All rows, checked: a unit ends once, exactly one heir keeps, nothing passes to a unit already over, no circle.

    Refuses Conflict `organization.succession_ended_twice`, Invalid `organization.succession_keeper`,
    Conflict `organization.succession_heir_over`, Conflict `organization.succession_circle`.
    """

    def __init__(self, rows: Iterable[Succession[Id]]) -> None:
        self._rows: dict[Id, list[Succession[Id]]] = defaultdict(list)
        for row in rows:
            self._rows[row.unit].append(row)
        for unit, found in self._rows.items():
            self._check_end(unit, found)
        self._check_circles()

    def ended_on(self, unit: Id) -> date | None:
        """The first day the unit is no more, None while it lives."""
        found = self._rows.get(unit)
        return found[0].on if found else None

    def custodian(self, unit: Id, at: date) -> Id:
        """Who keeps the unit's affairs on a day: itself while it lives, else the last keeper down the rows."""
        while (row := self._keeper(unit)) is not None and row.on <= at:
            unit = row.heir
        return unit

    def heirs(self, unit: Id, at: date) -> set[Id]:
        """Every living unit that follows from this one on a day; itself while it lives."""
        ended = self.ended_on(unit)
        if ended is None or ended > at:
            return {unit}
        return set[Id]().union(*(self.heirs(row.heir, at) for row in self._rows[unit]))

    def forebears(self, unit: Id, at: date) -> set[Id]:
        """Units that are over and whose affairs this one keeps on a day."""
        return {old for old in self._rows if old != unit and self.custodian(old, at) == unit}

    def _keeper(self, unit: Id) -> Succession[Id] | None:
        return next((row for row in self._rows.get(unit, ()) if row.keeps), None)

    def _check_end(self, unit: Id, rows: list[Succession[Id]]) -> None:
        together = len({row.on for row in rows}) == 1 and (len(rows) == 1 or {row.kind for row in rows} == {Kind.SPLIT})
        if not together or len({row.heir for row in rows}) != len(rows):
            raise Conflict("organization.succession_ended_twice", unit=unit)
        if sum(row.keeps for row in rows) != 1:
            raise Invalid("organization.succession_keeper", unit=unit)
        for row in rows:
            over = self.ended_on(row.heir) if row.heir in self._rows else None
            if over is not None and over < row.on:
                raise Conflict("organization.succession_heir_over", heir=row.heir)

    def _check_circles(self) -> None:
        """Take units away whose heirs all are settled, until none is left; what cannot be taken away stands in a circle."""
        waiting = {unit: {row.heir for row in rows} & self._rows.keys() for unit, rows in self._rows.items()}
        while settled := [unit for unit, heirs in waiting.items() if not heirs & waiting.keys()]:
            for unit in settled:
                del waiting[unit]
        if waiting:
            raise Conflict("organization.succession_circle", units=sorted(map(str, waiting)))
