"""Checks on the open database: version, missing tables, parked deliveries, the calendar; and Redis beside it."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

import asyncpg.exceptions
from redis.asyncio import Redis
from redis.exceptions import RedisError
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException

from office.cli.doctor import upkeep
from office.cli.doctor.finding import Finding, bad, good, note
from office.cli.lock import embedded
from office.cli.opening import sqlite_path
from office.cli.tables import pending
from office.http.app import database_config
from office.kernel import clock
from office.kernel.database import fetch, open_database
from office.kernel.modules import Registry
from office.kernel.settings import Settings
from office.organization.workdays import calendar
from office.outbox.promises import broken

OLDEST_POSTGRES = 15
OLDEST_SQLITE = (3, 35)
SECONDS = 5.0


async def findings(settings: Settings, registry: Registry, *, promises: bool = False) -> list[Finding]:
    """All of them, in order; the rest is left out where the database cannot be opened or is not made yet.

    With `promises` the data are read through too, which takes minutes where there are millions.
    """
    found = [*await _redis(settings)]
    if embedded(settings) and not sqlite_path(settings).exists():
        return [*found, bad("数据库", f"{sqlite_path(settings)} 还没有建立", "运行 zhiban migrate")]
    try:
        described = database_config(settings, registry)
        async with asyncio.timeout(None if promises else 30), open_database(described) as context:
            return [*found, await _version(settings), *await _inside(context, described, promises)]
    except (BaseORMException, asyncpg.exceptions.PostgresError, sqlite3.Error, OSError, TimeoutError, ValueError) as error:
        return [*found, bad("数据库", upkeep.why(error), "检查 ZHIBAN_DATABASE_URL 和数据库服务")]


async def _version(settings: Settings) -> Finding:
    if not embedded(settings):
        number = int((await fetch("SHOW server_version_num"))[0]["server_version_num"]) // 10000
        told = f"PostgreSQL {number} 已连接"
        return good("数据库", told) if number >= OLDEST_POSTGRES else bad("数据库", told, f"升级到 {OLDEST_POSTGRES} 或更新")
    mode = (await asyncio.to_thread(_journal_mode, settings)).lower()
    told = f"SQLite {sqlite3.sqlite_version}，日志模式 {mode.upper()}"
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return bad("数据库", told, "换用带 SQLite 3.35 以上的 Python")
    if mode == "wal":
        return good("数据库", told)
    return bad("数据库", told, "停止服务后重新启动，它会切换到 WAL；网络文件系统不支持，请换本地磁盘")


def _journal_mode(settings: Settings) -> str:
    database = sqlite3.connect(sqlite_path(settings))
    try:
        return str(database.execute("PRAGMA journal_mode").fetchone()[0])
    finally:
        database.close()


async def _inside(context: TortoiseContext, described: Mapping[str, Any], promises: bool) -> list[Finding]:
    if due := await pending(context, described):
        return [bad("数据库结构", f"还有 {len(due)} 步没有升级（如 {due[0]}）", "停止服务，运行 zhiban migrate")]
    checks: list[Callable[[], Awaitable[Finding]]] = [
        _parked,
        upkeep.jobs,
        upkeep.sealing,
        _this_year,
        _next_year,
        _administrator,
        upkeep.guards,
        upkeep.client_keys,
        upkeep.search_index,
    ]
    found = [good("数据库结构", "是当前版本"), *[await check() for check in checks]]
    return [*found, *await _promises()] if promises else found


async def _promises() -> list[Finding]:
    wrong = await broken()
    if not wrong:
        return [good("数据承诺", "全部成立")]
    return [
        bad("数据承诺", f"{name} 有 {len(lines)} 处不成立（{lines[0][:200]}）", "保留现场，备份后联系开发方")
        for name, lines in wrong.items()
    ]


async def _parked() -> Finding:
    rows = await fetch("SELECT COUNT(*) AS n FROM outbox_delivery WHERE state = 'parked'")
    parked = int(rows[0]["n"])
    if parked:
        return bad("事件投递", f"{parked} 条停投", "用 zhiban outbox list 看原因，排除后 retry 或 skip")
    return good("事件投递", "没有停投的")


async def _this_year() -> Finding:
    year = clock.today().year
    if await _known(year):
        return good("工作日历", f"{year} 年放假安排已有")
    return bad("工作日历", f"没有 {year} 年放假安排，期限按周末推算，会算错", "导入国务院办公厅的放假通知")


async def _next_year() -> Finding:
    year = clock.today().year + 1
    if await _known(year):
        return good("工作日历", f"{year} 年放假安排已有")
    todo = "在通知发布后（一般每年 11 月）导入"
    return note("工作日历", f"还没有 {year} 年放假安排，跨年的期限按周末推算", todo)


async def _known(year: int) -> bool:
    return not (await calendar()).add_working_days(date(year, 6, 1), 1).warnings


async def _administrator() -> Finding:
    rows = await fetch("SELECT COUNT(*) AS n FROM identity_account WHERE disabled_at IS NULL")
    accounts = int(rows[0]["n"])
    if not accounts:
        return note("账号", "还没有账号", "用 zhiban user add --help 看怎样开第一个管理员账号")
    return good("账号", f"{accounts} 个可用")


async def _redis(settings: Settings) -> list[Finding]:
    if not settings.redis_url:
        return []
    try:
        client = Redis.from_url(settings.redis_url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS)
        try:
            await client.ping()
        finally:
            await client.aclose()
    except (RedisError, OSError, ValueError) as error:
        return [bad("Redis", upkeep.why(error), "检查 ZHIBAN_REDIS_URL 和 Redis 服务")]
    return [good("Redis", "已连接")]
