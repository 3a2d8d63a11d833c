"""Looking files of sixty pages over for classified marks: pages of words, and scans of the same pages."""

import argparse
import io
import tempfile
import time
from pathlib import Path
from typing import Any

import pypdfium2

from bench.ground import ROOT, Found, cpu_seconds, median, parser, rounded, run, tell
from office.files.rendering.pool import Pool, PoolSettings
from office.files.stop import AT_ONCE

PAPER = ROOT / "demo" / "paper" / "urgent-notice.pdf"
PAGES = 60


def of_words(target: Path) -> Path:
    """Sixty pages of the demo's densest paper."""
    made, paper = pypdfium2.PdfDocument.new(), pypdfium2.PdfDocument(PAPER)
    for _ in range(PAGES // len(paper)):
        made.import_pages(paper)
    made.save(target)
    return target


def scanned(words: Path, target: Path) -> Path:
    """The same as pictures of 200 to the inch."""
    pages = [page.render(scale=200 / 72).to_pil().convert("L") for page in pypdfium2.PdfDocument(words)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    target.write_bytes(out.getvalue())
    return target


async def measure(path: Path, rounds: int) -> dict[str, Any]:
    """Seconds and processor time for the whole file, one worker, opened anew each round."""
    took, cpu = list[float](), list[float]()
    for _ in range(rounds):
        async with Pool(PoolSettings(workers=1)) as pool:
            await pool.inspect(path)
            before, started = sum(map(cpu_seconds, pool.pids)), time.perf_counter()
            for start in range(0, PAGES, AT_ONCE):
                await pool.look(path, start, AT_ONCE)
            took.append(time.perf_counter() - started)
            cpu.append(sum(map(cpu_seconds, pool.pids)) - before)
    return {
        "pages": PAGES,
        "mib": round(path.stat().st_size / 2**20, 1),
        "seconds": rounded(took),
        "worker_cpu_s": rounded(cpu),
    }


def measured(options: argparse.Namespace) -> Found:
    """Both files."""
    rounds = 2 if options.quick else 5
    with tempfile.TemporaryDirectory() as folder:
        words = of_words(Path(folder) / "words.pdf")
        files = {"words": words, "scans": scanned(words, Path(folder) / "scans.pdf")}
        figures: dict[str, Any] = {name: run(measure(path, rounds)) for name, path in files.items()}
    said = [f"{name}: {median(one['seconds']):.1f} s, {median(one['worker_cpu_s']):.1f} s cpu" for name, one in figures.items()]
    return Found(figures, f"{PAGES} pages looked over, " + "; ".join(said))


if __name__ == "__main__":
    tell("secrecy", parser(__doc__).parse_args(), measured)
