"""Office files (DOCX, XLSX, PPTX) as pages: the PDF LibreOffice makes of them is a rendition, never the original."""

from msgspec.structs import replace

from office.files.rendering.pool import InMemory, Source
from office.files.rendering.shapes import Inspection, PageWarning
from office.files.sniff import FileType
from office.files.workers import converter, pool
from office.kernel.refusal import Unsupported


async def set_as_pdf(source: Source, kind: FileType) -> tuple[bytes, bool]:
    """The PDF, and whether the file names anything that was left out. Refuses files.office_missing, files.macros and what
    rendering and setting refuse."""
    if not converter().present:
        raise Unsupported("files.office_missing")
    ready, lacks = await pool().ready(source)
    return await converter().pdf(ready, kind), lacks


async def inspected(pdf: bytes, kind: FileType, lacks: bool) -> Inspection:
    """What the file is, by the pages of the PDF made of it; told that they are not its own."""
    seen = await pool().inspect(InMemory(pdf, f"set:{hash(pdf)}"))
    more = (PageWarning.CONVERTED, *((PageWarning.INCOMPLETE,) if lacks else ()))
    return replace(seen, media_type=kind.value, warnings=(*more, *seen.warnings))
