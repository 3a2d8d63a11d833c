"""SM2 verifications per second, and the verdict on a file's seals through a worker: processor time of each.

`python -m bench.seals [--quick]`
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.ground import Found, cpu_seconds, median, parser, rounded, run, tell
from bench.pages import SAMPLES
from office.files.rendering.pool import Pool, PoolSettings
from office.files.seals.shapes import Trust
from office.kernel import clock
from office.kernel.sm.sm2 import PrivateKey
from tests.office.files import pdf_signer, seal_maker
from tests.office.files.ofd_maker import packed

REAL = (
    "ofd/01-fapiao-vat-invoice.ofd", "ofd/10-nonstandard-paths.ofd", "ofd/12-SESV4SignDoc.ofd", "ofd/14-v4signed.ofd",
    "gongwen/01-luqiao-pifu.ofd", "gongwen/04-yongdi-yushen-yijianshu.ofd",
)  # fmt: skip


def sm2(count: int) -> dict[str, float]:
    """Per second, on one core."""
    key = PrivateKey.made()
    signature = key.sign(b"a")
    found = {}
    for name, act in (("signed", lambda: key.sign(b"a")), ("verified", lambda: key.public.verifies(b"a", signature))):
        started = time.process_time()
        for _ in range(count):
            act()
        found[f"{name}_per_s"] = round(count / (time.process_time() - started), 0)
    return found


def papers(folder: Path) -> list[tuple[str, Path, Trust]]:
    """One good OFD and one good PDF made here, and the real ones at hand."""
    made = (("made.ofd", packed(seal_maker.sealed()), seal_maker.TRUST), ("made.pdf", pdf_signer.signed(), pdf_signer.TRUST))
    found = []
    for name, data, trust in made:
        (folder / name).write_bytes(data)
        found.append((name, folder / name, trust))
    return found + [(name, SAMPLES / name, Trust()) for name in REAL if (SAMPLES / name).is_file()]


async def measured_in_pool(asked: list[tuple[str, Path, Trust]], rounds: int) -> dict[str, Any]:
    """Milliseconds of the worker's processor time for a file, opened already, and the verdicts."""
    found = {}
    for name, path, trust in asked:
        async with Pool(PoolSettings(workers=1)) as pool:
            now = clock.now()
            verdicts = await pool.verify(path, trust, now)
            times = []
            for _ in range(rounds):
                before = sum(map(cpu_seconds, pool.pids))
                for _ in range(10):
                    await pool.verify(path, trust, now)
                times.append((sum(map(cpu_seconds, pool.pids)) - before) * 100)
        found[name] = {"cpu_ms": rounded(times), "verdicts": [one.outcome.value for one in verdicts]}
    return found


def measured(options: argparse.Namespace) -> Found:
    """SM2 alone, then whole files."""
    figures: dict[str, Any] = {"sm2": sm2(300 if options.quick else 3000)}
    with tempfile.TemporaryDirectory() as folder:
        asked = run(asyncio.to_thread(papers, Path(folder)))
        figures["files"] = run(measured_in_pool(asked, 2 if options.quick else 5))
    files = "; ".join(f"{name} {median(one['cpu_ms']):.1f} ms" for name, one in figures["files"].items())
    return Found(figures, f"SM2 {figures['sm2']['verified_per_s']:.0f} verified/s; {files}")


if __name__ == "__main__":
    tell("seals", parser(__doc__).parse_args(), measured)
