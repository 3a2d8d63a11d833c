"""What the command line says: no word of English stands where a person reads, and each way of ending has its code."""

import errno
import re
import socket
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg.exceptions
import click
import pytest
from tortoise.exceptions import DBConnectionError

import demo.commands
from office.cli.program import COMMANDS, main
from office.cli.trouble import reason_of, words_of
from office.cli.words import Command, Failure, Group, sure

ALL = (*COMMANDS, *demo.commands.COMMANDS)
#: What an operator types stands in commands' names, options, settings and in examples; two words of prose do not.
PROSE = re.compile(r"\b[A-Za-z]{2,} (?:[a-z]{2,} )*[a-z]{2,}\b")
TYPED = re.compile(r"zhiban [a-z-]+(?: [a-z-]+)?|make [a-z]+|--[a-z-]+|systemctl stop zhiban|user add admin|run-demo")


def below(command: click.Command, parent: click.Context | None = None, name: str = "") -> Iterator[tuple[str, str]]:
    """Every command's path and help."""
    context = command.context_class(command, info_name=name or command.name, parent=parent)
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from below(child, context, child.name or "")


HELPS = dict(line for command in ALL for line in below(command))


@pytest.mark.parametrize("path", HELPS)
def test_help_is_chinese(path: str) -> None:
    said = HELPS[path]
    assert said.startswith("用法：")
    assert not re.search(r"Usage|Options|Commands|default|required|show this|<=", said, re.IGNORECASE), said
    assert not PROSE.findall(TYPED.sub("", said.partition("\n")[2])), said


def ended(*words: str, commands: Sequence[click.Command] = demo.commands.COMMANDS) -> int:
    return main(create_app=_never, manifests=_never, commands=commands, arguments=words)


def _never(*_: Any) -> Any:
    raise AssertionError("a wrong use gets no further")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["serv"], "没有命令 serv，是不是 serve"),
        (["user", "ad"], "没有命令 ad，是不是 add"),
        (["serve", "--prot", "1"], "没有选项 --prot，是不是 --port"),
        (["serve", "--port"], "选项 --port 后面要给值"),
        (["serve", "--port", "abc"], "--port 的值不对：'abc' 不是整数"),
        (["serve", "--port", "99999"], "--port 的值不对：99999 不在范围 0 至 65535 内"),
        (["doctor", "--promises=1"], "选项 --promises 不带值"),
        (["migrate", "extra"], "多出了参数 extra"),
        (["user", "add"], "缺少参数 登录名"),
        (["client", "add", "县 OA"], "缺少选项 --scope 权限"),
        (["outbox", "retry"], "缺少参数 编号"),
        (["user", "add", "x", "--person", "abc"], "--person 的值不对：'abc' 不是编号"),
        (["user", "add", "x", "--name", "a", "--role", "king"], "--role 的值不对：'king' 不在可选的"),
        (["restore", "/nowhere"], "目录 的值不对：'/nowhere' 不存在"),
        (["restore", __file__], "是文件，应为目录"),
        (["openapi", "--out", "/tmp"], "是目录，应为文件"),
    ],
)
def test_wrong_use_is_told_in_chinese_and_ends_with_two(
    capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert ended(*words) == 2
    said = capsys.readouterr()
    assert (said.out, told in said.err) == ("", True), said.err
    assert "--help 看说明" in said.err
    assert not PROSE.findall(TYPED.sub("", said.err)), said.err


@pytest.mark.parametrize("words", [(), ("user",), ("demo",)])
def test_a_group_alone_shows_its_help_and_ends_with_two(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert ended(*words) == 2
    assert "命令:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (Failure("没有做成。"), 1, "zhiban: 没有做成。"),
        (KeyboardInterrupt(), 130, "请再运行一次同一条命令"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "磁盘已满（OSError）"),
        (sqlite3.OperationalError("database is locked"), 1, "数据库正被占用（OperationalError）"),
        (RuntimeError("nobody foresaw this"), 70, "程序出错"),
    ],
)
def test_each_way_of_ending_has_its_code(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    told: str,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    @click.command(cls=Command)
    def fail() -> None:
        raise error

    assert ended("fail", commands=[fail]) == code
    said = capsys.readouterr().err
    assert told in said
    assert "Traceback" not in said
    kept = list(tmp_path.glob("zhiban-*.txt"))
    assert [one.stat().st_mode & 0o777 for one in kept] == ([0o600] if code == 70 else [])
    assert all("nobody foresaw this" in one.read_text() for one in kept)


def test_reasons_are_looked_for_in_what_caused_them() -> None:
    wrapped = DBConnectionError("Can't establish connection")
    wrapped.__cause__ = asyncpg.exceptions.InvalidPasswordError("password authentication failed")
    assert reason_of(wrapped) == "数据库的用户名或密码不对（InvalidPasswordError）"
    assert reason_of(PermissionError(errno.EACCES, "Permission denied", "/x")) == "/x 没有权限（PermissionError）"
    assert reason_of(FileExistsError(errno.EEXIST, "File exists", "/x")) == "/x 已存在（FileExistsError）"
    assert words_of(socket.gaierror(-2, "Name or service not known")) == "查不到这个名称"


@pytest.mark.parametrize(("answer", "goes_on"), [("y", True), ("是", True), ("", False), ("n", False)])
def test_a_question_is_asked_once(monkeypatch: pytest.MonkeyPatch, answer: str, goes_on: bool) -> None:
    monkeypatch.setattr(click, "prompt", lambda *_, **__: answer)
    if goes_on:
        sure("真的？", yes=False)
    else:
        with pytest.raises(Failure, match="没有执行"):
            sure("真的？", yes=False)


def test_groups_of_groups_speak_chinese_too() -> None:
    assert Group.group_class is Group
