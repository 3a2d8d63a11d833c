"""Pictures in a document (clause 10): PNG, JPEG, BMP, GIF, TIFF, JPEG 2000 by Pillow, JBIG2 by PDFium; shrunk early."""

import io
import struct
import zlib
from collections.abc import Callable, Hashable
from typing import Any

from PIL import Image

from office.files.ofd.faults import Broken, TooMuch
from office.files.ofd.jbig2 import decode_jbig2, is_jbig2
from office.files.ofd.native import skia

Image.MAX_IMAGE_PIXELS = None
"""Our own bound is checked on the header, before any pixel is decoded."""

#: Pixels held by `Pictures`, at four bytes each.
KEPT_PIXELS = 32_000_000
FORMATS = ("PNG", "JPEG", "BMP", "DIB", "GIF", "TIFF", "JPEG2000", "WEBP", "PPM")
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error, zlib.error, OverflowError)


class Pictures:
    """The last pictures made ready for skia: one drawn again, on every page of a PDF, is the same one and is stored once."""

    def __init__(self, most_pixels: int = KEPT_PIXELS) -> None:
        self._most, self._pixels = most_pixels, 0
        self._kept: dict[Hashable, Any] = {}

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` made for that key, made now if it is not held."""
        if key in self._kept:
            self._kept[key] = self._kept.pop(key)
            return self._kept[key]
        picture = self._kept[key] = make()
        self._pixels += _pixels(picture)
        while self._pixels > self._most and len(self._kept) > 1:
            self._pixels -= _pixels(self._kept.pop(next(iter(self._kept))))
        return picture


def _pixels(picture: Any) -> int:
    return int(picture.width() * picture.height())


def decode(data: bytes, told: str, longest: int, most_pixels: int) -> Image.Image:
    """A picture in mode L, RGB or RGBA, shrunk to about twice `longest` pixels where it is larger. `told`: the Format of the
    resource.

    Raises Broken, or TooMuch where it has more than `most_pixels`.
    """
    if is_jbig2(data, told):
        return decode_jbig2(data, longest, most_pixels)
    try:
        return _decoded(data, longest, most_pixels)
    except BROKEN as error:
        raise Broken("picture") from error


def _decoded(data: bytes, longest: int, most_pixels: int) -> Image.Image:
    image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > most_pixels:
        raise TooMuch("picture")
    if min(image.size) < 1:
        raise ValueError("no pixels")
    image.draft("RGB", (longest, longest))
    image.load()  # here, where what is broken is looked for
    return shrunk(_eight_bits(image), longest)


def shrunk(image: Image.Image, longest: int) -> Image.Image:
    """At most twice `longest` pixels a side: what is finer than a page's pixels costs memory and flickers."""
    if max(image.size) > 2 * longest:
        image.thumbnail((2 * longest, 2 * longest), Image.Resampling.BOX)
    return image


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        return image.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in {"L", "RGB"} else image.convert("L" if image.mode == "1" else "RGB")


def masked(image: Image.Image, mask: Image.Image) -> Image.Image:
    """A picture seen through the light parts of its mask (ImageMask)."""
    clear = image.convert("RGBA")
    clear.putalpha(mask.convert("L").resize(image.size))
    return clear


def to_skia(image: Image.Image) -> Any:
    """The same pixels for skia."""
    if image.mode == "L":
        return _made(image, skia.ColorType.kGray_8_ColorType, skia.AlphaType.kOpaque_AlphaType)
    if image.mode == "RGB":
        return _made(image.convert("RGBA"), skia.ColorType.kRGBA_8888_ColorType, skia.AlphaType.kOpaque_AlphaType)
    return _made(image.convert("RGBA"), skia.ColorType.kRGBA_8888_ColorType, skia.AlphaType.kUnpremul_AlphaType)


def _made(image: Image.Image, kind: Any, alpha: Any) -> Any:
    return skia.Image.frombytes(image.tobytes(), skia.ISize(*image.size), kind, alpha)


def from_jpeg(data: bytes, most_pixels: int) -> Any:
    """A JPEG as it is, for a PDF that takes its bytes over; nothing where it is none, or not plain RGB or grey."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            if image.mode not in {"L", "RGB"} or image.width * image.height > most_pixels:
                return None
    except BROKEN:
        return None
    return skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(data))
