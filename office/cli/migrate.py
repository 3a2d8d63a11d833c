"""`zhiban migrate`: bring the database to the newest schema; a copy of the SQLite file first, rows counted before and after."""

from collections.abc import Mapping
from pathlib import Path

import click

from office.cli.lock import embedded, held
from office.cli.opening import House, configured, sqlite_path, waiting
from office.cli.progress import Progress, progress
from office.cli.snapshot import copy_sqlite
from office.cli.tables import pending, row_counts
from office.cli.words import Command, number, table
from office.http.app import database_config
from office.kernel import clock
from office.kernel.database import open_database
from office.kernel.modules import Registry
from office.kernel.schema import migrate as bring_up
from office.kernel.settings import Settings

COPIES = "before-migrate"
KEPT = 3
#: How many statements there are is known only under the lock of the migration: the bar counts thousandths.
PARTS = 1000


@click.command(cls=Command)
@configured
def migrate(house: House, settings: Settings) -> None:
    """把数据库升级到当前版本。

    要升级时，内置 SQLite 会先复制一份到 数据目录/before-migrate（保留最近 3 份），并核对升级前后的行数。
    PostgreSQL 请先运行 zhiban backup。
    """
    registry = house.registry()
    with held(settings, "zhiban migrate", alone=True):
        waiting(migrated(settings, registry, quiet=False))


async def migrated(settings: Settings, registry: Registry, *, quiet: bool) -> None:
    """Migrate under the lock that the caller holds. Raises SchemaError; a step that loses rows undoes everything."""
    config, copy = database_config(settings, registry), None
    before: Mapping[str, int] = {}
    if embedded(settings):
        sqlite_path(settings).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not embedded(settings) or sqlite_path(settings).exists():
        async with open_database(config) as context:
            before, due = await row_counts(), await pending(context, config)
        # A copy at every start would push out the one from before the last real step.
        copy = _copied(settings) if due and embedded(settings) else None
    with progress("升级数据库", PARTS) as bar:
        applied = await bring_up(config, lambda done, of: _tell(bar, done, of))
    if quiet:
        return
    async with open_database(config):
        after = await row_counts()
    if applied:
        _report(before, after, copy)
    else:
        click.echo(f"已是最新版本：{len(after)} 张表，{sum(after.values())} 行，没有要升级的。")


def _tell(bar: Progress, done: int, of: int) -> None:
    bar.to(PARTS * done // of)


def _copied(settings: Settings) -> Path:
    source = sqlite_path(settings)
    folder = settings.folder / COPIES
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"zhiban-{clock.now():%Y%m%dT%H%M%S%f}.db"
    copy_sqlite(source, target, "复制数据库")
    for old in sorted(folder.glob("zhiban-*.db"))[:-KEPT]:
        old.unlink()
    return target


def _report(before: Mapping[str, int], after: Mapping[str, int], copy: Path | None) -> None:
    new = sorted(set(after) - set(before))
    rows_told = f"升级前 {sum(before.values())} 行，升级后 {sum(after.values())} 行"
    click.echo(f"完成：{len(after)} 张表，新建 {len(new)} 张；{rows_told}。")
    rows = [(name, before[name], after[name]) for name in sorted(before) if before[name] or after.get(name)]
    if rows:
        click.echo(table(("表", "升级前", "升级后"), rows))
    if copy is not None:
        click.echo(f"升级前的副本：{copy}（{number(copy.stat().st_size)}）")
