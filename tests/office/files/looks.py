"""How each page of the real OFD files looked when a person last found it right: small pictures, and how near a page comes.

`python -m tests.office.files.looks` makes them anew: look at every one of them before you keep it.
"""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from office.files.rendering.pool import Pool, PoolSettings
from tests.office.files.makers import samples

KEPT = Path(__file__).parent / "looks"
#: A kept picture is so wide; pages are compared in cells of 10 by 10 pixels of the page as a phone gets it.
WIDTH, PAGE, CELLS = 108, 540, 54
#: The mean difference of all cells, of 255, and the share of cells that may differ by more than `FAR`: what another version of
#: a font or of Skia does to the edges of letters, and less than a line of text, a stamp or a colour that is missing does.
MEAN, FAR, SHARE = 2.0, 40, 0.003


def files() -> list[Path]:
    """The real OFD files."""
    return sorted([*samples().glob("ofd/*.ofd"), *samples().glob("gongwen/*.ofd")])


def kept(file: Path, number: int) -> Path:
    """Where the look of a page is kept; `number` from 0."""
    return KEPT / f"{file.stem}-{number + 1}.png"


def picture(data: bytes) -> Image.Image:
    """A page as it was sent to a phone."""
    return Image.open(io.BytesIO(data)).convert("RGB")


def cells(image: Image.Image) -> Image.Image:
    return image.resize((CELLS, max(1, round(image.height * CELLS / image.width))), Image.Resampling.BOX)


def unlike(page: Image.Image, look: Image.Image) -> str:
    """How a page differs from its kept look; "" where it does not."""
    if abs(page.height / page.width - look.height / look.width) > 0.01:
        return f"{page.size}, not of the form of {look.size}"
    differs = ImageChops.difference(cells(page.resize(look.size, Image.Resampling.BOX)), cells(look))
    mean = sum(ImageStat.Stat(differs).mean) / 3
    red, green, blue = differs.split()
    worst = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    share = sum(worst.histogram()[FAR + 1 :]) / (differs.width * differs.height)
    return f"mean {mean:.2f}, {share:.2%} of the cells far off" if mean > MEAN or share > SHARE else ""


async def pages() -> AsyncIterator[tuple[Path, int, Image.Image]]:
    """Every page of every real file, 540 pixels wide."""
    async with Pool(PoolSettings(workers=1)) as pool:
        for file in files():
            for number in range(len((await pool.inspect(file)).pages)):
                yield file, number, picture((await pool.render(file, number, PAGE)).data)


async def keep() -> None:
    """Keep how they look today."""
    KEPT.mkdir(exist_ok=True)
    async for file, number, page in pages():
        small = page.resize((WIDTH, round(page.height * WIDTH / page.width)), Image.Resampling.BOX)
        small.save(kept(file, number), optimize=True)


if __name__ == "__main__":
    asyncio.run(keep())
