"""The lock of the data folder: one process writes SQLite, and nobody restores under a running server.

Embedded SQLite: every writing command holds it alone. PostgreSQL: those who write share it; migrate and restore take it alone.
"""

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from office.cli.trouble import words_of
from office.cli.words import Failure
from office.kernel.settings import Settings

NAME, ADDRESS, RESTORING = ".lock", ".serving", ".restoring"
RESTORE = "zhiban restore"


def embedded(settings: Settings) -> bool:
    """Whether the database is the SQLite file."""
    return settings.database.startswith("sqlite:")


@contextmanager
def held(settings: Settings, what: str, *, alone: bool = False) -> Iterator[None]:
    """Hold the data folder's lock for the block; `what` is told to whoever is refused. Raises Failure."""
    folder = settings.folder
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Failure(f"数据目录 {folder} 不能写入（{words_of(error)}）。请检查 ZHIBAN_DATA 和目录权限。") from error
    try:
        _take(descriptor, settings, what, alone=alone or embedded(settings))
        if what != RESTORE and (folder / RESTORING).exists():
            raise Failure(f"上一次从备份恢复没有做完，数据还不能用，{what} 没有执行。请再运行 {RESTORE} 备份目录 --replace。")
        yield
    finally:
        os.close(descriptor)


@contextmanager
def restoring(settings: Settings) -> Iterator[None]:
    """Mark the data as half restored until the block ends well: no other command writes. The caller holds the lock."""
    mark = settings.folder / RESTORING
    mark.touch(mode=0o600)
    yield
    mark.unlink()


def note_address(settings: Settings, url: str) -> None:
    """Note where a server on this data folder answers; the caller holds the lock."""
    with contextlib.suppress(OSError):
        (settings.folder / ADDRESS).write_text(url, "utf-8")


def address_of(settings: Settings) -> str:
    """Where the server on this data folder answers; empty where none runs. What a dead one left behind does not count, nor
    where a command that shares its lock (PostgreSQL) runs beside it."""
    try:
        descriptor = os.open(settings.folder / NAME, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with contextlib.suppress(OSError):
            noted = (settings.folder / ADDRESS).read_text("utf-8").strip()
            return noted if _answers(noted) else ""
    finally:
        os.close(descriptor)
    return ""


def _answers(url: str) -> bool:
    """Whether anybody listens there."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=2).close()
    except (OSError, ValueError):
        return False
    return True


def _take(descriptor: int, settings: Settings, what: str, *, alone: bool) -> None:
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip() or "另一个 zhiban 进程"
        raise Failure(
            f"数据目录 {settings.folder} 正由“{holder}”使用，{what} 没有执行，什么都没有改变。"
            "请先停止该进程（在它的窗口按 Ctrl-C，或 systemctl stop zhiban），再重试。"
        ) from error
    with contextlib.suppress(OSError):
        if alone:
            (settings.folder / ADDRESS).unlink(missing_ok=True)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{what}（进程 {os.getpid()}）".encode(), 0)
