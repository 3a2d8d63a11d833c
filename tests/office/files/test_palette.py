import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from office.files.rendering.palette import GREYS, REDS, encode_page


def _shown(page: Image.Image) -> tuple[str, Image.Image]:
    encoded = encode_page(page)
    return encoded.tones, Image.open(io.BytesIO(encoded.data)).convert("RGB")


def _strokes(page: Image.Image, colour: tuple[int, int, int], top: int) -> None:
    """Antialiased strokes: drawn four times larger and reduced."""
    big = Image.new("RGB", (page.width * 4, 160), (255, 255, 255))
    pen = ImageDraw.Draw(big)
    for x in range(40, page.width * 4 - 80, 61):
        pen.line((x, 20, x + 37, 140), fill=colour, width=9)
        pen.line((x, 90, x + 50, 70), fill=colour, width=6)
    page.paste(big.reduce(4), (0, top))


def _white() -> Image.Image:
    return Image.new("RGB", (540, 764), (255, 255, 255))


def test_a_black_page_has_four_greys() -> None:
    page = _white()
    _strokes(page, (0, 0, 0), 100)
    tones, shown = _shown(page)
    assert tones == "grey"
    assert {colour for _, colour in shown.getcolors(256) or ()} == {(grey, grey, grey) for grey in GREYS}


def test_a_red_head_stays_red_and_black_text_gets_no_pink_edges() -> None:
    page = _white()
    _strokes(page, (230, 0, 18), 60)
    _strokes(page, (0, 0, 0), 300)
    tones, shown = _shown(page)
    assert tones == "red"
    head = {colour for _, colour in shown.crop((0, 60, 540, 100)).getcolors(256) or ()}
    body = {colour for _, colour in shown.crop((0, 300, 540, 340)).getcolors(256) or ()}
    assert REDS[1] in head
    assert body <= {(grey, grey, grey) for grey in GREYS}


def test_black_under_a_seal_stays_dark() -> None:
    page = _white()
    pen = ImageDraw.Draw(page)
    pen.ellipse((200, 200, 320, 320), outline=(230, 0, 18), width=6)
    pen.rectangle((250, 195, 256, 215), fill=(110, 0, 8))
    _, shown = _shown(page)
    assert shown.getpixel((253, 203)) == REDS[0]


def test_other_colours_keep_their_hue() -> None:
    page = _white()
    ImageDraw.Draw(page).rectangle((40, 40, 300, 140), fill=(20, 60, 200))
    tones, shown = _shown(page)
    assert tones == "colour"
    assert shown.getpixel((100, 100)) == (20, 60, 200)


def test_pale_lettering_does_not_vanish() -> None:
    page = _white()
    _strokes(page, (0, 0, 0), 300)
    ImageDraw.Draw(page).rectangle((40, 40, 60, 42), fill=(215, 215, 215))
    _, shown = _shown(page)
    assert shown.getpixel((50, 41)) != (255, 255, 255)


def test_grey_paper_of_a_scan_becomes_white() -> None:
    page = Image.new("RGB", (540, 764), (226, 226, 226))
    ImageDraw.Draw(page).rectangle((100, 100, 300, 110), fill=(60, 60, 60))
    tones, shown = _shown(page)
    assert tones == "grey"
    assert shown.getpixel((10, 10)) == (255, 255, 255)
    assert shown.getpixel((200, 105)) == (0, 0, 0)


def test_a_photograph_keeps_its_tones() -> None:
    tones, shown = _shown(Image.effect_mandelbrot((540, 764), (-2.0, -1.5, 1.0, 1.5), 60).convert("RGB"))
    noise = Image.merge("RGB", [Image.radial_gradient("L").resize((540, 764))] * 3)
    tones, shown = _shown(noise)
    assert tones == "photo"
    assert len(shown.getcolors(1 << 20) or ()) > 50


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (230, 0, 18)])
def test_a_page_of_one_colour_is_blank(colour: tuple[int, int, int]) -> None:
    assert encode_page(Image.new("RGB", (540, 764), colour)).blank


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 70), st.integers(1, 70), st.binary(min_size=3, max_size=120))
def test_any_picture_is_encoded_at_its_size(width: int, height: int, seed: bytes) -> None:
    pixels = (seed * (3 * width * height // len(seed) + 1))[: 3 * width * height]
    _, shown = _shown(Image.frombytes("RGB", (width, height), pixels))
    assert shown.size == (width, height)
