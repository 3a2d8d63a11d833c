"""When offices close is the deployment's to say, and every limit in working days ends then."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from office import identity
from office.kernel import clock, settings
from office.kernel.actor import SYSTEM
from tests.documents.conftest import Office, number_of
from tests.people import settle
from tests.support.house import House

#: A Monday, 17:45 in Shanghai.
LATE = datetime(2026, 11, 23, 9, 45, tzinfo=UTC)


@pytest.fixture
async def late(house: House) -> AsyncIterator[Office]:
    """The town, settled and at work on that Monday evening."""
    before = settings.current()
    with clock.set_for_test(LATE):
        town = await settle(house)
        issued = await identity.create_client(SYSTEM, "县OA", ["documents.push"])
        async with house.client(issued.secret) as oa:
            yield Office(town, oa)
        await town.close()
    settings.use(before)


@pytest.mark.parametrize(
    ("closing", "due"),
    [("17:30", "2026-12-03T09:30:00Z"), ("18:00", "2026-12-02T10:00:00Z"), ("24:00", "2026-12-02T15:59:59Z")],
)
async def test_seven_working_days_end_when_the_office_closes(late: Office, closing: str, due: str) -> None:
    """What came at a quarter to six counts from the next day where the office closed at half past five."""
    settings.use(replace(settings.current(), closing_time=closing))
    handling = await late.pushed(urgency="")
    clerk = await late.town.of("苏小满")
    told = await clerk.post(f"/handlings/{handling}/registrations", json={"title": "平件", "doc_no": number_of("oa-1")})
    assert told.status_code == 201, told.text
    assert told.json()["due_at"] == due
