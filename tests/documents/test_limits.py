"""The calendar is edited: limits that a rule of working time gave are counted anew, stated ones stay."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from documents.incoming.limits import recount
from documents.incoming.models import Handling
from office.audit.models import AuditEntry
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.organization import structure
from office.organization.calendar import local
from office.organization.models import CalendarYear, Unit
from office.organization.workdays import set_calendar_day
from tests.documents.conftest import Office

# A Monday without a holiday in the seven working days after it: due on Wednesday the 18th.
MONDAY = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


async def _ordinary(office: Office, **more: Any) -> str:
    handling = await office.pushed(urgency="", **more)
    clerk = await office.town.of("苏小满")
    answer = await clerk.post(f"/handlings/{handling}/registrations", json={"title": "关于春耕的通知", "issuer": handling})
    assert answer.status_code == 201, answer.text
    return handling


async def _due(handling: str) -> date:
    at = (await Handling.get(id=UUID(handling))).due_at
    return local(at if isinstance(at, datetime) else datetime.fromisoformat(at)).date()


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.set_for_test(MONDAY):
        yield


async def _closed(day: date, region: str = "") -> None:
    await set_calendar_day(SYSTEM, day, is_work=False, region=region)


async def test_limits_and_steps_move_with_the_calendar(office: Office) -> None:
    handling = await _ordinary(office)
    clerk = await office.town.of("苏小满")
    leader = str(office.town.posts["秦望舒"])
    body = {"text": "请秦镇长阅示。", "leaders": [leader]}
    assert (await clerk.post(f"/handlings/{handling}/proposals", json=body)).status_code == 201
    assert await _due(handling) == date(2026, 3, 18)
    before = (await office.page("秦望舒", handling))["step"]["due_at"]
    await office.house.drain()
    await _closed(date(2026, 3, 11))
    await office.house.drain()
    assert await _due(handling) == date(2026, 3, 19)
    page = await office.page("秦望舒", handling)
    assert page["due_why"] == "系统默认：办件7个工作日内办结"
    moved = datetime.fromisoformat(page["step"]["due_at"]) - datetime.fromisoformat(before)
    assert moved == timedelta(days=1)
    [todo] = (await (await office.town.of("秦望舒")).get("/inbox?box=handle")).json()["items"]
    assert todo["due_at"] == page["step"]["due_at"]
    assert ("系统", "调整时限：工作日历调整") in {(one["who"], one["what"]) for one in page["trail"]}
    assert await AuditEntry.filter(action="documents.recompute_limits").count() == 1
    await office.house.drain()
    await _closed(date(2026, 5, 13))
    await office.house.drain()
    assert await AuditEntry.filter(action="documents.recompute_limits").count() == 1, "days outside the period move nothing"


async def test_a_stated_limit_stays(office: Office) -> None:
    handling = await office.pushed(urgency="")
    stated = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
    clerk = await office.town.of("苏小满")
    body = {"title": "通知", "issuer": "县政府办", "due_at": stated.isoformat()}
    assert (await clerk.post(f"/handlings/{handling}/registrations", json=body)).status_code == 201
    row = await Handling.get(id=UUID(handling))
    await office.house.drain()
    await _closed(date(2026, 3, 11))
    await office.house.drain()
    after = await Handling.get(id=UUID(handling))
    assert (after.due_at, after.due_why) == (row.due_at, row.due_why)
    assert after.due_why.startswith("来文要求")


async def test_closed_ones_stay_and_pages_follow_one_another(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recount, "BATCH", 2)
    made = [await _ordinary(office, source_id=f"oa-{n}") for n in range(5)]
    await Handling.filter(id=UUID(made[0])).update(closed_at=clock.now(), state="closed")
    await office.house.drain()
    await _closed(date(2026, 3, 11))
    await office.house.drain()
    assert [await _due(one) for one in made] == [date(2026, 3, 18), *[date(2026, 3, 19)] * 4]


async def test_put_aside_it_is_counted_when_taken_up_again(office: Office) -> None:
    handling = await _ordinary(office)
    clerk = await office.town.of("苏小满")
    assert (await clerk.post(f"/handlings/{handling}/suspensions", json={"reason": "等上级"})).status_code == 200
    await office.house.drain()
    await _closed(date(2026, 3, 10))
    await office.house.drain()
    page = await office.page("苏小满", handling)
    assert (page["state"], await _due(handling)) == ("挂起", date(2026, 3, 18))
    assert (await clerk.post(f"/handlings/{handling}/resumptions", json={"reason": "可以办了"})).status_code == 200
    assert await _due(handling) == date(2026, 3, 19)
    step = (await office.page("苏小满", handling))["step"]
    assert local(datetime.fromisoformat(step["due_at"])).date() == date(2026, 3, 11)


async def test_only_the_region_concerned(office: Office) -> None:
    here = await structure.add_region(SYSTEM, code="520199101", name="禾渡镇")
    await Unit.filter(id=office.town.units["禾渡镇"]).update(region=here)
    handling = await _ordinary(office)
    await office.house.drain()
    await _closed(date(2026, 3, 11), "440106")
    await office.house.drain()
    assert await _due(handling) == date(2026, 3, 18)
    await _closed(date(2026, 3, 11), "520199")
    await office.house.drain()
    assert await _due(handling) == date(2026, 3, 19)


async def test_a_date_in_a_year_without_its_notice_says_so(office: Office) -> None:
    handling = await office.pushed(urgency="")
    clerk = await office.town.of("苏小满")
    body = {"title": "通知", "issuer": "县政府办", "due_at": "2027-01-20T09:30:00Z"}
    assert (await clerk.post(f"/handlings/{handling}/registrations", json=body)).status_code == 201
    assert (await office.page("苏小满", handling))["due_note"] == "2027年放假安排还没有导入，期限按周末推算。"
    notice = {"year": 2027, "source": "国办发明电〔2026〕9号", "off": [], "work": []}
    await CalendarYear.create(year=2027, notice=notice, entered_by="陆管理", entered_at=clock.now())
    assert "due_note" not in await office.page("苏小满", handling)
    assert "due_note" not in await office.page("苏小满", await _ordinary(office, source_id="oa-2"))
