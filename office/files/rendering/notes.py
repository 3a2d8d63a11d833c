"""What a PDF says beside its pages' text: notes on a page (批注), what was typed into its form, and the files inside it."""

import ctypes
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from office.files.rendering.native import raw as pdfium

#: Notes of a page and files of a document that are looked at; characters of one text, bytes of one file.
MOST_NOTES, MOST_FILES, MOST_CHARS = 2000, 50, 20_000
_KEYS = (b"Contents", b"V", b"Subj", b"T")


def notes_of(page: Any) -> str:
    """The words of the notes and form fields of a page, one a line."""
    return "\n".join(text for text in _notes(page.raw) if text)


def _notes(page: Any) -> Iterator[str]:
    for index in range(min(MOST_NOTES, pdfium.FPDFPage_GetAnnotCount(page))):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if note:
            for key in _KEYS:
                yield _text(partial(pdfium.FPDFAnnot_GetStringValue, note, key))
            pdfium.FPDFPage_CloseAnnot(note)


def _text(ask: Callable[[Any, int], int]) -> str:
    """A text of PDFium: asked once for its length in bytes, then for itself, in UTF-16."""
    size = min(int(ask(None, 0)), 2 * MOST_CHARS)
    if size <= 2:
        return ""
    room = ctypes.create_string_buffer(size)
    ask(ctypes.cast(room, ctypes.POINTER(ctypes.c_ushort)), size)
    return room.raw.decode("utf-16-le", "replace").rstrip("\0")


def files_of(document: Any, most: int) -> Iterator[tuple[str, bytes | None]]:
    """The files inside a PDF: name and bytes; None for one of more than `most` bytes, or that cannot be read."""
    for index in range(min(MOST_FILES, pdfium.FPDFDoc_GetAttachmentCount(document))):
        file = pdfium.FPDFDoc_GetAttachment(document, index)
        yield _text(partial(pdfium.FPDFAttachment_GetName, file)), _bytes(file, most)


def _bytes(file: Any, most: int) -> bytes | None:
    size = ctypes.c_ulong()
    if not pdfium.FPDFAttachment_GetFile(file, None, 0, size) or size.value > most:
        return None
    room = ctypes.create_string_buffer(max(1, size.value))
    if not pdfium.FPDFAttachment_GetFile(file, room, size.value, size):
        return None
    return room.raw[: size.value]
