"""Every limit says by which rule it is one: stated in the paper, at 拟办, by the unit, or by default; the earliest holds."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.organization.calendar import local
from office.organization.workdays import set_calendar_day
from tests.documents.conftest import Office

pytestmark = pytest.mark.postgresql_in_proof

# A Monday without a holiday in the working days after it.
MONDAY = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.set_for_test(MONDAY):
        yield


async def _act(office: Office, name: str, handling: str, what: str, **body: Any) -> httpx.Response:
    answer = await (await office.town.of(name)).post(f"/handlings/{handling}/{what}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer


async def _registered(office: Office, **more: Any) -> str:
    handling = await office.pushed(urgency="")
    await _act(office, "苏小满", handling, "registrations", title="关于春耕的通知", issuer="县政府办", **more)
    return handling


async def _proposed(office: Office, handling: str, **more: Any) -> None:
    leaders = [str(office.town.posts["秦望舒"])]
    await _act(office, "苏小满", handling, "proposals", **{"text": "请秦镇长阅示。", "leaders": leaders, **more})


async def _todo(office: Office, name: str, box: str = "handle") -> dict[str, Any]:
    [todo] = (await (await office.town.of(name)).get(f"/inbox?box={box}")).json()["items"]
    return dict(todo)


def _day(at: str) -> date:
    return local(datetime.fromisoformat(at)).date()


async def _set(office: Office, *limits: tuple[str, str, int, str], hub: bool = False) -> httpx.Response:
    rows = [dict(zip(("grade", "stage", "amount", "unit"), row, strict=True)) for row in limits]
    clerk, unit = await office.town.of("苏小满"), office.town.units["禾渡镇"]
    return await clerk.put(f"/units/{unit}/handling-rules", json={"clerk_hub": hub, "limits": rows})


async def test_a_step_is_not_due_after_the_document_is(office: Office) -> None:
    handling = await _registered(office, due_at=(MONDAY + timedelta(hours=20)).isoformat())
    await _proposed(office, handling)
    page = await office.page("秦望舒", handling)
    assert page["step"]["due_why"] == page["due_why"] == "来文要求：2026年3月10日6时前"
    todo = await _todo(office, "秦望舒")
    assert (todo["due_at"], todo["due_why"]) == (page["due_at"], page["due_why"])
    assert [one["due_why"] for one in page["unhandled"]] == [page["due_why"]]


async def test_a_later_date_of_the_document_leaves_the_leaders_own_limit(office: Office) -> None:
    handling = await _registered(office, due_at=(MONDAY + timedelta(days=30)).isoformat())
    await _proposed(office, handling)
    page = await office.page("秦望舒", handling)
    assert (_day(page["step"]["due_at"]), page["step"]["due_why"]) == (date(2026, 3, 12), "系统默认：办件3个工作日内批示")


async def test_a_paper_to_read_has_no_limit_for_the_leader_and_its_kind_counts_anew(office: Office) -> None:
    handling = await _registered(office)
    assert (await office.page("苏小满", handling))["due_why"] == "系统默认：办件7个工作日内办结"
    clock.travel(timedelta(days=2))
    await _proposed(office, handling, kind="阅知", readers=[f"section:{office.town.sections['农业农村办']}"])
    page = await office.page("秦望舒", handling)
    assert (_day(page["due_at"]), page["due_why"]) == (date(2026, 3, 16), "系统默认：阅件5个工作日内传阅完毕")
    assert (page["step"]["due_at"], page["step"]["due_why"]) == (None, "")
    await office.sign("秦望舒", handling, "已阅。", "read")
    await office.after_hold()
    reading = await _todo(office, "方知远", "read")
    assert (_day(reading["due_at"]), reading["due_why"]) == (date(2026, 3, 16), page["due_why"]), "not after the whole"


async def test_a_time_of_the_clerk_is_called_so_and_goes_with_the_proposal(office: Office) -> None:
    handling = await _registered(office, due_at="2026-03-20T09:30:00Z")
    await _proposed(office, handling, due_at="2026-03-11T09:30:00Z")
    page = await office.page("秦望舒", handling)
    assert page["due_why"] == page["step"]["due_why"] == "拟办要求：2026年3月11日17时30分前"
    await _act(office, "苏小满", handling, "withdrawals", reason="改时间")
    assert (await office.page("苏小满", handling))["due_why"] == "来文要求：2026年3月20日17时30分前"
    await _proposed(office, handling, due_at="2026-03-25T09:30:00Z")
    assert (await office.page("苏小满", handling))["due_why"] == "来文要求：2026年3月20日17时30分前", "nobody inside extends it"


async def test_what_is_sent_on_says_by_which_rule_it_is_due(office: Office) -> None:
    handling = await _registered(office)
    await _proposed(office, handling)
    section = f"section:{office.town.sections['农业农村办']}"
    await office.sign("秦望舒", handling, "请办理。", "instruct", (section, "lead"))
    await office.after_hold()
    todo = await _todo(office, "方知远")
    assert (_day(todo["due_at"]), todo["due_why"]) == (date(2026, 3, 18), "系统默认：办件7个工作日内办结")
    to = f"person:{office.town.people['沈听澜']}"
    await _act(office, "方知远", handling, "transfers", to=to, reason="出差")
    assert (await _todo(office, "沈听澜"))["due_why"] == todo["due_why"], "handed on, it keeps its rule"
    await office.house.drain()
    await set_calendar_day(SYSTEM, date(2026, 3, 11), is_work=False)
    await office.house.drain()
    after = await _todo(office, "沈听澜")
    assert (_day(after["due_at"]), after["due_why"]) == (date(2026, 3, 19), todo["due_why"])


async def test_what_comes_back_is_counted_anew(office: Office) -> None:
    handling = await _registered(office, due_at="2026-03-10T09:30:00Z")
    number = (await office.page("苏小满", handling))["register_no"]
    await _act(office, "苏小满", handling, "refusals", reason="无附件", reason_code="格式不符")
    clock.travel(timedelta(days=10))
    office.town.tokens.clear()
    office.town.clients.clear()
    await office.push("禾渡镇", version=2, title="关于春耕的通知（更正）", urgency="")
    page = await office.page("苏小满", handling)
    assert (page["state"], page["due_at"], page["due_why"], page["register_no"]) == ("待签收", None, "", number)
    assert _day(page["step"]["due_at"]) == date(2026, 3, 20)
    await office.push("禾渡镇", version=3, title="关于春耕的通知（再更正）", urgency="")
    assert (await office.page("苏小满", handling))["document"]["title"] == "关于春耕的通知（再更正）", "not registered yet"


async def test_taken_up_again_after_its_end_it_counts_from_then(office: Office) -> None:
    handling = await _registered(office, due_at="2026-03-10T09:30:00Z")
    await _proposed(office, handling)
    await office.sign("秦望舒", handling, "同意。")
    await office.after_hold()
    await _act(office, "苏小满", handling, "conclusions", result="已办")
    clock.travel(timedelta(days=10))
    office.town.tokens.clear()
    office.town.clients.clear()
    await _act(office, "苏小满", handling, "reopenings", reason="还有一事", step="propose")
    page = await office.page("苏小满", handling)
    assert (_day(page["due_at"]), page["due_why"]) == (date(2026, 3, 30), "系统默认：办件7个工作日内办结")
    await _proposed(office, handling)
    assert (await office.page("秦望舒", handling))["step"]["due_why"] == "系统默认：办件3个工作日内批示"


async def test_a_units_own_figures_come_before_the_default(office: Office) -> None:
    answer = await _set(office, ("办件", "办理", 4, "working_days"), ("办件", "领导批示", 0, "half_day"))
    assert answer.status_code == 200, answer.text
    unit = office.town.units["禾渡镇"]
    shown = (await (await office.town.of("苏小满")).get(f"/units/{unit}/handling-rules")).json()
    assert shown == answer.json()
    assert [one["why"] for one in shown["limits"]] == ["本单位规定：办件4个工作日内办结", "本单位规定：办件当个半日内批示"]
    handling = await _registered(office)
    await _proposed(office, handling)
    page = await office.page("秦望舒", handling)
    assert (_day(page["due_at"]), page["due_why"]) == (date(2026, 3, 13), "本单位规定：办件4个工作日内办结")
    assert (page["step"]["due_at"], page["step"]["due_why"]) == ("2026-03-09T04:00:00Z", "本单位规定：办件当个半日内批示")
    kept = await (await office.town.of("苏小满")).put(f"/units/{unit}/handling-rules", json={"clerk_hub": True})
    assert kept.json() == {**shown, "clerk_hub": True}, "left out, the figures stay"


async def test_a_limit_is_counted_again_by_the_figure_it_was_given_by(office: Office) -> None:
    await _set(office, ("办件", "办理", 4, "working_days"))
    handling = await _registered(office)
    await _set(office, ("办件", "办理", 9, "working_days"))
    await office.house.drain()
    await set_calendar_day(SYSTEM, date(2026, 3, 11), is_work=False)
    await office.house.drain()
    page = await office.page("苏小满", handling)
    assert (_day(page["due_at"]), page["due_why"]) == (date(2026, 3, 16), "本单位规定：办件4个工作日内办结")


@pytest.mark.parametrize(
    "limits, code",
    [
        ([("会签", "传阅", 5, "working_days")], "documents.unknown_limit"),
        ([("办件", "办理", 5, "working_days"), ("办件", "办理", 6, "working_days")], "documents.limit_twice"),
        ([("办件", "办理", 61, "working_days")], "documents.limit_out_of_range"),
        ([("办件", "办理", 0, "hours")], "documents.limit_out_of_range"),
        ([("加急", "登记拟办", 1, "half_day")], "documents.limit_out_of_range"),
        ([("平件", "办理", 5, "working_days")], "http.invalid"),
        ([("办件", "办理", 5, "months")], "http.invalid"),
    ],
)
async def test_figures_no_office_can_mean_are_refused_and_change_nothing(
    office: Office, limits: list[tuple[str, str, int, str]], code: str
) -> None:
    good = (await _set(office, ("办件", "办理", 4, "working_days"))).json()
    answer = await _set(office, *limits, hub=True)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    unit = office.town.units["禾渡镇"]
    assert (await (await office.town.of("苏小满")).get(f"/units/{unit}/handling-rules")).json() == good


@pytest.mark.engines("sqlite", "postgresql")
async def test_of_two_who_change_the_rules_the_second_is_told(office: Office) -> None:
    clerk, path = await office.town.of("苏小满"), f"/units/{office.town.units['禾渡镇']}/handling-rules"
    read = {"If-Match": (await clerk.get(path)).headers["etag"]}
    first, second = await asyncio.gather(*(clerk.put(path, json={"clerk_hub": hub}, headers=read) for hub in (True, True)))
    assert sorted((first.status_code, second.status_code)) == [200, 412], "one of two at once"
    late = first if first.status_code == 412 else second
    assert late.json()["code"] == "http.changed_meanwhile"
    assert late.headers["etag"] == (await clerk.get(path)).headers["etag"] != read["If-Match"]
    again = await clerk.put(path, json={"clerk_hub": False}, headers={"If-Match": late.headers["etag"]})
    assert again.status_code == 200
    assert (await clerk.put(path, json={"clerk_hub": True})).status_code == 200, "who names none changes what stands"
