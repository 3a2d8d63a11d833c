"""Where a due date falls into a year whose calendar is missing, that is said beside it, wherever it is shown."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from office import identity
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.organization.holidays import shipped
from tests.documents.conftest import Office, number_of
from tests.people import settle
from tests.support.house import House

YEAR = max(one.year for one in shipped()) + 1
NOTE = f"{YEAR}年放假安排未导入，请核对"
NOTICE = {"year": YEAR, "source": "国办发明电", "off": [], "work": []}


@pytest.fixture
async def at_years_end(house: House) -> AsyncIterator[Office]:
    """The town in the evening of the last day that the calendar knows: what comes now is due next year."""
    with clock.set_for_test(datetime(YEAR - 1, 12, 31, 10, tzinfo=UTC)):
        town = await settle(house)
        issued = await identity.create_client(SYSTEM, "县OA", ["documents.push"])
        async with house.client(issued.secret) as oa:
            yield Office(town, oa)
        await town.close()


async def shown(office: Office) -> tuple[str, str]:
    """The note in the clerk's inbox, and in the register."""
    clerk = await office.town.of("苏小满")
    [todo] = (await clerk.get("/inbox?box=handle")).json()["items"]
    [line] = (await clerk.get("/handlings")).json()["items"]
    return todo.get("due_note", ""), line.get("due_note", "")


async def test_it_is_said_until_the_calendar_is_imported(at_years_end: Office) -> None:
    office = at_years_end
    handling = await office.pushed(urgency="")
    clerk = await office.town.of("苏小满")
    told = await clerk.post(f"/handlings/{handling}/registrations", json={
        "title": "跨年", "due_at": f"{YEAR}-01-20T02:00:00Z", "doc_no": number_of("oa-1"),
    })  # fmt: skip
    assert told.status_code == 201, told.text
    assert [one for one in told.json()["warnings"] if str(YEAR) in one]
    assert await shown(office) == (NOTE, NOTE)
    manager = await office.town.of("陆管理")
    answer = await manager.post("/calendar-years", json=NOTICE)
    assert answer.status_code == 204, answer.text
    assert await shown(office) == ("", "")


async def test_a_known_year_says_nothing(office: Office) -> None:
    handling = await office.pushed()
    clerk = await office.town.of("苏小满")
    due = clock.now().replace(microsecond=0)
    told = await clerk.post(f"/handlings/{handling}/registrations", json={"title": "当年", "due_at": due.isoformat()})
    assert not [one for one in told.json()["warnings"] if "放假安排" in one and due.year < YEAR]
