"""click's words in Chinese, and the one way a command fails: `Failure`, exit code 1; wrong usage is 2."""

import sys
from collections.abc import Iterable, Sequence

import click

from office.cli.usage import HEADINGS, extras_told


class Failure(click.ClickException):
    """A command that did not do what was asked; the message is Chinese and says what to do. Exit code 1."""

    exit_code = 1


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        shown = args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 [参数]…")
        super().write_usage(prog, shown, "用法：")

    def write_heading(self, heading: str) -> None:
        super().write_heading(HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, extras_told(help)) for name, help in rows], col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


def _help_option(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示这份说明"
    return option


class Command(click.Command):
    """A command whose help is Chinese."""

    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The help option, in Chinese."""
        return _help_option(super().get_help_option(ctx))


class Group(click.Group):
    """A group of commands whose help is Chinese."""

    context_class = _Context
    command_class = Command

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The help option, in Chinese."""
        return _help_option(super().get_help_option(ctx))


Group.group_class = Group


def sure(question: str, *, yes: bool) -> None:
    """Ask before what cannot be taken back, unless `yes` was given. Raises Failure where it is no, or nobody answers."""
    if yes:
        return
    try:
        answer = click.prompt(f"{question}输入 y 继续，其他放弃", default="", show_default=False, prompt_suffix="：", err=True)
    except click.Abort as error:
        if sys.stdin.isatty():
            raise
        raise Failure("没有人回答，没有执行。确定要做，请加 --yes。") from error
    if answer.strip().lower() not in ("y", "yes", "是"):
        raise Failure("已放弃，没有执行。")


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows under heads, in columns that hold for Chinese characters too (two cells each)."""
    lines = [[str(cell) for cell in row] for row in [heads, *rows]]
    widths = [max(wide(line[place]) for line in lines) for place in range(len(heads))]
    return "\n".join("  ".join(pad(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def wide(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """A text filled up to a number of cells."""
    space = " " * max(0, width - wide(text))
    return space + text if right else text + space


def number(value: float) -> str:
    """Bytes as a person reads them."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    raise AssertionError("unreachable")
