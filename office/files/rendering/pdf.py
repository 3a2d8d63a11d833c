"""One opened PDF inside a worker: what it is, its pages as pictures, its text layers."""

import ctypes
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from PIL import Image

from office.files.bounds import Bounds, scan_width
from office.files.rendering.beside import beside
from office.files.rendering.fonts import is_chinese
from office.files.rendering.looking import Beside, RawText
from office.files.rendering.native import lib
from office.files.rendering.native import raw as pdfium
from office.files.rendering.notes import files_of, notes_of, pinned_to
from office.files.rendering.palette import encode_page
from office.files.rendering.shapes import Details, Fact, Inspection, PageText, PageWarning, Rendition, SignatureFact
from office.files.rendering.textlayer import clean, read_page
from office.files.seals.shapes import Trust, Verdict
from office.files.sniff import FileType
from office.kernel.refusal import Invalid, NotFound, TooLarge, Unsupported

logging.getLogger("pypdfium2").setLevel(logging.ERROR)

_OBJECTS_LOOKED_AT = 4000
_MOST_CHARS, _MOST_SIGNATURES = 2000, 100
_BUILT_IN = b"Chrom"
_CJK = (("\u2e80", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"))
_PUNCTUATION = ("\u3000", "\u303f")


class Pdf:
    """A PDF opened without a password; form fields are drawn as filled in."""

    def __init__(self, source: str | bytes, bounds: Bounds) -> None:
        """Refuses files.encrypted, files.damaged (422) and files.too_many_pages (413)."""
        self._bounds, self._source = bounds, source
        self._pdf = _open(source)
        self._pages = len(self._pdf)
        if self._pages > bounds.max_pages:
            self.close()
            raise TooLarge("files.too_many_pages", pages=self._pages, limit=bounds.max_pages)
        if self._pages < 1:
            self.close()
            raise Invalid("files.damaged")
        self._form = self._pdf.get_formtype()
        if self._form != pdfium.FORMTYPE_NONE:
            self._pdf.init_forms()

    def close(self) -> None:
        """Give the memory back."""
        self._pdf.close()

    def inspect(self) -> Inspection:
        """Pages and their sizes, read from the page tree without drawing anything."""
        sizes = tuple(self._size(index) for index in range(self._pages))
        warnings = [PageWarning.PAGE_DAMAGED] if any(width <= 0 or height <= 0 for width, height in sizes) else []
        if self._form == pdfium.FORMTYPE_XFA_FULL:
            warnings.append(PageWarning.XFA)
        encrypted = pdfium.FPDF_GetSecurityHandlerRevision(self._pdf.raw) >= 0
        has_forms = self._form != pdfium.FORMTYPE_NONE
        return Inspection(FileType.PDF.value, sizes, encrypted, has_forms, tuple(warnings), self._signatures)

    def render(self, number: int, width: int) -> Rendition:
        """Page `number` (from 0) `width` pixels wide. Refuses files.no_such_page, files.page_damaged, files.page_too_large."""
        page = self._page(number)
        try:
            image = self._draw(page, number, width)
            warnings = [PageWarning.FONT_MISSING] if _font_missing(page) else []
        finally:
            page.close()
        encoded = encode_page(image)
        if encoded.blank and not warnings:
            warnings.append(PageWarning.BLANK)
        return Rendition(number, encoded.data, image.width, image.height, "image/webp", encoded.tones, tuple(warnings))

    def text(self, number: int) -> PageText:
        """The text layer of page `number` (from 0); where a font is missing it may lack characters, and says so."""
        page = self._page(number)
        try:
            layer = read_page(page, number, self._bounds.max_text_chars)
            return replace(layer, warnings=(PageWarning.FONT_MISSING,)) if _font_missing(page) else layer
        finally:
            page.close()

    def raw_text(self, number: int) -> RawText:
        """All characters of a page in the file's own order, and its notes; without places it costs a tenth of `text`."""
        page = self._page(number)
        layer = page.get_textpage()
        try:
            whole, notes = max(0, layer.count_chars()), notes_of(page)
            count = min(whole, self._bounds.max_text_chars)
            text = layer.get_text_range(0, count) if count else ""
            return RawText(clean(f"{text}\n{notes.text}"), whole > count or notes.cut, notes.pinned)
        finally:
            layer.close()
            page.close()

    def inside(self) -> Iterator[tuple[str, bytes | None]]:
        """The files in it: names and bytes, None where too large or not to be read."""
        return files_of(self._pdf.raw, self._bounds.max_bytes)

    def pinned(self, number: int) -> Iterator[tuple[str, bytes | None]]:
        """The files fastened to a page, the same."""
        page = self._page(number)
        try:
            yield from pinned_to(page, self._bounds.max_bytes)
        finally:
            page.close()

    def beside(self) -> Beside:
        """What it says of itself that its details do not show."""
        told = beside(self._pdf, self._source)
        cut = any(len(fact.value) >= _MOST_CHARS for fact in self.details().info)
        return told._replace(cut=told.cut or cut)

    def gray(self, number: int, width: int) -> Image.Image:
        """Page `number` in grey tones, for eyes that are a program's."""
        page = self._page(number)
        try:
            return self._draw(page, number, width, gray=True)
        finally:
            page.close()

    def scan_width(self, number: int) -> int:
        """Pixels across in which a printed code can be read: 200 to the inch, within the bound of a page's picture."""
        width, height = self._size(number)
        return scan_width(width, height, self._bounds)

    def details(self) -> Details:
        """The document information dictionary; what is empty is left out."""
        told = self._pdf.get_metadata_dict(skip_empty=True)
        facts = tuple(Fact(name, clean(value)[:_MOST_CHARS]) for name, value in told.items())
        return Details(facts, signatures=(SignatureFact("PDF", "", "", ()),) * min(self._signatures, _MOST_SIGNATURES))

    def verify(self, trust: Trust, now: datetime) -> tuple[Verdict, ...]:
        """The six checks of each signature. What verifies them is loaded with the first PDF that has one: it costs 40 MB."""
        if not self._signatures:
            return ()
        from office.files.seals.pdf import verdicts

        return verdicts(self._source, self._signatures, trust, now)

    @property
    def _signatures(self) -> int:
        return max(0, int(pdfium.FPDF_GetSignatureCount(self._pdf.raw)))

    def pdf(self) -> bytes:
        """Refuses files.no_pdf: it is one."""
        raise Unsupported("files.no_pdf")

    def _draw(self, page: Any, number: int, width: int, *, gray: bool = False) -> Image.Image:
        points_wide, points_high = page.get_size()
        if max(points_wide, points_high) > self._bounds.max_page_points:
            raise TooLarge("files.page_too_large", page=number + 1)
        height = max(1, round(width * points_high / points_wide))
        if width * height > self._bounds.max_rendition_pixels:
            raise TooLarge("files.page_too_large", page=number + 1)
        bitmap = lib.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_Gray if gray else pdfium.FPDFBitmap_BGRx)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        area = (0, 0, width, height, 0, pdfium.FPDF_ANNOT | (pdfium.FPDF_GRAYSCALE if gray else 0))
        pdfium.FPDF_RenderPageBitmap(bitmap.raw, page.raw, *area)
        if self._pdf.formenv is not None:
            pdfium.FPDF_FFLDraw(self._pdf.formenv.raw, bitmap.raw, page.raw, *area)
        image: Image.Image = bitmap.to_pil().convert("L" if gray else "RGB")
        bitmap.close()
        return image

    def _size(self, index: int) -> tuple[float, float]:
        size = pdfium.FS_SIZEF()
        if not pdfium.FPDF_GetPageSizeByIndexF(self._pdf.raw, index, size):
            return 0.0, 0.0
        return round(size.width, 2), round(size.height, 2)

    def _page(self, number: int) -> Any:
        if not 0 <= number < self._pages:
            raise NotFound("files.no_such_page", page=number + 1, pages=self._pages)
        try:
            page = self._pdf[number]
        except lib.PdfiumError:
            raise Invalid("files.page_damaged", page=number + 1) from None
        if min(page.get_size()) <= 0:
            page.close()
            raise Invalid("files.page_damaged", page=number + 1)
        return page


def _open(source: str | bytes) -> Any:
    try:
        return lib.PdfDocument(source)
    except lib.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise Invalid("files.encrypted") from None
        raise Invalid("files.damaged") from None


def _font_missing(page: Any) -> bool:
    """Whether a Chinese character that should be seen has no outline: PDFium then gives its text object an empty box.

    Fonts inside the file are trusted; only those this machine had to replace are looked at. Of an object of one character
    without outline even the text is lost, and then the family's name decides.
    """
    layer = page.get_textpage()
    try:
        for seen, item in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=4, textpage=layer)):
            if seen >= _OBJECTS_LOOKED_AT:
                return False
            if _drawn_empty(item) and (_has_cjk(item.extract()) or _is_chinese_without_font(item)):
                return True
        return False
    finally:
        layer.close()


def _drawn_empty(item: Any) -> bool:
    if pdfium.FPDFTextObj_GetTextRenderMode(item.raw) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
        return False
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(item.raw, *edges):
        return False
    left, bottom, right, top = (edge.value for edge in edges)
    font = pdfium.FPDFTextObj_GetFont(item.raw)
    return (right <= left or top <= bottom) and pdfium.FPDFFont_GetIsEmbedded(font) != 1


def _is_chinese_without_font(item: Any) -> bool:
    """Whether a Chinese family was replaced by the font built into PDFium, which has Latin letters only."""
    font = pdfium.FPDFTextObj_GetFont(item.raw)
    return is_chinese(_font_name(pdfium.FPDFFont_GetBaseFontName, font)) and _font_name(
        pdfium.FPDFFont_GetFamilyName, font
    ).startswith(_BUILT_IN)


def _font_name(ask: Any, font: Any) -> bytes:
    name = ctypes.create_string_buffer(256)
    ask(font, name, 256)
    return name.value


def _has_cjk(text: str) -> bool:
    return any(
        any(low <= char <= high for low, high in _CJK) and not _PUNCTUATION[0] <= char <= _PUNCTUATION[1] for char in text
    )
