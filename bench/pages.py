"""Pages rendered per second, by width and number of workers, and how many bytes a page takes."""

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


def measured(options: argparse.Namespace) -> Found:
    """The demo's papers, and real ones where a folder of samples is at hand."""
    most, rounds = (1, 2) if options.quick else (3, 5)
    figures: dict[str, Any] = {"demo papers": run(measure(run(pages_of(PAPERS, 3)), rounds))}
    if real := run(pages_of(SAMPLES, most)):
        figures["real papers"] = run(measure(real, 1 if options.quick else 3))
    if versions := run(pages_of(SAMPLES, most, "ofd")):
        figures["real OFD"] = run(measure(versions, 1 if options.quick else 3))
    said = [f"{name}: {median(one['pages_per_s']):.0f}/s" for name, one in figures["demo papers"].items() if name != "pages"]
    return Found(figures, "; ".join(said))


if __name__ == "__main__":
    tell("pages", parser(__doc__).parse_args(), measured)
