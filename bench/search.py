"""Search of one, two and more characters in up to a million papers, as a ratio to reading one row by its key in the same run.

Papers of a title and three hundred characters of text go straight into the tables of search, with the keys that search itself
makes; one clerk has a fifth of them, forty units the rest. `python -m bench.search [--quick]`
"""

import argparse
import itertools
import random
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from bench.ground import Found, Ground, ground, ms, parser, pin, run, tell, town_on
from office import search
from office.kernel.database import connection, fetch
from office.kernel.sqlite import instant_text
from office.search import index
from office.search.actions import number_of
from office.search.keys import keys_of_text

SIZES, QUICK = (10_000, 100_000, 1_000_000), (5_000, 20_000)
KIND, CLERK = "documents.handling", "ours/clerk"
UNITS, SHARE, CHUNK, EACH, PAGE = 40, 5, 2_000, 60, 21
BEGIN, STEP = datetime(2021, 1, 4, 0, 30, tzinfo=UTC), timedelta(minutes=3)
#: Asked for, and how often it is there.
ASKED = {
    "one character, everywhere": "通",
    "two characters, everywhere": "通知",
    "one character, in 1 of 1,000": "薯",
    "two characters, in 1 of 1,000": "薯藤",
    "in one paper, the oldest": "独木桥",
    "two words, each in half, never together": "甲段 乙段",
    "nowhere, of characters that are": "知通知于",
    "nowhere": "鼍鼋",
    "a number": "青政办发[2021]47号",
}
_WORDS = [
    f"{first}{second}" for first in "防汛工程安全水利农业经济教育卫生交通财政" for second in "管理检查落实推进建设改造服务保障"
]


def papers(first: int, last: int) -> Iterator[tuple[int, str, datetime, str, str]]:
    """Number, reference, moment, words and scope; the same number always makes the same paper."""
    for n in range(first, last):
        dice, at = random.Random(n), BEGIN + STEP * n
        text = "".join(dice.choices(_WORDS, weights=range(len(_WORDS), 0, -1), k=150))
        rare = "薯藤" * (n % 1000 == 0) + "独木桥" * (n == 0) + ("甲段" if n % 2 else "乙段")
        words = f"关于做好第{n}号事项的通知\n青政办发〔{at.year}〕{n % 900 + 1}号\n{text}{rare}"
        ref = f"{KIND}:00000000-0000-7000-8000-{n:012x}"
        yield number_of(at, ref), ref, at, words, CLERK if n % SHARE == 0 else f"unit{n % UNITS}/clerk"


async def fill(ground: Ground, first: int, last: int) -> None:
    """Put papers into the tables of search, and let the engine see what is there."""
    every = papers(first, last)
    while part := list(itertools.islice(every, CHUNK)):
        await (_sqlite(ground, part) if ground.engine == "sqlite" else _postgres(ground, part))
    if ground.engine != "sqlite":
        await connection().execute_script("VACUUM ANALYZE search_index; ")
        await connection().execute_script("VACUUM ANALYZE search_entry")
        await connection().execute_script("VACUUM ANALYZE search_reader")


async def _sqlite(ground: Ground, part: list[tuple[int, str, datetime, str, str]]) -> None:
    database = sqlite3.connect(ground.data / "zhiban.db", timeout=60)
    with database:
        for no, ref, at, words, scope in part:
            mine = index.scope_of(KIND, scope)
            database.execute("INSERT INTO search_entry VALUES (?, ?, ?, ?, '[]', '')", (no, ref, instant_text(at), words))
            database.execute("INSERT INTO search_reader VALUES (?, ?)", (mine, no))
            keys = " ".join(sorted({*keys_of_text(words), mine}))
            database.execute("INSERT INTO search_index (rowid, keys) VALUES (?, ?)", (no, keys))
    database.close()


async def _postgres(ground: Ground, part: list[tuple[int, str, datetime, str, str]]) -> None:
    database = await asyncpg.connect(ground.url)
    scopes = [index.scope_of(KIND, one[4]) for one in part]
    keys = [index.hashed({*keys_of_text(one[3]), scope}) for one, scope in zip(part, scopes, strict=True)]
    columns = ["no", "ref", "at", "words", "said", "digest"]
    await database.copy_records_to_table("search_entry", records=[(*one[:4], "[]", "") for one in part], columns=columns)
    readers = [(scope, one[0]) for one, scope in zip(part, scopes, strict=True)]
    await database.copy_records_to_table("search_reader", records=readers, columns=["scope", "no"])
    rows = [(one[0], found) for one, found in zip(part, keys, strict=True)]
    await database.copy_records_to_table("search_index", records=rows, columns=["no", "keys"])
    await database.close()


async def timed(ask: Callable[[], Awaitable[object]]) -> list[float]:
    """Seconds of each of so many times, after a first one."""
    await ask()
    found = []
    for _ in range(EACH):
        started = time.perf_counter()
        await ask()
        found.append(time.perf_counter() - started)
    return found


async def measure(ground: Ground, sizes: tuple[int, ...]) -> dict[str, Any]:
    """Every word at every size, in one growing database."""
    figures: dict[str, Any] = {"baseline_ms": [], **{name: {"found": [], "p50_ms": [], "p99_ms": []} for name in ASKED}}
    async with town_on(ground):
        for first, last in itertools.pairwise((0, *sizes)):
            await fill(ground, first, last)
            key = number_of(BEGIN, f"{KIND}:00000000-0000-7000-8000-{0:012x}")
            one = await timed(lambda key=key: fetch("SELECT ref FROM search_entry WHERE no = ?", key))  # type: ignore[misc]
            figures["baseline_ms"].append(ms(one, 0.5))
            for name, q in ASKED.items():
                times = await timed(lambda q=q: search.newest_of(KIND, [CLERK], q, most=PAGE))  # type: ignore[misc]
                figures[name]["found"].append(len(await search.newest_of(KIND, [CLERK], q, most=PAGE)))
                figures[name]["p50_ms"].append(ms(times, 0.5))
                figures[name]["p99_ms"].append(ms(times, 0.99))
    return figures


def measured(options: argparse.Namespace) -> Found:
    """All words on each engine; the verdict is the slowest at the last size, against one row by its key."""
    sizes, told = QUICK if options.quick else SIZES, list[str]()
    pin(1)
    figures: dict[str, Any] = {"papers": list(sizes)}
    with tempfile.TemporaryDirectory() as folder:
        for engine in options.engine:
            with ground(engine, Path(folder)) as here:
                found = figures[engine] = run(measure(here, sizes))
            slowest = max(ASKED, key=lambda name, found=found: found[name]["p50_ms"][-1])  # type: ignore[misc]
            ratio = found[slowest]["p50_ms"][-1] / max(found["baseline_ms"][-1], 0.01)
            told.append(f"{engine}: slowest {ratio:.0f} x one row by key ({slowest}, {found[slowest]['p50_ms'][-1]} ms)")
    return Found(figures, "; ".join(told))


if __name__ == "__main__":
    tell("search", parser(__doc__).parse_args(), measured)
