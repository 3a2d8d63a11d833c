"""Who acts for a post: holders, one hop of delegation, and nothing after its end."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.kernel.refusal import Refusal
from office.organization.delegation import Acting, Appointment, Delegation, acting, admit, holders, posts_of

START = datetime(2026, 7, 1, tzinfo=UTC)
PEOPLE, POSTS = st.integers(0, 4), st.sampled_from("PQR")
HOURS = st.integers(0, 100)


def hour(n: int) -> datetime:
    return START + timedelta(hours=n)


periods = st.tuples(HOURS, st.integers(1, 50)).map(lambda two: (hour(two[0]), hour(two[0] + two[1])))
appointments = st.lists(st.builds(lambda who, post, when: Appointment(who, post, *when), PEOPLE, POSTS, periods), max_size=6)
delegations = st.lists(
    st.builds(
        lambda giver, taker, when, post, scope: Delegation(giver, taker, *when, post, frozenset(scope)),
        PEOPLE,
        PEOPLE,
        periods,
        POSTS | st.none(),
        st.sets(st.sampled_from(["sign", "read"])),
    ),
    max_size=6,
)


@given(appointments, delegations, POSTS, HOURS)
@settings(max_examples=200)
def test_whoever_acts_holds_the_post_or_has_it_from_a_holder(
    held: list[Appointment], given_: list[Delegation], post: str, n: int
) -> None:
    at = hour(n)
    holding = holders(post, at, held)
    found = acting(post, at, held, given_, "sign")
    assert [one.person for one in found if one.behalf is None] == holding
    assert all(one.behalf in holding and one.person not in holding for one in found if one.behalf is not None)
    assert len({one.person for one in found}) == len(found)


@given(appointments, delegations, PEOPLE, HOURS)
@settings(max_examples=200)
def test_a_persons_posts_and_a_posts_people_agree(
    held: list[Appointment], given_: list[Delegation], person: int, n: int
) -> None:
    at = hour(n)
    mine = {one.post for one in posts_of(person, at, held, given_)}
    for post in "PQR":
        able = any(one.person == person for scope in ("sign", "read") for one in acting(post, at, held, given_, scope))
        assert (post in mine) == able


def test_no_second_hop_and_no_delegation_without_the_post() -> None:
    held = [Appointment("镇长", "P", hour(0), hour(50))]
    chain = [Delegation("镇长", "副镇长", hour(0), hour(99)), Delegation("副镇长", "主任", hour(0), hour(99))]
    assert acting("P", hour(1), held, chain) == [Acting("镇长", "P"), Acting("副镇长", "P", "镇长")]
    assert acting("P", hour(50), held, chain) == []


def test_scope_period_and_revocation() -> None:
    held = [Appointment("镇长", "P", hour(0))]
    one = Delegation("镇长", "副镇长", hour(10), hour(20), scope=frozenset({"sign"}), revoked=hour(15))
    able = [n for n in range(30) if len(acting("P", hour(n), held, [one], "sign")) == 2]
    assert able == list(range(10, 15))
    assert len(acting("P", hour(12), held, [one], "seal")) == 1


@pytest.mark.parametrize(
    "new, code",
    [
        (Delegation("镇长", "镇长", hour(0), hour(5)), "organization.delegation_to_self"),
        (Delegation("镇长", "主任", hour(5), hour(5)), "organization.period_empty"),
        (Delegation("镇长", "主任", hour(0), hour(24 * 400)), "organization.delegation_too_long"),
        (Delegation("镇长", "主任", hour(0), hour(5), "Q"), "organization.not_own_post"),
        (Delegation("副镇长", "主任", hour(0), hour(5)), "organization.not_own_post"),
        (Delegation("镇长", "主任", hour(0), hour(11), "P"), "organization.delegation_overlaps"),
    ],
)
def test_what_may_not_be_delegated(new: Delegation, code: str) -> None:
    held = [Appointment("镇长", "P", hour(0))]
    existing = [Delegation("镇长", "副镇长", hour(10), hour(20))]
    with pytest.raises(Refusal) as refused:
        admit(new, held, existing)
    assert refused.value.code == code


def test_the_next_period_may_be_delegated_again() -> None:
    held = [Appointment("镇长", "P", hour(0))]
    admit(Delegation("镇长", "主任", hour(20), hour(30)), held, [Delegation("镇长", "副镇长", hour(10), hour(20))])
    admit(
        Delegation("镇长", "主任", hour(12), hour(30)),
        held,
        [Delegation("镇长", "副镇长", hour(10), hour(20), revoked=hour(11))],
    )
