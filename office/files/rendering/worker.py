"""The process in which hostile files are opened: `python -m office.files.rendering.worker`, spoken to on its pipes.

It knows no database and no secret; it may not write files, and its memory is limited. A file that makes it crash, hang or swell
harms only this process, which the pool replaces. It keeps the last document open: pages are asked for one after another.
"""

import io
import os
import resource
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

from msgspec.structs import replace

from office.files.bounds import MIB, Bounds
from office.files.rendering import fonts, wire
from office.files.rendering.looking import Document, look, look_text
from office.files.rendering.pdf import Pdf
from office.files.rendering.picture import Picture
from office.files.sniff import OFFICE, TEXTS, FileType, sniff
from office.kernel.confined import limit
from office.kernel.refusal import Refusal, TooLarge, Unavailable, Unsupported
from office.secrecy.shapes import Looked

if TYPE_CHECKING:
    from office.files.rendering.ofd import Ofd
    from office.files.rendering.ooxml import Ooxml
    from office.kernel.sealed import Sealed

_GRACE_SECONDS = 5
#: Pages of a file inside another that are looked over.
INNER_PAGES = 30


Opened: TypeAlias = "Pdf | Picture | Ofd | Ooxml"


class Worker:
    """Answers jobs; holds at most one open document."""

    def __init__(self, bounds: Bounds, font_dirs: Sequence[str] = ()) -> None:
        self._bounds, self._font_dirs = bounds, font_dirs
        self._key = ""
        self._document: Opened | None = None

    def answer(self, job: wire.Job) -> wire.Answer:
        """Do the job; every foreseen failure is an answer, any other ends the process."""
        try:
            if job.op == "look_word":
                return wire.LookedOver(self._looked_as_word(job))
            document = self._opened(job)
            if job.op == "inspect":
                return wire.Inspected(document.inspect())
            if job.op == "render":
                return wire.Rendered(document.render(job.page, job.width))
            if job.op == "details":
                return wire.Told(document.details())
            if job.op == "pdf":
                return wire.Printed(document.pdf())
            if job.op == "ready":
                return _ready(document)
            if job.op == "verify" and job.trust is not None and job.now is not None:
                return wire.Verified(document.verify(job.trust, job.now))
            if job.op == "look":
                # Never an Office file: that is looked over by its words, and then as the PDF it is shown by.
                return wire.LookedOver(look(cast(Document, document), job.page, job.count, self._looked_inside))
            return wire.Read(document.text(job.page))
        except Refusal as refusal:
            facts = {name: value if isinstance(value, int) else str(value) for name, value in refusal.facts.items()}
            return wire.Refused(refusal.status, refusal.code, facts)
        except MemoryError:
            return wire.Refused(TooLarge.status, "files.too_heavy", {}, final=True)

    def _looked_as_word(self, job: wire.Job) -> Looked:
        """What is not opened is not held either; lxml is loaded with the first such file."""
        from office.files.rendering.word import look_word

        self._forget()
        if job.path and job.sealed:
            return look_word(io.BytesIO(self._unsealed(job.path, *job.sealed)), self._looked_inside)
        if job.path is None:
            return look_word(io.BytesIO(job.data or b""), self._looked_inside)
        with open(job.path, "rb") as file:
            return look_word(file, self._looked_inside)

    def _looked_inside(self, data: bytes) -> Looked | None:
        """A file inside another; what lies in that one in turn is not opened, nor are more pages looked at than some: then it
        has not been read. None for what cannot be read at all."""
        from office.files.rendering.word import look_word

        try:
            kind = self._checked(io.BytesIO(data))
            if kind in OFFICE:
                return look_word(io.BytesIO(data))
            document = self._as(kind, data)
        except Refusal as refusal:
            return look_text(data) if refusal.facts.get("found") in TEXTS else None
        try:
            looked = look(cast(Document, document), 0, INNER_PAGES)
            more = len(document.inspect().pages) > INNER_PAGES
            return replace(looked, unread=(*looked.unread, INNER_PAGES)) if more else looked
        finally:
            document.close()

    def _opened(self, job: wire.Job) -> Opened:
        key = _key(job)
        if self._document is not None and self._key == key:
            return self._document
        self._forget()
        self._document = self._open(job)
        self._key = key
        return self._document

    def _forget(self) -> None:
        document, self._document, self._key = self._document, None, ""
        if document is not None:
            document.close()

    def _open(self, job: wire.Job) -> Opened:
        if job.path is not None and job.sealed is None:
            with open(job.path, "rb") as file:
                kind = self._checked(file)
            return self._as(kind, job.path)
        data = self._unsealed(job.path, *job.sealed) if job.path and job.sealed else job.data or b""
        return self._as(self._checked(io.BytesIO(data)), data)

    def _unsealed(self, path: str, key: bytes, size: int) -> bytes:
        """What is not accepted yet, in this process's memory only; too much of it is not even read."""
        with _sealed(path, key, size).open() as file:
            if size > self._bounds.max_bytes:
                self._checked(file)
            return file.read()

    def _checked(self, file: BinaryIO) -> FileType:
        size = file.seek(0, os.SEEK_END)
        if size > self._bounds.max_bytes:
            limit = self._bounds.max_bytes // MIB
            raise TooLarge("files.too_large", size_mib=-(-size // MIB), limit_mib=limit)
        return sniff(file)

    def _as(self, kind: FileType, source: str | bytes) -> Opened:
        if kind is FileType.PDF:
            return Pdf(source, self._bounds)
        if kind is FileType.OFD:
            return _ofd(source, self._bounds, self._font_dirs)
        if kind in OFFICE:
            return _ooxml(source, kind, self._bounds)
        return Picture(source, kind, self._bounds)


def _sealed(path: str, key: bytes, size: int) -> "Sealed":
    """Ciphers are loaded with the first file from intake only: pages of accepted ones need none."""
    from office.kernel.sealed import Sealed

    return Sealed(Path(path), key, size)


def _ofd(source: str | bytes, bounds: Bounds, font_dirs: Sequence[str]) -> "Ofd":
    """The renderer of OFD is loaded with the first one, for it costs 30 MB and a machine may lack what it needs."""
    try:
        from office.files.rendering.ofd import Ofd
    except ImportError:
        raise Unsupported("files.ofd_renderer_missing") from None
    return Ofd(source, bounds, font_dirs)


def _ooxml(source: str | bytes, kind: FileType, bounds: Bounds) -> "Ooxml":
    """The XML library is loaded with the first file that needs it."""
    from office.files.rendering.ooxml import Ooxml

    return Ooxml(source, kind, bounds, os.path.getsize(source) if isinstance(source, str) else len(source))


def _ready(document: Opened) -> wire.Ready:
    """Refuses files.no_pdf for what needs no converting."""
    from office.files.rendering.ooxml import Ooxml

    if not isinstance(document, Ooxml):
        raise Unsupported("files.no_pdf")
    return wire.Ready(*document.ready())


def _key(job: wire.Job) -> str:
    """A file changed in place is another document."""
    if job.path is None:
        return job.key
    try:
        now = os.stat(job.path)
    except OSError:
        raise Unavailable("files.unreadable") from None
    return f"{job.path}:{now.st_ino}:{now.st_size}:{now.st_mtime_ns}"


def confine(memory: int) -> None:
    """Limits of this process: address space in bytes, no files written, few files open, no core dumps."""
    limit({
        resource.RLIMIT_AS: memory, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_NOFILE: 64, resource.RLIMIT_CORE: 0,
    })  # fmt: skip


def serve(inward: BinaryIO, outward: BinaryIO) -> None:
    """Answer until the pool closes the pipe. The alarm ends this process even when the pool died while it hangs."""
    first = wire.read_frame(inward)
    if first is None:
        return
    settings = wire.decode_settings(first)
    confine(settings.memory)
    fonts.set_up(settings.font_dirs)
    worker = Worker(settings.bounds, settings.font_dirs)
    while (frame := wire.read_frame(inward)) is not None:
        job = wire.decode_job(frame)
        signal.alarm(job.seconds + _GRACE_SECONDS)
        answer = worker.answer(job)
        outward.write(wire.framed(wire.encode(answer)))
        outward.flush()
        signal.alarm(0)
        if isinstance(answer, wire.Refused) and answer.final:
            return


def main() -> None:
    """Entry of the process. It leaves without clean-up of PDFium: a damaged document may crash in it."""
    serve(*wire.private_pipes())
    os._exit(0)


if __name__ == "__main__":
    main()
