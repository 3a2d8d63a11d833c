"""Search over handlings through the public door: found by whom it should be, by all it says, and by nobody else at all."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx

from office.http.app import database_config
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.database import execute, is_postgres
from office.kernel.schema import TABLE, steps
from office.organization import actions as organization
from office.organization.mergers import merge_units
from office.search.models import SearchEntry
from office.search.rebuilding import present, rebuild, unread, wanted
from tests.demo.conftest import environment, zhiban
from tests.documents.below import below, sent, unit
from tests.documents.conftest import Office
from tests.documents.test_found_by_number import RECEIVED, SHAPES
from tests.support.max_queries import max_queries

EVERYONE = ("苏小满", "秦望舒", "顾长川", "白露秋", "何路人", "黎云起", "陆管理")


async def answer(office: Office, name: str, q: str, **asked: Any) -> httpx.Response:
    return await (await office.town.of(name)).get("/search", params={"q": q, **asked})


async def hits(office: Office, name: str, q: str, **asked: Any) -> list[dict[str, Any]]:
    await office.house.drain()
    told = await answer(office, name, q, **asked)
    assert told.status_code == 200, told.text
    return list(told.json()["items"])


async def found(office: Office, name: str, q: str, **asked: Any) -> list[str]:
    return [one["route"].rpartition("/")[2] for one in await hits(office, name, q, **asked)]


async def test_by_title_number_file_and_opinion(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    other = await office.pushed(source_id="oa-2", title="关于召开秋收会议的通知", paper="old-villages-notice.pdf")
    for q in ("防汛", "汛", "紧急 防汛", "关于做好防汛工作的紧急通知", *SHAPES, *RECEIVED):
        assert await found(office, "苏小满", q) == [handling], q
    # Its paper: a word that a line's end parts there, and one on the second page.
    for q in ("交通运输局", "裁缝桥", "桥 防汛", "开工，年底前"):
        assert await found(office, "苏小满", q) == [handling], q
    assert await found(office, "苏小满", "拟请秦镇长") == [handling]
    assert await found(office, "苏小满", "通知") == [other, handling]
    assert await found(office, "苏小满", "没有的话") == []
    [hit] = await hits(office, "苏小满", "交通运输局 防汛")
    assert (hit["label"], hit["title"], hit["state"]) == ("收文", "关于做好防汛工作的紧急通知", "批示中")
    assert [(one["where"], [piece["text"] for piece in one["pieces"] if piece["hit"]]) for one in hit["excerpts"]] == [
        ("标题", ["防汛"]), ("正文", ["交通运输局"]),
    ]  # fmt: skip


async def test_who_has_no_part_in_it_learns_nothing(office: Office) -> None:
    """Every answer to somebody outside is, byte for byte, the answer to a word that stands nowhere."""
    await office.proposed("秦望舒")
    nothing = (await answer(office, "白露秋", "没有的话")).content
    await office.house.drain()
    for name in ("白露秋", "何路人", "黎云起", "顾长川", "程晚照", "陆管理"):
        for q in ("防汛", "汛", "交通运输局", SHAPES[0], "拟请秦镇长阅示"):
            told = await answer(office, name, q)
            assert (told.status_code, told.content) == (200, nothing), (name, q)
    assert await found(office, "秦望舒", "防汛") != []
    nobody = await office.house.http.get("/search", params={"q": "防汛"})
    assert nobody.status_code == 401


async def test_an_opinion_is_found_when_it_stands_and_no_more_when_it_is_taken_back(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    signed = (await office.sign("秦望舒", handling, "请应急办牵头落实排涝泵站。", "instruct",
                                (f"person:{office.town.people['沈听澜']}", "lead"))).json()["signature"]["id"]  # fmt: skip
    assert await found(office, "苏小满", "排涝泵站") == await found(office, "沈听澜", "防汛") == []
    leader = await office.town.of("秦望舒")
    assert (await leader.delete(f"/signatures/{signed}")).status_code == 200
    await office.after_hold()
    assert await found(office, "苏小满", "排涝泵站") == []
    await office.sign(
        "秦望舒", handling, "请应急办牵头落实排涝泵站。", "instruct", (f"person:{office.town.people['沈听澜']}", "lead")
    )
    await office.after_hold()
    for name in ("苏小满", "秦望舒", "沈听澜"):
        assert await found(office, name, "排涝泵站") == [handling], name
    [hit] = await hits(office, "沈听澜", "泵站")
    assert hit["excerpts"][0]["where"] == "秦望舒批示"


async def test_what_lies_below_is_found_there_and_opinions_of_each_unit_in_it_only(office: Office) -> None:
    above = await sent(office, unit(office, "云岭村"), text="请云岭村抢修渠道。")
    assert await found(office, "苏小满", "防汛") == [above]
    child = await below(office, "黎云起")
    assert await found(office, "黎云起", "防汛") == await found(office, "黎云起", "抢修渠道") == [child]
    assert await found(office, "黎云起", "拟请秦镇长") == await found(office, "柳青禾", "防汛") == []
    await office.ok("黎云起", child, "registrations", title="防汛通知", kind="阅知", issuer="镇政府")
    await office.ok("黎云起", child, "proposals", text="请抽水队阅", readers=[f"person:{office.town.people['黎云起']}"])
    assert await found(office, "黎云起", "抽水队") == [child]
    assert await found(office, "苏小满", "抽水队") == []


async def test_a_delegate_finds_while_the_delegation_lasts(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    leader = await office.town.actor("秦望舒")
    delegation = await organization.delegate(
        leader, office.town.posts["秦望舒"], office.town.people["方知远"], valid_to=clock.now() + timedelta(days=2)
    )
    assert await found(office, "方知远", "防汛") == [handling]
    await organization.revoke_delegation(leader, delegation)
    assert await found(office, "方知远", "防汛") == []


async def test_who_leaves_a_unit_finds_nothing_of_it_any_more(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await organization.appoint(SYSTEM, office.town.people["何路人"], office.town.posts["苏小满"], kind="兼任", is_primary=False)
    assert await found(office, "何路人", "防汛") == [handling]
    await organization.end_appointment(SYSTEM, office.town.appointments["苏小满"])
    assert await found(office, "苏小满", "防汛") == []


async def test_after_a_merger_who_keeps_the_affairs_finds_what_was_done(office: Office) -> None:
    await sent(office, unit(office, "云岭村"))
    child = await below(office, "黎云起")
    village, heir = office.town.units["云岭村"], office.town.units["柳湾村"]
    await merge_units(SYSTEM, [village], into=heir)
    assert await found(office, "柳青禾", "防汛") == [child]
    assert await found(office, "黎云起", "防汛") == []


async def test_what_is_withheld_is_not_found_by_its_files(office: Office) -> None:
    handling = await office.pushed()
    await office.ok("苏小满", handling, "receipts")
    assert await found(office, "苏小满", "裁缝桥") == [handling]
    await office.ok("苏小满", handling, "refusals", reason="发错了", reason_code="涉密误投")
    assert await found(office, "苏小满", "裁缝桥") == []
    assert await found(office, "苏小满", "防汛") == [handling]


async def test_pages_periods_and_kinds(office: Office) -> None:
    every = [await office.pushed(source_id=f"oa-{number}", title=f"第{number}号防汛通知") for number in range(5)]
    first = await answer(office, "苏小满", "裁缝桥", limit=2)
    assert first.json()["items"] == []  # not delivered yet
    await office.house.drain()
    told, cursor = list[str](), ""
    while cursor is not None:
        page = (await answer(office, "苏小满", "裁缝桥", limit=2, cursor=cursor)).json()
        told, cursor = told + [one["route"].rpartition("/")[2] for one in page["items"]], page["next"]
    assert told == every[::-1]
    today = clock.today()
    assert await found(office, "苏小满", "防汛", since=today, until=today) == every[::-1]
    assert await found(office, "苏小满", "防汛", until=today - timedelta(days=1)) == []
    assert await found(office, "苏小满", "防汛", kind="documents.handling") == every[::-1]
    for wrong, code in (({"kind": "x.y"}, "search.unknown_kind"), ({"cursor": "x"}, "http.bad_cursor")):
        refused = await answer(office, "苏小满", "防汛", **wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    for q in ("，", "　", ""):
        assert (await answer(office, "苏小满", q)).status_code == 422


async def test_a_page_is_a_handful_of_statements(office: Office) -> None:
    for number in range(4):
        await office.pushed(source_id=f"oa-{number}")
    await office.house.drain()
    clerk = await office.town.of("苏小满")
    await clerk.get("/search", params={"q": "裁缝桥"})
    with max_queries(10):  # four of them say who is asking
        assert len((await clerk.get("/search", params={"q": "裁缝桥"})).json()["items"]) == 4


async def test_the_same_event_again_writes_nothing_and_a_rebuild_gives_the_same(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    asked = [(name, q) for name in EVERYONE for q in ("防汛", "裁缝桥", "拟请", SHAPES[2])]
    before = {one: await found(office, *one) for one in asked}
    assert before["苏小满", "裁缝桥"] == [handling]
    await SearchEntry.create(no=5, ref=f"documents.handling:{'0' * 8}-0000-7000-8000-{'0' * 12}", at=clock.now(), words="防汛")
    counted: list[int] = []
    await rebuild(counted.append)
    assert (sum(counted), await wanted(), await present(), await unread()) == (1, 1, 1, [])
    assert {one: await found(office, *one) for one in asked} == before


async def test_the_command_makes_it_again_from_nothing(office: Office) -> None:
    handling = await office.pushed()
    assert await found(office, "苏小满", "裁缝桥") == [handling]
    for table in ("search_entry", "search_reader", "search_file", "search_text", "search_index"):
        await execute(f"DELETE FROM {table}")
    assert await found(office, "苏小满", "防汛") == []

    await _noted(office)

    def run(*words: str) -> str:
        settings = office.house.settings
        done = zhiban(*words, "--data", str(settings.folder), env=environment(settings.database))
        return done.stdout + done.stderr

    assert "应有 1 条，实有 0 条" in await asyncio.to_thread(run, "doctor")
    assert "已重建：1 条，新读入 1 个文件的正文" in await asyncio.to_thread(run, "search", "rebuild")
    assert "搜索索引：1 条" in await asyncio.to_thread(run, "doctor")
    assert await found(office, "苏小满", "裁缝桥") == [handling]


async def _noted(office: Office) -> None:
    """The tests' database is made from the models; commands ask for the steps that make the same."""
    engine = "postgres" if is_postgres() else "sqlite"
    await execute(f"CREATE TABLE {TABLE} (title VARCHAR(160) PRIMARY KEY, digest VARCHAR(64) NOT NULL, applied_at VARCHAR(40))")
    for step in steps(database_config(office.house.settings, office.house.registry), engine):
        await execute(f"INSERT INTO {TABLE} VALUES (?, ?, '')", step.title, step.digest)


async def test_what_an_engine_could_take_for_its_own_language_is_words(office: Office) -> None:
    await office.pushed()
    await office.house.drain()
    for q in ('"', 'a" OR "b', "'; DROP", "*", "防汛*", "keys:防", "NEAR(防 汛)", "防%", "\\", "{防}"):
        told = await answer(office, "苏小满", q)
        assert told.status_code == 422 or told.json() == {"items": [], "next": None}, q
