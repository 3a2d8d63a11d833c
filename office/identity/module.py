"""The manifest of identity."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from office.identity import devices, jobs, passkeys, policy
from office.identity.acts import ACTS, THINGS
from office.identity.events import DeviceRegistered, DeviceRevoked, DevicesChanged, SessionEnded
from office.identity.me import me
from office.identity.models import LoginSession
from office.identity.routes import ENDPOINTS, device_row, passkey_row
from office.identity.texts import TEXTS
from office.kernel.modules import Invariant, Job, Module, Permission, Publication


async def _audience(event: DevicesChanged) -> Sequence[UUID]:
    return [event.person]


async def _devices(event: DevicesChanged) -> Mapping[str, object]:
    rows, keys = await devices.of_account(event.account), await passkeys.of_account(event.account)
    return {"devices": [device_row(row, None) for row in rows], "passkeys": [passkey_row(row) for row in keys]}


async def _no_session_of_disabled() -> Sequence[str]:
    query = LoginSession.filter(ended_at__isnull=True, account__disabled_at__isnull=False).limit(100)
    return [f"session {row.id} lives though its account is disabled" for row in await query]


MANAGERS = frozenset({"system_admin"})

module = Module(
    name="identity",
    models=["office.identity.models"],
    texts=TEXTS,
    acts=ACTS,
    things=THINGS,
    endpoints=ENDPOINTS,
    headings={
        "devices": "设备",
        "login-challenges": "一键登录：待签随机数",
        "me": "本人",
        "passkey-sessions": "通行密钥登录",
        "passkeys": "通行密钥",
        "passwords": "修改密码",
        "quick-sessions": "一键登录",
        "reauthentications": "再次确认密码",
        "sessions": "登录",
    },
    permissions=[
        Permission(name=policy.MANAGE_ACCOUNTS, label="管理账号", roles=MANAGERS),
        Permission(name=policy.MANAGE_CLIENTS, label="管理系统接入", roles=MANAGERS),
    ],
    events=[SessionEnded, DeviceRegistered, DeviceRevoked, DevicesChanged],
    publications=[Publication(event=DevicesChanged.name, audience=_audience, common=_devices)],
    jobs=[
        Job(name="identity.end_overdue_sessions", every=timedelta(minutes=1), run=jobs.end_overdue_sessions),
        Job(name="identity.forget_old", every=timedelta(minutes=10), run=jobs.forget_old),
    ],
    bootstrap={"me": me},
    invariants=[Invariant(name="identity.no_session_of_disabled_account", check=_no_session_of_disabled)],
)
