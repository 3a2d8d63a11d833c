"""The table of contents of a backup: what is in it, and the SHA-256 of every file."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import msgspec

from office.cli.progress import Tell, progress
from office.cli.snapshot import digest_of, files_below
from office.cli.words import Failure
from office.kernel import clock

FORMAT = 1
NAME = "manifest.json"
#: Tables whose rows mean nothing without the server's keys.
KEYED = ("audit_batch", "signing_signature")
_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: its path in the backup, bytes, SHA-256 (hex)."""

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup holds. `engine` is sqlite or postgresql; `rows` by table."""

    format: int
    version: str
    made_at: datetime
    engine: str
    files: list[Entry]
    rows: Mapping[str, int]


def entry(folder: Path, path: Path, sha256: str = "") -> Entry:
    """The entry of a file that lies in the backup."""
    return Entry(path.relative_to(folder).as_posix(), path.stat().st_size, sha256 or digest_of(path))


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises Failure where there is none, or it is of a form this version does not know."""
    try:
        manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise Failure(f"{folder} 不是指办的备份：没有 {NAME}。") from error
    except msgspec.MsgspecError as error:
        raise Failure(f"{folder / NAME} 读不懂（{error}），备份可能已损坏，请换一份。") from error
    if manifest.format != FORMAT:
        raise Failure(f"备份格式是 {manifest.format}，本程序只认 {FORMAT}，请用做这份备份的版本恢复。")
    made_at = manifest.made_at
    if made_at.tzinfo is None or not _EARLIEST <= made_at <= clock.now() + timedelta(days=1):
        raise Failure(f"{folder / NAME} 里做备份的时间 {made_at.isoformat()} 不可信，没有恢复。请核对本机时间，或换一份备份。")
    return manifest


def must_be_whole(folder: Path, manifest: Manifest, database: str) -> None:
    """Check that it names all that lies in the folder, and what no backup lacks: its `database`, rows, keys. Raises Failure."""
    named = {one.path for one in manifest.files}
    lacking = sorted({path.relative_to(folder).as_posix() for path in files_below(folder)} - named - {NAME})
    if database not in named or not manifest.rows:
        lacking.insert(0, database)
    if any(manifest.rows.get(table) for table in KEYED) and not any(path.startswith("keys/") for path in named):
        lacking.insert(0, "keys/")
    if lacking:
        told = f"清单 {NAME} 里少了 {len(lacking)} 项（{'、'.join(lacking[:3])}），没有恢复任何内容。"
        raise Failure(f"{told}自己放进备份目录的文件请移走；不是的话，请换一份备份。")


def must_name(manifest: Manifest, digests: Iterable[str], present: Callable[[str], bool]) -> None:
    """Check that every blob (SHA-256) the database names is in the backup or `present` here. Raises Failure."""
    named = {PurePosixPath(one.path).name for one in manifest.files if one.path.startswith("blobs/")}
    lacking = [digest for digest in digests if digest not in named and not present(digest)]
    if lacking:
        told = "、".join(digest[:16] for digest in lacking[:3])
        raise Failure(f"备份里少了数据库所指的 {len(lacking)} 个已收文件（{told}…）。没有启用这些数据，请换一份备份再恢复。")


def verify(folder: Path, manifest: Manifest) -> None:
    """Check that every file is there and unaltered. Raises Failure, naming the first three that are not."""
    with progress("核对备份", sum(one.size for one in manifest.files)) as bar:
        bad = []
        for one in manifest.files:
            if not _holds(folder, one, bar.update):
                bad.append(one.path)
    if bad:
        raise Failure(f"备份中有 {len(bad)} 个文件缺失或已被改动（{'、'.join(bad[:3])}），没有恢复任何内容。请换一份备份。")


def _holds(folder: Path, one: Entry, tell: Tell) -> bool:
    inside = PurePosixPath(one.path)
    if inside.is_absolute() or ".." in inside.parts:
        return False
    path = folder / inside
    whole = path.is_file() and not path.is_symlink() and path.stat().st_size == one.size
    return whole and digest_of(path, tell) == one.sha256
