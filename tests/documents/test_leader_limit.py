"""A leader asks for a time (请…日前报结果): read from the words, confirmed by signing, and due for all that it sends."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from office.kernel import clock
from tests.documents.conftest import Office

pytestmark = pytest.mark.postgresql_in_proof

# A Monday without a holiday in the working days after it.
MONDAY = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
WORDS = "请农业农村办牵头，云岭村配合，3月12日前报结果。"
DUE, WHY = "2026-03-12T09:30:00Z", "领导要求：2026年3月12日17时30分前"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.set_for_test(MONDAY):
        yield


async def _act(office: Office, name: str, handling: str, what: str, **body: Any) -> dict[str, Any]:
    answer = await (await office.town.of(name)).post(f"/handlings/{handling}/{what}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


async def _proposed(office: Office, **registration: Any) -> str:
    handling = await office.pushed(urgency="")
    await _act(office, "苏小满", handling, "registrations", title="关于春耕的通知", issuer="县政府办", **registration)
    leaders = [str(office.town.posts["秦望舒"])]
    await _act(office, "苏小满", handling, "proposals", text="请秦镇长阅示。", leaders=leaders)
    return handling


def _sent(office: Office) -> list[dict[str, str]]:
    section, village = office.town.sections["农业农村办"], office.town.units["云岭村"]
    return [{"to": f"section:{section}", "role": "lead"}, {"to": f"unit:{village}", "role": "assist"}]


async def _sign(office: Office, name: str, handling: str, text: str, **action: Any) -> httpx.Response:
    phone = await office.phone_of(name)
    body = phone.signed(await office.step(name, handling), text, action={"kind": "instruct", "dispatch": [], **action})
    return await (await office.town.of(name)).post(f"/handlings/{handling}/signatures", json=body)


async def _todo(office: Office, name: str) -> dict[str, Any]:
    [todo] = (await (await office.town.of(name)).get("/inbox?box=handle")).json()["items"]
    return dict(todo)


async def test_the_time_in_the_words_is_due_for_all_that_it_sends(office: Office) -> None:
    handling = await _proposed(office)
    derived = await _act(office, "秦望舒", handling, "derivations", text=WORDS)
    assert derived["action"]["due"] == DUE
    assert derived["explanation"].endswith(f"办理时限按{WHY}。")
    signed = await _sign(office, "秦望舒", handling, WORDS, dispatch=_sent(office), due=DUE)
    assert signed.status_code == 201, signed.text
    assert "办理时限 2026年3月12日17时30分前" in signed.json()["signature"]["effects"]
    assert (await office.page("苏小满", handling))["due_why"] == "系统默认：办件7个工作日内办结", "held, it holds nothing yet"
    await office.after_hold()
    todo = await _todo(office, "方知远")
    assert (todo["due_at"], todo["due_why"]) == (DUE, WHY)
    page = await office.page("苏小满", handling)
    assert (page["due_at"], page["due_why"], page["opinions"][-1]["action"]["due"]) == (DUE, WHY, DUE)
    below = (await _todo(office, "黎云起"))["route"].rpartition("/")[2]
    assert (await office.page("黎云起", below))["due_why"] == WHY
    registered = await _act(office, "黎云起", below, "registrations", title="关于春耕的通知", due_at="2026-03-20T09:30:00Z")
    assert registered["due_why"] == WHY, "a unit below does not extend it"


async def test_the_documents_earlier_date_holds_and_is_told(office: Office) -> None:
    handling = await _proposed(office, due_at="2026-03-11T09:30:00Z")
    derived = await _act(office, "秦望舒", handling, "derivations", text=WORDS)
    assert derived["explanation"].endswith(f"办理时限按{WHY}，但来文要求：2026年3月11日17时30分前，按早的办。")
    await _sign(office, "秦望舒", handling, WORDS, dispatch=_sent(office), due=DUE)
    await office.after_hold()
    assert (await _todo(office, "方知远"))["due_why"] == "来文要求：2026年3月11日17时30分前"


async def test_taken_back_it_is_asked_no_more(office: Office) -> None:
    handling = await _proposed(office)
    await _sign(office, "秦望舒", handling, WORDS, dispatch=_sent(office), due=DUE)
    await office.after_hold()
    await _act(office, "秦望舒", handling, "withdrawals", reason="再想想")
    page = await office.page("苏小满", handling)
    assert (page["due_why"], page["due_at"]) == ("系统默认：办件7个工作日内办结", "2026-03-18T09:30:00Z")


async def test_what_is_not_plain_is_not_set(office: Office) -> None:
    handling = await _proposed(office)
    hurried = await _act(office, "秦望舒", handling, "derivations", text="请农业农村办尽快办理。")
    assert "due" not in hurried["action"]
    assert "时限" not in hurried["explanation"]
    several = await _act(office, "秦望舒", handling, "derivations", text="请农业农村办3月12日前拿方案，3月20日前办结。")
    assert "due" not in several["action"]
    assert several["explanation"].endswith("意见中有几处时间，没有设为办理时限，由文书按原文掌握。")
    off = await _act(office, "秦望舒", handling, "derivations", text="请农业农村办3月14日前办结。")
    assert off["explanation"].endswith("3月14日不是工作日，请核对。")


async def test_only_a_leaders_step_asks_for_a_time(office: Office) -> None:
    handling = await _proposed(office)
    await _sign(office, "秦望舒", handling, "请农业农村办办理。", dispatch=_sent(office)[:1])
    await office.after_hold()
    said = "拟3月13日前办结。"
    assert "due" not in (await _act(office, "方知远", handling, "derivations", text=said))["action"]
    refused = await _sign(office, "方知远", handling, said, kind="comment", due=DUE)
    assert (refused.status_code, refused.json()["code"]) == (422, "documents.no_limit_here")
    assert (await office.step("方知远", handling))["act"] == "handle"


@pytest.mark.parametrize("due", ["2026-03-12T17:30:00", "9999-12-31T23:59:59Z", "下周"])
async def test_a_time_that_is_none_is_refused_with_the_statement(office: Office, due: str) -> None:
    handling = await _proposed(office)
    refused = await _sign(office, "秦望舒", handling, WORDS, due=due)
    assert (refused.status_code, refused.json()["code"]) == (422, "signing.bad_statement")
    assert (await office.page("苏小满", handling))["opinions"][-1]["act"] == "拟办"


async def test_entered_by_the_clerk_and_confirmed_by_the_hub_it_goes_down_all_the_same(office: Office) -> None:
    clerk, unit = await office.town.of("苏小满"), office.town.units["禾渡镇"]
    await clerk.put(f"/units/{unit}/handling-rules", json={"clerk_hub": True})
    handling = await _proposed(office)
    step = await office.step("秦望舒", handling)
    entry = {"obligation": step["obligation"], "source": "电话", "text": WORDS, "kind": "instruct", "dispatch": _sent(office)}
    await _act(office, "苏小满", handling, "dictations", **entry, due=DUE)
    await _act(office, "苏小满", handling, "settlements", then="go_on")
    assert (await _todo(office, "方知远"))["due_why"] == WHY
    below = (await _todo(office, "黎云起"))["route"].rpartition("/")[2]
    assert (await office.page("黎云起", below))["due_why"] == WHY
