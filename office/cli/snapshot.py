"""Copies of the embedded database and of files, whole and checked."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from office.cli.progress import Tell, elapsed, progress, unheard
from office.cli.words import Failure
from office.kernel.durable import sync
from office.kernel.schema import SQLITE_TABLES

PAGES = 2048
CHUNK = 1024 * 1024
#: Every accepted file that a database names.
BLOBS_NAMED = "SELECT digest FROM files_blob"


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
            reading.backup(writing, pages=PAGES, progress=lambda _, remaining, total: bar.to(total - remaining))
        writing.execute("PRAGMA journal_mode=DELETE")
    check_sqlite(target)
    target.chmod(0o600)
    sync(target)


def check_sqlite(path: Path) -> None:
    """SQLite's own check of a whole file, which takes as long as reading it. Raises Failure with what is wrong."""
    with elapsed("核对数据库"), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        try:
            said = [str(row[0]) for row in database.execute("PRAGMA integrity_check(3)")]
        except sqlite3.DatabaseError as error:
            said = [str(error)]
    if said != ["ok"]:
        raise Failure(f"数据库副本 {path} 没有通过完整性检查：{'；'.join(said)}。请检查磁盘，或换一份备份。")


def sqlite_rows(path: Path) -> dict[str, int]:
    """Rows by table in a SQLite file."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        names = database.execute(SQLITE_TABLES).fetchall()
        return {
            name: database.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - a name from the catalogue
            for (name,) in names
        }


def sqlite_blobs(path: Path) -> list[str]:
    """The SHA-256 (hex) of every accepted file that a SQLite file names."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return [str(digest) for (digest,) in database.execute(BLOBS_NAMED)]


def copy_file(source: Path, target: Path, tell: Tell = unheard) -> str:
    """Copy a file, durably and readable by this user only; the SHA-256 (hex) of the bytes written. `tell` hears of bytes."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as reading, os.fdopen(descriptor, "wb") as writing:
        while chunk := reading.read(CHUNK):
            digest.update(chunk)
            writing.write(chunk)
            tell(len(chunk))
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest()


def digest_of(path: Path, tell: Tell = unheard) -> str:
    """SHA-256 of a file, hex. `tell` hears of bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            tell(len(chunk))
    return digest.hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """Every whole file below a folder, in order; drafts begin with a dot and are left out."""
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        if path.is_file() and not path.name.startswith("."):
            yield path
