"""click's words in Chinese: how a wrong use is told, and what stands in brackets behind an option's help."""

import re
from collections.abc import Sequence

import click

#: What click says of a wrong value or word, as a pattern, and what we say. Tried in order.
SAID = (
    (r"^(.+) is not a valid UUID\.$", r"\1 不是编号"),
    (r"^(.+) is not a valid integer( range)?\.$", r"\1 不是整数"),
    (r"^(.+) is not in the range (.+)\.$", r"\1 不在范围 \2 内"),
    (r"^(.+) is not (?:one of )?(.+)\.$", r"\1 不在可选的 \2 之中"),
    (r"^(?:File|Directory|Path) (.+) does not exist\.$", r"\1 不存在"),
    (r"^(?:File|Path) (.+) is a directory\.$", r"\1 是目录，应为文件"),
    (r"^(?:Directory|Path) (.+) is a file\.$", r"\1 是文件，应为目录"),
    (r"^(?:File|Directory|Path) (.+) is not readable\.$", r"\1 不能读"),
    (r"^(?:File|Directory|Path) (.+) is not writable\.$", r"\1 不能写"),
    (r"^Option '(.+)' requires an argument\.$", r"选项 \1 后面要给值"),
    (r"^Option '(.+)' does not take a value\.$", r"选项 \1 不带值"),
    (r"^Got unexpected extra arguments? \((.+)\)$", r"多出了参数 \1"),
    (r"^Missing command\.$", r"缺少命令"),
)
RANGES = (
    (r"(-?\d+)<=x<=(-?\d+)", r"\1 至 \2"),
    (r"x>=(-?\d+)", r"\1 以上"),
    (r"x<=(-?\d+)", r"\1 以下"),
)
#: What stands in the brackets behind an option's help.
EXTRAS = ((r"\bdefault: ", "默认 "), (r"\brequired\b", "必填"), *RANGES, (r"; ", "；"))
HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数", "Positional arguments": "参数"}


def told(error: click.ClickException) -> str:
    """A click error as a Chinese sentence: a wrong use without its full stop, a failure of ours as it is."""
    if not isinstance(error, click.UsageError):
        return error.message
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}{_perhaps(error.possibilities)}"
    if isinstance(error, click.exceptions.NoSuchCommand):
        return f"没有命令 {error.command_name}{_perhaps(error.possibilities)}"
    if isinstance(error, click.MissingParameter):
        return f"缺少{_missing(error.param)}"
    if isinstance(error, click.BadParameter):
        return f"{_named(error.param)} 的值不对：{_translated(error.message)}"
    return _translated(error.message)


def _perhaps(names: Sequence[str] | None) -> str:
    return f"，是不是 {'、'.join(names)}" if names else ""


def _missing(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return f"选项 {_named(param)}{f' {param.metavar}' if param.metavar else ''}"
    return f"参数 {_named(param)}"


def _named(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return (param.metavar or param.human_readable_name).rstrip("…") if param else "参数"


def _translated(said: str) -> str:
    for pattern, ours in SAID:
        if re.match(pattern, said, re.DOTALL):
            return _ranged(re.sub(pattern, ours, said, flags=re.DOTALL))
    return said.rstrip("。.")


def _ranged(said: str) -> str:
    for pattern, ours in RANGES:
        said = re.sub(pattern, ours, said)
    return said


def extras_told(help: str) -> str:
    """An option's help with click's brackets in Chinese: `[default: 7; 0<=x<=90]` → `[默认 7；0 至 90]`."""
    head, opening, inside = help.rpartition("  [")
    if not opening:
        head, opening, inside = ("", "[", help[1:]) if help.startswith("[") else (help, "", "")
    for pattern, ours in EXTRAS:
        inside = re.sub(pattern, ours, inside)
    return head + opening + inside
