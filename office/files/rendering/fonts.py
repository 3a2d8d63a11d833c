"""Fonts for files that do not carry their own (字体替换): where PDFium looks, and what stands in for which Chinese family.

PDFium replaces a missing Chinese font by the first face that claims the character set, on most machines a Japanese sans serif.
Here the families of official documents are sent to the nearest face present: 仿宋, 楷, 宋 and 小标宋, 黑.
"""

import ctypes
from collections.abc import Sequence
from typing import Any

from office.files.rendering.families import SERIF, family_of
from office.files.rendering.native import lib
from office.files.rendering.native import raw as pdfium

GB2312_CHARSET = 134
"""FXFONT_GB2312_CHARSET of fpdf_sysfontinfo.h."""

_kept: list[object] = []
"""What the C side holds pointers to; it must outlive the process's use of PDFium."""


def use_font_dirs(dirs: Sequence[str]) -> None:
    """Make PDFium look for fonts in exactly these folders. Call once, before any document is opened.

    pypdfium2 starts the library while it is imported, with PDFium's own folders; it is started again with ours.
    """
    pdfium.FPDF_DestroyLibrary()
    char_p = ctypes.POINTER(ctypes.c_char)
    names = [ctypes.create_string_buffer(folder.encode()) for folder in dirs]
    array = (char_p * (len(names) + 1))(*[ctypes.cast(name, char_p) for name in names], char_p())
    config = pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=ctypes.cast(array, ctypes.POINTER(char_p)))
    _kept.extend((names, array, config))
    pdfium.FPDF_InitLibraryWithConfig(config)


def stand_ins(face: bytes) -> tuple[bytes, ...]:
    """Names of the faces to try for a missing Chinese face, nearest first."""
    return family_of(face) or SERIF


def is_chinese(face: bytes) -> bool:
    """Whether a face's name is that of a Chinese family."""
    return family_of(face) is not None


class ChineseFonts(lib.PdfSysfontBase):  # type: ignore[misc]
    """PDFium's own font mapper, asked by nearer names first where a simplified Chinese face is missing."""

    def MapFont(self, _: Any, weight: int, italic: int, charset: int, pitch: int, face: Any, exact: Any) -> Any:
        """Callback of FPDF_SYSFONTINFO; returns a font handle or null."""
        wanted = ctypes.cast(face, ctypes.c_char_p).value or b""
        if charset == GB2312_CHARSET:
            for name in (wanted, *stand_ins(wanted)):
                found = self.default.GetFont(self.default, _char_p(name))
                if found:
                    return found
        return self.default.MapFont(self.default, weight, italic, charset, pitch, face, exact)


def _char_p(name: bytes) -> Any:
    return ctypes.cast(ctypes.create_string_buffer(name), ctypes.POINTER(ctypes.c_char))


def set_up(dirs: Sequence[str]) -> None:
    """Prepare PDFium's fonts for this process; call once, before any document is opened."""
    use_font_dirs(dirs)
    ChineseFonts().setup()
