"""click's words in Chinese, and the one way a command fails: `Failure`, exit code 1; wrong usage is 2."""

import re
from collections.abc import Sequence

import click

HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}


class Failure(click.ClickException):
    """A command that did not do what was asked; the message is Chinese and says what to do. Exit code 1."""

    exit_code = 1


#: What click says of a wrong value, as a pattern, and what we say.
VALUES = (
    (r"^(.+) is not a valid UUID\.$", r"\1 不是编号"),
    (r"^(.+) is not a valid integer( range)?\.$", r"\1 不是整数"),
    (r"^(.+) is not in the range (.+)\.$", r"\1 不在范围 \2 内"),
    (r"^(.+) is not one of (.+)\.$", r"\1 不在可选的 \2 之中"),
    (r"^(?:File|Directory|Path) (.+) does not exist\.$", r"\1 不存在"),
    (r"^(?:File|Path) (.+) is a directory\.$", r"\1 是目录，应为文件"),
    (r"^(?:Directory|Path) (.+) is a file\.$", r"\1 是文件，应为目录"),
    (r"^(?:File|Directory|Path) (.+) is not readable\.$", r"\1 不能读"),
)


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        shown = args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 [参数]…")
        super().write_usage(prog, shown, "用法：")

    def write_heading(self, heading: str) -> None:
        super().write_heading(HEADINGS.get(heading, heading))


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


def told(error: click.ClickException) -> str:
    """A click error as a Chinese sentence."""
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}"
    if isinstance(error, click.BadParameter):
        name = error.param.human_readable_name if error.param else "参数"
        return f"缺少 {name}" if isinstance(error, click.MissingParameter) else f"{name} 的值不对：{_value(error.message)}"
    if error.message.startswith("No such command"):
        return error.message.replace("No such command", "没有命令").rstrip(".")
    return error.message


def _value(said: str) -> str:
    for pattern, ours in VALUES:
        if re.match(pattern, said):
            return re.sub(pattern, ours, said)
    return said.rstrip(".")


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
