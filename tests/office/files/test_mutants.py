"""Damaged copies of real files: each must be answered or refused, and the pool must serve the next caller."""

import io
import random
import re
from collections import Counter

import pytest
from PIL import Image

from office.files.rendering.pool import InMemory, Pool, PoolSettings
from office.files.texts import TEXTS
from office.kernel.refusal import Refusal
from tests.office.files.makers import ROOT, chinese_pdf, form_pdf, samples, text_pdf

LARGEST = 300_000


def originals() -> list[bytes]:
    real = [path for path in sorted(samples().glob("*/*.pdf")) if path.stat().st_size < LARGEST]
    paper = [path for path in sorted((ROOT / "demo" / "paper").glob("*.pdf")) if path.stat().st_size < LARGEST]
    photo = io.BytesIO()
    Image.effect_noise((200, 200), 60).convert("RGB").save(photo, "JPEG")
    chart = io.BytesIO()
    Image.radial_gradient("L").save(chart, "PNG")
    made = [chinese_pdf(), form_pdf(), text_pdf(["line"], pages=3), photo.getvalue(), chart.getvalue()]
    return [path.read_bytes() for path in real + paper] + made


def mutant(data: bytes, chance: random.Random) -> bytes:
    """One to six hurts: flipped bytes, a cut end, a repeated or missing stretch, a number made huge or negative."""
    hurt = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(hurt))
        match chance.randrange(5):
            case 0:
                for _ in range(chance.randint(1, 30)):
                    hurt[chance.randrange(len(hurt))] = chance.randrange(256)
            case 1:
                del hurt[max(64, at) :]
            case 2:
                hurt[at:at] = hurt[at : at + chance.randint(1, 4000)]
            case 3:
                del hurt[at : at + chance.randint(1, 400)]
            case _:
                numbers = list(re.finditer(rb"\d+", bytes(hurt[at : at + 4000])))
                if numbers:
                    number = chance.choice(numbers)
                    huge = chance.choice([b"-1", b"0", b"99999999999", b"2147483647", b"1e38"])
                    hurt[at + number.start() : at + number.end()] = huge
        if not hurt:
            hurt += b"%PDF-1.4"
    return bytes(hurt)


async def outcomes(count: int, seed: int) -> Counter[str]:
    chance = random.Random(seed)
    sources = originals()
    told: Counter[str] = Counter()
    async with Pool(PoolSettings(workers=1, seconds=5)) as pool:
        for number in range(count):
            source = InMemory(mutant(sources[number % len(sources)], chance), f"mutant {seed} {number}")
            try:
                pages = (await pool.inspect(source)).pages
                made = await pool.render(source, min(1, len(pages) - 1), 540)
                await pool.text(source, 0)
                assert made.data
                told["shown"] += 1
            except Refusal as refusal:
                TEXTS[refusal.code].format(**refusal.facts)
                told[refusal.code] += 1
        assert len((await pool.inspect(InMemory(text_pdf(["alive"]), "alive"))).pages) == 1
    return told


async def test_forty_damaged_files_are_shown_or_refused() -> None:
    told = await outcomes(40, seed=20260708)
    assert told.total() == 40
    assert told["shown"] > 0
    assert told["files.damaged"] > 0


@pytest.mark.proof
async def test_six_hundred_damaged_files_are_shown_or_refused() -> None:
    told = await outcomes(600, seed=97)
    assert told.total() == 600
    assert told["shown"] > 100
