"""Pages rendered per second, by width and number of workers, how many bytes a page takes; and of each real paper, PDF and OFD:
how soon its first page is there, how long all of it takes, and what a page costs on the line at each width."""

import argparse
import asyncio
import os
import time
from pathlib import Path
from typing import Any

from bench.ground import ROOT, Found, cpu_seconds, median, parser, percentile, rounded, run, tell
from office.files.rendering.pool import Pool, PoolSettings
from office.kernel.refusal import Refusal

PAPERS = ROOT / "demo" / "paper"
SAMPLES = Path(os.environ.get("ZHIBAN_SAMPLES", ROOT.parent / "shared" / "samples"))
WIDTHS, WORKERS = (540, 720), (1, 2)
#: What a phone asks for: first, as its usual page, and enlarged.
ALL_WIDTHS = (540, 720, 1080)
#: Of a longer paper so many pages are drawn, and the whole is reckoned from these.
MOST_PAGES = 60
Page = tuple[Path, int]


async def pages_of(folder: Path, most: int, kind: str = "pdf") -> list[Page]:
    """The first pages of every paper in a folder; what cannot be shown is left out."""
    found: list[Page] = []
    async with Pool(PoolSettings(workers=1)) as pool:
        for path in sorted(folder.rglob(f"*.{kind}")):
            try:
                seen = await pool.inspect(path)
            except Refusal:
                continue
            found += [(path, number) for number in range(min(most, len(seen.pages)))]
    return found


async def once(pool: Pool, asked: list[Page], width: int) -> tuple[float, list[int]]:
    """Pages per second, all asked for at once, and the bytes of each."""
    started = time.perf_counter()
    made = await asyncio.gather(*(pool.render(path, number, width) for path, number in asked))
    return len(asked) / (time.perf_counter() - started), [len(one.data) for one in made]


async def measure(asked: list[Page], rounds: int) -> dict[str, Any]:
    """Every width by every number of workers, started beforehand."""
    found: dict[str, Any] = {"pages": len(asked)}
    for workers in WORKERS:
        for width in WIDTHS:
            async with Pool(PoolSettings(workers=workers)) as pool:
                await once(pool, asked[: workers * 2], width)
                before = sum(map(cpu_seconds, pool.pids))
                done = [await once(pool, asked, width) for _ in range(rounds)]
                cpu = sum(map(cpu_seconds, pool.pids)) - before
            sizes = done[-1][1]
            found[f"{width}px, {workers} workers"] = {
                "pages_per_s": rounded([rate for rate, _ in done]),
                "worker_cpu_ms_each": round(cpu * 1000 / len(asked) / rounds, 1),
                "bytes_median": median(sizes), "bytes_p90": percentile(sizes, 0.9), "bytes_max": max(sizes),
            }  # fmt: skip
    return found


async def of_paper(path: Path, most: int) -> dict[str, Any] | None:
    """One paper in a worker that is started and has had another paper open: its first page at 540 px from the moment it is
    asked for, then every page at 720 px, one after another, and the bytes at each width. None for what cannot be shown."""
    async with Pool(PoolSettings(workers=1)) as pool:
        await pool.render(next(PAPERS.glob("*.pdf")), 0, ALL_WIDTHS[0])
        started = time.perf_counter()
        try:
            pages = len((await pool.inspect(path)).pages)
            first = await pool.render(path, 0, ALL_WIDTHS[0])
        except Refusal:
            return None
        soon, drawn = time.perf_counter() - started, min(pages, most)
        sizes = {width: [len((await pool.render(path, n, width)).data) for n in range(drawn)] for width in (540, 1080)}
        sizes[540][0], started = len(first.data), time.perf_counter()
        sizes[720] = [len((await pool.render(path, n, 720)).data) for n in range(drawn)]
        each = (time.perf_counter() - started) / drawn
    return {
        "pages": pages, "first_page_ms": round(soon * 1000, 1), "a_page_ms": round(each * 1000, 1),
        "whole_file_ms": round(each * 1000 * pages, 1),
        **{f"bytes_{width}": {"median": median(sizes[width]), "max": max(sizes[width])} for width in ALL_WIDTHS},
    }  # fmt: skip


async def papers(most: int) -> dict[str, Any]:
    """Every real paper by its name, PDF and OFD."""
    found = {}
    for path in sorted([*SAMPLES.rglob("*.pdf"), *SAMPLES.rglob("*.ofd")]):
        if told := await of_paper(path, most):
            found[f"{path.parent.name}/{path.name}"] = told
    return found


def over_all(found: dict[str, Any], kind: str) -> dict[str, Any]:
    """The middle and the worst of all papers of a kind."""
    ours = [one for name, one in found.items() if name.endswith(kind)]
    told: dict[str, Any] = {"papers": len(ours)}
    for name in ("first_page_ms", "a_page_ms", "whole_file_ms"):
        told[name] = {"median": median([one[name] for one in ours]), "max": max(one[name] for one in ours)}
    for width in ALL_WIDTHS:
        sizes = [one[f"bytes_{width}"] for one in ours]
        told[f"bytes_{width}"] = {"median": median([one["median"] for one in sizes]), "max": max(one["max"] for one in sizes)}
    return told


def measured(options: argparse.Namespace) -> Found:
    """The demo's papers, and real ones where a folder of samples is at hand."""
    most, rounds = (1, 2) if options.quick else (3, 5)
    figures: dict[str, Any] = {"demo papers": run(measure(run(pages_of(PAPERS, 3)), rounds))}
    if real := run(pages_of(SAMPLES, most)):
        figures["real papers"] = run(measure(real, 1 if options.quick else 3))
    if versions := run(pages_of(SAMPLES, most, "ofd")):
        figures["real OFD"] = run(measure(versions, 1 if options.quick else 3))
    if each := run(papers(3 if options.quick else MOST_PAGES)):
        figures["each paper"] = each
        figures |= {f"all {kind[1:].upper()}": over_all(each, kind) for kind in (".pdf", ".ofd")}
    said = [f"{name}: {median(one['pages_per_s']):.0f}/s" for name, one in figures["demo papers"].items() if name != "pages"]
    return Found(figures, "; ".join(said))


if __name__ == "__main__":
    tell("pages", parser(__doc__).parse_args(), measured)
