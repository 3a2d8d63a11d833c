"""The index gives exactly what reading everything would give, on both engines, whatever is put in, changed and taken out."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from office import search
from office.kernel import modules
from office.kernel.actor import Actor
from office.kernel.database import connection, fetch, is_postgres, sql
from office.kernel.findable import Findable, Readable
from office.kernel.ids import new_id
from office.kernel.modules import Card, Module, Registry
from office.search import index, queries
from office.search.actions import number_of
from office.search.asked import asked
from office.search.folding import folded
from office.search.schemas import SearchQuery
from tests.support.house import House
from tests.support.max_queries import max_queries

KIND = "shelf.book"
START = datetime(2026, 3, 2, 1, tzinfo=UTC)
PARTS = ("防", "汛", "值", "班", "通知", "〔2026〕4", "(2026) 47号", "ab", "47", "，", " ", "２０")


@dataclass
class Shelf:
    """A module with things to find: what stands on it now, and the words of files."""

    books: dict[UUID, Readable] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    async def read(self, ids: Collection[UUID]) -> Sequence[Readable]:
        return [self.books[id] for id in ids if id in self.books]

    async def ids(self, after: UUID | None, most: int) -> Sequence[UUID]:
        return sorted(id for id in self.books if after is None or id > after)[:most]

    async def count(self) -> int:
        return len(self.books)

    async def cards(self, actor: Actor, refs: Sequence[str]) -> dict[str, Card]:
        mine = scopes(actor)
        seen = [one for one in self.books.values() if one.ref in refs and mine & one.readers]
        return {one.ref: Card(ref=one.ref, title=one.said[0][1], state="在架", route=f"/books/{one.ref}") for one in seen}

    def found(self, actor: Actor, q: str) -> list[str]:
        """What reading everything gives, newest first."""
        mine = [one for one in self.books.values() if scopes(actor) & one.readers]
        hits = [one for one in mine if all(self._has(one, word) for word in asked(q).words)]
        return [one.ref for one in sorted(hits, key=lambda one: number_of(one.at, one.ref), reverse=True)]

    def _has(self, one: Readable, word: str) -> bool:
        texts = [*(text for _, text in one.said), *(self.files.get(file, "") for file in one.files)]
        return any(word in folded(text) for text in texts)


def scopes(actor: Actor) -> frozenset[str]:
    return frozenset(actor.name.split())


def reader(name: str) -> Actor:
    return Actor(kind="person", id=new_id(), name=name)


@pytest.fixture
def shelf(house: House) -> Shelf:
    shelf = Shelf()
    findable = Findable(kind=KIND, label="书", read=shelf.read, ids=shelf.ids, count=shelf.count, scopes=scopes)
    module = Module(name="shelf", findables=[findable], references={KIND: shelf.cards})
    modules.use(Registry([*house.registry.modules, module]))
    return shelf


def book(shelf: Shelf, number: int, *said: str, readers: str = "甲", files: Sequence[str] = (), id: UUID | None = None) -> UUID:
    id = id or new_id()
    shelf.books[id] = Readable(
        ref=f"{KIND}:{id}", at=START + timedelta(hours=number), said=[("标题", one) for one in said], files=files,
        readers=frozenset(readers.split()),
    )  # fmt: skip
    return id


async def told(actor: Actor, q: str, **more: object) -> list[str]:
    """All pages together."""
    found, cursor = list[str](), ""
    while True:
        page = await queries.search(actor, SearchQuery(q=q, cursor=cursor, limit=3, **more))  # type: ignore[arg-type]
        found += [hit.ref for hit in page.items]
        assert all(any(piece.hit for one in hit.excerpts for piece in one.pieces) for hit in page.items)
        if page.next is None:
            return found
        cursor = page.next


def some(dice: random.Random, most: int) -> str:
    return "".join(dice.choice(PARTS) for _ in range(dice.randint(1, most)))


@pytest.mark.parametrize("near", [1, 4, 300])
async def test_it_finds_what_reading_everything_would_find(shelf: Shelf, near: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Near 1 and 4 leave nearly all to the index, 300 nothing."""
    monkeypatch.setattr(queries, "NEAR", near)
    dice = random.Random(near)
    shelf.files = {character * 64: some(dice, 30) for character in "abc"}
    for digest, text in shelf.files.items():
        await search.keep_text(digest, text)
    ids = list[UUID]()
    for number in range(30):
        names = " ".join(dice.sample("甲乙丙", dice.randint(0, 2)))
        files = dice.sample(sorted(shelf.files), dice.randint(0, 1))
        ids.append(book(shelf, number // 2, some(dice, 6), some(dice, 8), readers=names, files=files))
    await search.put(KIND, ids)
    await _agrees(shelf, dice)
    gone, changed = dice.sample(ids, 5), dice.sample(ids, 8)
    for id in gone:
        del shelf.books[id]
    for id in (one for one in changed if one in shelf.books):
        book(shelf, 3, some(dice, 6), readers=dice.choice("甲乙丙"), id=id)
    await search.put(KIND, {*gone, *changed})
    await _agrees(shelf, dice)


async def _agrees(shelf: Shelf, dice: random.Random) -> None:
    for _ in range(12):
        actor, q = reader(" ".join(dice.sample("甲乙丙", dice.randint(1, 2)))), some(dice, 3)
        if not set(q) <= set("， "):
            assert await told(actor, q) == shelf.found(actor, q), (actor.name, q)


async def test_words_of_a_file_that_are_read_later(shelf: Shelf) -> None:
    digest = "d" * 64
    id = book(shelf, 1, "关于防汛的通知", files=[digest])
    await search.put(KIND, [id])
    assert await told(reader("甲"), "值班") == []
    await search.keep_text(digest, "各村要落实值 班制度，\n不得脱岗。")
    await search.put_again(digest)
    assert await told(reader("甲"), "值班 防汛") == [f"{KIND}:{id}"]
    assert await told(reader("乙"), "值班") == []
    [hit] = (await queries.search(reader("甲"), SearchQuery(q="班制"))).items
    assert [(one.where, [(piece.text, piece.hit) for piece in one.pieces]) for one in hit.excerpts] == [
        ("正文", [("各村要落实值", False), ("班制", True), ("度，不得脱岗。", False)]),
    ]


async def test_a_period_counts_both_its_days(shelf: Shelf) -> None:
    ids = [book(shelf, hours, "防汛") for hours in (0, 14, 15, 38, 39)]  # 15:00 UTC is 23:00, 16:00 the next day in Shanghai
    await search.put(KIND, ids)
    day = datetime(2026, 3, 2, tzinfo=UTC).date()
    assert len(await told(reader("甲"), "防汛", since=day, until=day)) == 2
    assert len(await told(reader("甲"), "防汛", since=day + timedelta(days=1), until=day + timedelta(days=1))) == 2
    assert len(await told(reader("甲"), "防汛", until=datetime(1, 1, 1, tzinfo=UTC).date())) == 0
    assert len(await told(reader("甲"), "防汛", until=datetime(9999, 1, 1, tzinfo=UTC).date())) == 5


async def test_many_of_one_millisecond_have_numbers_of_their_own(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("office.search.actions.crc32", lambda data: 7)
    ids = [book(shelf, 1, "防汛") for _ in range(5)]
    await search.put(KIND, ids)
    assert sorted(await told(reader("甲"), "防")) == sorted(f"{KIND}:{id}" for id in ids)


async def test_a_page_costs_six_statements_whatever_there_is(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "NEAR", 3)
    digest = "e" * 64
    await search.keep_text(digest, "落实值班制度")
    await search.put(KIND, [book(shelf, number, "防汛", files=[digest]) for number in range(25)])
    with max_queries(6):
        page = await queries.search(reader("甲 乙 丙"), SearchQuery(q="值班", limit=20))
    assert len(page.items) == 20


@pytest.mark.engines("postgresql")
async def test_postgresql_asks_the_index_for_what_is_rare(shelf: Shelf) -> None:
    """Fifty thousand things, in each scope half of them: rows by SQL, for making them would take minutes."""
    scope = [index.scope_of(KIND, name) for name in "甲乙"]
    await connection().execute_query(
        sql(
            "INSERT INTO search_index (no, keys) SELECT n, ARRAY[n % 5000, 7000000 + n % 40, (?::int[])[(1 + n % 2)::int]]"
            " FROM generate_series(1, 50000) AS n"
        ),
        [index.hashed(scope)],
    )
    await connection().execute_script("ANALYZE search_index")
    assert is_postgres()
    text, by, values = index.matched(["防汛"], scope[:1], "e.no")
    rows = await fetch(f"EXPLAIN {text} ORDER BY {by} DESC LIMIT 21", *values, 2**62, 0)
    plan = "\n".join(str(row["QUERY PLAN"]) for row in rows)
    assert "Bitmap Index Scan on search_index_keys" in plan, plan
    assert "search_index_pkey" not in plan, plan


@pytest.mark.engines("sqlite")
async def test_sqlite_walks_the_index_newest_first_and_sorts_nothing(shelf: Shelf) -> None:
    scope = [index.scope_of(KIND, name) for name in "甲乙"]
    text, by, values = index.matched(["防汛", "汛值"], scope, "e.no, e.ref")
    rows = await fetch(f"EXPLAIN QUERY PLAN {text} ORDER BY {by} DESC LIMIT 21", *values, 2**62, 0)
    plan = [row["detail"] for row in rows]
    assert any("VIRTUAL TABLE INDEX" in line for line in plan)
    assert any(line.startswith("SEARCH e USING") for line in plan)
    assert not any("TEMP B-TREE" in line for line in plan), plan
