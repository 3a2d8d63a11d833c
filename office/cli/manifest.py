"""The table of contents of a backup: what is in it, and the SHA-256 of every file."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

import msgspec

from office.cli.progress import Tell, progress
from office.cli.snapshot import digest_of
from office.cli.words import Failure

FORMAT = 1
NAME = "manifest.json"


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
    rows: Mapping[str, int] = {}


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
    return manifest


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
