"""Copies of the embedded database and of files, whole and checked."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from office.cli.words import Failure, progress
from office.kernel.schema import SQLITE_TABLES

PAGES = 2048
CHUNK = 1024 * 1024


def copy_sqlite(source: Path, target: Path, label: str) -> None:
    """A consistent copy of a SQLite database that may be in use (SQLite's online backup), checked, as one file.

    A read transaction is held for the whole copy: otherwise every commit of the server would begin it anew. Raises Failure.
    """
    with closing(sqlite3.connect(source, isolation_level=None)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.execute("PRAGMA query_only=ON")
        reading.execute("BEGIN")
        reading.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        pages = reading.execute("PRAGMA page_count").fetchone()[0]
        with progress(label, pages) as bar:
            last = 0

            def tell(status: int, remaining: int, total: int) -> None:
                nonlocal last
                bar.update(total - remaining - last)
                last = total - remaining

            reading.backup(writing, pages=PAGES, progress=tell)
        writing.execute("PRAGMA journal_mode=DELETE")
        _check(writing, target)
    target.chmod(0o600)
    sync(target)


def _check(database: sqlite3.Connection, path: Path) -> None:
    said = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
    if said != ["ok"]:
        raise Failure(f"数据库副本 {path} 没有通过完整性检查：{'；'.join(map(str, said))}。请检查磁盘。")


def sqlite_rows(path: Path) -> dict[str, int]:
    """Rows by table in a SQLite file."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        names = database.execute(SQLITE_TABLES).fetchall()
        return {
            name: database.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - a name from the catalogue
            for (name,) in names
        }


def copy_file(source: Path, target: Path) -> str:
    """Copy a file, durably and readable by this user only; the SHA-256 (hex) of the bytes written."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as reading, os.fdopen(descriptor, "wb") as writing:
        while chunk := reading.read(CHUNK):
            digest.update(chunk)
            writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Have a file or folder written through to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def files_below(folder: Path) -> Iterator[Path]:
    """Every whole file below a folder, in order; drafts begin with a dot and are left out."""
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        if path.is_file() and not path.name.startswith("."):
            yield path
