"""`zhiban demo two-minutes`."""

import json
from pathlib import Path

import click

from demo import accounts
from demo.two_minutes.ledger import Ledger
from demo.two_minutes.lines import Lines
from demo.two_minutes.pages import prepare
from demo.two_minutes.story import play
from office.cli.lock import address_of
from office.cli.opening import House, configured, waiting
from office.cli.words import Command, Failure
from office.kernel.refusal import Refusal
from office.kernel.settings import Settings
from office.kernel.texts import text_of


@click.command("two-minutes", cls=Command)
@click.option("--server", metavar="网址", help="服务器（默认是这个数据目录上正在运行的，再默认按设置）")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件", help="自己的 PDF 或图片")
@click.option("--accounts", "accounts_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件",
              help="账号文件（默认 数据目录/demo-accounts.txt）")  # fmt: skip
@click.option("--listen", default="127.0.0.1", show_default=True, metavar="地址", help="在哪个地址接收回调，服务器要能连到")
@click.option("--release/--wait-hold", default=True, help="领导立即送出（默认），或等满三十秒")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
@configured
def two_minutes(
    house: House, settings: Settings, server: str | None, file: Path | None, accounts_file: Path | None, listen: str,
    release: bool, as_json: bool,
) -> int:  # fmt: skip
    """对正在运行的服务器，从推送到四个单位收到，走一遍两分钟的全过程。

    只用公开的 HTTP 和 websocket 接口；逐步记时、记字节；签名、回执、回调、页面都独立核对。有一步或一项不对，退出码为 1。
    """
    house.registry()
    known = accounts.read(accounts_file or accounts.path_of(settings))
    address = (
        server
        or address_of(settings)
        or f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{settings.port}"
    )
    try:
        ledger = waiting(_played(address.rstrip("/"), file, known, release=release, listen=listen))
    except accounts.NoAccounts as error:
        raise Failure(str(error)) from error
    except Refusal as refusal:
        told = f"这份文件不能用：{text_of(refusal.code, refusal.facts)}"
        if not as_json:
            raise Failure(told) from refusal
        click.echo(json.dumps({"ok": False, "error": told, "server": address}, ensure_ascii=False, indent=1))
        return 1
    except ValueError as error:
        raise Failure(f"服务器网址不对：{address}") from error
    click.echo(json.dumps(ledger.as_json(), ensure_ascii=False, indent=1) if as_json else ledger.as_text())
    return 0 if ledger.ok else 1


async def _played(
    server: str, file: Path | None, known: dict[str, accounts.Credential], *, release: bool, listen: str
) -> Ledger:
    paper = await prepare(file)
    async with Lines(server) as lines:
        ledger = Ledger(lines)
        await play(ledger, paper, known, release=release, listen_on=listen)
        return ledger
