"""Forms printed and closed handlings sealed per second, one after another, and the time of each part."""

import argparse
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bench.ground import ROOT, Found, ms, parser, run, tell
from office.kernel import settings
from office.kernel.settings import Settings
from office.kernel.sm.digests import sm3
from office.papers.sealing import Appearance, seal
from office.papers.seals import signer
from office.papers.typesetting import bind, form_of, typeset
from office.papers.wire import Part

FULL, QUICK = 60, 8
PAPER = ROOT / "demo" / "paper" / "urgent-notice.pdf"
MADE = {"year": 2026, "month": 11, "day": 30, "hour": 8, "minute": 3}
STAMP = {"title": "封签", "made": MADE, "lines": ["归档封签（测试，无法律效力）", "禾渡镇人民政府　收〔2026〕12号"]}


def opinion(by: str, text: str) -> dict[str, Any]:
    """As the sheet has it."""
    return {"head": "", "text": text, "strokes": None, "wide": 0, "by": by, "post": "副镇长", "at": "2026年7月7日", "marks": []}


def box(label: str, count: int) -> dict[str, Any]:
    """A box with so many opinions."""
    entries = [opinion("秦望舒", f"请抓紧办理，第{number}组先行，三日内报结果。") for number in range(count)]
    return {"label": label, "height": 20, "entries": entries, "readers": [], "text": ""}


def sheet(opinions: int) -> dict[str, Any]:
    """A sheet with so many opinions in two boxes."""
    title = [{"label": "文件标题", "value": "关于做好防汛工作的紧急通知", "large": True}]
    return {
        "title": "禾渡镇人民政府文件处理单", "unit": "禾渡镇人民政府", "number": "收文编号：收〔2026〕12号", "made": MADE,
        "foot": "本系统为非涉密系统", "head": [title], "boxes": [box("拟办意见", 1), box("领导批示", opinions)],
    }  # fmt: skip


async def measure(count: int) -> dict[str, Any]:
    """Each part by itself, so many times."""
    by = signer()
    front = {**sheet(5), "proofs": [], "note": ""}
    parts = [form_of("closed-handling", front), Part("application/pdf", PAPER.name, str(PAPER))]
    bound = await bind(parts, form_of("seal", STAMP))
    appearance = Appearance(bound.beside, 148, 277, 56, 17)
    sealed = await seal(bound.pdf, by, appearance, "办结归档")
    digest = sm3(sealed)
    figures = {
        "sheet_5_opinions": await timed(lambda: typeset("handling-sheet", sheet(5)), count),
        "sheet_60_opinions": await timed(lambda: typeset("handling-sheet", sheet(60)), count),
        "whole_bound": await timed(lambda: bind(parts, form_of("seal", STAMP)), count),
        "sealed": await timed(lambda: seal(bound.pdf, by, appearance, "办结归档"), count),
    }
    started = time.perf_counter()
    for _ in range(count):
        by.sign_sm2(digest)
    figures["sm2_signed"] = {"per_s": round(count / (time.perf_counter() - started))}
    return {**figures, "sealed_bytes": len(sealed), "pages": bound.pages}


async def timed(work: Callable[[], Awaitable[object]], count: int) -> dict[str, float]:
    """How many a second, and the median."""
    took = []
    for _ in range(count):
        started = time.perf_counter()
        await work()
        took.append(time.perf_counter() - started)
    return {"per_s": round(count / sum(took), 1), "p50_ms": ms(took, 0.5), "p99_ms": ms(took, 0.99)}


def measured(options: argparse.Namespace) -> Found:
    """No engine is asked."""
    with tempfile.TemporaryDirectory() as folder:
        settings.use(Settings(data=str(Path(folder) / "data")))
        figures = run(measure(QUICK if options.quick else FULL))
    told = f"a sheet {figures['sheet_5_opinions']['p50_ms']} ms, a whole bound {figures['whole_bound']['p50_ms']} ms"
    return Found(figures, f"{told} and sealed {figures['sealed']['p50_ms']} ms")


if __name__ == "__main__":
    tell("papers", parser(__doc__).parse_args(), measured)
