"""`zhiban search`: the index of search, made again from the data."""

import click

from office.cli.opening import House, configured, opened, waiting
from office.cli.progress import progress
from office.cli.words import Group
from office.files.reading import read
from office.files.workers import rendering
from office.kernel.settings import Settings
from office.search import rebuilding


@click.group(cls=Group)
def search() -> None:
    """搜索索引：重建。"""


@search.command()
@configured
def rebuild(house: House, settings: Settings) -> None:
    """按现有数据重建搜索索引，正文没有读入过的文件一并读入。

    重建期间仍可搜索（PostgreSQL 不必停止服务）；中断后再运行一次即可。
    """

    async def work() -> None:
        async with opened(house, settings, "zhiban search rebuild"):
            with progress("重建搜索索引", await rebuilding.wanted()) as bar:
                await rebuilding.rebuild(bar.update)
            files = await rebuilding.unread()
            async with rendering(settings):
                with progress("读入文件正文", len(files)) as bar:
                    for digest in files:
                        await read(digest)
                        bar.update(1)
            click.echo(f"已重建：{await rebuilding.present()} 条，新读入 {len(files)} 个文件的正文")

    waiting(work())
