"""What a PDF says beside its pages' text: notes on a page (批注), what was typed into its form, the files inside it and those
fastened to a page."""

import ctypes
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from office.files.rendering.native import raw as pdfium

#: Notes of a page and files of a document that are looked at; characters of one text.
MOST_NOTES, MOST_FILES, MOST_CHARS = 2000, 50, 500_000
_KEYS = (b"Contents", b"V", b"Subj", b"T")


class Notes(NamedTuple):
    """The words of the notes and form fields of a page, one a line; whether there are more; whether files are fastened to
    it."""

    text: str
    cut: bool
    pinned: bool


def notes_of(page: Any) -> Notes:
    """What stands on a page beside its text."""
    cut, pinned, left = pdfium.FPDFPage_GetAnnotCount(page.raw) > MOST_NOTES, False, MOST_CHARS
    told: list[str] = []
    for note in _each(page.raw):
        pinned = pinned or pdfium.FPDFAnnot_GetSubtype(note) == pdfium.FPDF_ANNOT_FILEATTACHMENT
        for key in _KEYS:
            text = text_of(partial(pdfium.FPDFAnnot_GetStringValue, note, key), left)
            cut, left = cut or text is None, left - len(text or "")
            told += [text] if text else []
    return Notes("\n".join(told), cut, pinned)


def _each(page: Any) -> Iterator[Any]:
    for index in range(min(MOST_NOTES, pdfium.FPDFPage_GetAnnotCount(page))):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if note:
            yield note
            pdfium.FPDFPage_CloseAnnot(note)


def text_of(ask: Callable[[Any, int], int], most: int = MOST_CHARS) -> str | None:
    """A text of PDFium: asked once for its length in bytes, then for itself, in UTF-16. None where it has more characters than
    `most`: PDFium gives all of it or nothing."""
    size = int(ask(None, 0))
    if size <= 2:
        return ""
    if size > 2 * most + 2:
        return None
    room = ctypes.create_string_buffer(size)
    ask(ctypes.cast(room, ctypes.POINTER(ctypes.c_ushort)), size)
    return room.raw.decode("utf-16-le", "replace").rstrip("\0")


def files_of(document: Any, most: int) -> Iterator[tuple[str, bytes | None]]:
    """The files inside a PDF: name and bytes; None for one of more than `most` bytes, or that cannot be read."""
    count = pdfium.FPDFDoc_GetAttachmentCount(document)
    for index in range(min(MOST_FILES, count)):
        yield _file(pdfium.FPDFDoc_GetAttachment(document, index), most)
    if count > MOST_FILES:
        yield "", None


def pinned_to(page: Any, most: int) -> Iterator[tuple[str, bytes | None]]:
    """The files fastened to a page by notes, the same."""
    for note in _each(page.raw):
        if pdfium.FPDFAnnot_GetSubtype(note) == pdfium.FPDF_ANNOT_FILEATTACHMENT:
            file = pdfium.FPDFAnnot_GetFileAttachment(note)
            yield _file(file, most) if file else ("", None)


def _file(file: Any, most: int) -> tuple[str, bytes | None]:
    name = text_of(partial(pdfium.FPDFAttachment_GetName, file))
    return (name, _bytes(file, most)) if name is not None else ("", None)


def _bytes(file: Any, most: int) -> bytes | None:
    size = ctypes.c_ulong()
    if not pdfium.FPDFAttachment_GetFile(file, None, 0, size) or size.value > most:
        return None
    room = ctypes.create_string_buffer(max(1, size.value))
    if not pdfium.FPDFAttachment_GetFile(file, room, size.value, size):
        return None
    return room.raw[: size.value]
