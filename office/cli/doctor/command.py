"""The command: runs all checks in order, prints a line each, ends with 1 if one says 错误."""

import click

from office.cli.doctor import database, machine
from office.cli.doctor.finding import BAD, NOTE, Finding, bad, good
from office.cli.opening import House, settings_of, waiting
from office.cli.words import Command
from office.kernel.settings import Settings, SettingsError


@click.command(cls=Command)
@click.option("--data", metavar="目录", help="数据目录（默认取 ZHIBAN_DATA，再默认 ./data）")
@click.option("--promises", is_flag=True, help="还要通读数据，核对各模块的承诺（如每项待办都有来处）；数据多时要几分钟")
@click.pass_context
def doctor(context: click.Context, data: str | None, promises: bool) -> None:
    """检查设置、数据目录、数据库和这台机器。每行一项：好、注意或错误；有错误时退出码为 1。"""
    found = _found(context.obj, data, promises)
    for one in found:
        click.echo(one.line())
    wrong = sum(one.level == BAD for one in found)
    noted = sum(one.level == NOTE for one in found)
    click.echo(f"共 {len(found)} 项：{wrong} 项错误，{noted} 项注意")
    context.exit(1 if wrong else 0)


def _found(house: House, data: str | None, promises: bool) -> list[Finding]:
    try:
        settings = settings_of(data=data)
    except SettingsError as error:
        return [bad("设置", str(error))]
    registry = house.registry()
    inside = waiting(database.findings(settings, registry, promises=promises))
    return [_settings(settings), *machine.findings(settings), *inside]


def _settings(settings: Settings) -> Finding:
    changed = [name for name in Settings.__struct_fields__ if getattr(settings, name) != getattr(Settings(), name)]
    return good("设置", f"已读取，{len(changed)} 项不是默认值" + (f"（{'、'.join(changed)}）" if changed else ""))
