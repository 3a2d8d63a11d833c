"""Where bytes lie: accepted blobs by digest, and the renditions made of them, which may be dropped and made again."""

import asyncio
import contextlib
import fcntl
import hashlib
import io
import os
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from office.kernel import settings
from office.kernel.durable import sync
from office.kernel.ids import new_id
from office.kernel.refusal import Unavailable
from office.kernel.sealed import Sealed

CHUNK = 1024 * 1024
#: Seconds until a lock that another holds is tried again.
LOCK_AGAIN = 0.02


def blob_path(digest: str) -> Path:
    """Where a blob lies."""
    return settings.current().folder / "blobs" / digest[:2] / digest


def rendition_path(digest: str, name: str) -> Path:
    """Where something made from a blob lies."""
    return settings.current().folder / "renditions" / digest[:2] / digest / name


async def digest_of(content: Sealed) -> str:
    """SHA-256 of what lies in intake, hex; read in a thread."""
    return await asyncio.to_thread(_digest, content)


def _digest(content: Sealed) -> str:
    with content.open() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def keep(content: Sealed, digest: str) -> None:
    """Bring what lies in intake into the store in clear, durable when this returns; a blob already there is left as it is."""
    await asyncio.to_thread(_keep, content.open, digest)


async def keep_made(data: bytes, digest: str) -> None:
    """The same of bytes that the house made."""
    await asyncio.to_thread(_keep, lambda: io.BytesIO(data), digest)


def _keep(opened: Callable[[], BinaryIO], digest: str) -> None:
    target = blob_path(digest)
    if target.exists():
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{new_id()}")
    try:
        with opened() as source, draft.open("xb") as out:
            while chunk := source.read(CHUNK):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(target)
        sync(target.parent)
    finally:
        draft.unlink(missing_ok=True)


@asynccontextmanager
async def guarded(*, sweeping: bool = False) -> AsyncIterator[None]:
    """Many may take bytes in at once; the sweeper is alone.

    Else it could remove bytes between the moment an upload finds them there and the moment its row is committed.
    """
    descriptor = _lock_file()
    try:
        # Never waiting in a thread: threads are few, and with all of them waiting here the sweeper, which needs one to remove
        # a file, would never end and never let them go.
        while not _locked(descriptor, fcntl.LOCK_EX if sweeping else fcntl.LOCK_SH):  # noqa: ASYNC110 - flock tells nobody
            await asyncio.sleep(LOCK_AGAIN)
        yield
    finally:
        os.close(descriptor)


def _lock_file() -> int:
    folder = settings.current().folder / "blobs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)


def _locked(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def keep_rendition(path: Path, data: bytes) -> None:
    """Store a rendition; a crash leaves the whole or nothing. Refuses: Unavailable files.unreadable where its blob has gone
    meanwhile: a picture of what was purged must not come after it."""
    if not await asyncio.to_thread(_write_whole, path, data):
        raise Unavailable("files.unreadable")


def _write_whole(path: Path, data: bytes) -> bool:
    """Whether its blob is there still; looked at last, for `_drop` takes the blob first and then what was made of it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{new_id()}")
    with contextlib.suppress(FileNotFoundError):  # the folder went with the blob
        draft.write_bytes(data)
        draft.rename(path)
    if blob_path(path.parent.name).exists():
        return path.exists()
    _empty(path.parent.name)
    return False


def intake_folder() -> Path:
    """Where bytes lie until they are accepted: outside backup, readable by this user only."""
    folder = settings.current().folder / "intake"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def empty_intake(before: float, kept: Collection[str] = ()) -> None:
    """Remove what has lain in intake unchanged since a moment (seconds of the epoch): its request died with its process.

    What begins with one of `kept` belongs to an upload that goes on.
    """
    for left in intake_folder().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if left.name.partition(".")[0] not in kept and left.stat().st_mtime < before:
                left.unlink()


def shelves() -> list[Path]:
    """The folders that blobs lie in, in order."""
    folder = settings.current().folder / "blobs"
    return sorted(one for one in folder.iterdir() if one.is_dir()) if folder.exists() else []


def old_names(shelf: Path, before: float) -> set[str]:
    """What has lain in a shelf since before a moment: digests, and drafts whose writer died."""
    return {one.name for one in shelf.iterdir() if one.stat().st_mtime < before}


def drop_stray(path: Path) -> None:
    """Remove bytes that no row names, with what was made from them."""
    if not path.name.startswith("."):
        _drop(path.name)
    path.unlink(missing_ok=True)


async def drop(digest: str) -> None:
    """Remove a blob and everything made from it."""
    await asyncio.to_thread(_drop, digest)


def _drop(digest: str) -> None:
    """What was made of it before and after: a death between leaves nothing without its blob, and what is being made in this
    moment is either seen here or sees that the blob has gone."""
    _empty(digest)
    blob_path(digest).unlink(missing_ok=True)
    _empty(digest)


def _empty(digest: str) -> None:
    folder = rendition_path(digest, "x").parent
    if folder.exists():
        for made in folder.iterdir():
            made.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            folder.rmdir()
