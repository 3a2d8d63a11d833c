"""The structure changes over HTTP: ranks, titles and roles of posts, names of people, posts and sections that end."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from office.audit.models import AuditEntry
from office.inbox import actions as inbox
from office.inbox.actions import Holder, NewTodo
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.organization import actions, queries
from office.organization.models import PostRank
from tests.office.organization.town import Town


async def test_leaders_stand_in_the_new_order_after_a_change_of_ranks(town: Town) -> None:
    first, second = town.posts["副镇长（经济）"], town.posts["副镇长（农业）"]
    async with town.http("陶然") as http:
        taken = await http.post(f"/posts/{second}/changes", json={"rank_no": 2})
        assert (taken.status_code, taken.json()["code"]) == (409, "organization.rank_taken")
        for post, rank in ((first, 9), (second, 2), (first, 3)):
            assert (await http.post(f"/posts/{post}/changes", json={"rank_no": rank})).status_code == 204
        assert (await http.post(f"/posts/{first}/changes", json={"title": " 副镇长（工业） "})).status_code == 204
    order = [one.title for one in await queries.leaders_of(town.units["青石镇"])]
    assert order.index("副镇长（农业）") < order.index("副镇长（工业）")
    told = [row.facts for row in await AuditEntry.filter(action="organization.change_post").order_by("id")]
    assert (told[-1]["before"], told[-1]["after"]) == ({"title": "副镇长（经济）"}, {"title": "副镇长（工业）"})


async def test_a_list_of_an_earlier_day_keeps_the_order_of_that_day(town: Town) -> None:
    """8.5: one screen, a log, and from when it holds; a sheet of last year is drawn in last year's order."""
    unit, first, second = town.units["青石镇"], town.posts["副镇长（经济）"], town.posts["副镇长（农业）"]
    names = {first: "经济", second: "农业"}

    async def order(at: datetime | None = None) -> list[str]:
        return [names[one.post] for one in await queries.leaders_of(unit, at) if one.post in names]

    async def moved(post: UUID, **changes: Any) -> datetime:
        async with town.http("陶然") as http:
            assert (await http.post(f"/posts/{post}/changes", json=changes)).status_code == 204
        clock.travel(timedelta(days=1))
        return clock.now()

    clock.travel(timedelta(days=1))
    days = [clock.now()]
    clock.travel(timedelta(days=1))
    await moved(first, rank_no=9)
    days.append(await moved(second, rank_no=2))
    days.append(await moved(first, title="副镇长（工业）"))
    await moved(second, rank_no=8)
    await moved(first, rank_no=2)
    assert [await order(day) for day in days] == [["经济", "农业"], ["农业", "经济"], ["农业", "经济"]]
    assert await order() == await order(clock.now()) == ["经济", "农业"]
    [known] = [one for one in await queries.leaders_of(unit, days[1]) if one.post == second]
    assert (known.rank_no, await PostRank.filter(post=second).count()) == (2, 3)


async def test_roles_hold_from_now_on_and_a_unit_keeps_a_receiving_post(town: Town) -> None:
    post = town.posts["文书"]
    async with town.http("陶然") as http:
        wrong = await http.post(f"/posts/{post}/changes", json={"roles": ["king"]})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "organization.roles_unknown")
        deaf = await http.post(f"/posts/{post}/changes", json={"receiving": False})
        assert (deaf.status_code, deaf.json()["code"]) == (409, "organization.receiving_needed")
        assert (await http.post(f"/posts/{post}/changes", json={"roles": ["staff"]})).status_code == 204
    assert (await town.actor("罗小满")).units_as("clerk") == frozenset()


async def test_a_post_ends_when_nobody_holds_it_and_its_work_goes_to_the_receiving_post(town: Town) -> None:
    post = town.posts["经发办主任"]
    await inbox.open_many([NewTodo(kind="works.sign", source="w:1", holder=Holder(kind="post", id=post), title="遗留")])
    async with town.http("陶然") as http:
        held = await http.delete(f"/posts/{post}")
        assert (held.status_code, held.json()["code"]) == (409, "organization.post_held")
        await actions.end_appointment(SYSTEM, town.appointments["许一诺"])
        assert (await http.delete(f"/posts/{post}")).status_code == 204
        assert (await http.delete(f"/posts/{post}")).status_code == 404
        receives = await http.delete(f"/posts/{town.posts['文书']}")
        assert (receives.status_code, receives.json()["code"]) == (409, "organization.post_receives")
    await town.drain()
    assert await town.broken_promises() == []
    async with town.http("罗小满") as http:
        assert [one["title"] for one in (await http.get("/inbox")).json()["items"]] == ["遗留"]


async def test_a_section_ends_without_posts_and_a_name_is_put_right(town: Town) -> None:
    async with town.http("陶然") as http:
        shown = (await http.get("/organization", params={"unit": str(town.units["青石镇"])})).json()
        used = {one["section"] for one in shown["posts"]}
        [busy, *_] = [one["id"] for one in shown["sections"] if one["id"] in used]
        refused = await http.delete(f"/sections/{busy}")
        assert (refused.status_code, refused.json()["code"]) == (409, "organization.section_has_posts")
        unit = str(town.units["青石镇"])
        made = (await http.post("/sections", json={"unit": unit, "name": "临时专班", "kind": "业务股室"})).json()["id"]
        assert (await http.delete(f"/sections/{made}")).status_code == 204
        assert (await http.delete(f"/sections/{made}")).status_code == 404
        person = town.people["罗小满"]
        assert (await http.post(f"/people/{person}/changes", json={"name": "罗晓满", "pinyin": "LXM"})).status_code == 204
        [line] = (await http.get("/people", params={"q": "lxm"})).json()["items"]
        assert line["name"] == "罗晓满"


@pytest.mark.parametrize("path", ["posts", "people"])
async def test_others_change_nothing(town: Town, path: str) -> None:
    id = town.posts["文书"] if path == "posts" else town.people["罗小满"]
    async with town.http("罗小满") as http:
        assert (await http.post(f"/{path}/{id}/changes", json={})).status_code == 403
