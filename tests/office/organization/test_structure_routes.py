"""The structure over HTTP: the tree everyone reads, and the administrator's lists and forms."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from office.audit.models import AuditEntry
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.organization import actions, queries, structure, structure_lists, tree
from office.organization.structure_schemas import AppointmentQuery, TreeQuery
from tests.office.organization.town import Town, counted

BASIS = "云政〔2026〕3号"


async def got(http: httpx.AsyncClient, path: str, **asked: Any) -> Any:
    answer = await http.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def made(http: httpx.AsyncClient, path: str, body: dict[str, Any]) -> str:
    answer = await http.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_everyone_reads_the_tree(town: Town) -> None:
    await actions.delegate(
        await town.actor("沈立群"), town.posts["副镇长（农业）"], town.people["许一诺"],
        valid_to=clock.now().replace(year=clock.now().year + 1, day=1),
    )  # fmt: skip
    async with town.http("丁守一") as http:
        top = await got(http, "/organization")
        assert [(one["short_name"], one["more"]) for one in top["units"]] == [("县政府办", True)]
        assert (top["unit"], top["posts"], top["sections"]) == (None, [], [])
        shown = await got(http, "/organization", unit=town.units["青石镇"])
    assert (shown["unit"]["name"], shown["unit"]["ended"]) == ("青石镇人民政府", False)
    assert [(one["name"], one["more"]) for one in shown["units"]] == [("柳湾村村民委员会", False)]
    assert [one["name"] for one in shown["sections"]] == ["党政办公室", "经济发展办公室", "农业综合服务中心"]
    held = [(one["title"], [who["name"] for who in one["holders"]]) for one in shown["posts"]]
    assert held == [
        ("党委书记", ["周启明"]), ("镇长", ["韩素云"]), ("副镇长（经济）", ["郑怀远"]), ("副镇长（农业）", ["沈立群"]),
        ("文书", ["罗小满"]), ("经发办主任", ["许一诺"]),
    ]  # fmt: skip
    assert {tuple(sorted(who)) for one in shown["posts"] for who in one["holders"]} == {("name", "person")}
    assert all(one["roles"] == [] for one in shown["posts"])
    assert (shown["units_next"], shown["posts_next"]) == (None, None)


async def test_only_the_administrator_sees_roles_and_a_vacant_post_is_shown(town: Town) -> None:
    await actions.end_appointment(SYSTEM, town.appointments["罗小满"])
    async with town.http("陶然") as http:
        shown = await got(http, "/organization", unit=town.units["青石镇"])
    [clerk] = [one for one in shown["posts"] if one["title"] == "文书"]
    assert (clerk["roles"], clerk["holders"], clerk["receiving"]) == (["clerk", "staff"], [], True)


async def test_the_tree_comes_in_pages_at_a_bounded_cost(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "PAGE", 3)
    unit, reader = town.units["青石镇"], await town.actor("丁守一")
    for number in range(4):
        await structure.add_unit(SYSTEM, name=f"第{number}村", kind="村(居)委会", parent=unit, sort_no=number % 2)
    with counted(monkeypatch) as asked:
        first = await tree.tree(reader, TreeQuery(unit=unit))
    assert len(asked) == 5 * 2  # `counted` sees a query twice
    assert [one.title for one in first.posts] == ["党委书记", "镇长", "副镇长（经济）"]
    names, titles = [one.name for one in first.units], [one.title for one in first.posts]
    units_after, posts_after = first.units_next, first.posts_next
    while units_after or posts_after:
        part = await tree.tree(reader, TreeQuery(unit=unit, units_after=units_after, posts_after=posts_after))
        names += [one.name for one in part.units if units_after]
        titles += [one.title for one in part.posts if posts_after]
        units_after, posts_after = units_after and part.units_next, posts_after and part.posts_next
    assert names == ["第0村", "第2村", "第1村", "第3村", "柳湾村村民委员会"]
    assert len(titles) == len(set(titles)) == 6


async def test_wrong_questions_to_the_tree(town: Town) -> None:
    async with town.http("丁守一") as http:
        assert (await http.get("/organization", params={"unit": str(uuid4())})).json()["code"] == "organization.unit_unknown"
        strange = await http.get("/organization", params={"unit": str(town.units["青石镇"]), "posts_after": str(uuid4())})
        assert (strange.status_code, strange.json()["code"]) == (422, "http.bad_cursor")
        assert (await got(http, "/organization", unit=town.units["青石镇"], units_after=uuid4()))["units"] == []
        for wrong in ({"unit": "x"}, {"all": "yes"}):
            assert (await http.get("/organization", params=wrong)).json()["code"] == "http.invalid"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(town.app), base_url="http://testserver/api/v1") as nobody:
        assert (await nobody.get("/organization")).status_code == 401


async def test_the_administrator_builds_a_unit_from_nothing(town: Town) -> None:
    async with town.http("陶然") as http:
        above = str(town.units["县政府办"])
        unit = await made(http, "/units", {
            "name": "红岩镇人民政府", "short_name": "红岩镇", "kind": "政府", "parent": above, "code": "11350199000000004D",
        })  # fmt: skip
        section = await made(http, "/sections", {"unit": unit, "name": "党政办公室", "kind": "办公室"})
        mayor = {"unit": unit, "title": "镇长", "roles": ["leader"], "team": "政府班子", "rank_no": 1, "is_leader": True}
        post = await made(http, "/posts", mayor)
        await made(http, "/posts", {"unit": unit, "title": "文书", "roles": ["clerk"], "section": section, "receiving": True})
        person = await made(http, "/people", {"name": "贺兰青", "pinyin": "HLQ"})
        appointed = await made(http, "/appointments", {"person": person, "post": post})
        shown = await got(http, "/organization", unit=unit)
        assert [(one["title"], [who["name"] for who in one["holders"]]) for one in shown["posts"]] == [
            ("镇长", ["贺兰青"]),
            ("文书", []),
        ]
        [line] = (await got(http, "/appointments", unit=unit))["items"]
        assert (line["id"], line["name"], line["post_title"], line["unit_name"]) == (
            appointed,
            "贺兰青",
            "镇长",
            "红岩镇人民政府",
        )
        assert [one["id"] for one in (await got(http, "/people", q="hlq"))["items"]] == [person]
        assert [one["id"] for one in (await got(http, "/units", q="红岩"))["items"]] == [unit]
        renamed = await http.post(
            f"/units/{unit}/names", json={"name": "红岩街道办事处", "short_name": "红岩街道", "basis": BASIS}
        )
        assert renamed.status_code == 204
        assert (await got(http, "/units", q="11350199000000004d"))["items"][0]["name"] == "红岩街道办事处"
    told = await AuditEntry.filter(actor=f"person:{town.people['陶然']}").order_by("id").values_list("action", flat=True)
    assert [str(action) for action in told] == [
        f"organization.{verb}"
        for verb in (
            "add_unit",
            "add_section",
            "add_post",
            "add_post",
            "add_person",
            "appoint",
            "view_appointments",
            "view_people",
            "rename_unit",
        )
    ]


async def test_units_end_over_http_and_keep_a_custodian(town: Town) -> None:
    old, heir, last = (town.units[name] for name in ("白水镇", "青石镇", "县政府办"))
    async with town.http("陶然") as http:
        done = await http.post("/mergers", json={"units": [str(old)], "into": str(heir), "basis": BASIS})
        assert done.status_code == 204
        again = await http.post("/mergers", json={"units": [str(old)], "into": str(heir), "basis": BASIS})
        assert (again.status_code, again.json()["code"]) == (409, "organization.unit_ended")
        itself = await http.post(f"/units/{last}/abolitions", json={"custodian": str(last), "basis": BASIS})
        assert (itself.status_code, itself.json()["code"]) == (422, "organization.successor_needed")
        parts = {"into": [str(last), str(town.units["柳湾村"])], "custodian": str(last), "basis": BASIS}
        assert (await http.post(f"/units/{heir}/splits", json=parts)).status_code == 204
        assert (await got(http, "/units", q="白水"))["items"] == []
        assert [one["ended"] for one in (await got(http, "/units", q="白水", ended="true"))["items"]] == [True]
        assert (await got(http, "/organization", unit=old))["unit"]["ended"] is True
        assert (await got(http, "/appointments", unit=old))["items"] == []
        assert len((await got(http, "/appointments", unit=old, past="true"))["items"]) == 1
        village = f"/units/{town.units['柳湾村']}/abolitions"
        assert (await http.post(village, json={"custodian": str(last), "basis": BASIS})).status_code == 204
    assert await queries.custodian(old) == last
    assert await town.broken_promises() == []


def forms(town: Town) -> dict[str, dict[str, Any]]:
    unit = str(town.units["白水镇"])
    return {
        "/units": {"name": "甲", "kind": "政府"},
        f"/units/{unit}/names": {"name": "甲", "basis": BASIS},
        f"/units/{unit}/splits": {"into": [unit], "custodian": unit, "basis": BASIS},
        f"/units/{unit}/abolitions": {"custodian": unit, "basis": BASIS},
        "/mergers": {"units": [unit], "into": unit, "basis": BASIS},
        "/sections": {"unit": unit, "name": "甲", "kind": "办公室"},
        "/posts": {"unit": unit, "title": "甲", "roles": []},
        "/people": {"name": "甲"},
    }


async def test_all_but_the_tree_is_the_administrators(town: Town) -> None:
    for name in ("罗小满", "周启明"):
        async with town.http(name) as http:
            for path, body in forms(town).items():
                assert (await http.post(path, json=body)).status_code == 403, path
            for path in ("/units", "/people", "/appointments"):
                assert (await http.get(path)).status_code == 403, path


async def test_malformed_forms_are_refused(town: Town) -> None:
    unit = str(town.units["白水镇"])
    wrong: list[tuple[str, dict[str, Any]]] = [
        *((path, body | {"colour": "red"}) for path, body in forms(town).items()),
        ("/units", {"name": " ", "kind": "政府"}),
        ("/units", {"name": "甲" * 121, "kind": "政府"}),
        ("/units", {"name": "甲", "kind": "政府", "code": "1"}),
        ("/units", {"name": "甲", "kind": "政府", "sort_no": -1}),
        ("/units", {"name": "甲", "kind": "政府", "aliases": ["乙"] * 21}),
        (f"/units/{unit}/names", {"name": "甲", "basis": ""}),
        ("/sections", {"unit": unit, "name": "甲", "kind": "小金库"}),
        ("/posts", {"unit": unit, "title": "甲", "roles": ["king"]}),
        ("/posts", {"unit": unit, "title": "甲", "roles": [], "rank_no": 1000}),
        ("/people", {"name": "甲" * 41}),
        ("/people", {"name": "甲", "pinyin": "贾"}),
        ("/mergers", {"units": [], "into": unit, "basis": BASIS}),
        ("/mergers", {"units": [unit], "into": unit, "basis": BASIS}),
    ]
    unknown = str(uuid4())
    missing: list[tuple[str, dict[str, Any]]] = [
        ("/units", {"name": "甲", "kind": "政府", "parent": unknown}),
        ("/units", {"name": "甲", "kind": "政府", "region": unknown}),
        ("/sections", {"unit": unknown, "name": "甲", "kind": "办公室"}),
        ("/posts", {"unit": unit, "title": "甲", "roles": [], "section": unknown}),
        ("/mergers", {"units": [unit], "into": unknown, "basis": BASIS}),
    ]
    async with town.http("陶然") as http:
        for path, body in wrong:
            assert (await http.post(path, json=body)).status_code == 422, (path, body)
        for path, body in missing:
            assert (await http.post(path, json=body)).status_code == 404, (path, body)
        for path in ("/units?q=" + "长" * 61, "/people?cursor=1", "/appointments?post=x", "/appointments?past=maybe"):
            assert (await http.get(path)).status_code == 422, path


async def test_lists_come_in_pages_of_one_query(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure_lists, "PAGE", 4)
    async with town.http("陶然") as http:
        for path, number in (("/people", 9), ("/appointments", 9), ("/units", 4)):
            ids, cursor = list[str](), None
            while True:
                page = await got(http, path, **({"cursor": cursor} if cursor else {}))
                ids += [one["id"] for one in page["items"]]
                cursor = page["next"]
                if cursor is None:
                    break
            assert len(ids) == len(set(ids)) == number, path
            assert ids == sorted(ids, reverse=path == "/appointments")
    asked_for = AppointmentQuery(post=town.posts["镇长"], person=town.people["韩素云"])
    with counted(monkeypatch) as asked:
        page_ = await structure_lists.appointments_page(asked_for)
    assert len(asked) == 2  # `counted` sees a query twice
    assert [UUID(str(one.id)) for one in page_.items] == [town.appointments["韩素云"]]


async def test_regions_are_taken_in_and_units_placed_in_them(town: Town) -> None:
    items = [
        {"code": "520199101201", "name": "云岭村"}, {"code": "520199", "name": "青岚县"},
        {"code": "520199101", "name": "禾渡镇"}, {"code": "520198", "name": "另一县"},
    ]  # fmt: skip
    async with town.http("陶然") as http:
        assert (await http.post("/regions", json={"items": items})).json() == {"added": 4}
        assert (await http.post("/regions", json={"items": items})).json() == {"added": 0}
        bad = await http.post("/regions", json={"items": [{"code": "520197", "name": "新县"}, {"code": "9912", "name": "错"}]})
        assert (bad.status_code, bad.json()["code"]) == (422, "organization.region_malformed")
        lines = (await got(http, "/regions", under="520199"))["items"]
        assert [(one["name"], one["level"]) for one in lines] == [("青岚县", "县"), ("禾渡镇", "乡"), ("云岭村", "村")]
        assert [one["parent"] for one in lines[1:]] == [one["id"] for one in lines[:2]], "the code says what is above"
        assert [one["name"] for one in (await got(http, "/regions", q="县"))["items"]] == ["另一县", "青岚县"]
        unit = town.units["青石镇"]
        assert (await http.put(f"/units/{unit}/region", json={"region": lines[1]["id"]})).status_code == 204
        assert (await queries.units([unit]))[unit].region == UUID(lines[1]["id"])
        gone = await http.put(f"/units/{unit}/region", json={"region": str(uuid4())})
        assert (gone.status_code, gone.json()["code"]) == (404, "organization.region_unknown")
    async with town.http("丁守一") as http:
        assert (await http.post("/regions", json={"items": items})).status_code == 403


async def test_a_code_that_looks_wrong_is_told_and_taken(town: Town) -> None:
    async with town.http("陶然") as http:
        body = {"name": "云溪县水务局", "kind": "政府部门", "code": "91350100M000100Y4Y"}
        answer = await http.post("/units", json=body)
        assert answer.status_code == 201
        assert "校验位应为3" in answer.json()["note"]


async def test_an_edited_day_is_taken_back(town: Town) -> None:
    async with town.http("陶然") as http:
        assert (await http.post("/calendar-days", json={"day": "2026-03-11", "is_work": False})).status_code == 204
        assert len((await got(http, "/calendar-days", year=2026))["items"]) == 1
        assert (await http.delete("/calendar-days", params={"day": "2026-03-11"})).status_code == 204
        assert (await got(http, "/calendar-days", year=2026))["items"] == []
        again = await http.delete("/calendar-days", params={"day": "2026-03-11"})
        assert (again.status_code, again.json()["code"]) == (404, "organization.day_not_edited")
