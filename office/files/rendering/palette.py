"""From a rendered page to the smallest picture that reads the same: four greys, a small red beside them, or lossy WebP.

Measured on a dense Chinese page 540 px wide: 16 greys 26.5 KB, four greys 14.4 KB, alike to the eye. One bit drops strokes.
A red head, a seal or a link gets colours of its own by mask: a nearest-colour search over greys and reds together would tint
the grey edges of black strokes pink.
"""

import io
from collections.abc import Callable

import msgspec
from PIL import Image, ImageChops, ImageFilter

from office.files.rendering.shapes import WIDTHS

GREYS = (0, 75, 165, 255)
CUTS = (1 / 6, 0.42, 0.88)
"""Where one grey ends and the next begins, on the stretched scale; each grey stands in the middle of what it stands for.

Even cuts (0.5 in the middle) cost 4 % more and look the same. Paper begins at 0.88 and not at 5/6: pale lettering must not
vanish.
"""

REDS = ((120, 0, 10), (230, 0, 18), (238, 85, 97), (246, 170, 176))
COLOURED = 48
"""Distance between the strongest and the weakest channel from which a pixel counts as coloured."""

FAINT = 232
"""The grey of marks paler than the lightest of `GREYS`."""

_FAINT_SHARE = 0.0005
_QUALITIES = (40, 30, 22)
_FIRST_PAGE_BYTES = 25_000
_TONAL_SHARE = 0.03
_OTHER_SHARE = 0.0005
_COLOURS = 12


class Encoded(msgspec.Struct, frozen=True):
    """A finished picture; `tones` is grey, red, colour or photo; `blank` tells that every pixel is the same."""

    data: bytes
    tones: str
    blank: bool


def encode_page(image: Image.Image, *, pale: bool = False) -> Encoded:
    """Encode a rendered RGB page as WebP, choosing by what is on it. `pale`: keep marks that four greys take for paper."""
    low, high = image.convert("L").getextrema()
    blank = low == high
    if _is_tonal(image):
        return Encoded(lossy(image), "photo", blank)
    grey = _levels(image.convert("L"))
    faint = _faint(image.convert("L")) if pale else None
    coloured = _mask(_saturation(image), COLOURED)
    if not coloured.getbbox():
        return Encoded(_lossless(_indexed(grey, _grey_palette()), faint), "grey", blank)
    if _other_share(image, coloured) < _OTHER_SHARE:
        return Encoded(_lossless(_with_reds(image, grey, coloured), faint), "red", blank)
    return Encoded(_lossless(_with_colours(image, grey, coloured), faint), "colour", blank)


def lossy(image: Image.Image) -> bytes:
    """WebP for photographs and scans with real tones; the smallest width keeps within what a weak line carries if it can."""
    page, data = image.convert("RGB"), b""
    for quality in _QUALITIES:
        out = io.BytesIO()
        page.save(out, "WEBP", quality=quality, method=4)
        data = out.getvalue()
        if page.width > WIDTHS[0] or len(data) < _FIRST_PAGE_BYTES:
            break
    return data


def _lossless(indexed: Image.Image, faint: Image.Image | None = None) -> bytes:
    page, out = indexed.convert("RGB"), io.BytesIO()
    if faint is not None:
        page.paste((FAINT,) * 3, mask=faint)
    page.save(out, "WEBP", lossless=True, quality=60, method=4)
    return out.getvalue()


def _faint(grey: Image.Image) -> Image.Image | None:
    """Where a page is just off its paper with no ink beside it, as a faint watermark is; nothing if hardly anywhere.

    The edges of letters pass through the same tones, but ink is next to them.
    """
    ink, paper = _ends(grey.histogram())
    start, end = ink + CUTS[2] * (paper - ink), paper - 4
    off = grey.point([255 if start < value < end else 0 for value in range(256)])
    clear = _mask(grey.filter(ImageFilter.MinFilter(3)), int(start))
    mask = ImageChops.darker(off, clear)
    return mask if mask.histogram()[255] > _FAINT_SHARE * grey.width * grey.height else None


def _levels(grey: Image.Image) -> Image.Image:
    """Indices 0 (black) to 3 (white) after stretching ink and paper to the ends of the scale."""
    ink, paper = _ends(grey.histogram())
    span = max(1, paper - ink)
    return grey.point([_level((value - ink) / span) for value in range(256)])


def _level(lightness: float) -> int:
    return sum(lightness > cut for cut in CUTS)


def _ends(histogram: list[int]) -> tuple[int, int]:
    """The levels of ink and of paper: paper is the commonest light level, ink the darkest twentieth of the rest."""
    paper = max(range(160, 256), key=histogram.__getitem__)
    if not histogram[paper]:
        return 0, 255
    paper = max(200, paper - 6)
    dark = histogram[: paper - 40]
    wanted, seen = sum(dark) * 0.05, 0
    for level, count in enumerate(dark):
        seen += count
        if seen > wanted:
            return min(level, 90), paper
    return 0, paper


def _saturation(image: Image.Image) -> Image.Image:
    red, green, blue = image.split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    weakest = ImageChops.darker(ImageChops.darker(red, green), blue)
    return ImageChops.subtract(strongest, weakest)


def _mask(channel: Image.Image, above: int) -> Image.Image:
    return channel.point([255 if value > above else 0 for value in range(256)])


def _other_share(image: Image.Image, coloured: Image.Image) -> float:
    """Share of the page that is coloured and not red: red stands well above green and blue, and those two are close."""
    red, green, blue = image.split()
    above = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    apart = ImageChops.subtract(ImageChops.difference(green, blue), above.point([value // 2 for value in range(256)]))
    other = ImageChops.lighter(_mask(apart, 12), ImageChops.invert(_mask(above, 16)))
    count = ImageChops.darker(other, coloured).histogram()[255]
    return count / (image.width * image.height)


def _with_reds(image: Image.Image, grey: Image.Image, coloured: Image.Image) -> Image.Image:
    """Indices 4 to 7: dark red where black shows through a seal, else three steps from red to paper by the weaker channels."""
    red, green, _ = image.split()
    tints = green.point([5 if value < 48 else 6 if value < 128 else 7 for value in range(256)])
    tints.paste(4, mask=red.point([255 if value < 168 else 0 for value in range(256)]))
    return _indexed(Image.composite(tints, grey, coloured), _grey_palette() + [part for red in REDS for part in red])


def _with_colours(image: Image.Image, grey: Image.Image, coloured: Image.Image) -> Image.Image:
    """Indices 4 and up: the commonest colours among the coloured pixels, looked for in them alone."""
    only = Image.new("RGB", image.size, (255, 255, 255))
    only.paste(image, mask=coloured)
    few = only.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = list(few.getpalette() or [])[: 3 * _COLOURS]
    tints = Image.frombytes("L", few.size, few.tobytes()).point([min(255, value + 4) for value in range(256)])
    return _indexed(Image.composite(tints, grey, coloured), _grey_palette() + palette)


def _grey_palette() -> list[int]:
    return [part for grey in GREYS for part in (grey, grey, grey)]


def _indexed(indices: Image.Image, palette: list[int]) -> Image.Image:
    page = Image.frombytes("P", indices.size, indices.tobytes())
    page.putpalette(palette)
    return page


def _is_tonal(image: Image.Image) -> bool:
    """Whether at least 3 % of the page is neither paper, ink nor flat shading: photographs, uneven lighting.

    Looked at in blocks of 16 px: text always shows paper somewhere in a block, flat shading has no variation in it.
    """
    small = image.convert("L").reduce(4)
    light = _pool(small, ImageChops.lighter)
    dark = _pool(small, ImageChops.darker)
    off_paper = _mask(ImageChops.invert(light), 45)
    varied = _mask(ImageChops.subtract(light, dark), 8)
    tonal = ImageChops.darker(off_paper, varied).histogram()[255]
    return tonal / (light.width * light.height) > _TONAL_SHARE


def _pool(image: Image.Image, pick: Callable[[Image.Image, Image.Image], Image.Image]) -> Image.Image:
    """The lightest (or darkest) value of each 4 by 4 block."""
    for dx, dy in ((1, 0), (2, 0), (0, 1), (0, 2)):
        image = pick(image, ImageChops.offset(image, dx, dy))
    return image.resize((max(1, image.width // 4), max(1, image.height // 4)), Image.Resampling.NEAREST)
