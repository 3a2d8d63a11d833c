"""An uploaded photograph or scan (照片、扫描件) inside a worker: one page, upright by its EXIF orientation."""

import io
import struct
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from PIL import Image

from office.files.bounds import Bounds
from office.files.rendering.looking import Beside, RawText
from office.files.rendering.palette import lossy
from office.files.rendering.shapes import Details, Inspection, PageText, Rendition
from office.files.seals.shapes import Trust, Verdict
from office.files.sniff import FileType
from office.kernel.refusal import Invalid, NotFound, TooLarge, Unsupported

Image.MAX_IMAGE_PIXELS = None
"""Our own bound is checked on the header, before any pixel is decoded."""

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error, zlib.error)
_POINTS_PER_PIXEL = 72 / 96
_ORIENTATION = 0x0112
#: Pixels across of the picture decoded to see that it can be.
_TRIAL = 64
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = {5, 6, 7, 8}


class Picture:
    """A JPEG or PNG; animated or many-picture files show their first picture."""

    def __init__(self, source: str | bytes, kind: FileType, bounds: Bounds) -> None:
        """Refuses files.damaged (422), files.page_too_large (413)."""
        self._file: BinaryIO = open(source, "rb") if isinstance(source, str) else io.BytesIO(source)  # noqa: SIM115 - closed in close()
        self._kind = kind
        try:
            self._width, self._height = self._upright_size(bounds)
        except TooLarge:
            self.close()
            raise
        except _BROKEN:
            self.close()
            raise Invalid("files.damaged") from None
        self._bounds = bounds

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def inspect(self) -> Inspection:
        """One page of the picture's upright size at 96 dpi. Decoded once, small, so that half a picture is not taken."""
        self._shrunk(_TRIAL, max(1, round(_TRIAL * self._height / self._width)))
        size = (round(self._width * _POINTS_PER_PIXEL, 2), round(self._height * _POINTS_PER_PIXEL, 2))
        return Inspection(self._kind.value, (size,))

    def verify(self, trust: Trust, now: datetime) -> tuple[Verdict, ...]:
        """A picture carries no signature."""
        return ()

    def render(self, number: int, width: int) -> Rendition:
        """The picture, at most `width` pixels wide and never enlarged."""
        self._must_be_first(number)
        width = min(width, self._width)
        height = max(1, round(width * self._height / self._width))
        if width * height > self._bounds.max_rendition_pixels:
            raise TooLarge("files.page_too_large", page=1)
        image = self._shrunk(width, height)
        return Rendition(0, lossy(image), image.width, image.height, "image/webp", "photo")

    def text(self, number: int) -> PageText:
        """A picture has no text layer."""
        self._must_be_first(number)
        return PageText(0, self._width * _POINTS_PER_PIXEL, self._height * _POINTS_PER_PIXEL, "", ())

    def raw_text(self, number: int) -> RawText:
        """None."""
        return RawText(self.text(number).text)

    def inside(self) -> Iterator[tuple[str, bytes | None]]:
        """Nothing."""
        return iter(())

    def pinned(self, number: int) -> Iterator[tuple[str, bytes | None]]:
        """Nothing."""
        return iter(())

    def beside(self) -> Beside:
        """Nothing: the picture needs a declaration in any case."""
        return Beside()

    def gray(self, number: int, width: int) -> Image.Image:
        """The picture in grey tones, never enlarged."""
        self._must_be_first(number)
        width = min(width, self._width)
        return self._shrunk(width, max(1, round(width * self._height / self._width))).convert("L")

    def scan_width(self, number: int) -> int:
        """Its own width, less where that would be more pixels than a page's picture has: a photograph of a page at 200 to the
        inch has half of them."""
        self._must_be_first(number)
        most = (0.98 * self._bounds.max_rendition_pixels * self._width / self._height) ** 0.5
        return max(1, int(min(self._width, most)))

    def details(self) -> Details:
        """Nothing that anyone needs: EXIF tells of cameras."""
        return Details()

    def pdf(self) -> bytes:
        """Refuses files.no_pdf: a picture is printed as it is."""
        raise Unsupported("files.no_pdf")

    def _must_be_first(self, number: int) -> None:
        if number != 0:
            raise NotFound("files.no_such_page", page=number + 1, pages=1)

    def _opened(self) -> Image.Image:
        self._file.seek(0)
        return Image.open(self._file, formats=("JPEG",) if self._kind is FileType.JPEG else ("PNG",))

    def _upright_size(self, bounds: Bounds) -> tuple[int, int]:
        image = self._opened()
        width, height = image.size
        if min(width, height) < 1:
            raise ValueError("no pixels")
        if width * height > bounds.max_image_pixels:
            raise TooLarge("files.page_too_large", page=1)
        return (height, width) if _orientation(image) in _SIDEWAYS else (width, height)

    def _shrunk(self, width: int, height: int) -> Image.Image:
        try:
            return self._decoded(width, height)
        except _BROKEN:
            raise Invalid("files.damaged") from None

    def _decoded(self, width: int, height: int) -> Image.Image:
        image = self._opened()
        turn = _TURNS.get(_orientation(image))
        longest = max(width, height)
        image.draft("RGB", (longest, longest))
        image = _flat(image)
        image.thumbnail((2 * longest, 2 * longest), Image.Resampling.BOX)
        upright = image if turn is None else image.transpose(turn)
        return upright.resize((width, height), Image.Resampling.LANCZOS)


def _orientation(image: Image.Image) -> int:
    """EXIF orientation from what the header holds; Pillow's `getexif` would decode a whole PNG to look behind it."""
    exif = Image.Exif()
    exif.load(image.info.get("exif") or b"")
    value = exif.get(_ORIENTATION, 1)
    return value if isinstance(value, int) else 1


def _flat(image: Image.Image) -> Image.Image:
    """Eight bits and three channels, on white where it is transparent."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L").convert("RGB")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        clear = image.convert("RGBA")
        flat = Image.new("RGB", clear.size, (255, 255, 255))
        flat.paste(clear, mask=clear.getchannel("A"))
        return flat
    return image.convert("RGB")
