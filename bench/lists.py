"""Inbox and register at ten thousand, a hundred thousand and a million documents: pages touched and 99th percentile.

Neither may grow by more than half from the first size to the last. `python -m bench.lists [--quick]`
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec

from bench.ground import Found, Ground, ground, median, ms, parser, percentile, pin, run, server, tell, town_on
from bench.rows import Past, fill
from bench.touched import overheard, pages
from office.kernel import base64url
from tests.proof.serving import opened

FULL, QUICK = (10_000, 100_000, 1_000_000), (10_000, 100_000)
LEADER, CLERK = "秦望舒", "苏小满"
GROWTH = 1.5
LISTS = {
    "inbox of a leader": (LEADER, "/inbox?box=handle"),
    "inbox of a clerk": (CLERK, "/inbox?box=handle"),
    "done, of a clerk": (CLERK, "/inbox?box=done"),
    "register, newest": (CLERK, "/handlings"),
    "register of a year": (CLERK, "/handlings?year={year}"),
    "register, closed ones": (CLERK, "/handlings?state=closed"),
    "register, from its middle": (CLERK, "/handlings?cursor={middle}"),
}
BATCHES, EACH = 5, 100
QUICK_EACH = 20
Figures = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Keys:
    """Who asks, and for whom the rows are made."""

    tokens: dict[str, str]
    past: Past


async def settle(ground: Ground) -> Keys:
    """The town, and the maker of its past."""
    async with town_on(ground) as town:
        for name in (LEADER, CLERK):
            await town.of(name)
        persons = {town.posts[name]: town.people[name] for name in (CLERK, LEADER)}
        past = Past(town.units["禾渡镇"], town.posts[CLERK], town.posts[LEADER], persons)
        return Keys(dict(town.tokens), past)


def asked(keys: Keys, size: int) -> dict[str, tuple[str, str]]:
    """Each list's token and address, with so many documents in the house."""
    middle = base64url.encode(msgspec.json.encode((keys.past.at(size // 2).isoformat(), str(UUID(int=0)))))
    year = keys.past.at(size).year
    return {name: (keys.tokens[who], path.format(year=year, middle=middle)) for name, (who, path) in LISTS.items()}


async def touched(ground: Ground, wanted: dict[str, tuple[str, str]]) -> dict[str, int]:
    """Pages each list touches, all its queries together; its lines are looked at, so that an empty list proves nothing."""
    found = {}
    async with opened(ground.settings) as house:
        for name, (token, path) in wanted.items():
            headers = {"Authorization": f"Bearer {token}"}
            with overheard() as queries:
                lines = (await house.http.get(path, headers=headers)).raise_for_status().json()["items"]
            if len(lines) != 30:
                raise RuntimeError(f"{name}: {len(lines)} lines")
            found[name] = await pages(ground, [query for query in queries if _about(query[0])])
    return found


def _about(text: str) -> bool:
    return "inbox_todo" in text or "documents_handling" in text


def timed(base: str, wanted: dict[str, tuple[str, str]], each: int) -> dict[str, tuple[float, float]]:
    """Median and 99th percentile of each list in ms, the middle of several batches so that one hiccup does not decide."""
    found = {}
    for name, (token, path) in wanted.items():
        with httpx.Client(base_url=f"{base}/api/v1", headers={"Authorization": f"Bearer {token}"}) as http:
            batches = [[_once(http, path) for _ in range(each)] for _ in range(BATCHES + 1)][1:]
        every = [one for batch in batches for one in batch]
        found[name] = ms(every, 0.5), median([percentile(batch, 0.99) for batch in batches]) * 1000
    return found


def _once(http: httpx.Client, path: str) -> float:
    started = time.perf_counter()
    http.get(path).raise_for_status()
    return time.perf_counter() - started


async def measure(ground: Ground, sizes: tuple[int, ...], each: int) -> Figures:
    """Every list at every size, in one growing database."""
    keys = await settle(ground)
    figures: Figures = {name: {"pages": [], "p50_ms": [], "p99_ms": []} for name in LISTS}
    before = 0
    for size in sizes:
        await fill(ground, keys.past, before, size)
        before = size
        counted = await touched(ground, asked(keys, size))
        with server(ground) as running:
            times = timed(running.base, asked(keys, size), each)
        for name, figure in figures.items():
            figure["pages"].append(counted[name])
            figure["p50_ms"].append(times[name][0])
            figure["p99_ms"].append(round(times[name][1], 2))
    for figure in figures.values():
        figure["growth"] = {what: round(figure[what][-1] / figure[what][0], 2) for what in ("pages", "p50_ms", "p99_ms")}
    return figures


def measured(options: argparse.Namespace) -> Found:
    """All lists on each engine."""
    sizes, each = (QUICK, QUICK_EACH) if options.quick else (FULL, EACH)
    pin(1)
    figures: dict[str, Any] = {"documents": list(sizes)}
    with tempfile.TemporaryDirectory() as folder:
        for engine in options.engine:
            with ground(engine, Path(folder)) as here:
                figures[engine] = run(measure(here, sizes, each))
    return Found(figures, *verdict(figures, options.engine))


def verdict(figures: dict[str, Any], engines: list[str]) -> tuple[str, bool]:
    """The worst growth of pages and of the 99th percentile."""
    told, ok = [], True
    for engine in engines:
        for what in ("pages", "p99_ms"):
            worst = max(figures[engine], key=lambda name: figures[engine][name]["growth"][what])
            growth = figures[engine][worst]["growth"][what]
            ok = ok and growth <= GROWTH
            told.append(f"{engine} {what} grow at most {growth:.2f}x ({worst})")
    return "; ".join(told), ok


if __name__ == "__main__":
    tell("lists", parser(__doc__).parse_args(), measured)
