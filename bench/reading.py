"""How right the proposals for the register are, field by field: on real papers read by hand, and on papers made for it.

`--papers FOLDER` (else ZHIBAN_SAMPLES, else the folder of samples beside the repository) holds `gongwen/TRUTH.json` and its
files. Right: what the paper says, or nothing where it says nothing. Missed: nothing where it says something. Wrong: anything
else, which is worse than nothing.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from bench.ground import ROOT, Found, parser, run, tell
from documents.incoming.reading import Reading, normalise_doc_no, read
from office.files.rendering.conversion import Converter, ConverterSettings
from office.files.rendering.pool import Pool, PoolSettings
from office.kernel.refusal import Refusal
from office.numbering.folding import plain
from tests.support.gongwen.files import made
from tests.support.gongwen.layers import layers
from tests.support.gongwen.model import FIELDS

#: The words of TRUTH.json for our fields.
NAMED = {
    "title": "title", "docNo": "doc_no", "issuer": "issuer", "docDate": "doc_date", "urgency": "urgency", "mainTo": "main_to",
    "signer": "signer", "docType": "kind",
}  # fmt: skip
#: 令 is registered as 命令; 常规 is a vendor's word for no urgency at all.
SAME = {("kind", "令"): "命令", ("urgency", "常规"): ""}
CHINESE = {
    "title": "标题", "doc_no": "发文字号", "issuer": "发文机关", "doc_date": "成文日期", "urgency": "紧急程度",
    "main_to": "主送", "signer": "签发人", "kind": "文种",
}  # fmt: skip
MADE, QUICK = 200, 64


class Judged(NamedTuple):
    """One field of one paper: what it says, what was proposed, and the verdict."""

    paper: str
    field: str
    says: str
    proposed: str
    verdict: str


async def reading_of(pool: Pool, converter: Converter, path: Path) -> Reading:
    """What is proposed; of a file that is not taken, nothing."""
    try:
        return read(await layers(pool, converter, path))
    except Refusal as refusal:
        print(f"{path.name}: not taken, {refusal.code}", file=sys.stderr)
        return Reading(has_text=False)


def judged(paper: str, says: dict[str, str], reading: Reading) -> list[Judged]:
    """Every field that counts."""
    found = []
    for field, expected in says.items():
        made = getattr(reading, field)
        proposed = made.value if made else ""
        found.append(Judged(paper, field, expected, proposed, _verdict(field, expected, proposed)))
    return found


def _verdict(field: str, says: str, proposed: str) -> str:
    if _form(field, says) == _form(field, proposed):
        return "right" if says else "rightly empty"
    return "missed" if not proposed else "wrong"


def _form(field: str, value: str) -> str:
    return normalise_doc_no(value) if field == "doc_no" and value else plain(value)


def truths(folder: Path) -> list[tuple[Path, dict[str, str]]]:
    """The real papers and what people read in them."""
    found = []
    for entry in json.loads((folder / "TRUTH.json").read_text(encoding="utf-8")):
        says = {ours: SAME.get((ours, entry[theirs]), entry[theirs]) for theirs, ours in NAMED.items()}
        found.append((folder / entry["file"], says))
    return found


async def real(folder: Path) -> list[Judged]:
    """The real papers."""
    found: list[Judged] = []
    converter = Converter(ConverterSettings())
    async with Pool(PoolSettings(workers=1)) as pool:
        for path, says in truths(folder):
            found += judged(path.name, says, await reading_of(pool, converter, path))
    return found


async def generated(which: str, count: int, seed: int) -> list[Judged]:
    """Papers of the generator."""
    found: list[Judged] = []
    converter = Converter(ConverterSettings())
    with tempfile.TemporaryDirectory() as folder:
        async with Pool(PoolSettings(workers=1)) as pool:
            for paper in made(which, count, seed):
                path = Path(folder) / paper.name
                path.write_bytes(paper.data)
                found += judged(paper.name, paper.says, await reading_of(pool, converter, path))
    return found


def table(found: Iterable[Judged]) -> dict[str, dict[str, int]]:
    """Verdicts counted by field, `all` at the end."""
    counts = {field: Counter[str]() for field in (*FIELDS, "all")}
    for one in found:
        counts[one.field][one.verdict] += 1
        counts["all"][one.verdict] += 1
    return {
        CHINESE.get(field, field): {name: count[name] for name in ("right", "rightly empty", "missed", "wrong")}
        for field, count in counts.items()
    }


def told(found: Iterable[Judged]) -> list[str]:
    """What was not right, a line each."""
    return [f"{one.verdict} {one.paper} {CHINESE[one.field]}: {one.proposed!r} for {one.says!r}" for one in found
            if one.verdict in {"missed", "wrong"}]  # fmt: skip


def measured(options: argparse.Namespace) -> Found:
    """Real papers where they are at hand, and generated ones."""
    folder = Path(options.papers or os.environ.get("ZHIBAN_SAMPLES") or ROOT.parent / "shared" / "samples") / "gongwen"
    count = QUICK if options.quick else MADE
    figures: dict[str, Any] = {}
    said = []
    sets = {"train": lambda: generated("train", count, options.seed),
            "held-out": lambda: generated("held-out", count, options.seed)}  # fmt: skip
    if (folder / "TRUTH.json").is_file():
        sets = {"real": lambda: real(folder), **sets}
    for name in options.only or sets:
        found = run(sets[name]())
        figures[name] = table(found)
        # Of held-out papers nobody is shown which were missed: a rule written for one of them would make it a train paper.
        if name != "held-out" or options.show:
            figures[f"{name}: not right"] = told(found)
        total = figures[name]["all"]
        good = total["right"] + total["rightly empty"]
        said.append(f"{name}: {good} right, {total['missed']} missed, {total['wrong']} wrong of {sum(total.values())}")
    return Found(figures, "; ".join(said))


def options() -> argparse.ArgumentParser:
    """The options."""
    asked = parser(__doc__)
    asked.add_argument("--papers", help="the folder of samples")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", action="append", choices=("real", "train", "held-out"), help="this set; may be given twice")
    asked.add_argument("--show", action="store_true", help="name what is not right in the held-out papers too")
    return asked


if __name__ == "__main__":
    tell("reading", options().parse_args(), measured)
