"""One opened Office file inside a worker: checked, told about, and made ready for LibreOffice, which sets its pages.

Its pages are those of the PDF made of it (`conversion.py`); of itself it has none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NoReturn

from office.files.bounds import MIB, Bounds
from office.files.ofd.faults import Broken, Locked, TooMuch
from office.files.ofd.package import Package
from office.files.ooxml.cleaning import Cleaned, cleaned
from office.files.ooxml.details import details_of
from office.files.ooxml.parts import has_macros, must_be
from office.files.rendering.shapes import Details, Inspection
from office.files.seals.shapes import Trust, Verdict
from office.files.sniff import FileType
from office.kernel.refusal import Invalid, NotFound, TooLarge, Unsupported


class Ooxml:
    """A DOCX, XLSX or PPTX without macros."""

    def __init__(self, source: str | bytes, kind: FileType, bounds: Bounds, size: int) -> None:
        """Refuses files.damaged, files.encrypted (422), files.macros (415), files.too_heavy and files.too_large (413)."""
        if size > bounds.max_office_bytes:
            raise TooLarge("files.too_large", size_mib=-(-size // MIB), limit_mib=bounds.max_office_bytes // MIB)
        self._kind = kind
        with _refusing():
            self._package = Package(source)
        try:
            with _refusing():
                self._must_be_plain()
        except BaseException:
            self.close()
            raise

    def _must_be_plain(self) -> None:
        if has_macros(self._package):
            raise Unsupported("files.macros")
        must_be(self._package, self._kind)

    def close(self) -> None:
        """Give the file back."""
        self._package.close()

    def inspect(self) -> Inspection:
        """What it is; it has no pages before it is converted."""
        return Inspection(self._kind.value, ())

    def render(self, number: int, _width: int) -> NoReturn:
        """Refuses files.no_such_page."""
        self._no_page(number)

    def text(self, number: int) -> NoReturn:
        """Refuses files.no_such_page."""
        self._no_page(number)

    def _no_page(self, number: int) -> NoReturn:
        raise NotFound("files.no_such_page", page=number + 1, pages=0)

    def details(self) -> Details:
        """Its properties, as told."""
        with _refusing():
            return details_of(self._package)

    def verify(self, trust: Trust, now: datetime) -> tuple[Verdict, ...]:
        """Signatures in Office files are not looked at."""
        return ()

    def pdf(self) -> bytes:
        """Refuses files.no_pdf: it is not made here."""
        raise Unsupported("files.no_pdf")

    def ready(self) -> Cleaned:
        """A copy that leads nowhere outside itself."""
        with _refusing():
            return cleaned(self._package)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except Locked:
        raise Invalid("files.encrypted") from None
    except TooMuch:
        raise TooLarge("files.too_heavy") from None
    except Broken:
        raise Invalid("files.damaged") from None
