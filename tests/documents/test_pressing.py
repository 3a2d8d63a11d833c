"""催办: who may press whom, how often, and that the log, the page, the trail and the to-do say so."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from documents.incoming.models import Handling
from documents.incoming.pressing import jobs
from documents.incoming.pressing.quiet import is_quiet
from office.inbox.models import Todo
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.work import verb
from office.organization import actions as organization
from office.organization import structure
from office.organization.workdays import calendar
from tests.documents.below import concluded
from tests.documents.conftest import Office
from tests.support.max_queries import max_queries


async def _pressed(office: Office, name: str, handling: str, **body: Any) -> list[str]:
    answer = await office.post(name, handling, "reminders", **body)
    assert answer.status_code == 200, answer.text
    names: list[str] = answer.json()["names"]
    return names


def _later(office: Office, wait: timedelta) -> None:
    clock.travel(wait)
    office.town.clients.clear()
    office.town.tokens.clear()


async def _supervisor(office: Office) -> None:
    """温如简, 督查员 of 禾渡镇."""

    @verb
    async def seat() -> None:
        post = await structure.add_post(SYSTEM, office.town.units["禾渡镇"], title="督查员", roles=("supervisor",), sort_no=90)
        office.town.people["温如简"] = await structure.add_person(SYSTEM, name="温如简")
        await organization.appoint(SYSTEM, office.town.people["温如简"], post, is_primary=True)

    await seat()


async def test_the_page_the_trail_and_the_to_do_say_whom_and_in_which_words(office: Office) -> None:
    handling = await office.proposed("秦望舒", "程晚照", order="parallel")
    names = await _pressed(office, "苏小满", handling, note="今天下班前")
    assert names == ["秦望舒（副镇长）：批示", "程晚照（副镇长（农业））：批示"]
    page = await office.page("苏小满", handling)
    assert [(one["who"], one["whom"], one["what"], one["words"]) for one in page["presses"]] == [
        ("苏小满", "秦望舒（副镇长）", "批示", "今天下班前"), ("苏小满", "程晚照（副镇长（农业））", "批示", "今天下班前"),
    ]  # fmt: skip
    assert page["presses"][0]["step"] == page["unhandled"][0]["obligation"]
    lines = [(one["who"], one["what"]) for one in page["trail"] if "催办" in one["what"]]
    assert lines == [
        ("苏小满", "催办秦望舒（副镇长）批示：今天下班前"), ("苏小满", "催办程晚照（副镇长（农业））批示：今天下班前"),
    ]  # fmt: skip
    todo = (await (await office.town.of("秦望舒")).get("/inbox?box=handle")).json()["items"][0]
    assert todo["summary"] == "【催办】苏小满：今天下班前"


async def test_the_same_step_rests_the_longer_the_less_urgent(office: Office) -> None:
    handling = await office.proposed("秦望舒", "程晚照", order="parallel")
    [first, second] = (await office.page("苏小满", handling))["unhandled"]
    await _pressed(office, "苏小满", handling, obligation=first["obligation"])
    only = await _pressed(office, "苏小满", handling)
    assert only == [f"{second['name']}（副镇长（农业））：批示"], "only who was not pressed yet"
    again = await office.post("苏小满", handling, "reminders")
    assert (again.status_code, again.json()["code"]) == (409, "documents.pressed_already")
    assert "秦望舒" in again.json()["title"]
    _later(office, timedelta(minutes=31))
    assert len(await _pressed(office, "苏小满", handling)) == 2


async def test_an_ordinary_paper_is_pressed_once_a_day_but_a_call_is_always_written_down(office: Office) -> None:
    handling = await office.pushed(urgency="")
    await office.post("苏小满", handling, "registrations", title="通知", issuer="x")
    leader = str(office.town.posts["秦望舒"])
    await office.post("苏小满", handling, "proposals", text="拟请阅示。", leaders=[leader])
    await _pressed(office, "苏小满", handling)
    _later(office, timedelta(hours=23))
    assert (await office.post("苏小满", handling, "reminders")).status_code == 409
    await _pressed(office, "苏小满", handling, way="电话", note="说下午回来批")
    page = await office.page("苏小满", handling)
    assert page["presses"][-1]["way"] == "电话"
    assert page["trail"][-1]["what"] == "电话催办秦望舒（副镇长）批示：说下午回来批"
    _later(office, timedelta(hours=2))
    await _pressed(office, "苏小满", handling)


async def test_the_clerk_presses_urgent_papers_or_whoever_was_named(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    assert (await office.page("苏小满", handling))["presser"] == "苏小满"
    clerk, named = await office.town.of("苏小满"), f"person:{office.town.people['沈听澜']}"
    assert (await office.post("沈听澜", handling, "reminders")).status_code == 404
    outside = await clerk.put(f"/handlings/{handling}/presser", json={"to": f"unit:{office.town.units['云岭村']}"})
    assert (outside.status_code, outside.json()["code"]) == (422, "documents.not_inside")
    assert (await clerk.put(f"/handlings/{handling}/presser", json={"to": named})).status_code == 200
    page = await office.page("沈听澜", handling)
    assert (page["presser"], page["may"]) == ("沈听澜", ["reminders"])
    assert await _pressed(office, "沈听澜", handling) == ["秦望舒（副镇长）：批示"]
    await clerk.put(f"/handlings/{handling}/presser", json={"to": ""})
    assert (await office.page("苏小满", handling))["presser"] == "苏小满"
    assert (await office.post("沈听澜", handling, "reminders")).json()["code"] == "documents.may_not_press"


async def test_a_paper_that_is_not_urgent_has_no_presser_of_its_own(office: Office) -> None:
    handling = await office.pushed(urgency="")
    assert "presser" not in await office.page("苏小满", handling)


async def test_the_leader_who_signed_presses_those_sent_to_and_those_may_not(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    section = f"section:{office.town.sections['农业农村办']}"
    await office.sign("秦望舒", handling, "请农业农村办办理。", "instruct", (section, "lead"))
    await office.after_hold()
    refused = await office.post("方知远", handling, "reminders")
    assert (refused.status_code, refused.json()["code"]) == (403, "documents.may_not_press")
    assert "reminders" in (await office.page("秦望舒", handling))["may"]
    assert await _pressed(office, "秦望舒", handling, note="明天上会要用") == ["方知远（农业农村办主任）：承办"]
    todo = (await (await office.town.of("方知远")).get("/inbox?box=handle")).json()["items"][0]
    assert todo["summary"] == "【催办】秦望舒：明天上会要用"


async def test_the_supervisor_presses_without_seeing_the_paper(office: Office) -> None:
    await _supervisor(office)
    handling = await office.proposed("秦望舒")
    assert (await (await office.town.of("温如简")).get(f"/handlings/{handling}")).status_code == 404
    assert await _pressed(office, "温如简", handling) == ["秦望舒（副镇长）：批示"]
    other = str((await office.push("石桥镇", source_id="oa-2")).json()["receipts"][0]["handling"])
    assert (await office.post("温如简", other, "reminders")).status_code == 404


async def test_when_all_that_waits_is_oneself_there_is_nobody_to_press(office: Office) -> None:
    handling = await office.registered()
    refused = await office.post("苏小满", handling, "reminders")
    assert (refused.status_code, refused.json()["code"]) == (409, "documents.no_one_to_press")


async def _presser_todos(office: Office, name: str) -> list[tuple[str, str]]:
    await office.house.drain()
    items = (await (await office.town.of(name)).get("/inbox?box=handle")).json()["items"]
    return [(one["label"], one["summary"]) for one in items if one["label"] == "待催办"]


async def _ordinary(office: Office, leader: str = "秦望舒") -> str:
    handling = await office.pushed(urgency="")
    await office.post("苏小满", handling, "registrations", title="通知", issuer="x")
    await office.post("苏小满", handling, "proposals", text="拟请阅示。", leaders=[str(office.town.posts[leader])])
    return handling


async def test_the_presser_is_told_before_and_after_a_limit_once_and_the_leader_is_not(office: Office) -> None:
    handling = await _ordinary(office)
    await jobs.remind()
    assert await _presser_todos(office, "苏小满") == []
    due = datetime.fromisoformat((await office.page("苏小满", handling))["unhandled"][0]["due_at"])
    _later(office, due - clock.now() - timedelta(hours=2))
    await jobs.remind()
    assert await _presser_todos(office, "苏小满") == [("待催办", "将到期：秦望舒（副镇长）批示")]
    before = await Todo.get(kind="documents.press", state="open")
    await jobs.remind()
    assert (await Todo.get(id=before.id)).rev == before.rev, "told once"
    _later(office, timedelta(hours=3))
    await jobs.remind()
    assert await _presser_todos(office, "苏小满") == [("待催办", "已超时：秦望舒（副镇长）批示")]
    [leaders] = (await (await office.town.of("秦望舒")).get("/inbox?box=handle")).json()["items"]
    assert leaders["label"] == "待批示", "the leader has the document, and no reminder"
    await _pressed(office, "苏小满", handling)
    assert await _presser_todos(office, "苏小满") == [], "pressed: no longer asked"
    await jobs.remind()
    assert await _presser_todos(office, "苏小满") == []


async def test_the_presser_is_asked_no_longer_once_it_is_done(office: Office) -> None:
    handling = await _ordinary(office)
    due = datetime.fromisoformat((await office.page("苏小满", handling))["unhandled"][0]["due_at"])
    _later(office, due - clock.now() + timedelta(minutes=1))
    await jobs.remind()
    assert len(await _presser_todos(office, "苏小满")) == 1
    await office.sign("秦望舒", handling)
    await office.after_hold()
    assert await _presser_todos(office, "苏小满") == []


async def test_whoever_was_named_is_told_and_not_the_clerk(office: Office) -> None:
    handling = await _ordinary(office)
    named = f"person:{office.town.people['沈听澜']}"
    await (await office.town.of("苏小满")).put(f"/handlings/{handling}/presser", json={"to": named})
    due = datetime.fromisoformat((await office.page("苏小满", handling))["unhandled"][0]["due_at"])
    _later(office, due - clock.now() + timedelta(minutes=1))
    await jobs.remind()
    assert await _presser_todos(office, "苏小满") == []
    assert await _presser_todos(office, "沈听澜") == [("待催办", "已超时：秦望舒（副镇长）批示")]
    await (await office.town.of("苏小满")).put(f"/handlings/{handling}/presser", json={"to": ""})
    await jobs.remind()
    assert await _presser_todos(office, "沈听澜") == []
    assert await _presser_todos(office, "苏小满") == [("待催办", "已超时：秦望舒（副镇长）批示")], "told anew"


async def _until(office: Office, hour: int, *, off: bool = False) -> None:
    """The next such hour of a working day, or of a day off, by the clock of Shanghai."""
    here, days = clock.now().astimezone(clock.SHANGHAI), (await calendar()).everywhere()
    at = here.replace(hour=hour, minute=30, second=0)
    while at <= here or days.is_working_day(at.date()) == off:
        at += timedelta(days=1)
    _later(office, at - here)


async def test_nobody_is_reminded_at_night_or_on_a_day_off_but_of_the_most_urgent(office: Office) -> None:
    handling, urgent = await _ordinary(office), await office.proposed(source_id="oa-2")
    due = datetime.fromisoformat((await office.page("苏小满", handling))["unhandled"][0]["due_at"])
    _later(office, due - clock.now() + timedelta(hours=1))
    for hour, off in ((20, False), (7, False), (11, True)):
        await _until(office, hour, off=off)
        await jobs.remind()
        told = await Todo.filter(kind="documents.press", state="open").values_list("route", flat=True)
        assert [one.rpartition("/")[2] for one in told] == [urgent], (hour, off)
    await _until(office, 8)
    await jobs.remind()
    assert await Todo.filter(kind="documents.press", state="open", route__endswith=handling).count() == 1


@pytest.mark.parametrize(("at", "quiet"), [
    ("2026-03-02T07:59:59", True), ("2026-03-02T08:00:00", False), ("2026-03-02T19:59:59", False),
    ("2026-03-02T20:00:00", True), ("2026-03-01T12:00:00", True), ("2026-02-14T12:00:00", False), ("2026-02-17T12:00:00", True),
])  # fmt: skip
async def test_quiet_hours_know_days_off_and_days_worked_instead(office: Office, at: str, quiet: bool) -> None:
    assert await is_quiet(datetime.fromisoformat(at).replace(tzinfo=clock.SHANGHAI)) == quiet


async def test_one_that_cannot_be_told_stops_no_other(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first, other = await _ordinary(office), (await office.push("石桥镇", source_id="oa-2")).json()
    second = other["receipts"][0]["handling"]
    await office.post("白露秋", second, "registrations", title="通知", issuer="x")
    _later(office, timedelta(days=30))
    await _until(office, 10)
    tell = jobs.tell

    async def broken(id: UUID) -> None:
        if str(id) == first:
            raise LookupError("broken")
        await tell(id)

    monkeypatch.setattr(jobs, "tell", broken)
    await jobs.remind()
    assert (await Handling.get(id=first)).reminded == []
    assert (await Handling.get(id=second)).reminded != []


async def test_who_has_not_read_or_handled_is_asked_at_any_moment_also_by_the_supervisor(office: Office) -> None:
    await _supervisor(office)
    handling = await office.registered()
    readers = [f"person:{office.town.people['方知远']}"]
    leaders = [str(office.town.posts["秦望舒"])]
    await office.post("苏小满", handling, "proposals", text="请阅示。", leaders=leaders, readers=readers, order="parallel")
    for name in ("苏小满", "温如简"):
        told = (await (await office.town.of(name)).get(f"/handlings/{handling}/waiting")).json()
        assert [(one["name"], one["act"]) for one in told["unhandled"]] == [("秦望舒", "批示")]
        assert told["unhandled"][0]["since"]
        assert not told["unhandled"][0]["seen"]
        assert "title" not in told
    await office.sign("秦望舒", handling)
    await office.after_hold()
    told = (await (await office.town.of("温如简")).get(f"/handlings/{handling}/waiting")).json()
    assert ([one["name"] for one in told["unread"]], told["unhandled"], told["state"]) == (["方知远"], [], "传阅中")
    assert (await (await office.town.of("白露秋")).get(f"/handlings/{handling}/waiting")).status_code == 404


async def test_units_below_stand_in_both_lists_until_they_have_signed_for_it_and_ended_it(office: Office) -> None:
    await _supervisor(office)
    handling = await office.proposed("秦望舒")
    sent = [(f"unit:{office.town.units['云岭村']}", "lead"), (f"unit:{office.town.units['柳湾村']}", "read")]
    await office.sign("秦望舒", handling, "请云岭村办理，柳湾村阅。", "instruct", *sent)
    await office.after_hold()

    async def lists(name: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        client = await office.town.of(name)
        await client.get(f"/handlings/{handling}/waiting")  # the first look of a day leaves its row
        with max_queries(13):  # two of them are the session
            told = (await client.get(f"/handlings/{handling}/waiting")).json()
        below = [[(one["name"], one["state"]) for one in told[part] if "below" in one] for part in ("unread", "unhandled")]
        return below[0], below[1]

    for name in ("苏小满", "秦望舒", "温如简"):
        assert await lists(name) == ([("云岭村", "待签收"), ("柳湾村", "待签收")], [("云岭村", "待签收")])
    below = {row["unit"]["name"]: row["handling"] for row in (await office.page("苏小满", handling))["sent_down"]}
    await office.post("黎云起", below["云岭村"], "receipts")
    assert await lists("温如简") == ([("柳湾村", "待签收")], [("云岭村", "已签收")])
    for name in ("黎云起", "柳青禾"):
        await concluded(office, name)
    assert await lists("苏小满") == ([], [])
