"""Damaged copies of real and handmade OFD files: each is shown or refused, no worker dies of one, and the next is served.

The parts inside the zip are hurt and packed again, so that their checksums hold and the damage reaches the reader.
"""

import io
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable

import pytest

from office.files.rendering.pool import InMemory, Pool, PoolSettings
from office.files.texts import TEXTS
from office.kernel.refusal import Refusal
from tests.office.files.makers import samples
from tests.office.files.ofd_maker import fill, ofd, packed, png, seal, sealed, square, text
from tests.office.files.test_mutants import mutant

LARGEST = 170_000
NUMBERS = ("-1", "0", "1e38", "-1e38", "nan", "99999999999", "1e-30", "", "x", "65536")


def originals() -> list[bytes]:
    real = [path for path in sorted(samples().glob("*/*.ofd")) if path.stat().st_size < LARGEST]
    shade = '<ofd:Segment><ofd:Color Value="255 0 0"/></ofd:Segment><ofd:Segment><ofd:Color Value="0 0 255"/></ofd:Segment>'
    axial = f'<ofd:FillColor><ofd:AxialShd StartPoint="0 0" EndPoint="20 0" Extend="3">{shade}</ofd:AxialShd></ofd:FillColor>'
    radial = f'<ofd:FillColor><ofd:RadialShd StartPoint="9 9" EndRadius="9">{shade}</ofd:RadialShd></ofd:FillColor>'
    cell = f"<ofd:CellContent>{square(0, 0, 2, fill('1 2 3'))}</ofd:CellContent>"
    tiled = f'<ofd:FillColor><ofd:Pattern Width="4" Height="4" CTM="1 0 0 1 0 0">{cell}</ofd:Pattern></ofd:FillColor>'
    letter = '<ofd:Text Font="1" Size="9"><ofd:TextCode X="0" Y="9">文</ofd:TextCode></ofd:Text>'
    clip = f"<ofd:Clips><ofd:Clip><ofd:Area>{letter}</ofd:Area></ofd:Clip></ofd:Clips>"
    stamp = '<ofd:StampAnnot ID="1" PageRef="100" Boundary="9 9 40 40" Clip="0 0 20 40"/>'
    body, files = sealed([stamp], seal("png", png((255, 0, 0))))
    shapes = (
        square(9, 9, 20, axial) + square(40, 9, 20, radial) + square(70, 9, 20, tiled) + square(9, 40, 20, clip + fill("9 9 9"))
    )
    return [path.read_bytes() for path in real] + [ofd(shapes + text("关于防汛的通知"), body=body, files=files)]


def hurt(data: bytes, chance: random.Random) -> bytes:
    """The package with one to three of its parts hurt; one in eight is hurt from outside."""
    if chance.random() < 0.125:
        return mutant(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    for _ in range(chance.randint(1, 3)):
        name = chance.choice(sorted(parts))
        parts[name] = _xml(parts[name], parts, chance) if name.lower().endswith(".xml") else mutant(parts[name] or b"x", chance)
    if chance.random() < 0.1:
        del parts[chance.choice(sorted(parts))]
    return packed(parts)


def _xml(data: bytes, parts: dict[str, bytes], chance: random.Random) -> bytes:
    """Numbers and values exchanged, elements doubled, lost, nested or renamed: well-formed for the most part."""
    told = data.decode("utf-8", "replace")
    for _ in range(chance.randint(1, 8)):
        kind = chance.randrange(6)
        if kind == 0:
            told = _at_one(
                r'"([^"]*)"', told, lambda one: '"' + " ".join(chance.choice(NUMBERS) for _ in one.split()) + '"', chance
            )
        elif kind == 1:
            told = _at_one(r"-?\d+(\.\d+)?", told, lambda _: chance.choice(NUMBERS), chance)
        elif kind == 2:
            values = re.findall(r'"[^"]*"', told)
            told = _at_one(r'"[^"]*"', told, lambda _, known=values: chance.choice(known), chance)
        elif kind == 3:
            told = _at_one(r"<[^/!?][^>]*/>", told, lambda one: one * chance.choice([0, 2, 50]), chance)
        elif kind == 4:
            names = re.findall(r"</?(?:\w+:)?(\w+)", told)
            told = _at_one(r"(?<=:)\w+(?=[ >])", told, lambda _, known=names: chance.choice(known), chance)
        else:
            return mutant(data or b"x", chance) if chance.random() < 0.5 else parts[chance.choice(sorted(parts))]
    return told.encode("utf-8", "replace")


def _at_one(pattern: str, told: str, change: Callable[[str], str], chance: random.Random) -> str:
    places = list(re.finditer(pattern, told))
    if not places:
        return told
    place = chance.choice(places)
    return told[: place.start()] + change(place.group(0)) + told[place.end() :]


async def outcomes(count: int, seed: int) -> Counter[str]:
    chance = random.Random(seed)
    sources = originals()
    told: Counter[str] = Counter()
    async with Pool(PoolSettings(workers=1)) as pool:
        for number in range(count):
            source = InMemory(hurt(sources[number % len(sources)], chance), f"mutant {seed} {number}")
            try:
                pages = (await pool.inspect(source)).pages
                made = await pool.render(source, min(1, len(pages) - 1), 540)
                await pool.text(source, 0)
                await pool.details(source)
                if number % 8 == 0:
                    assert (await pool.pdf(source)).startswith(b"%PDF-")
                assert made.data
                told["shown, part missing" if made.warnings else "shown"] += 1
            except Refusal as refusal:
                TEXTS[refusal.code].format(**refusal.facts)
                told[refusal.code] += 1
                if refusal.code in {"files.worker_crashed", "files.render_timeout"}:
                    print(f"mutant {number} of seed {seed}: {refusal}")
        assert (await pool.text(InMemory(ofd(text("活着")), "alive"), 0)).text == "活着"
    return told


async def test_sixty_damaged_packages_are_shown_or_refused() -> None:
    told = await outcomes(60, seed=33190)
    assert told.total() == 60
    assert told["files.worker_crashed"] == 0
    assert told["shown"] + told["shown, part missing"] > 10


@pytest.mark.proof
async def test_four_thousand_damaged_packages_are_shown_or_refused() -> None:
    told = await outcomes(4000, seed=2016)
    print(dict(told))
    assert told.total() == 4000
    assert told["files.worker_crashed"] == 0
    assert told["shown"] + told["shown, part missing"] > 1000
