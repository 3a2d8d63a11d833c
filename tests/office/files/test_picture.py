import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops, ImageDraw

from office.files.bounds import Bounds
from office.files.rendering.pool import InMemory, Pool, PoolSettings
from office.kernel.refusal import Invalid, NotFound, TooLarge

Held = Callable[[bytes], InMemory]


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def _marked(size: tuple[int, int]) -> Image.Image:
    """White with a red block in the upper left corner."""
    image = Image.new("RGB", size, (255, 255, 255))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 4, size[1] // 4), fill=(200, 0, 0))
    return image


def _turned(orientation: int) -> bytes:
    """A JPEG stored so that showing it with this EXIF orientation gives `_marked((800, 600))`."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = _marked((800, 600))
    exif = Image.Exif()
    exif[0x0112] = orientation
    return _saved(image if undo is None else image.transpose(undo), "JPEG", exif=exif.tobytes())


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_photographs_are_shown_upright(pool: Pool, held: Held, orientation: int) -> None:
    source = held(_turned(orientation))
    told = await pool.inspect(source)
    assert told.pages == ((600.0, 450.0),)
    made = await pool.render(source, 0, 540)
    shown = Image.open(io.BytesIO(made.data)).convert("RGB")
    assert (made.width, made.height, made.tones) == (540, 405, "photo")
    assert shown.getpixel((40, 40))[0] > 150 > shown.getpixel((40, 40))[1]  # type: ignore[index]
    assert min(shown.getpixel((500, 380))) > 220  # type: ignore[arg-type]


async def test_a_photographed_page_fits_a_weak_line_at_the_smallest_width(pool: Pool, held: Held) -> None:
    page = Image.new("RGB", (1080, 1528), (235, 235, 225))
    pen = ImageDraw.Draw(page)
    for number in range(22 * 28):
        x, y = 140 + number % 28 * 29, 200 + number // 28 * 56
        for stroke in range(2):
            at = (number * 7919 + stroke * 104729) % 24
            pen.line((x + at, y, x + (at * 5 + stroke * 7) % 26, y + 26), fill=(60, 60, 60), width=2)
    noise = Image.effect_noise(page.size, 8)
    photo = ImageChops.add(page, Image.merge("RGB", [noise] * 3), 1, -128)
    made = await pool.render(held(_saved(photo, "JPEG", quality=85)), 0, 540)
    assert made.tones == "photo"
    assert len(made.data) < 25_000


async def test_a_small_picture_is_not_enlarged(pool: Pool, held: Held) -> None:
    made = await pool.render(held(_saved(_marked((100, 80)), "PNG")), 0, 1080)
    assert (made.width, made.height) == (100, 80)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
async def test_every_kind_of_png_is_shown_on_white(pool: Pool, held: Held, mode: str) -> None:
    if mode == "I;16":
        image = Image.new("I;16", (60, 60), 65535)
    else:
        image = Image.new("RGBA", (60, 60), (0, 0, 0, 0)) if mode in {"LA", "RGBA"} else Image.new("L", (60, 60), 255)
        image = image.convert(mode)
    made = await pool.render(held(_saved(image, "PNG")), 0, 540)
    assert min(Image.open(io.BytesIO(made.data)).convert("RGB").getpixel((30, 30))) > 240  # type: ignore[arg-type]


async def test_cmyk_photographs_are_shown(pool: Pool, held: Held) -> None:
    made = await pool.render(held(_saved(Image.new("CMYK", (60, 60), (0, 255, 255, 0)), "JPEG")), 0, 540)
    red, green, _ = Image.open(io.BytesIO(made.data)).convert("RGB").getpixel((30, 30))  # type: ignore[misc]
    assert red > 200 > green


async def test_one_page_and_no_text(pool: Pool, held: Held) -> None:
    source = held(_saved(_marked((80, 60)), "PNG"))
    assert (await pool.text(source, 0)).lines == ()
    with pytest.raises(NotFound) as refused:
        await pool.render(source, 1, 540)
    assert refused.value.code == "files.no_such_page"


async def test_broken_pictures_are_damaged(pool: Pool, held: Held) -> None:
    whole = _saved(Image.effect_noise((300, 300), 90).convert("RGB"), "JPEG")
    header = struct.pack(">IIBBBBB", 10, 10, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    for data in (whole[: len(whole) // 2], b"\xff\xd8\xff\xe0nothing", png, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff%PDF-1.4"):
        with pytest.raises(Invalid) as refused:
            await pool.render(held(data), 0, 540)
        assert refused.value.code == "files.damaged"


async def test_pixels_are_counted_before_they_are_decoded(held: Held) -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    png += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    async with Pool(PoolSettings(workers=1, bounds=Bounds())) as pool:
        with pytest.raises(TooLarge) as refused:
            await pool.inspect(held(png))
    assert refused.value.code == "files.page_too_large"


@pytest.mark.parametrize("kind", ("JPEG", "PNG"))
async def test_half_a_picture_is_refused_before_it_is_taken(pool: Pool, held: Held, kind: str) -> None:
    whole = _saved(Image.effect_noise((400, 300), 60).convert("RGB"), kind)
    assert len((await pool.inspect(held(whole))).pages) == 1
    with pytest.raises(Invalid, match=r"files\.damaged"):
        await pool.inspect(held(whole[: len(whole) // 2]))
