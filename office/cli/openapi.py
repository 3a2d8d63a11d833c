"""`zhiban openapi`: the description of the HTTP interface, made from the types that validate."""

from pathlib import Path

import click

from office.cli.opening import House
from office.cli.trouble import words_of
from office.cli.words import Command, Failure
from office.http.app import openapi_text


@click.command(cls=Command)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="写入文件（默认输出到屏幕）")
@click.pass_obj
def openapi(house: House, out: Path | None) -> None:
    """输出接口说明（OpenAPI 3.1，JSON）。"""
    text = openapi_text(house.registry())
    if out is None:
        click.echo(text, nl=False)
    else:
        try:
            out.write_text(text, "utf-8")
        except OSError as error:
            raise Failure(f"{out} 不能写入（{words_of(error)}）。请检查目录和权限。") from error
        click.echo(f"已写入 {out}", err=True)
