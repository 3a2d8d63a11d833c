"""`zhiban demo …` and `zhiban run-demo`."""

from pathlib import Path

import click
from msgspec.structs import replace

from demo import accounts, papers
from demo.settle import STEPS, settle
from demo.town import POSTS, STORY_CLERK, STORY_LEADER, WAITING_LEADER
from demo.two_minutes.command import two_minutes
from office.cli.lock import address_of, held
from office.cli.opening import House, configured, opened, settings_of, waiting
from office.cli.progress import progress
from office.cli.serve import bound, prepare, run
from office.cli.words import Command, Failure, Group
from office.kernel.modules import registry
from office.kernel.settings import Settings
from office.outbox.relay import drain

FIRST = (
    (WAITING_LEADER, "装好时就有一份公文等着批示"),
    (STORY_LEADER, "两分钟的故事里批示的人"),
    (STORY_CLERK, "登记和送批的人"),
)


@click.group(cls=Group)
def demo() -> None:
    """演示：虚构的青岚县，和一份特急文件的两分钟。"""


@demo.command("load")
@configured
def load(house: House, settings: Settings) -> None:
    """建立虚构的青岚县：单位、人员、账号和几份公文。可以重复运行，已有的不动。"""
    with held(settings, "zhiban demo load"):
        _loaded(house, settings)
    click.echo(f"演示数据已就绪，账号和密码在 {accounts.path_of(settings)}（仅本用户可读）：")
    for one in accounts.read(accounts.path_of(settings)).values():
        click.echo(f"  {one.login:<16}{one.password:<14}  {one.name}（{one.post}）")
    click.echo("启动服务用 zhiban serve；要走两分钟的故事，启动前设 ZHIBAN_WEBHOOK_PRIVATE_TARGETS=true（允许回调到本机）。")


def _loaded(house: House, settings: Settings) -> None:
    """Migrate, then bring in town, accounts and papers, under the lock that the caller holds."""
    waiting(prepare(house, settings))
    waiting(_people(house, settings))
    known = accounts.read(accounts.path_of(settings))
    with progress("公文", papers.STEPS) as bar:
        waiting(papers.bring(house.create_app(settings), known, bar.update))


async def _people(house: House, settings: Settings) -> None:
    async with opened(house, settings):
        with progress("单位和人员", STEPS) as bar:
            town = await settle(bar.update)
        with progress("账号", len(POSTS)) as bar:
            await accounts.open_accounts(settings, registry(), town.people, town.units, bar.update)
        await drain()


@click.command("run-demo", cls=Command)
@click.option("--host", metavar="地址", help="监听地址（默认 127.0.0.1）")
@click.option("--port", type=click.IntRange(0, 65535), metavar="端口", help="监听端口（默认 8000；0 为任意空闲端口）")
@click.option("--data", metavar="目录", help="数据目录（默认取 ZHIBAN_DATA，再默认 ./data）")
@click.pass_obj
def run_demo(house: House, host: str | None, port: int | None, data: str | None) -> None:
    """试用：建数据目录，装入虚构的青岚县（只在第一次），然后启动服务。Ctrl-C 停止，数据保留。"""
    given = settings_of(host=host, port=port, data=data)
    # A newcomer's terminal tells where to look; a log line for each connection would push that away.
    level = "WARNING" if given.log_level == Settings().log_level else given.log_level
    if url := address_of(given):
        return click.echo(f"指办已在 {url} 运行，直接打开即可；要重新启动，先在它的窗口按 Ctrl-C。")
    settings = replace(given, webhook_private_targets=True, log_level=level)
    with held(settings, "zhiban run-demo"), bound(settings) as place:
        if not _whole(settings):
            click.echo("第一次启动：正在建立数据库和虚构的青岚县，约需半分钟……", err=True)
            _loaded(house, settings)
            _mark(settings).touch(mode=0o600)
        else:
            waiting(prepare(house, settings))
        app = house.create_app(settings)
        app.state.demo = True
        run(app, settings, place, lambda url: _greet(url, settings))


def _mark(settings: Settings) -> Path:
    return settings.folder / ".demo-loaded"


def _whole(settings: Settings) -> bool:
    return _mark(settings).exists() and accounts.path_of(settings).exists()


def _greet(url: str, settings: Settings) -> None:
    known = accounts.read(accounts.path_of(settings))
    try:
        people = [(accounts.of(known, login), told) for login, told in FIRST]
    except accounts.NoAccounts as error:
        raise Failure(str(error)) from error
    lines = [f"    {one.login:<14}{one.password:<16}{one.name}（{one.post}）：{told}" for one, told in people]
    click.echo(
        f"\n指办演示已启动（Ctrl-C 停止，数据在 {settings.folder}）\n"
        f"  首页和全部账号  {url}/\n  手机网页        {url}/m{_by_name(url)}\n  接口目录        {url}/docs\n"
        "  登录：\n" + "\n".join(lines) + "\n"
        f"  两分钟的故事    另开一个终端：.venv/bin/zhiban demo two-minutes{_places(settings)}\n"
    )


def _by_name(url: str) -> str:
    """A passkey belongs to a name: by the bare address there is none."""
    if "//127.0.0.1:" not in url:
        return ""
    return f"（要用通行密钥：{url.replace('127.0.0.1', 'localhost')}/m）"


def _places(settings: Settings) -> str:
    """What the story must be told where this is not the default place; the address it finds by the data folder."""
    return "" if settings.data == Settings().data else f" --data {settings.folder}"


demo.add_command(two_minutes)
COMMANDS = (demo, run_demo)
