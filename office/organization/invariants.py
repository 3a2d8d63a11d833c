"""Promises about the organization, checked in production."""

from office.kernel import clock
from office.kernel.database import fetch
from office.kernel.modules import Invariant


async def no_life_in_ended_units() -> list[str]:
    """An ended unit has no post in force, and an ended post no appointment in force."""
    now = clock.now()
    posts = await fetch(
        "SELECT p.id FROM organization_post p JOIN organization_unit u ON u.id = p.unit"
        " WHERE u.valid_to <= ? AND (p.valid_to IS NULL OR p.valid_to > ?) LIMIT 50",
        now, now,
    )  # fmt: skip
    held = await fetch(
        "SELECT a.id FROM organization_appointment a JOIN organization_post p ON p.id = a.post"
        " WHERE p.valid_to <= ? AND (a.valid_to IS NULL OR a.valid_to > ?) LIMIT 50",
        now, now,
    )  # fmt: skip
    return [
        *(f"post {row['id']} is in force in a unit that has ended" for row in posts),
        *(f"appointment {row['id']} is in force for a post that has ended" for row in held),
    ]


async def every_ended_unit_has_a_custodian() -> list[str]:
    """Whatever a unit had belongs to somebody: exactly one custodian stands in its succession rows."""
    rows = await fetch(
        "SELECT u.id, (SELECT count(*) FROM organization_succession s WHERE s.predecessor = u.id AND s.is_custodian"
        " AND s.kind <> 'rename') AS keepers FROM organization_unit u WHERE u.valid_to <= ?",
        clock.now(),
    )  # fmt: skip
    return [f"unit {row['id']} has ended and has {row['keepers']} custodians" for row in rows if row["keepers"] != 1]


INVARIANTS = [
    Invariant(name="organization.no_life_in_ended_units", check=no_life_in_ended_units),
    Invariant(name="organization.every_ended_unit_has_a_custodian", check=every_ended_unit_has_a_custodian),
]
