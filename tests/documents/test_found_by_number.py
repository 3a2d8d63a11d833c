"""A document is found by its number, however it is written: by search and in the register."""

import pytest

from documents.incoming.register import lists
from tests.documents.conftest import Office, number_of
from tests.support.max_queries import counted

#: 青政办发〔2026〕47号 as people type it.
SHAPES = ["青政办发〔2026〕47号", "青政办发[2026]47号", "青政办发(2026) 47 号", "青政办发【2026】第47号",
          "青政办发［２０２６］４７号", "青政办发（2026）047号", "政办发〔2026〕47", "〔2026〕47号", "[2026]4"]  # fmt: skip
RECEIVED = ["收〔2026〕1号", "收[2026]1号", "收（２０２６）第1号", "收(2026)1"]


async def found(office: Office, name: str, path: str, q: str, **asked: str) -> list[str]:
    await office.house.drain()
    client = await office.town.of(name)
    answer = await client.get(path, params={"q": q, **asked})
    assert answer.status_code == 200, answer.text
    return [(one.get("route") or one["id"]).rpartition("/")[2] for one in answer.json()["items"]]


@pytest.fixture
async def two(office: Office) -> tuple[str, str]:
    """Two documents proposed to the leader; the second has another number."""
    return await office.proposed("秦望舒"), await office.proposed("秦望舒", source_id="oa-2", title="另一件")


async def test_in_every_list_by_every_shape(office: Office, two: tuple[str, str]) -> None:
    mine, _ = two
    for q in (*SHAPES, *RECEIVED):
        assert await found(office, "秦望舒", "/search", q) == [mine], q
        assert await found(office, "苏小满", "/search", q) == [mine], q
        assert await found(office, "苏小满", "/handlings", q) == [mine], q


async def test_before_it_is_registered_by_the_number_it_came_with(office: Office) -> None:
    handling = await office.pushed()
    assert await found(office, "苏小满", "/search", "青政办发[2026]47号") == [handling]
    assert await found(office, "苏小满", "/search", "收〔2026〕1号") == []


async def test_a_corrected_number_is_the_one_it_is_found_by(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    clerk = await office.town.of("苏小满")
    answer = await clerk.post(f"/handlings/{handling}/amendments", json={"reason": "看错了", "doc_no": "青政办函〔2026〕9号"})
    assert answer.status_code == 201, answer.text
    for name in ("秦望舒", "苏小满"):
        for path in ("/search", "/handlings") if name == "苏小满" else ("/search",):
            assert await found(office, name, path, "青政办函(2026)9号") == [handling]
            assert await found(office, name, path, "青政办发〔2026〕47号") == []


async def test_a_corrected_number_of_an_ended_one(office: Office) -> None:
    handling = await office.registered()
    clerk = await office.town.of("苏小满")
    answer = await clerk.post(f"/handlings/{handling}/refusals", json={"reason": "不属我镇", "reason_code": "不属我单位"})
    assert answer.status_code == 200, answer.text
    await clerk.post(f"/handlings/{handling}/amendments", json={"reason": "看错了", "doc_no": "青政办函〔2026〕9号"})
    assert await found(office, "苏小满", "/search", "青政办函(2026)9号") == [handling]
    assert await found(office, "苏小满", "/search", "青政办发〔2026〕47号") == []


async def test_blanks_are_no_number(office: Office, two: tuple[str, str]) -> None:
    for q in ("\u200b", "　 "):
        assert len(await found(office, "苏小满", "/handlings", q)) in (0, 2)


async def test_a_number_that_only_a_title_names(office: Office) -> None:
    handling = await office.pushed(title="关于转发省办发〔2026〕5号文的通知")
    assert await found(office, "苏小满", "/handlings", "省办发〔2026〕5号") == [handling]


async def test_words_cost_three_queries_more(office: Office, two: tuple[str, str]) -> None:
    await office.house.drain()
    clerk = await office.town.of("苏小满")
    await clerk.get("/handlings")  # the first look of a day leaves its row
    with counted() as plain:
        await clerk.get("/handlings")
    for q in ("防汛", "青政办发[2026]47号"):
        with counted() as whole:
            await clerk.get("/handlings", params={"q": q})
        assert len(plain) + 2 <= len(whole) <= len(plain) + 3


async def test_the_register_finds_what_search_finds(office: Office, two: tuple[str, str]) -> None:
    """By words of the paper, of an opinion, of the title; other filters beside."""
    mine, other = two
    wanted = {
        "裁缝桥": [other, mine],
        "拟请秦镇长": [other, mine],
        number_of("oa-2"): [other],
        "紧急 危桥": [other, mine],
        "没有的话": [],
    }
    for q, routes in wanted.items():
        assert await found(office, "苏小满", "/search", q) == await found(office, "苏小满", "/handlings", q) == routes, q
        assert await found(office, "苏小满", "/handlings", q, state="closed") == []
        assert set(await found(office, "苏小满", "/handlings", q, year="2026")) == set(routes)


async def test_pages_of_words_join_without_gap_however_few_are_looked_at(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three are looked at for a page of two."""
    monkeypatch.setattr(lists, "SOUGHT", 3)
    every = [await office.pushed(source_id=f"oa-{number}") for number in range(7)]
    await office.house.drain()
    clerk = await office.town.of("苏小满")
    for state, wanted in (("", every), ("awaiting_receipt", every), ("closed", [])):
        told, cursor, pages = list[str](), "", 0
        while cursor is not None:
            page = (await clerk.get("/handlings", params={"q": "防汛", "limit": 2, "cursor": cursor, "state": state})).json()
            told, cursor, pages = told + [one["id"] for one in page["items"]], page["next"], pages + 1
            assert pages < 12
        assert told == wanted[::-1], state
