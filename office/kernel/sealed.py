"""A file of encrypted records: bytes that may not lie on the disk in clear, written at the end, read anywhere (密文暂存).

The file is a run of records, each `length (4 bytes, big-endian) | nonce (12, random) | ciphertext | tag (16)` of at most 64 KiB
in clear, by AES-256-GCM (NIST SP 800-38D). The first is a label, such as the name the bytes came under; the rest are the bytes.
With each its place in the bytes and its length are authenticated, so that none can stand for another. Nonces are random, not
counted: a record that was torn by a death is written anew, and a counter would then serve twice.
"""

import io
import os
import struct
from bisect import bisect_right
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from office.kernel.refusal import Unavailable

CHUNK = 64 * 1024
KEY, NONCE, TAG = 32, 12, 16
_HEAD = struct.Struct(">I12s")
_PLACE = struct.Struct(">qI")
_LABEL = -1


def fresh_key() -> bytes:
    """A key for one file."""
    return os.urandom(KEY)


class Sealed(NamedTuple):
    """Encrypted bytes: the file, its key, and how many bytes there are in clear."""

    path: Path
    key: bytes
    size: int

    def open(self) -> io.BufferedReader:
        """The bytes in clear, to read and seek. Reading refuses Unavailable files.unreadable where they were altered."""
        return io.BufferedReader(_Reader(self), CHUNK)

    def label(self) -> bytes:
        """The label in clear. Refuses: Unavailable files.unreadable."""
        with _opened(self.path) as file:
            return _unsealed(AESGCM(self.key), file, _LABEL)


class Writer:
    """Adds bytes at the end of such a file. `offset` and `stored`: the bytes in clear, and of the file, that are written."""

    def __init__(self, path: Path, key: bytes, offset: int, stored: int) -> None:
        """Go on where `offset` and `stored` say: what lies beyond was never promised to anyone, and goes."""
        self._cipher = AESGCM(key)
        self._file = path.open("r+b")
        self._file.truncate(stored)
        self._file.seek(stored)
        self._rest = bytearray()
        self.offset, self.stored = offset, stored

    @classmethod
    def begin(cls, path: Path, key: bytes, label: bytes = b"") -> "Writer":
        """A new file. Raises FileExistsError."""
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        writer = cls(path, key, 0, 0)
        writer._seal(_LABEL, label)
        return writer

    @property
    def coming(self) -> int:
        """The bytes in clear that were taken, those included that wait for a full record."""
        return self.offset + len(self._rest)

    def write(self, data: bytes | bytearray) -> None:
        """Take bytes; what does not fill a record waits for the next or for `flush`."""
        self._rest += data
        while len(self._rest) >= CHUNK:
            self._next(CHUNK)

    def flush(self) -> None:
        """All bytes are in the file."""
        if self._rest:
            self._next(len(self._rest))
        self._file.flush()

    def sync(self) -> None:
        """All bytes are on the disk."""
        self.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Give the file back; what was not flushed is not kept."""
        self._rest.clear()
        self._file.close()

    def _next(self, size: int) -> None:
        self._seal(self.offset, bytes(self._rest[:size]))
        del self._rest[:size]
        self.offset += size

    def _seal(self, place: int, clear: bytes) -> None:
        nonce = os.urandom(NONCE)
        sealed = self._cipher.encrypt(nonce, clear, _PLACE.pack(place, len(clear)))
        self.stored += self._file.write(_HEAD.pack(len(clear), nonce) + sealed)


class _Reader(io.RawIOBase):
    """One record at a time is held in clear."""

    def __init__(self, sealed: Sealed) -> None:
        self._file, self._cipher = _opened(sealed.path), AESGCM(sealed.key)
        self._size, self._at = sealed.size, 0
        self._held, self._clear = -1, b""
        try:
            self._starts, self._places = _index(self._file, sealed.size)
        except BaseException:
            self._file.close()
            raise

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        if self._at >= self._size or not view.nbytes:
            return 0
        record = bisect_right(self._starts, self._at) - 1
        begin = self._at - self._starts[record]
        piece = memoryview(self._record(record))[begin : begin + min(view.nbytes, self._size - self._at)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def readall(self) -> bytes:
        """Not by the eight KiB of the base class."""
        found = bytearray(max(0, self._size - self._at))
        view, filled = memoryview(found), 0
        while read := self.readinto(view[filled:]):
            filled += read
        return bytes(found)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _record(self, number: int) -> bytes:
        if self._held != number:
            self._file.seek(self._places[number])
            self._clear, self._held = _unsealed(self._cipher, self._file, self._starts[number]), number
        return self._clear


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise Unavailable("files.unreadable") from error


def _unsealed(cipher: AESGCM, file: BinaryIO, place: int) -> bytes:
    """The record that begins where the file stands."""
    try:
        length, nonce = _HEAD.unpack(file.read(_HEAD.size))
        return cipher.decrypt(nonce, file.read(min(length, CHUNK) + TAG), _PLACE.pack(place, length))
    except (InvalidTag, struct.error, ValueError) as error:
        raise Unavailable("files.unreadable") from error


def _index(file: BinaryIO, size: int) -> tuple[list[int], list[int]]:
    """Where records begin, in the bytes and in the file, the label left out; as many as `size` bytes take."""
    starts: list[int] = []
    places: list[int] = []
    at = -1
    while at < size:
        place = file.tell()
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            break
        length = _HEAD.unpack(head)[0]
        file.seek(length + TAG, os.SEEK_CUR)
        if at < 0:
            at = 0
            continue
        starts.append(at)
        places.append(place)
        at += length
    if at < size:
        raise Unavailable("files.unreadable")
    return starts, places
