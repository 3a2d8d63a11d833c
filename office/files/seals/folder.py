"""The trust folder (信任目录): certificates of authorities, their revocation lists, and the ids of cancelled seals.

`*.cer *.crt *.der *.pem`: certificates, DER or PEM; `*.crl`: revocation lists, DER or PEM; `cancelled-seals.txt`: an id a line.
The folder is `trust` in the data folder unless the setting `trust` names another; empty or absent, nothing is trusted.
"""

import base64
import binascii
import hashlib
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from office.files.seals.shapes import Trust
from office.kernel.settings import Settings

MAX_FILES, MAX_CERTIFICATES_FILE, MAX_LISTS = 300, 1024 * 1024, 32 * 1024 * 1024
CANCELLED = "cancelled-seals.txt"
_CERTIFICATES, _LISTS = frozenset({".cer", ".crt", ".der", ".pem"}), frozenset({".crl"})
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----")
_MARKER = "BEGIN"
log = logging.getLogger(__name__)


class Skipped(NamedTuple):
    """A file in the folder that is not used, and why: its name, a reason in Chinese."""

    name: str
    reason: str


def place_of(settings: Settings) -> Path:
    """Where the folder is; it need not exist."""
    return Path(settings.trust) if settings.trust else settings.folder / "trust"


def trusted(settings: Settings) -> Trust:
    """What the folder holds now; kept while no file in it changes. What cannot be read is left out, and all of it
    where the folder itself, or a file in it, may not be read: then nobody is trusted."""
    try:
        return _read(place_of(settings))[0]
    except OSError as error:
        log.error("trust folder not read", extra={"reason": str(error)})
        return Trust()


def skipped(settings: Settings) -> list[Skipped]:
    """Files that are not used, for the operator."""
    return _read(place_of(settings))[1]


_kept: dict[Path, tuple[tuple[object, ...], tuple[Trust, list[Skipped]]]] = {}


def _read(folder: Path) -> tuple[Trust, list[Skipped]]:
    files = sorted(one for one in folder.iterdir() if one.is_file())[:MAX_FILES] if folder.is_dir() else []
    state = tuple((one.name, (told := one.stat()).st_size, told.st_mtime_ns, told.st_ino) for one in files)
    kept = _kept.get(folder)
    if kept is None or kept[0] != state:
        kept = _kept[folder] = (state, _made(files))
    return kept[1]


def _made(files: list[Path]) -> tuple[Trust, list[Skipped]]:
    anchors, lists, passed, left = list[bytes](), list[bytes](), list[Skipped](), MAX_LISTS
    cancelled: tuple[str, ...] | None = None
    for file in files:
        kind, size = file.suffix.lower(), file.stat().st_size
        if file.name == CANCELLED:
            cancelled = tuple(_lines(file))
        elif kind in _CERTIFICATES and size <= MAX_CERTIFICATES_FILE:
            anchors += _values(file.read_bytes())
        elif kind in _LISTS and size <= left:
            lists += _values(file.read_bytes())
            left -= size
        elif not file.name.startswith("."):
            known = kind in _CERTIFICATES | _LISTS
            passed.append(Skipped(file.name, "太大" if known else "扩展名不是 cer、crt、der、pem 或 crl"))
    return Trust(_digest(anchors, lists, cancelled), tuple(anchors), tuple(lists), cancelled), passed


def _lines(file: Path) -> Iterator[str]:
    for line in file.read_text("utf-8", "replace").lstrip("\ufeff").splitlines():
        if id := line.partition("#")[0].strip():
            yield id


def _values(data: bytes) -> list[bytes]:
    """DER values: the file itself, or what PEM holds."""
    if _MARKER.encode() not in data[:4096]:
        return [data] if data[:1] == b"\x30" else []
    found = []
    for match in _PEM.finditer(data):
        try:
            found.append(base64.b64decode(b"".join(match[2].split()), validate=True))
        except binascii.Error:
            continue
    return found


def _digest(anchors: list[bytes], lists: list[bytes], cancelled: tuple[str, ...] | None) -> str:
    made = hashlib.sha256()
    for part in (*sorted(anchors), b"", *sorted(lists), b"", repr(cancelled).encode()):
        made.update(hashlib.sha256(part).digest())
    return made.hexdigest()[:16]
