"""`zhiban backup FOLDER`: a consistent copy, also while the server runs. What is not yet accepted (intake) stays out.

The database first, then the blobs it names: a blob is on disk before its row is committed, so nothing named can be missing.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

import click
import msgspec

from office.cli.lock import embedded
from office.cli.manifest import FORMAT, NAME, Entry, Manifest, entry
from office.cli.opening import House, configured, opened, sqlite_path, waiting
from office.cli.postgres import dump
from office.cli.progress import progress
from office.cli.snapshot import BLOBS_NAMED, copy_file, copy_sqlite, files_below, sqlite_rows
from office.cli.tables import row_counts
from office.cli.words import Command, Failure, number
from office.files.seals.folder import place_of
from office.http.app import app_version
from office.kernel import clock
from office.kernel.database import fetch
from office.kernel.durable import sync
from office.kernel.settings import Settings
from office.realtime.snapshot import snapshot

SQLITE, POSTGRES = "zhiban.db", "zhiban.pgdump"


@click.command(cls=Command)
@click.argument("folder", type=click.Path(path_type=Path), metavar="目录")
@configured
def backup(house: House, settings: Settings, folder: Path) -> None:
    """备份到一个新目录：数据库、已收文件、服务器签名密钥，附清单和 SHA-256。

    服务运行时也可以做。尚未接收的上传（intake）、预览图和 zhiban.toml 不在备份里。备份含密钥和公文，请妥善保管。
    """
    if folder.exists() and any(folder.iterdir()):
        raise Failure(f"{folder} 里已有内容，没有写入。请给一个新目录，如 backup-{clock.today():%Y%m%d}。")
    draft = folder.with_name(f".{folder.name}.partial")
    if draft.exists():
        raise Failure(f"上次没有完成的备份还在 {draft}，请删除后再做。")
    draft.mkdir(mode=0o700, parents=True)
    try:
        manifest = waiting(_made(house, settings, draft))
    except _Harmed as error:
        raise Failure(f"{error}，备份没有完成，半成品留在 {draft}。请检查磁盘，并从上一份备份找回这些文件。") from error
    except BaseException:  # interrupted too: half a backup must not be taken for one, nor be in the way of the next
        shutil.rmtree(draft, ignore_errors=True)
        raise
    if folder.exists():
        folder.rmdir()
    draft.rename(folder)
    sync(folder.resolve().parent)
    total = sum(one.size for one in manifest.files)
    click.echo(f"备份完成：{folder}，{len(manifest.files)} 个文件，{number(total)}。恢复用 zhiban restore {folder}")


class _Harmed(Exception):
    """Files that the database names are missing or altered; the message says how many, and some."""


async def _made(house: House, settings: Settings, draft: Path) -> Manifest:
    async with opened(house, settings):
        before = await _blobs_named()
        files, rows = await _database(settings, draft)
        kept, bad = _copied(settings, draft)
        bad += sorted((before & await _blobs_named()) - {Path(one.path).name for one in kept})
    if bad:
        raise _Harmed(f"{len(bad)} 个已收文件缺失或内容与摘要不符（{'、'.join(name[:16] for name in bad[:3])}…）")
    named = [*files, *kept, *_keys(settings, draft), *_trust(settings, draft)]
    manifest = Manifest(FORMAT, app_version(), clock.now(), _engine(settings), named, rows)
    (draft / NAME).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    sync(draft / NAME)
    return manifest


def _engine(settings: Settings) -> str:
    return "sqlite" if embedded(settings) else "postgresql"


async def _blobs_named() -> set[str]:
    return {str(row["digest"]) for row in await fetch(BLOBS_NAMED)}


async def _database(settings: Settings, draft: Path) -> tuple[list[Entry], Mapping[str, int]]:
    """The copy, and the rows of its tables."""
    if embedded(settings):
        copy_sqlite(sqlite_path(settings), draft / SQLITE, "数据库")
        return [entry(draft, draft / SQLITE)], sqlite_rows(draft / SQLITE)
    async with snapshot():  # rows are counted in the very state that is dumped
        exported = await fetch("SELECT pg_export_snapshot() AS name")
        rows = await row_counts()
        await dump(settings.database, draft / POSTGRES, str(exported[0]["name"]), rows)
    (draft / POSTGRES).chmod(0o600)
    return [entry(draft, draft / POSTGRES)], rows


def _copied(settings: Settings, draft: Path) -> tuple[list[Entry], list[str]]:
    """Blobs by their digest; those whose bytes no longer give it are told, and left out."""
    sources = list(files_below(settings.folder / "blobs"))
    kept, bad = [], []
    with progress("已收文件", sum(source.stat().st_size for source in sources)) as bar:
        for source in sources:
            target = draft / "blobs" / source.parent.name / source.name
            if copy_file(source, target, bar.update) == source.name:
                kept.append(entry(draft, target, source.name))
            else:
                target.unlink()
                bad.append(source.name)
    return kept, bad


def _trust(settings: Settings, draft: Path) -> list[Entry]:
    """Whose seals are trusted here, wherever that folder is."""
    place, found = place_of(settings), []
    for source in (one for one in files_below(place) if one.parent == place):
        target = draft / "trust" / source.name
        found.append(entry(draft, target, copy_file(source, target)))
    return found


def _keys(settings: Settings, draft: Path) -> list[Entry]:
    found = []
    for source in files_below(settings.folder / "keys"):
        target = draft / "keys" / source.name
        found.append(entry(draft, target, copy_file(source, target)))
    return found
