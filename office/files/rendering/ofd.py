"""One opened OFD inside a worker: what it is, its pages as pictures, its text layers. The reader is `office/files/ofd`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

from PIL import Image

from office.files.bounds import MIB, Bounds, scan_width
from office.files.ofd.details import attached, carried, details_of, is_cut
from office.files.ofd.document import Document, PageRef, open_documents
from office.files.ofd.faces import Faces, FontShelf
from office.files.ofd.faults import Broken, Locked, TooMuch
from office.files.ofd.images import Pictures
from office.files.ofd.native import skia
from office.files.ofd.package import Package
from office.files.ofd.painter import Painter
from office.files.ofd.reading import Reader
from office.files.ofd.signatures import listing_of
from office.files.ofd.values import Area
from office.files.rendering.looking import Beside, RawText
from office.files.rendering.palette import encode_page
from office.files.rendering.shapes import Details, Inspection, PageText, PageWarning, Rendition
from office.files.rendering.textlayer import clean, lines_of
from office.files.seals.shapes import Trust, Verdict
from office.files.sniff import FileType
from office.kernel.refusal import Invalid, NotFound, TooLarge

MAX_PDF = 96 * MIB
"""Bytes of a PDF made of a whole file: it is held in the worker's memory more than once."""
_POINTS = 72 / 25.4
_shelf = lru_cache(maxsize=4)(FontShelf)


class Ofd:
    """An OFD; several documents in one package are shown one after the other, so that nothing in it stays unseen."""

    def __init__(self, source: str | bytes, bounds: Bounds, font_dirs: Sequence[str]) -> None:
        """Refuses files.encrypted, files.damaged (422), files.too_many_pages and files.too_heavy (413)."""
        self._bounds, self._fonts = bounds, _shelf(tuple(font_dirs))
        with _refusing():
            self._package = Package(source)
        try:
            with _refusing():
                self._documents = open_documents(self._package)
            self._faces = {document: Faces(self._package, self._fonts) for document in self._documents}
            self._pages = [(document, ref) for document in self._documents for ref in document.pages]
            self._must_be_of_size()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the file back."""
        self._package.close()

    def inspect(self) -> Inspection:
        """Pages and their sizes; a page that cannot be read has none and is warned of."""
        sizes = tuple(self._size(document, ref) for document, ref in self._pages)
        warnings = [PageWarning.PAGE_DAMAGED] if any(not width for width, _ in sizes) else []
        if all(not width for width, _ in sizes):
            raise Invalid("files.damaged")
        signatures = sum(len(listing.entries) or listing.named for listing in map(listing_of, self._documents))
        return Inspection(FileType.OFD.value, sizes, warnings=tuple(warnings), signatures=signatures)

    def render(self, number: int, width: int) -> Rendition:
        """Page `number` (from 0) `width` pixels wide. Refuses files.no_such_page, files.page_damaged, files.page_too_large."""
        image, painter = self._drawn(number, width)
        encoded, warnings = encode_page(image, pale=not painter.pictured), _warnings(painter)
        if encoded.blank and not warnings:
            warnings.append(PageWarning.BLANK)
        return Rendition(number, encoded.data, image.width, image.height, "image/webp", encoded.tones, tuple(warnings))

    def _drawn(self, number: int, width: int) -> tuple[Image.Image, Painter]:
        document, ref = self._page(number)
        with _refusing(number):
            box = self._area(document, ref, number)
            height = max(1, round(width * box.height / box.width))
            if width * height > self._bounds.max_rendition_pixels:
                raise TooLarge("files.page_too_large", page=number + 1)
            pixels = bytearray(width * height * 4)
            info = skia.ImageInfo.Make(width, height, skia.ColorType.kRGBA_8888_ColorType, skia.AlphaType.kPremul_AlphaType)
            surface = skia.Surface.MakeRasterDirect(info, pixels, width * 4)
            painter = self._painted(document, ref, surface.getCanvas(), (width / box.width, height / box.height))
        image = Image.frombuffer("RGBA", (width, height), pixels, "raw", "RGBA", 0, 1).convert("RGB")
        return image, painter

    def text(self, number: int) -> PageText:
        """The text layer of page `number` (from 0)."""
        document, ref = self._page(number)
        with _refusing(number):
            reader = Reader(document, self._faces[document], self._bounds.max_text_chars)
            box = reader.walk(ref)
        width, height = round(box.width * _POINTS, 2), round(box.height * _POINTS, 2)
        text, lines = clean("\n".join(part for part in reader.parts if part.strip())), tuple(lines_of(reader.glyphs, width))
        return PageText(number, width, height, text, lines, reader.truncated, tuple(_warnings(reader)))

    def raw_text(self, number: int) -> RawText:
        """All characters of a page, in the file's own order."""
        page = self.text(number)
        return RawText(page.text, page.truncated)

    def inside(self) -> Iterator[tuple[str, bytes | None]]:
        """The attachments in it (附件, clause 20), and documents that lie in the package and are named nowhere: names and
        bytes, None where not to be read."""
        for document in self._documents:
            yield from attached(document)
        yield from carried(self._package)

    def pinned(self, number: int) -> Iterator[tuple[str, bytes | None]]:
        """Nothing: attachments are the document's."""
        return iter(())

    def beside(self) -> Beside:
        """Nothing more than details tell; whether they tell all."""
        with _refusing():
            return Beside(cut=is_cut(details_of(self._documents)))

    def gray(self, number: int, width: int) -> Image.Image:
        """Page `number` in grey tones."""
        return self._drawn(number, width)[0].convert("L")

    def scan_width(self, number: int) -> int:
        """Pixels across in which a printed code can be read."""
        document, ref = self._page(number)
        return scan_width(*self._size(document, ref), self._bounds)

    def details(self) -> Details:
        """What the package says about itself."""
        with _refusing():
            return details_of(self._documents)

    def verify(self, trust: Trust, now: datetime) -> tuple[Verdict, ...]:
        """The twelve checks of each seal and signature, by what is trusted now."""
        from office.files.seals.ofd import verdicts

        with _refusing():
            return verdicts(self._documents, trust, now, self._seen)

    def _seen(self, document: Document, number: int) -> str:
        """The upright text of a document's page (from 0); empty where it cannot be read."""
        try:
            reader = Reader(document, self._faces[document], self._bounds.max_text_chars)
            reader.walk(document.pages[number])
        except (Broken, TooMuch):
            return ""
        return "".join(glyph.text for glyph in reader.glyphs)

    def pdf(self) -> bytes:
        """All pages as a PDF: outlines stay outlines. A page that cannot be drawn refuses the whole, none is left out.

        Refuses files.too_heavy (413) where it would have more than `MAX_PDF` bytes.
        """
        stream, pictures = skia.DynamicMemoryWStream(), Pictures()
        title = next((fact.value for fact in self.details().info if fact.name == "Title"), "")
        with skia.PDF.MakeDocument(stream, Title=title, Creator="指办", Producer="Skia") as made:
            for number, (document, ref) in enumerate(self._pages):
                with _refusing(number):
                    box = self._area(document, ref, number)
                    with made.page(box.width * _POINTS, box.height * _POINTS) as canvas:
                        canvas.scale(_POINTS, _POINTS)
                        faces, most = self._faces[document], self._bounds.max_image_pixels
                        Painter(document, canvas, faces, most, pictures=pictures).walk(ref)
                _must_be_light(stream)
        _must_be_light(stream)
        return bytes(stream.detachAsData())

    def _painted(self, document: Document, ref: PageRef, canvas: Any, scale: tuple[float, float]) -> Painter:
        canvas.clear(skia.ColorWHITE)
        canvas.scale(*scale)
        painter = Painter(document, canvas, self._faces[document], self._bounds.max_image_pixels)
        painter.walk(ref)
        return painter

    def _area(self, document: Document, ref: PageRef, number: int) -> Area:
        box = document.page_area(ref)
        if max(box.width, box.height) * _POINTS > self._bounds.max_page_points:
            raise TooLarge("files.page_too_large", page=number + 1)
        return box

    def _size(self, document: Document, ref: PageRef) -> tuple[float, float]:
        try:
            box = document.page_area(ref)
        except (Broken, TooMuch):
            return 0.0, 0.0
        return round(box.width * _POINTS, 2), round(box.height * _POINTS, 2)

    def _page(self, number: int) -> tuple[Document, PageRef]:
        if not 0 <= number < len(self._pages):
            raise NotFound("files.no_such_page", page=number + 1, pages=len(self._pages))
        return self._pages[number]

    def _must_be_of_size(self) -> None:
        if len(self._pages) > self._bounds.max_pages:
            raise TooLarge("files.too_many_pages", pages=len(self._pages), limit=self._bounds.max_pages)
        if not self._pages:
            raise Invalid("files.damaged")


def _must_be_light(stream: Any) -> None:
    if stream.bytesWritten() > MAX_PDF:
        raise TooLarge("files.too_heavy")


def _warnings(walked: Painter | Reader) -> list[PageWarning]:
    found = [PageWarning.FONT_MISSING] if walked.font_missing else []
    return [*found, PageWarning.INCOMPLETE] if walked.incomplete or walked.faces.broken else found


@contextmanager
def _refusing(page: int | None = None) -> Iterator[None]:
    """The package's faults as refusals: of the whole file, or of one page (from 0)."""
    try:
        yield
    except Locked:
        raise Invalid("files.encrypted") from None
    except Broken:
        raise (Invalid("files.damaged") if page is None else Invalid("files.page_damaged", page=page + 1)) from None
    except TooMuch:
        raise (TooLarge("files.too_heavy") if page is None else TooLarge("files.page_too_large", page=page + 1)) from None
