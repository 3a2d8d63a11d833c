"""Succession of units: custody moves down dated rows and never in a circle."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.kernel.refusal import Refusal
from office.organization.succession import Kind, Lineage, Succession

DAY = date(2026, 3, 1)
Rows = list[Succession[int]]


@st.composite
def histories(draw: st.DrawFn) -> Rows:
    """Ten units; some end, each passing to units with a higher number that end no earlier."""
    offsets = sorted(draw(st.lists(st.integers(0, 400), min_size=9, max_size=9)))
    rows: Rows = []
    for unit in range(9):
        if not draw(st.booleans()):
            continue
        heirs = sorted(draw(st.sets(st.integers(unit + 1, 9), min_size=1, max_size=3)))
        kind = Kind.SPLIT if len(heirs) > 1 else draw(st.sampled_from([Kind.MERGE, Kind.RENAME, Kind.ABOLISH]))
        keeper = draw(st.sampled_from(heirs))
        rows += [Succession(kind, unit, heir, DAY + timedelta(offsets[unit]), heir == keeper) for heir in heirs]
    return rows


@given(histories(), st.integers(0, 9), st.integers(-10, 420))
@settings(max_examples=200)
def test_the_custodian_lives_and_is_an_heir(rows: Rows, unit: int, offset: int) -> None:
    lineage, at = Lineage(rows), DAY + timedelta(offset)
    keeper = lineage.custodian(unit, at)
    ended = lineage.ended_on(keeper)
    assert ended is None or ended > at
    assert keeper in lineage.heirs(unit, at)
    assert lineage.custodian(keeper, at) == keeper
    assert keeper == unit or unit in lineage.forebears(keeper, at)


@given(histories(), st.integers(0, 9), st.integers(-10, 420), st.integers(0, 100))
@settings(max_examples=100)
def test_custody_moves_on_step_by_step(rows: Rows, unit: int, offset: int, more: int) -> None:
    lineage, at = Lineage(rows), DAY + timedelta(offset)
    later = at + timedelta(more)
    assert lineage.custodian(lineage.custodian(unit, at), later) == lineage.custodian(unit, later)


def test_a_merger_a_renaming_and_a_split_one_after_another() -> None:
    lineage = Lineage(
        [
            Succession(Kind.MERGE, "枫垭乡", "禾渡镇", date(2020, 1, 1)),
            Succession(Kind.RENAME, "禾渡镇", "禾渡街道", date(2023, 6, 1)),
            Succession(Kind.SPLIT, "禾渡街道", "东街道", date(2026, 3, 1), keeps=False),
            Succession(Kind.SPLIT, "禾渡街道", "西街道", date(2026, 3, 1)),
        ]
    )
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2023, 6, 1), date(2026, 3, 1)]
    assert [lineage.custodian("枫垭乡", day) for day in days] == ["枫垭乡", "禾渡镇", "禾渡街道", "西街道"]
    assert lineage.heirs("枫垭乡", days[-1]) == {"东街道", "西街道"}
    assert lineage.forebears("西街道", days[-1]) == {"枫垭乡", "禾渡镇", "禾渡街道"}


@pytest.mark.parametrize(
    "rows, code",
    [
        ([("merge", 1, 2, 0, True), ("merge", 1, 3, 5, True)], "organization.succession_ended_twice"),
        ([("merge", 1, 2, 0, True), ("merge", 1, 3, 0, False)], "organization.succession_ended_twice"),
        ([("split", 1, 2, 0, True), ("split", 1, 3, 0, True)], "organization.succession_keeper"),
        ([("abolish", 1, 2, 0, False)], "organization.succession_keeper"),
        ([("merge", 1, 2, 5, True), ("merge", 2, 3, 0, True)], "organization.succession_heir_over"),
        ([("merge", 1, 2, 0, True), ("merge", 2, 1, 0, True)], "organization.succession_circle"),
        ([("rename", 1, 1, 0, True)], "organization.succession_circle"),
    ],
)
def test_contradictions_are_refused(rows: list[tuple[str, int, int, int, bool]], code: str) -> None:
    made = [Succession(Kind(kind), unit, heir, DAY + timedelta(on), keeps) for kind, unit, heir, on, keeps in rows]
    with pytest.raises(Refusal) as refused:
        Lineage(made)
    assert refused.value.code == code
