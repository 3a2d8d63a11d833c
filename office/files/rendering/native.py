"""PDFium as it is: a C library by ctypes, without types. Only worker processes import this."""

import importlib
from typing import Any

lib: Any = importlib.import_module("pypdfium2")
"""The helpers of pypdfium2: PdfDocument, PdfBitmap, PdfiumError."""

raw: Any = importlib.import_module("pypdfium2.raw")
"""The functions of fpdfview.h, fpdf_text.h, fpdf_edit.h by their C names."""
