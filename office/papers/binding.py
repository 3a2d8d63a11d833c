"""Binding pages to one PDF, in the worker: PDF pages as they are, pictures as A4 pages; nothing that acts is taken along.

Import by page leaves behind scripts, attachments, forms and signatures of the files; what a form or a signature shows on its
page is drawn into the page first, as anybody saw it.
"""

import io
from typing import Any

import pypdfium2
from PIL import Image, ImageOps

from office.kernel.refusal import Invalid, TooLarge
from office.papers import wire
from office.papers.press import print_form

pdfium: Any = pypdfium2.raw
#: A4 at 200 dpi; a picture is not kept finer, and is never enlarged beyond its own pixels.
A4 = (1654, 2339)
DPI = 200
MOST_PIXELS = 120_000_000
PICTURES = ("image/jpeg", "image/png")


def bind(job: wire.Bind) -> wire.Made:
    """The parts in order. Refuses: Invalid papers.not_bound, TooLarge papers.too_many_pages, and as `print_form`."""
    bound, absent = pypdfium2.PdfDocument.new(), set[str]()
    for part in job.parts:
        _append(bound, _source(part, absent))
        if len(bound) > job.most_pages:
            raise TooLarge("papers.too_many_pages", limit=job.most_pages)
    out = io.BytesIO()
    bound.save(out)
    beside = _printed(job.beside, absent) if job.beside else b""
    return wire.Made(out.getvalue(), len(bound), beside, "".join(sorted(absent)))


def _printed(form: wire.Typeset, absent: set[str]) -> bytes:
    made = print_form(form)
    absent |= set(made.absent)
    return made.pdf


def _source(part: wire.Part | wire.Typeset, absent: set[str]) -> Any:
    if isinstance(part, wire.Typeset):
        return pypdfium2.PdfDocument(_printed(part, absent))
    data: Any = part.path
    if part.media_type in PICTURES:
        data = _as_pdf(data)
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Invalid("papers.not_bound", name=part.name) from error


def _append(bound: Any, source: Any) -> None:
    if source.get_formtype() not in (pdfium.FORMTYPE_NONE, pdfium.FORMTYPE_XFA_FULL):
        source.init_forms()
        for page in source:  # loading one draws the fields that have only a value
            page.close()
    first = len(bound)
    bound.import_pages(source)
    for place in range(first, len(bound)):
        page = bound[place]
        if pdfium.FPDFPage_GetAnnotCount(page.raw):
            pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
        page.close()
    source.close()


def _as_pdf(file: Any) -> bytes:
    """A picture upright on one A4 page, as large as fits."""
    try:
        with Image.open(file, formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Invalid("papers.not_bound", name="")
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        raise Invalid("papers.not_bound", name="") from error
    sheet = A4 if picture.height >= picture.width else A4[::-1]
    picture.thumbnail(sheet)
    page = Image.new("RGB", sheet, "white")
    page.paste(picture, ((sheet[0] - picture.width) // 2, (sheet[1] - picture.height) // 2), picture)
    out = io.BytesIO()
    page.save(out, "PDF", resolution=DPI, quality=85)
    return out.getvalue()
