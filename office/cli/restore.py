"""`zhiban restore FOLDER`: put a backup in place. Afterwards no number is given until a clerk has looked.

All that can be refused is refused first. The database becomes the house's own only when its series are on hold and its sessions
ended: the SQLite file is made ready beside its place; on PostgreSQL a mark keeps every writer out until that is done.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import click
import msgspec
from tortoise.exceptions import BaseORMException

from office.cli import postgres
from office.cli.backup import POSTGRES, SQLITE
from office.cli.lock import RESTORE, embedded, held, restoring
from office.cli.manifest import Manifest, must_be_whole, must_name, read, verify
from office.cli.opening import House, configured, sqlite_path, waiting
from office.cli.progress import progress
from office.cli.restored import Past, note_restore, past_of, replaced_head
from office.cli.snapshot import BLOBS_NAMED, check_sqlite, copy_file, digest_of, files_below, sqlite_blobs, sqlite_rows
from office.cli.tables import present_tables, row_counts
from office.cli.words import Command, Failure
from office.files.seals.folder import place_of
from office.http.app import database_config
from office.identity.models import LoginSession
from office.identity.sessions import end
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.database import fetch, open_database
from office.kernel.durable import sync
from office.kernel.modules import Registry
from office.kernel.schema import migrate
from office.kernel.settings import Settings
from office.kernel.work import verb
from office.numbering.actions import hold_all
from office.realtime.actions import new_epoch


@click.command(cls=Command)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="目录")
@click.option("--replace", is_flag=True, help="替换现有数据（SQLite 的旧文件移到 数据目录/before-restore-…）")
@configured
def restore(house: House, settings: Settings, folder: Path, replace: bool) -> None:
    """从备份恢复。先核对每个文件的摘要；有一个不符就什么都不做。

    恢复后所有编号序列暂停，由各单位文书核对纸质登记、确认最后一个号；所有人要重新登录。
    """
    manifest = read(folder)
    wanted = "sqlite" if embedded(settings) else "postgresql"
    if manifest.engine != wanted:
        raise Failure(f"备份来自 {manifest.engine}，现在的设置是 {wanted}（ZHIBAN_DATABASE_URL），不能互相恢复。")
    must_be_whole(folder, manifest, SQLITE if embedded(settings) else POSTGRES)
    verify(folder, manifest)
    registry = house.registry()
    with held(settings, RESTORE, alone=True):
        _refuse_occupied(settings, registry, replace=replace)
        past = waiting(_past(settings, folder, registry))
        put = _put_sqlite if embedded(settings) else _put_postgres
        stopped = put(settings, folder, manifest, registry, past)
    click.echo(
        f"恢复完成（备份做于 {_made_at(manifest)}）。{stopped} 个编号序列已暂停：\n"
        "请各单位文书对照纸质登记簿，在“我的—编号核对”里逐一确认最后一个已用编号，确认后才会给新号。\n"
        "恢复已记入操作日志；备份之后取出的封存凭证会与现在的日志不符，zhiban audit verify --head 会说明。\n"
        "所有登录已退出。备份之后重置的密码，停用的账号、设备和接入密钥又回到备份时的样子，请逐一核对。然后启动 zhiban serve。"
    )


def _made_at(manifest: Manifest) -> str:
    return f"{manifest.made_at.astimezone(clock.SHANGHAI):%Y年%m月%d日 %H:%M}"


def _refuse_occupied(settings: Settings, registry: Registry, *, replace: bool) -> None:
    if replace:
        return
    if embedded(settings):
        if sqlite_path(settings).exists():
            raise Failure(f"{sqlite_path(settings)} 已有数据，没有恢复。确认要替换时加 --replace，旧文件会移到一边。")
    elif waiting(_has_tables(settings, registry)):
        raise Failure("数据库里已有数据，没有恢复。确认要替换时加 --replace（PostgreSQL 的现有表会被删除，请先备份）。")


async def _past(settings: Settings, folder: Path, registry: Registry) -> Past:
    """What the restored trail must know of the one that goes."""
    if embedded(settings) and not sqlite_path(settings).exists():
        return past_of(folder, None)
    try:
        async with open_database(database_config(settings, registry)):
            return past_of(folder, await replaced_head())
    except (BaseORMException, sqlite3.Error):
        return past_of(folder, None)  # a broken database is why one restores


async def _has_tables(settings: Settings, registry: Registry) -> bool:
    async with open_database(database_config(settings, registry)):
        return bool(await present_tables())


def _put_sqlite(settings: Settings, folder: Path, manifest: Manifest, registry: Registry, past: Past) -> int:
    """The file is checked, brought up and settled beside its place; putting it there is one rename, the last act but keys."""
    target = sqlite_path(settings)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.restoring")
    beside = msgspec.structs.replace(settings, database_url=f"sqlite://{quote(str(draft.resolve()))}")
    try:
        _clear(draft)  # a log left behind by one that was killed would be played into the new file
        with progress("数据库", (folder / SQLITE).stat().st_size) as bar:
            copy_file(folder / SQLITE, draft, bar.update)
        check_sqlite(draft)
        _compare(sqlite_rows(draft), manifest)
        must_name(manifest, sqlite_blobs(draft), lambda digest: _place(settings, digest).is_file())
        stopped = waiting(_settled(beside, registry, manifest, past))
        _blobs(settings, folder, manifest)
        with restoring(settings):
            if target.exists():
                _set_aside(target)
            draft.rename(target)
            sync(target.parent)
            _keys(settings, folder, manifest)
            _trust(settings, folder, manifest)
    finally:
        _clear(draft)
    return stopped


def _clear(draft: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        draft.with_name(draft.name + ending).unlink(missing_ok=True)


def _put_postgres(settings: Settings, folder: Path, manifest: Manifest, registry: Registry, past: Past) -> int:
    postgres.contents(folder / POSTGRES)  # what this machine's program cannot read is refused before anything is changed
    _blobs(settings, folder, manifest)
    with restoring(settings):
        waiting(postgres.put_back(settings.database, folder / POSTGRES, manifest.rows))
        waiting(_compared(settings, registry, manifest))
        stopped = waiting(_settled(settings, registry, manifest, past))
        _keys(settings, folder, manifest)
        _trust(settings, folder, manifest)
    return stopped


async def _compared(settings: Settings, registry: Registry, manifest: Manifest) -> None:
    async with open_database(database_config(settings, registry)):
        _compare(await row_counts(), manifest)
        must_name(
            manifest,
            [str(row["digest"]) for row in await fetch(BLOBS_NAMED)],
            lambda digest: _place(settings, digest).is_file(),
        )


def _compare(found: Mapping[str, int], manifest: Manifest) -> None:
    """Every table of the backup has its rows. Raises Failure."""
    wrong = [f"{name}（{rows} → {found.get(name, 0)}）" for name, rows in manifest.rows.items() if found.get(name) != rows]
    if wrong:
        told = "、".join(wrong[:3])
        raise Failure(f"恢复出的数据库有 {len(wrong)} 张表的行数与清单不符：{told}。没有启用这些数据，请换一份备份再恢复。")


def _set_aside(target: Path) -> None:
    """The old file with its log beside it: a log left behind would be played into the new file."""
    aside = target.parent / f"before-restore-{clock.now():%Y%m%dT%H%M%S%f}"
    aside.mkdir(mode=0o700)
    for name in (target.name, f"{target.name}-wal", f"{target.name}-shm"):
        old = target.with_name(name)
        if old.exists():
            old.rename(aside / name)
    click.echo(f"旧数据库已移到 {aside}", err=True)


def _blobs(settings: Settings, folder: Path, manifest: Manifest) -> None:
    """Missing blobs are put back; one already there under the same digest is checked, and replaced if its bytes are wrong."""
    entries = [one for one in manifest.files if one.path.startswith("blobs/")]
    with progress("已收文件", sum(one.size for one in entries)) as bar:
        for one in entries:
            source = folder / one.path
            target = _place(settings, source.name)
            if not target.exists() or digest_of(target) != source.name:
                draft = target.with_name(f".{source.name}.restoring")
                if copy_file(source, draft) != source.name:
                    raise Failure(f"写入 {target} 后摘要不符，请检查磁盘，再重新恢复。")
                draft.rename(target)
            bar.update(one.size)


def _place(settings: Settings, digest: str) -> Path:
    return settings.folder / "blobs" / digest[:2] / digest


def _keys(settings: Settings, folder: Path, manifest: Manifest) -> None:
    """The keys of the backup; other ones in their place are kept beside, for signatures made with them."""
    place = settings.folder / "keys"
    for source in (folder / one.path for one in manifest.files if one.path.startswith("keys/")):
        target = place / source.name
        if target.exists() and digest_of(target) != digest_of(source):
            target.rename(target.with_name(f"{target.name}.{clock.now():%Y%m%dT%H%M%S}"))
        copy_file(source, target)
    for one in files_below(place):
        one.chmod(0o600)


def _trust(settings: Settings, folder: Path, manifest: Manifest) -> None:
    """Whose seals were trusted, where nobody is trusted now: a backup brings back no authority that was taken out since."""
    place = place_of(settings)
    if not any(files_below(place)):
        for source in (folder / one.path for one in manifest.files if one.path.startswith("trust/")):
            copy_file(source, place / source.name)


async def _settled(settings: Settings, registry: Registry, manifest: Manifest, past: Past) -> int:
    config = database_config(settings, registry)
    await migrate(config)
    async with open_database(config):
        with past.marks():
            stopped = await hold_all(SYSTEM, f"已从 {_made_at(manifest)} 的备份恢复，请文书核对最后一个已用编号")
            await note_restore(manifest, past)
            while await _signed_out():
                pass
            await new_epoch()
    return stopped


@verb
async def _signed_out() -> int:
    """End sessions, a bounded number at a time: one that was ended after the backup must not come back to life."""
    return await end(LoginSession.all(), "restored", SYSTEM)
