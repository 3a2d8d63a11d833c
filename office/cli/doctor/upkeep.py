"""Checks on what needs a hand now and then: jobs that fail, keys that end; and why a service cannot be reached."""

from datetime import timedelta

import asyncpg.exceptions
from redis.exceptions import AuthenticationError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeout

from office.cli.doctor.finding import Finding, bad, good, note
from office.kernel import clock
from office.kernel.database import fetch
from office.kernel.rows import instant_of

SOON = timedelta(days=30)
SHOWN = 5
#: Most particular first.
WHY: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((asyncpg.exceptions.InvalidAuthorizationSpecificationError, AuthenticationError), "用户名或口令不对"),
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
