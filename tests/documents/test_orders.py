"""Who is asked before whom: 审核 before the leaders, both leader orders, reading at once or one after the other, by rank."""

from typing import Any

import httpx
import pytest

from tests.documents.conftest import Office

pytestmark = pytest.mark.postgresql_in_proof


async def _proposed(office: Office, **more: Any) -> str:
    handling = await office.registered()
    answer = await office.post("苏小满", handling, "proposals", text="拟请阅示。", **more)
    assert answer.status_code == 201, answer.text
    return handling


def _post_of(office: Office, name: str) -> str:
    return f"post:{office.town.posts[name]}"


def _leaders(office: Office, *names: str) -> list[str]:
    return [str(office.town.posts[name]) for name in names]


async def _asked(office: Office, handling: str) -> list[tuple[str, str]]:
    page = await office.page("苏小满", handling)
    return [(one["name"], one["act"]) for one in (*page["unhandled"], *page["unread"])]


async def _walked(office: Office, handling: str) -> list[list[str]]:
    """Who is asked together, round by round, until only the clerk is left."""
    seen = []
    while (now := [name for name, _ in await _asked(office, handling)]) != ["苏小满"]:
        seen.append(now)
        for name in now:
            step = await office.step(name, handling)
            await office.sign(name, handling, "", "read") if step["act"] == "read" else await office.sign(name, handling)
        await office.after_hold()
    return seen


async def _rules(office: Office, **body: Any) -> httpx.Response:
    unit = office.town.units["禾渡镇"]
    return await (await office.town.of("苏小满")).put(f"/units/{unit}/handling-rules", json={"clerk_hub": False, **body})


@pytest.mark.parametrize(
    ("order", "seen"),
    [
        ("bottom_up", [["程晚照"], ["秦望舒"], ["林若溪"]]),
        ("top_down", [["林若溪"], ["秦望舒"], ["程晚照"]]),
        ("parallel", [["林若溪", "秦望舒", "程晚照"]]),
    ],
)
async def test_leaders_are_asked_by_rank_however_they_were_typed(office: Office, order: str, seen: list[list[str]]) -> None:
    handling = await _proposed(office, leaders=_leaders(office, "秦望舒", "林若溪", "程晚照"), order=order)
    assert await _walked(office, handling) == seen


@pytest.mark.parametrize(
    ("reading", "seen"),
    [("parallel", [["林若溪", "程晚照", "方知远"]]), ("serial", [["林若溪"], ["程晚照"], ["方知远"]])],
)
async def test_readers_stand_by_rank_at_once_or_one_after_the_other(
    office: Office, reading: str, seen: list[list[str]]
) -> None:
    town = office.town
    readers = [f"section:{town.sections['农业农村办']}", f"person:{town.people['程晚照']}", _post_of(office, "林若溪")]
    handling = await _proposed(office, readers=readers, reading=reading, kind="阅知")
    assert await _walked(office, handling) == seen


async def test_where_a_circulated_paper_is_at_any_moment(office: Office) -> None:
    readers = [_post_of(office, name) for name in ("方知远", "林若溪", "程晚照")]
    handling = await _proposed(office, readers=readers, reading="serial", kind="阅知")
    await office.sign("林若溪", handling, "", "read")
    await office.after_hold()
    told = (await (await office.town.of("苏小满")).get(f"/handlings/{handling}/waiting")).json()
    assert ([one["name"] for one in told["unread"]], told["state"]) == (["程晚照"], "传阅中")
    way = [(one["name"], one["state"]) for one in told["hops"] if one["act"] == "传阅"]
    assert way == [("林若溪", "已办"), ("程晚照", "待办"), ("方知远", "未到")]
    read, now, later = (one for one in told["hops"] if one["act"] == "传阅")
    assert read["since"] <= read["at"]
    assert (now["since"] is not None, now["at"]) == (True, None)
    assert (later["since"], later["at"]) == (None, None)


async def test_those_a_leader_lets_read_stand_by_rank_too(office: Office) -> None:
    handling = await _proposed(office, leaders=_leaders(office, "秦望舒"))
    sent = [(f"person:{office.town.people[name]}", "read") for name in ("沈听澜", "程晚照", "方知远")]
    await office.sign("秦望舒", handling, "请阅。", "instruct", *sent)
    await office.after_hold()
    assert [name for name, _ in await _asked(office, handling)] == ["程晚照", "方知远", "沈听澜"]


async def test_the_director_reviews_before_the_leaders(office: Office) -> None:
    handling = await _proposed(office, leaders=_leaders(office, "秦望舒"), reviewer=_post_of(office, "方知远"))
    assert await _asked(office, handling) == [("方知远", "审核")]
    [todo] = (await (await office.town.of("方知远")).get("/inbox?box=handle")).json()["items"]
    assert (todo["label"], todo["due_at"] is not None) == ("待审核", True)
    assert (await office.sign("方知远", handling, "拟同意。请秦镇长阅示。", "recommend")).status_code == 201
    await office.after_hold()
    assert await _asked(office, handling) == [("秦望舒", "批示")]
    page = await office.page("秦望舒", handling)
    assert [one["act"] for one in page["opinions"]] == ["拟办", "审核"]


async def test_the_director_sends_the_proposal_back_to_the_clerk(office: Office) -> None:
    handling = await _proposed(office, leaders=_leaders(office, "秦望舒"), reviewer=_post_of(office, "方知远"))
    answer = await office.post("方知远", handling, "returns", reason="拟办意见应写明牵头科室")
    assert answer.json()["state"] == "待处置"
    assert (await (await office.town.of("秦望舒")).get("/inbox?box=handle")).json()["items"] == []


async def test_a_units_own_reviewer_is_asked_unless_the_clerk_says_otherwise(office: Office) -> None:
    assert (await _rules(office, reviewer=_post_of(office, "方知远"))).json()["reviewer"] == _post_of(office, "方知远")
    assert (await _rules(office)).json()["reviewer"] == _post_of(office, "方知远"), "left out: as it is"
    handling = await _proposed(office, leaders=_leaders(office, "秦望舒"))
    assert await _asked(office, handling) == [("方知远", "审核")]


async def test_nobody_reviews_what_only_goes_to_readers_or_where_the_clerk_says_nobody(office: Office) -> None:
    await _rules(office, reviewer=_post_of(office, "方知远"))
    handling = await _proposed(office, readers=[_post_of(office, "程晚照")])
    assert await _asked(office, handling) == [("程晚照", "传阅")]
    await office.post("苏小满", handling, "withdrawals", reason="重拟")
    leaders = _leaders(office, "秦望舒")
    again = await office.post("苏小满", handling, "proposals", text="拟请阅示。", leaders=leaders, reviewer="")
    assert again.status_code == 201
    assert await _asked(office, handling) == [("秦望舒", "批示")]


async def test_a_reviewer_is_one_of_the_unit(office: Office) -> None:
    handling = await office.registered()
    leaders = _leaders(office, "秦望舒")
    outside = f"unit:{office.town.units['云岭村']}"
    refused = await office.post("苏小满", handling, "proposals", text="拟", leaders=leaders, reviewer=outside)
    assert (refused.status_code, refused.json()["code"]) == (422, "documents.not_inside")
    for wrong in (_post_of(office, "白露秋"), "post:x"):
        refused = await _rules(office, reviewer=wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "documents.not_inside")
    alone = await office.post("苏小满", handling, "proposals", text="拟", reviewer=_post_of(office, "方知远"))
    assert (alone.status_code, alone.json()["code"]) == (422, "documents.no_one_asked")
