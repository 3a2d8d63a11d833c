"""Where the bytes of a resumable upload lie: two files in intake, the encrypted bytes and their key.

Whatever an upload ends by, its key is destroyed before its bytes: what a disk still has of those is then nobody's to read.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from office.files.store import intake_folder
from office.kernel.durable import sync
from office.kernel.refusal import Gone
from office.kernel.sealed import KEY, Sealed, Writer, fresh_key


def bytes_path(id: UUID) -> Path:
    """Where the bytes of an upload lie, encrypted."""
    return intake_folder() / str(id)


def key_path(id: UUID) -> Path:
    """Where their key lies."""
    return intake_folder() / f"{id}.key"


def begin(id: UUID, label: bytes) -> int:
    """Make both files, durable when this returns; how many bytes the label takes."""
    key = fresh_key()
    with os.fdopen(os.open(key_path(id), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(key)
        out.flush()
        os.fsync(out.fileno())
    writer = Writer.begin(bytes_path(id), key, label)
    writer.sync()
    writer.close()
    sync(intake_folder())
    return writer.stored


class Lost(Gone):
    """The files of an upload are not there (any more)."""

    def __init__(self) -> None:
        super().__init__("files.upload_over")


def sealed(id: UUID, size: int) -> Sealed:
    """The bytes of an upload, as far as `size`. Refuses: Lost where its key is gone."""
    try:
        return Sealed(bytes_path(id), key_path(id).read_bytes(), size)
    except FileNotFoundError as error:
        raise Lost from error


def destroy(id: UUID) -> None:
    """The key, overwritten and removed, then the bytes."""
    _burn(key_path(id))
    bytes_path(id).unlink(missing_ok=True)


def _burn(path: Path) -> None:
    """Overwritten in place, so that its block on an ordinary disk no longer says it; a copying file system may keep the old."""
    with contextlib.suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(bytes(KEY))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync(path.parent)


@contextmanager
def alone(id: UUID) -> Iterator[bool]:
    """Whether nobody else, of this process or another, has this upload's bytes in hand; a death lets them go.

    Refuses: Lost where there are none.
    """
    try:
        descriptor = os.open(bytes_path(id), os.O_RDWR)
    except FileNotFoundError as error:
        raise Lost from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def lying() -> dict[UUID, float]:
    """The uploads that intake has anything of, with when the newest of it was written (seconds of the epoch)."""
    found: dict[UUID, float] = {}
    for path in intake_folder().iterdir():
        with contextlib.suppress(ValueError, FileNotFoundError):
            id = UUID(path.name.removesuffix(".key"))
            found[id] = max(found.get(id, 0.0), path.stat().st_mtime)
    return found
