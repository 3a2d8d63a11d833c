"""The routes of identity: from what came over the wire to the verbs, and back.

What hashes, sets a cookie or shows a secret is not `idempotent`: a kept answer would put hashing into its transaction, lose the
cookie or store the secret. What makes or changes something is `claimed`; logging in and its steps heed no key, each is
harmless to repeat.
"""

from typing import Any
from uuid import UUID

from office.identity import devices, me, new_keys, one_tap, passkeys, policy, rules, sessions, sign_in
from office.identity.models import Device, Passkey
from office.identity.presented import COOKIE
from office.identity.schemas import (
    Challenge,
    ChallengeFor,
    DeviceAnswer,
    DeviceList,
    DeviceNew,
    DeviceRow,
    DeviceShown,
    PasskeyList,
    PasskeyNew,
    PasskeyRow,
    PasskeySignIn,
    PasswordChange,
    PersonShown,
    QuickSignIn,
    Reauthenticated,
    Reauthentication,
    SessionList,
    SessionOpened,
    SessionRow,
    SessionTimes,
    SignIn,
)
from office.identity.sessions import ONE_TAP, PASSKEY, PASSWORD, Opened, Way
from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, PUBLIC, Answer, Cookie, Endpoint

_NO_COOKIE = (Cookie(name=COOKIE, value=None),)


async def open_by_password(actor: Actor, input: SignIn) -> Answer[SessionOpened]:
    """POST /sessions."""
    way = Way(actor.origin, input.client, PASSWORD, input.device, input.device_name, actor.session)
    return _opened(await sign_in.sign_in(input.account, input.password, way))


async def open_by_device(actor: Actor, input: QuickSignIn) -> Answer[SessionOpened]:
    """POST /quick-sessions."""
    way = Way(actor.origin, input.client, ONE_TAP, replaces=actor.session)
    return _opened(await one_tap.sign_in(input.device, input.challenge, input.signature, input.pin, way))


async def open_by_passkey(actor: Actor, input: PasskeySignIn) -> Answer[SessionOpened]:
    """POST /passkey-sessions."""
    way = Way(actor.origin, input.client, PASSKEY, device_name=input.device_name, replaces=actor.session)
    return _opened(await passkeys.sign_in(input.credential, way))


def _opened(opened: Opened) -> Answer[SessionOpened]:
    session, account, token = opened
    idle = int(sessions.idle_time(session.client).total_seconds())
    data = SessionOpened(
        session=SessionTimes(session.id, session.expires_at, idle),
        person=PersonShown(account.person, account.name),
        must_change_password=account.must_change,
        password_aged=me.password_aged(account),
        **({"token": token} if session.client == sessions.APP else {}),
    )
    return Answer(data=data, cookies=_cookie(token) if session.client == sessions.BROWSER else ())


def _cookie(token: str) -> tuple[Cookie, ...]:
    return (Cookie(name=COOKIE, value=token, max_age=int(sessions.absolute_time(sessions.BROWSER).total_seconds())),)


async def sign_out(actor: Actor) -> Answer[None]:
    """DELETE /sessions/current."""
    await sessions.sign_out(actor)
    return Answer(data=None, cookies=_NO_COOKIE)


async def sign_out_everywhere(actor: Actor) -> Answer[None]:
    """DELETE /sessions."""
    await sessions.sign_out_everywhere(actor)
    return Answer(data=None, cookies=_NO_COOKIE)


async def list_sessions(actor: Actor) -> SessionList:
    """GET /sessions."""
    own = policy.own(actor)
    rows = await sessions.of_account(own.account)
    return SessionList(
        [SessionRow(r.id, r.device_name, r.client, r.created_at, r.last_seen_at, r.address, r.id == own.session) for r in rows]
    )


async def change_password(actor: Actor, input: PasswordChange) -> Answer[None]:
    """POST /passwords."""
    token = await sign_in.change_password(actor, input.old, input.new)
    return Answer(data=None, cookies=_cookie(token) if token else ())


async def reauthenticate(actor: Actor, input: Reauthentication) -> Reauthenticated:
    """POST /reauthentications."""
    session = await sign_in.reauthenticate(actor, input.password)
    return Reauthenticated(session.reauthenticated_at + rules.REAUTHENTICATION)


async def register_device(actor: Actor, input: DeviceNew) -> DeviceAnswer:
    """POST /devices."""
    row = await devices.register(actor, input.name, input.public_key, input.pin)
    return DeviceAnswer(DeviceShown(row.id, row.name, row.created_at))


async def list_devices(actor: Actor) -> DeviceList:
    """GET /devices."""
    rows = await devices.of_account(policy.own(actor).account)
    return DeviceList([device_row(row, actor.device) for row in rows])


def device_row(row: Device, current: UUID | None) -> DeviceRow:
    """A device as its owner sees it."""
    return DeviceRow(row.id, row.name, row.created_at, row.revoked_at, row.id == current)


async def challenge_device(actor: Actor, input: ChallengeFor) -> Challenge:
    """POST /login-challenges."""
    issued = await one_tap.challenge(input.device)
    return Challenge(issued.value, issued.expires_at)


async def new_passkey_options(actor: Actor) -> dict[str, Any]:
    """POST /passkeys/registration-options."""
    return await passkeys.registration_options(actor)


async def passkey_login_options(actor: Actor) -> dict[str, Any]:
    """POST /passkeys/authentication-options."""
    return await passkeys.authentication_options()


async def register_passkey(actor: Actor, input: PasskeyNew) -> PasskeyRow:
    """POST /passkeys."""
    row = await passkeys.register(actor, input.name or "通行密钥", input.credential)
    return passkey_row(row)


async def list_passkeys(actor: Actor) -> PasskeyList:
    """GET /passkeys."""
    rows = await passkeys.of_account(policy.own(actor).account)
    return PasskeyList([passkey_row(row) for row in rows])


def passkey_row(row: Passkey) -> PasskeyRow:
    """A passkey as its owner sees it."""
    return PasskeyRow(row.id, row.name, row.created_at, row.last_used_at)


ENDPOINTS = (
    Endpoint("POST", "/sessions", PUBLIC, open_by_password, "用密码登录", 201, idempotent=False),
    Endpoint("GET", "/sessions", LOGGED_IN, list_sessions, "我的登录列表"),
    Endpoint("DELETE", "/sessions", LOGGED_IN, sign_out_everywhere, "全部退出登录", 204, idempotent=False),
    Endpoint("DELETE", "/sessions/current", LOGGED_IN, sign_out, "退出登录", 204, idempotent=False),
    Endpoint("DELETE", "/sessions/{session}", LOGGED_IN, sessions.end_one, "远程退出一个登录", 204),
    Endpoint("POST", "/passwords", LOGGED_IN, change_password, "修改密码", 204, idempotent=False, claimed=True),
    Endpoint("POST", "/reauthentications", LOGGED_IN, reauthenticate, "再次确认密码", idempotent=False),
    Endpoint(
        "POST", "/devices", LOGGED_IN, register_device, "登记本设备", 201, idempotent=False, claimed=True, made="device.id"
    ),
    Endpoint("GET", "/devices", LOGGED_IN, list_devices, "我的设备"),
    Endpoint("POST", "/devices/views", LOGGED_IN, new_keys.mark_seen, "已看过新登记的密钥", 204),
    Endpoint("DELETE", "/devices/{device}", LOGGED_IN, devices.revoke, "移除设备", 204),
    Endpoint("POST", "/login-challenges", PUBLIC, challenge_device, "一键登录第一步：取待签随机数", idempotent=False),
    Endpoint("POST", "/quick-sessions", PUBLIC, open_by_device, "一键登录", 201, idempotent=False),
    Endpoint("POST", "/passkeys/registration-options", LOGGED_IN, new_passkey_options, "登记通行密钥第一步", idempotent=False),
    Endpoint("POST", "/passkeys", LOGGED_IN, register_passkey, "登记通行密钥", 201, idempotent=False, claimed=True, made="id"),
    Endpoint("GET", "/passkeys", LOGGED_IN, list_passkeys, "我的通行密钥"),
    Endpoint("DELETE", "/passkeys/{passkey}", LOGGED_IN, passkeys.revoke, "移除通行密钥", 204),
    Endpoint("POST", "/passkeys/authentication-options", PUBLIC, passkey_login_options, "通行密钥登录第一步", idempotent=False),
    Endpoint("POST", "/passkey-sessions", PUBLIC, open_by_passkey, "用通行密钥登录", 201, idempotent=False),
    Endpoint("GET", "/me", LOGGED_IN, me.me, "我的身份、岗位和权限"),
)
