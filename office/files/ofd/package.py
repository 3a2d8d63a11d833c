"""The package (GB/T 33190 clause 6): a zip that is never unpacked, its names found in spite of wrong cases and slashes.

Every bound is checked on the zip's directory before a byte is unpacked; reading then stops at the size the directory told.
"""

import io
import itertools
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import IO

from office.files.ofd.faults import Broken, Locked, TooMuch
from office.files.ofd.limits import MAX_ENTRIES, MAX_ENTRY, MAX_RATIO, MAX_TOTAL, RATIO_FROM

_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, ValueError, RuntimeError, KeyError,
    IndexError,
)  # fmt: skip
_ENCRYPTED, _UTF8 = 0x1, 0x800
_CHUNK = 1024 * 1024


class Package:
    """An opened OFD file. Names inside it are absolute, with `/`, without a leading one."""

    def __init__(self, source: str | bytes) -> None:
        """Raises Broken, TooMuch or Locked."""
        file = source if isinstance(source, str) else io.BytesIO(source)
        try:
            self._zip = zipfile.ZipFile(file)
            entries = self._zip.infolist()
        except _BROKEN as error:
            raise Broken("not a zip") from error
        try:
            self._entries = _named(entries)
            _check(entries)
        except BaseException:
            self._zip.close()
            raise
        self._folded = {name.casefold(): name for name in reversed(self._entries)}
        self._by_last: dict[str, list[str]] = {}
        for name in self._entries:
            self._by_last.setdefault(posixpath.basename(name).casefold(), []).append(name)

    def close(self) -> None:
        """Give the file back."""
        self._zip.close()

    @property
    def names(self) -> Iterable[str]:
        """All files in it."""
        return self._entries.keys()

    def size(self, name: str) -> int:
        """Unpacked bytes of a file, as the directory tells."""
        return self._entries[name].file_size

    def read(self, name: str, limit: int = MAX_ENTRY) -> bytes:
        """The bytes of one file, by its exact name. Raises Broken, also where it has other bytes than its checksum tells."""
        entry = self._entries.get(name)
        if entry is None:
            raise Broken(f"no {name}")
        if entry.file_size > limit:
            raise TooMuch(f"{name} has {entry.file_size} bytes")
        try:
            with self._zip.open(entry) as file:
                return _exactly(file, entry.file_size)
        except _BROKEN as error:
            raise Broken(name) from error

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of one file; nothing where it cannot be read."""
        try:
            with self._zip.open(self._entries[name]) as file:
                return file.read(size)
        except _BROKEN:
            return b""

    def find(self, location: str, *folders: str) -> str | None:
        """The name a location (ST_Loc) means, seen from the first of `folders` where it leads to a file, then from the root.

        Producers write paths that are absolute, relative to the file, to the document or to nothing, in other cases and with
        backslashes. As a last resort the only file of that name is taken, wherever it lies.
        """
        wanted = location.strip().replace("\\", "/")
        if not wanted:
            return None
        starts = ("",) if wanted.startswith("/") else (*folders, "")
        for start in (*starts, *(folders if wanted.startswith("/") else ())):
            name = self._folded.get(_joined(start, wanted).casefold())
            if name is not None:
                exact = _joined(start, wanted)
                return exact if exact in self._entries else name
        alike = self._by_last.get(posixpath.basename(wanted).casefold(), [])
        return alike[0] if len(alike) == 1 else None


def folder_of(name: str) -> str:
    """The folder a file lies in."""
    return posixpath.dirname(name)


def _joined(folder: str, location: str) -> str:
    """A path from the root; `..` beyond the root stays at the root."""
    return posixpath.normpath(f"/{folder}/{location.lstrip('/')}").lstrip("/")


def _named(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Entries by cleaned name. Two of one name, in any case, would let a signature cover one and a reader show the other."""
    if len(entries) > MAX_ENTRIES:
        raise TooMuch(f"{len(entries)} entries")
    named: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    for entry in entries:
        name = _decoded(entry).replace("\\", "/")
        if ".." in name.split("/") or "\0" in name:
            raise Broken("a name leads out of the package")
        if name.endswith("/"):
            continue
        name = posixpath.normpath(f"/{name}").lstrip("/")
        if name.casefold() in seen:
            raise Broken(f"{name} stands twice")
        seen.add(name.casefold())
        named[name] = entry
    return named


def _decoded(entry: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 flag are UTF-8 or GBK all the same; zipfile read them as cp437."""
    if entry.flag_bits & _UTF8 or entry.filename.isascii():
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _check(entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    if total > MAX_TOTAL:
        raise TooMuch(f"{total} bytes unpacked")
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise Locked
        if entry.file_size > MAX_ENTRY:
            raise TooMuch(f"{entry.file_size} bytes in one entry")
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise TooMuch("packed too tightly")
    places = sorted((entry.header_offset, entry.compress_size) for entry in entries if entry.compress_size)
    for (start, size), (following, _) in itertools.pairwise(places):
        if start + size > following:
            raise Broken("entries overlap")


def _exactly(file: IO[bytes], size: int) -> bytes:
    """Read in pieces and stop one byte after what the directory told."""
    parts, left = [], size + 1
    while left > 0 and (part := file.read(min(_CHUNK, left))):
        parts.append(part)
        left -= len(part)
    if left != 1:
        raise ValueError("another size than told")
    return b"".join(parts)
