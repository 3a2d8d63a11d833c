"""`zhiban outbox`: deliveries that failed too often are parked; an operator looks, tries again, or skips them."""

from typing import Any

import click

from office.cli.opening import House, configured, opened, waiting
from office.cli.words import Group, sure, table
from office.kernel.database import fetch
from office.kernel.rows import marks
from office.kernel.settings import Settings
from office.outbox import actions
from office.outbox.models import PARKED, PENDING

STATES = {PENDING: "待投递", PARKED: "停投"}


@click.group(cls=Group)
def outbox() -> None:
    """事件投递：查看停投的，重试或跳过。"""


@outbox.command("list")
@click.option("--all", "everything", is_flag=True, help="也列出正在排队的")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, metavar="条", help="最多列几条")
@configured
def list_parked(house: House, settings: Settings, everything: bool, limit: int) -> None:
    """列出停投的事件及最后一次失败的原因。"""

    async def work() -> None:
        async with opened(house, settings):
            rows = await _rows(everything, limit)
        shown = [
            (row["id"], STATES[row["state"]], row["handler"], row["key"], row["attempts"], str(row["last_error"])[:80])
            for row in rows
        ]
        click.echo(table(("编号", "状态", "处理", "对象", "次数", "最后的错误"), shown) if shown else "没有停投的事件。")

    waiting(work())


async def _rows(everything: bool, limit: int) -> list[dict[str, Any]]:
    states = [PARKED, PENDING] if everything else [PARKED]
    return await fetch(
        "SELECT id, state, handler, key, attempts, last_error FROM outbox_delivery"  # noqa: S608 - values are bound
        f" WHERE state IN ({marks(states)}) ORDER BY id LIMIT {limit}",
        *states,
    )


@outbox.command()
@click.argument("deliveries", type=int, nargs=-1, required=True, metavar="编号…")
@configured
def retry(house: House, settings: Settings, deliveries: tuple[int, ...]) -> None:
    """让停投的事件重新投递。"""

    async def work() -> None:
        async with opened(house, settings, "zhiban outbox retry"):
            for one in deliveries:
                await actions.retry(one)
                click.echo(f"{one} 已重新排队，服务运行时投递")

    waiting(work())


@outbox.command()
@click.argument("deliveries", type=int, nargs=-1, required=True, metavar="编号…")
@click.option("--yes", is_flag=True, help="不再询问")
@configured
def skip(house: House, settings: Settings, deliveries: tuple[int, ...], yes: bool) -> None:
    """放弃停投的事件，让排在它后面的继续。"""
    sure("跳过后这些事件不再投递，后面的继续。", yes=yes)

    async def work() -> None:
        async with opened(house, settings, "zhiban outbox skip"):
            for one in deliveries:
                await actions.skip(one)
                click.echo(f"{one} 已跳过")

    waiting(work())
