"""关注: the to-do's words follow the handling, for those who may see it."""

from datetime import timedelta
from typing import Any

from office.kernel import clock
from office.organization import actions as organization
from tests.documents.conftest import Office


async def _followed(office: Office, name: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await (await office.town.of(name)).get("/inbox?box=follow")).json()["items"]
    return items


async def test_followed_and_followed_no_longer(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    leader = await office.town.of("秦望舒")
    for _ in range(2):
        assert (await leader.post(f"/handlings/{handling}/follows")).status_code == 201
    [todo] = await _followed(office, "秦望舒")
    assert (todo["title"], todo["summary"].partition("，")[0]) == ("关于做好防汛工作的紧急通知", "批示中")
    assert (await office.page("秦望舒", handling))["following"] is True
    assert (await office.page("苏小满", handling))["following"] is False
    await office.sign("秦望舒", handling)
    await office.after_hold()
    assert [one["summary"].partition("，")[0] for one in await _followed(office, "秦望舒")] == ["待办结"]
    for status in (204, 404):
        assert (await leader.delete(f"/handlings/{handling}/follows")).status_code == status
    assert await _followed(office, "秦望舒") == []
    assert (await office.page("秦望舒", handling))["following"] is False


async def test_following_is_no_correction_to_acknowledge(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    clerk = await office.town.of("苏小满")
    await clerk.post(f"/handlings/{handling}/follows")
    assert "acknowledgements" not in (await office.page("苏小满", handling))["may"]
    await office.push("禾渡镇", version=2, title="更正后的通知")
    await office.house.drain()
    assert "acknowledgements" in (await office.page("苏小满", handling))["may"]
    assert (await clerk.post(f"/handlings/{handling}/acknowledgements")).status_code == 200
    assert len(await _followed(office, "苏小满")) == 1


async def test_who_may_not_see_it_any_more_follows_it_no_longer(office: Office) -> None:
    leader = await office.town.actor("秦望舒")
    delegation = await organization.delegate(
        leader, office.town.posts["秦望舒"], office.town.people["方知远"], valid_to=clock.now() + timedelta(days=5)
    )
    handling = await office.proposed("秦望舒")
    stranger = await office.town.of("程晚照")
    assert (await stranger.post(f"/handlings/{handling}/follows")).status_code == 404
    assert (await (await office.town.of("方知远")).post(f"/handlings/{handling}/follows")).status_code == 201
    await office.house.drain()
    assert len(await _followed(office, "方知远")) == 1
    await organization.revoke_delegation(leader, delegation)
    await office.sign("秦望舒", handling)
    await office.after_hold()
    assert await _followed(office, "方知远") == []
