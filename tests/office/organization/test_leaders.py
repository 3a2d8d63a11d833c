"""Leaders stand by rank in their team on the day, and in no other order."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.kernel.refusal import Conflict
from office.organization.leaders import Standing, check_team, in_order

DAY = date(2026, 7, 8)
OLD = date(2020, 1, 1)


def test_order_is_by_rank_of_the_team_and_not_by_name() -> None:
    places = [Standing("艾琼", "政府", 3, OLD), Standing("周嵩", "政府", 1, OLD), Standing("艾琼", "党委", 1, OLD)]
    assert in_order(["艾琼", "周嵩"], places, "政府", DAY, str) == ["周嵩", "艾琼"]
    assert in_order(["周嵩", "艾琼"], places, "党委", DAY, str) == ["艾琼", "周嵩"]


def test_an_old_sheet_keeps_its_order() -> None:
    places = [
        Standing("甲", "政府", 1, OLD, DAY),
        Standing("乙", "政府", 2, OLD, DAY),
        Standing("甲", "政府", 2, DAY),
        Standing("乙", "政府", 1, DAY),
    ]
    assert in_order(["甲", "乙"], places, "政府", date(2026, 7, 7), str) == ["甲", "乙"]
    assert in_order(["甲", "乙"], places, "政府", DAY, str) == ["乙", "甲"]


@given(st.permutations(range(8)), st.permutations(range(8)))
@settings(max_examples=100)
def test_the_order_given_never_matters_inside_the_team(first: list[int], second: list[int]) -> None:
    places = [Standing(person, "政府", 10 - person, OLD) for person in range(5)]
    one, other = (in_order(people, places, "政府", DAY, lambda person: person) for people in (first, second))
    assert one[:5] == other[:5] == [4, 3, 2, 1, 0]
    assert one[5:] == [person for person in first if person >= 5]


def test_two_people_may_not_share_a_rank() -> None:
    places = [Standing("甲", "政府", 2, OLD), Standing("乙", "政府", 2, OLD), Standing("丙", "党委", 2, OLD)]
    with pytest.raises(Conflict, match=r"organization\.rank_taken"):
        check_team(places, "政府", DAY)
    check_team(places, "党委", DAY)
