"""`zhiban demo two-minutes`."""

import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import click

from demo import accounts
from demo.two_minutes.ledger import Ledger, Step
from demo.two_minutes.lines import Lines
from demo.two_minutes.pages import DECLARE, Paper, prepare
from demo.two_minutes.story import play
from office.cli.lock import address_of
from office.cli.opening import House, configured, waiting
from office.cli.words import Command, Failure, pad
from office.kernel.refusal import Refusal
from office.kernel.settings import Settings
from office.kernel.texts import text_of

HELP = "请先运行 make run 或 zhiban demo load，或用 --data、--accounts 指出。"


@click.command("two-minutes", cls=Command)
@click.option("--server", metavar="网址", help="服务器（默认是这个数据目录上正在运行的，再默认按设置）")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="文件",
    help="自己的文件：PDF、OFD、图片，或 Word、Excel、PPT（服务器要有 LibreOffice）",
)
@click.option(
    DECLARE,
    "declared_by",
    default="",
    metavar="姓名",
    help="声明人：已对照原件看过每一页，没有密级标志。扫描件和图片没有文字可查，要有人声明",
)
@click.option("--accounts", "accounts_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件",
              help="账号文件（默认 数据目录/demo-accounts.txt）")  # fmt: skip
@click.option("--listen", default="127.0.0.1", show_default=True, metavar="地址", help="在哪个地址接收回调，服务器要能连到")
@click.option("--release/--wait-hold", default=True, help="领导立即送出（默认），或等满三十秒")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
@configured
def two_minutes(
    house: House, settings: Settings, server: str | None, file: Path | None, declared_by: str, accounts_file: Path | None,
    listen: str, release: bool, as_json: bool,
) -> int:  # fmt: skip
    """对正在运行的服务器，从推送到四个单位收到，走一遍两分钟的全过程。

    只用公开的 HTTP 和 websocket 接口；逐步记时、记字节；签名、回执、回调、页面都独立核对。有一步或一项不对，退出码为 1。
    """
    house.registry()
    kept = accounts_file or accounts.path_of(settings)
    known = accounts.read(kept)
    address = (
        server
        or address_of(settings)
        or f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{settings.port}"
    )
    if not known:
        return _not_begun(f"没有演示账号文件 {kept}，或里面没有账号。{HELP}", address, as_json=as_json)
    try:
        teller = _unheard if as_json else _tell
        paper = partial(prepare, file, declared_by)
        ledger = waiting(_played(address.rstrip("/"), paper, known, teller, release=release, listen=listen))
    except Refusal as refusal:
        return _not_begun(f"这份文件不能用：{text_of(refusal.code, refusal.facts)}", address, as_json=as_json)
    except ValueError as error:
        raise Failure(f"服务器网址不对：{address}") from error
    told = json.dumps(ledger.as_json(), ensure_ascii=False, indent=1) if as_json else ledger.as_text(steps=not _one_place())
    click.echo(told)
    return 0 if ledger.ok else 1


def _not_begun(told: str, server: str, *, as_json: bool) -> int:
    """The exit code of a story that could not begin. Raises Failure where a person reads."""
    if not as_json:
        raise Failure(told)
    click.echo(json.dumps({"ok": False, "error": told, "server": server}, ensure_ascii=False, indent=1))
    return 1


def _tell(step: Step) -> None:
    """A line for each step as it ends: who waits sees that it goes on."""
    carried = f"上行 {pad(str(step.up), 7, right=True)}  下行 {pad(str(step.down), 7, right=True)} 字节"
    click.echo(f"{pad(f'{step.ms:.0f} 毫秒', 12, right=True)}  {carried}  {pad(step.who, 8)}  {step.name}", err=True)


def _one_place() -> bool:
    """Whether account and steps go to one terminal or log: there the steps stand already, and a table would say them twice."""
    try:
        account, steps = os.fstat(sys.stdout.fileno()), os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):  # a stream that is no file
        return False
    return (account.st_dev, account.st_ino) == (steps.st_dev, steps.st_ino)


def _unheard(_: Step) -> None:
    """JSON is for a machine; it waits for the whole."""


async def _played(
    server: str, paper: Callable[[], Awaitable[Paper]], known: dict[str, accounts.Credential], tell: Callable[[Step], None],
    *, release: bool, listen: str,
) -> Ledger:  # fmt: skip
    started = time.perf_counter()
    async with Lines(server) as lines:
        ledger = Ledger(lines, tell)
        await play(ledger, await paper(), known, release=release, listen_on=listen)
        ledger.wall_ms = (time.perf_counter() - started) * 1000
        return ledger
