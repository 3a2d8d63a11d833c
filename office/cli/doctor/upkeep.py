"""Checks on what needs a hand now and then: jobs that fail, keys that end; and why a service cannot be reached."""

from datetime import datetime, timedelta

import asyncpg.exceptions
from redis.exceptions import AuthenticationError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeout

from office.audit.checking import findings_of, newest
from office.audit.models import AuditBatch
from office.audit.sealing import foreign, head_of
from office.audit.words import says
from office.cli.doctor.finding import Finding, bad, good, note
from office.kernel import clock
from office.kernel.database import fetch
from office.kernel.rows import instant_of
from office.organization.reach import reached_by_fewer
from office.search import rebuilding
from office.secrecy.reach import ROLE
from office.signing.keys import proves

SOON = timedelta(days=30)
LATE = timedelta(minutes=10)
SHOWN = 5
#: Most particular first.
WHY: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((asyncpg.exceptions.InvalidAuthorizationSpecificationError, AuthenticationError), "用户名或密码不对"),
    ((asyncpg.exceptions.InvalidCatalogNameError,), "没有这个库"),
    ((TimeoutError, RedisTimeout), "等不到回答"),
    ((OSError, RedisConnectionError), "连不上"),
    ((ValueError,), "地址写得不对"),
)


def why(error: BaseException) -> str:
    """What an error of a service says, in Chinese; its kind stands behind, for whoever is asked for help."""
    told = next((words for kinds, words in WHY if isinstance(error, kinds)), "打不开")
    return f"{told}（{type(error).__name__}）"


async def jobs() -> Finding:
    """Scheduled jobs whose last run failed."""
    rows = await fetch("SELECT name FROM outbox_job WHERE last_error <> '' ORDER BY name LIMIT 50")
    if not rows:
        return good("定时任务", "上次都正常")
    names = "、".join(str(row["name"]) for row in rows[:SHOWN])
    return bad("定时任务", f"{len(rows)} 项上次出错（{names}）", "看服务日志中 job failed 一行的原因，排除后它会自动再跑")


async def sealing() -> Finding:
    """The sealing of the trail: rows that are not ours, rows that wait too long, a key that is gone."""
    what = "操作日志封存"
    if found := await foreign():
        told = f"有 {len(found)} 行不是本系统写入的，或写入后被改动（如 {found[0]}）"
        return bad(what, told, "保留现场，运行 zhiban audit verify，报告安全管理员")
    last = await AuditBatch.all().order_by("-number").first()
    rows = int((await fetch("SELECT COUNT(*) AS n FROM audit_pending"))[0]["n"])
    if last is None:
        return (
            note(what, f"还没有封存过，{rows} 行待封存", "启动 zhiban serve，每分钟封存一次")
            if rows
            else good(what, "还没有日志")
        )
    if not proves(last.server_key, head_of(last).message, bytes(last.signature)):
        return bad(
            what,
            f"最近一批（第 {last.number} 批）的签名核对不通过",
            "运行 zhiban audit verify；换过密钥的，放回 keys 目录的公钥",
        )
    if (read := await newest(ended=True)) and (wrong := findings_of(read)):
        said = f"最近一次通读发现 {len(wrong)} 处改动，最早的：{says(wrong[0])}"
        return bad(what, said, "保留现场，运行 zhiban audit verify，报告安全管理员")
    told = f"{last.size} 行、{last.number} 批，最近 {last.sealed_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}，{rows} 行待封存"
    if rows and await _waits_since(clock.now() - LATE):
        return note(what, f"{told}，有的已等了 10 分钟以上", "启动 zhiban serve；已在运行的，看日志中 job failed 的原因")
    return good(what, told)


async def _waits_since(moment: datetime) -> bool:
    text = "SELECT 1 AS one FROM audit_pending q JOIN audit_entry e ON e.id = q.entry WHERE e.at < ? LIMIT 1"
    return bool(await fetch(text, moment))


async def guards() -> Finding:
    """Every unit is within reach of two 保密管理员: one freezes, another purges (decision 0321)."""
    what, few = "保密管理员", await reached_by_fewer(ROLE, 2)
    if not few:
        return good(what, "每个单位都有两名以上管到")
    told = f"{len(few)} 个单位（如{few[0]}）没有两名管到，发现涉密文件时清除不了"
    return note(what, told, "给两名人员的岗位设 security_admin；由上级代管的，岗位的 reach 填上级单位")


async def search_index() -> Finding:
    """Whether the index of search has everything that can be found; what still waits to be put in is not missing."""
    wanted, present = await rebuilding.wanted(), await rebuilding.present()
    waiting = int((await fetch("SELECT COUNT(*) AS n FROM outbox_delivery WHERE state = 'pending'"))[0]["n"])
    if abs(wanted - present) > waiting:
        return note("搜索索引", f"应有 {wanted} 条，实有 {present} 条，有的内容搜不到", "运行 zhiban search rebuild")
    return good("搜索索引", f"{present} 条")


async def client_keys() -> Finding:
    """Keys of other systems that end within 30 days; the newest of each system counts."""
    rows = await fetch(
        "SELECT c.name, MAX(k.expires_at) AS ends FROM identity_client c JOIN identity_client_key k ON k.client_id = c.id"
        " WHERE c.disabled_at IS NULL AND k.revoked_at IS NULL GROUP BY c.id, c.name ORDER BY ends LIMIT 50"
    )
    soon = [(str(row["name"]), instant_of(row["ends"])) for row in rows]
    soon = [(name, ends) for name, ends in soon if ends < clock.now() + SOON]
    if not soon:
        return good("接入密钥", f"{len(rows)} 个接入方的密钥 30 天内都有效")
    told = "、".join(f"{name} 至 {ends.astimezone(clock.SHANGHAI):%Y-%m-%d}" for name, ends in soon[:SHOWN])
    return note("接入密钥", f"{len(soon)} 个接入方的密钥快要或已经到期（{told}）", "用 zhiban client rotate 换新，并通知对方")
