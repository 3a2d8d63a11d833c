"""`zhiban audit`: the signed head to keep outside the house, and the proof that today's trail extends it."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from office.audit.heads import Head, KeptHead
from office.audit.kept import BadHead, judge, read_head
from office.audit.models import AuditBatch
from office.audit.sealing import kept
from office.audit.verifying import Finding, Place, Rewritten, Verification, Verified, after
from office.audit.words import says
from office.cli.opening import House, configured, opened, waiting
from office.cli.progress import progress
from office.cli.restored import restores_since
from office.cli.trouble import words_of
from office.cli.words import Command, Failure, Group
from office.kernel import base64url, clock
from office.kernel.database import fetch
from office.kernel.rows import instant_of
from office.kernel.settings import Settings
from office.signing.keys import proves, server_public_key

SHOWN = 10


@click.group(cls=Group)
def audit() -> None:
    """操作日志：取封存凭证，核对日志没有被改动。"""


@audit.command("head", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON（核对时用），默认输出给人看的文字")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="把 JSON 写入文件（不覆盖已有的）")
@configured
def print_head(house: House, settings: Settings, as_json: bool, out: Path | None) -> None:
    """取最近一次封存的凭证，请存到这台机器之外（如另一部门的电脑或光盘），日后核对用。

    凭证不含日志内容。服务运行时每分钟封存一次，此命令不封存。
    """
    told = waiting(_newest(house, settings))
    text = msgspec.json.format(msgspec.json.encode(told)).decode()
    if out is not None:
        _written(out, text)
    click.echo(text if as_json else _readable(told, out))


async def _newest(house: House, settings: Settings) -> KeptHead:
    async with opened(house, settings):
        row = await AuditBatch.all().order_by("-number").first()
        if row is None:
            raise Failure("操作日志还没有封存过。请启动 zhiban serve，一分钟后再取。")
        return kept(row, server_public_key(row.server_key))


def _written(out: Path, text: str) -> None:
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text + "\n")
    except FileExistsError as error:
        raise Failure(f"{out} 已存在，没有写入。每份凭证请用新的文件名，旧凭证也要留着。") from error
    except OSError as error:
        raise Failure(f"{out} 不能写入（{words_of(error)}）。请检查目录和权限。") from error


def _readable(told: KeptHead, out: Path | None) -> str:
    head = msgspec.json.decode(told.head, type=Head)
    root = " ".join(head.root[start : start + 8] for start in range(0, 64, 8))
    lines = [
        f"封存批次：第 {head.batch} 批",
        f"日志行数：{head.size}",
        f"封存时间：{_moment(head)}",
        f"根摘要：{root}",
        f"签名公钥：{told.server_key}",
        f"已写入 {out}，请存到这台机器之外。" if out else "要日后核对，请加 --out 文件 存成凭证，并放到这台机器之外。",
    ]
    return "\n".join(lines)


def _moment(head: Head) -> str:
    return f"{instant_of(head.sealed_at).astimezone(clock.SHANGHAI):%Y年%m月%d日 %H:%M:%S}"


@audit.command("verify", cls=Command)
@click.option(
    "--head", "files", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件",
    help="以前取出的封存凭证，可给多份；证明现在的日志是由当时的接下来的",
)  # fmt: skip
@click.option(
    "--from", "begin", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件",
    help="从这份凭证之后核对：凭证以前的行不再逐行读，只核对它们的总摘要与凭证一致",
)  # fmt: skip
@configured
def verify(house: House, settings: Settings, files: tuple[Path, ...], begin: Path | None) -> None:
    """通读操作日志，核对每一行、每一批和签名；发现改动时指出最早的位置。

    日志很长时，可每次取一份凭证，下次用 --from 接着核对。服务运行时也可以做。退出码：0 没有发现改动，1 发现改动或凭证不符。
    """
    wrong = waiting(_verified(house, settings, files, begin))
    if wrong:
        click.get_current_context().exit(1)


async def _verified(house: House, settings: Settings, files: Sequence[Path], begin: Path | None) -> bool:
    async with opened(house, settings):
        heads = [(file, _head(file)) for file in files]
        place = await _place(begin) if begin else Place()
        if early := [file for file, head in heads if head.batch <= place.batch]:
            raise Failure(f"{early[0]} 不比 --from 的凭证新，这样核对不到它。请去掉 --from，或只给更新的凭证。没有核对。")
        rows = int((await fetch("SELECT COUNT(*) AS n FROM audit_leaf WHERE position >= ?", place.size))[0]["n"])
        with progress("核对操作日志", rows) as bar:
            found = await Verification(proves, bar.update, [head.batch for _, head in heads], begin=place).run()
        click.echo(_summary(found, place.size))
        for line in _told(found.findings):
            click.echo(line, err=True)
        outcomes = [await _compared(file, head, found) for file, head in heads]
    return bool(found.findings) or not all(outcomes)


async def _place(file: Path) -> Place:
    """Where to go on after a kept head."""
    try:
        return await after(_head(file))
    except Rewritten as error:
        raise Failure(
            f"不能从 {file} 接着核对：现在的日志不是由它接下来的，那时及以前的日志被改写过，或从备份恢复过。"
            f"请用 zhiban audit verify --head {file} 通读，找出改动的位置。"
        ) from error


def _head(file: Path) -> Head:
    try:
        return read_head(file.read_bytes(), proves, base64url.decode)
    except BadHead as error:
        raise Failure(f"{file} 不能作为凭证：{error}。没有核对。") from error
    except OSError as error:
        raise Failure(f"{file} 不能读（{words_of(error)}）。没有核对。") from error


def _summary(found: Verified, before: int) -> str:
    if found.head is None:
        return f"操作日志还没有封存过，{found.waiting} 行待封存。"
    said = "没有发现改动" if not found.findings else "发现改动"
    told = f"{found.rows - before} 行（此前 {before} 行的总摘要与凭证一致）" if before else f"{found.rows} 行"
    sealed = f"{found.head.batch} 批，最近一批封存于 {_moment(found.head)}"
    return f"{said}：核对 {told}、{sealed}；{found.waiting} 行待封存。"


def _told(findings: Sequence[Finding]) -> list[str]:
    if not findings:
        return []
    lines = [f"最早的改动：{says(findings[0])}。", *[f"另有：{says(one)}。" for one in findings[1:SHOWN]]]
    more = [f"其余 {len(findings) - SHOWN} 处从略。"] if len(findings) > SHOWN else []
    return [*lines, *more, "请保留现场：不要重启、不要清理，先做 zhiban backup，再报告安全管理员。"]


async def _compared(file: Path, head: Head, found: Verified) -> bool:
    """One line for a kept head; whether the trail extends it."""
    what = f"凭证 {file.name}（第 {head.batch} 批，{head.size} 行，{_moment(head)}）"
    judged = judge(head, found)
    if judged == "extends":
        click.echo(f"{what}：相符。当时的 {head.size} 行一行不差，现在的日志是接着它写的。")
        return True
    ends = f"只到第 {found.head.batch} 批、{found.head.size} 行" if found.head else "一批也没有"
    said = f"现在的日志{ends}，比凭证短" if judged == "shorter" else f"不相符：第 {head.batch} 批及以前被改写过"
    click.echo(f"{what}：{said}。", file=sys.stderr)
    for line in await restores_since(head):
        click.echo(line, file=sys.stderr)
    return False
