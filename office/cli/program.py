"""The group of all commands, and how each way of failing ends: 0 done, 1 not done, 2 wrong usage, 70 our fault, 130 Ctrl-C."""

import asyncio
import os
import sqlite3
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from typing import NoReturn

import asyncpg.exceptions
import click
from starlette.applications import Starlette
from tortoise.exceptions import BaseORMException

from office.cli.audit import audit
from office.cli.backup import backup
from office.cli.doctor import doctor
from office.cli.lock import RESTORE, RESTORING
from office.cli.migrate import migrate
from office.cli.openapi import openapi
from office.cli.opening import House
from office.cli.outbox import outbox
from office.cli.restore import restore
from office.cli.search import search
from office.cli.serve import serve
from office.cli.trouble import reason_of
from office.cli.usage import told
from office.cli.users import client, user
from office.cli.verify import verify
from office.cli.words import Group
from office.kernel import settings
from office.kernel.modules import ManifestError, Module
from office.kernel.refusal import Refusal
from office.kernel.schema import SchemaError
from office.kernel.settings import Settings, SettingsError
from office.kernel.texts import text_of

COMMANDS: Sequence[click.Command] = (
    serve, migrate, user, client, outbox, doctor, audit, search, verify, backup, restore, openapi,
)  # fmt: skip
HELP = (
    "指办：县乡村移动协同办公平台。每个命令加 --help 看说明。"
    "退出码：0 完成，1 没有完成，2 用法不对，3 无法确认（仅 verify），70 程序出错，130 中断（Ctrl-C），143 被 SIGTERM 停止。"
)

#: The exit code of a command that was interrupted: 128 and the number of SIGINT, as shells have it.
INTERRUPTED = 130


def main(
    *,
    create_app: Callable[[Settings], Starlette],
    manifests: Callable[[], Sequence[Module]],
    commands: Sequence[click.Command] = (),
    arguments: Sequence[str] | None = None,
) -> int:
    """Run `zhiban`; its exit code. The composition root gives the application, the manifests, and modules' commands."""
    group = Group("zhiban", help=HELP, no_args_is_help=True)
    for command in (*COMMANDS, *commands):
        group.add_command(command)
    return _ended(group, House(create_app, manifests), arguments)


def leave(code: int) -> NoReturn:
    """End the process. One that was interrupted waits for no thread: the database driver's, if not told to end, never would."""
    if code == INTERRUPTED:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    raise SystemExit(code)


def _ended(group: click.Group, house: House, arguments: Sequence[str] | None) -> int:
    try:
        given = group.main(args=arguments, prog_name="zhiban", standalone_mode=False, obj=house)
        return given if isinstance(given, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return 2
    except click.UsageError as error:
        _say(f"用法不对：{told(error)}。运行 {error.ctx.command_path if error.ctx else 'zhiban'} --help 看说明。")
        return 2
    except click.ClickException as error:
        _say(told(error))
        return 1
    except (click.Abort, KeyboardInterrupt, asyncio.CancelledError):
        _say(_interrupted())
        return INTERRUPTED
    except Refusal as refusal:
        _say(text_of(refusal.code, refusal.facts))
        return 1
    except (SettingsError, ManifestError, SchemaError) as error:
        _say(str(error))
        return 1
    except (BaseORMException, asyncpg.exceptions.PostgresError, sqlite3.Error, OSError) as error:
        _say(f"没有完成：{reason_of(error)}。请运行 zhiban doctor 检查设置、数据库和磁盘。")
        return 1
    except Exception:  # noqa: BLE001 - the last resort: a traceback is nothing for who typed a command
        _say(f"程序出错，没有完成。经过已记在 {_kept()}，请把它交给维护人员。")
        return 70


def _interrupted() -> str:
    """What to do after Ctrl-C. Nothing is left half done but a restore, which says so by its mark."""
    if (settings.current().folder / RESTORING).exists():
        return f"已中断，从备份恢复没有做完，数据还不能用。请再运行 {RESTORE} 备份目录 --replace。"
    return "已中断，可能没有做完。请再运行一次同一条命令。"


def _kept() -> str:
    """The traceback in a file that only this user may read, for it may name what is in the data."""
    descriptor, path = tempfile.mkstemp(prefix="zhiban-", suffix=".txt")
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        traceback.print_exc(file=out)
    return path


def _say(text: str) -> None:
    click.echo(f"zhiban: {text}", err=True)
