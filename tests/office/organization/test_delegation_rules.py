"""Which delegations may be made."""

from datetime import UTC, datetime, timedelta

import pytest

from office.kernel.refusal import Refusal
from office.organization.delegation import Appointment, Delegation, admit

START = datetime(2026, 7, 1, tzinfo=UTC)


def hour(n: int) -> datetime:
    return START + timedelta(hours=n)


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
