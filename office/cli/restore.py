"""`zhiban restore FOLDER`: put a backup in place. Afterwards no number is given until a clerk has looked."""

from pathlib import Path

import click

from office.cli.backup import POSTGRES, SQLITE
from office.cli.lock import embedded, held
from office.cli.manifest import Manifest, read, verify
from office.cli.opening import House, configured, sqlite_path, waiting
from office.cli.postgres import run
from office.cli.snapshot import copy_file, digest_of, files_below, sqlite_rows, sync
from office.cli.tables import present_tables
from office.cli.words import Command, Failure, progress
from office.http.app import database_config
from office.identity.models import LoginSession
from office.identity.sessions import end
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.database import open_database
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
    verify(folder, manifest)
    registry = house.registry()
    with held(settings, "zhiban restore", alone=True):
        _place(settings, folder, manifest, registry, replace=replace)
        _blobs(settings, folder, manifest)
        _keys(settings, folder, manifest)
        stopped = waiting(_settled(settings, registry, manifest))
    click.echo(
        f"恢复完成（备份做于 {manifest.made_at.astimezone(clock.SHANGHAI):%Y年%m月%d日 %H:%M}）。{stopped} 个编号序列已暂停：\n"
        "请各单位文书对照纸质登记簿，在系统中逐一确认最后一个已用编号，确认后才会给新号。\n"
        "所有登录已退出。备份之后重置的密码，停用的账号、设备和接入密钥又回到备份时的样子，请逐一核对。然后启动 zhiban serve。"
    )


def _place(settings: Settings, folder: Path, manifest: Manifest, registry: Registry, *, replace: bool) -> None:
    if embedded(settings):
        _place_sqlite(settings, folder, manifest, replace=replace)
        return
    if not replace and waiting(_has_tables(settings, registry)):
        raise Failure("数据库里已有数据，没有恢复。确认要替换时加 --replace（PostgreSQL 的现有表会被删除，请先备份）。")
    options = ["--clean", "--if-exists", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    dump = folder / POSTGRES
    run(settings.database, "pg_restore", [*options, "--dbname", _name(settings), str(dump)])


def _name(settings: Settings) -> str:
    return settings.database.rsplit("/", 1)[-1].split("?", 1)[0]


async def _has_tables(settings: Settings, registry: Registry) -> bool:
    async with open_database(database_config(settings, registry)):
        return bool(await present_tables())


def _place_sqlite(settings: Settings, folder: Path, manifest: Manifest, *, replace: bool) -> None:
    target = sqlite_path(settings)
    if target.exists() and not replace:
        raise Failure(f"{target} 已有数据，没有恢复。确认要替换时加 --replace，旧文件会移到一边。")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.restoring")
    copy_file(folder / SQLITE, draft)
    if sqlite_rows(draft) != dict(manifest.rows):
        raise Failure("恢复出的数据库行数与清单不符，没有启用。请换一份备份。")
    if target.exists():
        _set_aside(target)
    draft.rename(target)
    sync(target.parent)


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
    sources = [folder / one.path for one in manifest.files if one.path.startswith("blobs/")]
    with progress("已收文件", len(sources)) as bar:
        for source in sources:
            target = settings.folder / "blobs" / source.parent.name / source.name
            if not target.exists() or digest_of(target) != source.name:
                draft = target.with_name(f".{source.name}.restoring")
                if copy_file(source, draft) != source.name:
                    raise Failure(f"写入 {target} 后摘要不符，请检查磁盘，再重新恢复。")
                draft.rename(target)
            bar.update(1)


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


async def _settled(settings: Settings, registry: Registry, manifest: Manifest) -> int:
    config = database_config(settings, registry)
    await migrate(config)
    async with open_database(config):
        at = manifest.made_at.astimezone(clock.SHANGHAI)
        stopped = await hold_all(SYSTEM, f"已从 {at:%Y年%m月%d日 %H:%M} 的备份恢复，请文书核对最后一个已用编号")
        await new_epoch()
        while await _signed_out():
            pass
    return stopped


@verb
async def _signed_out() -> int:
    """End sessions, a bounded number at a time: one that was ended after the backup must not come back to life."""
    return await end(LoginSession.all(), "restored", SYSTEM)
