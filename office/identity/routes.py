"""The routes of identity, as data.

What hashes, sets a cookie or shows a secret is not `idempotent`: a kept answer would put hashing into its transaction, lose the
cookie or store the secret. Each of these is harmless to repeat.
"""

from office.identity import devices, endpoints, me, passkeys, sessions
from office.kernel.endpoint import LOGGED_IN, PUBLIC, Endpoint

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/sessions",
        permission=PUBLIC,
        run=endpoints.open_by_password,
        summary="用密码登录",
        status=201,
        idempotent=False,
    ),
    Endpoint(method="GET", path="/sessions", permission=LOGGED_IN, run=endpoints.list_sessions, summary="我的登录列表"),
    Endpoint(
        method="DELETE",
        path="/sessions",
        permission=LOGGED_IN,
        run=endpoints.sign_out_everywhere,
        summary="全部退出登录",
        status=204,
        idempotent=False,
    ),
    Endpoint(
        method="DELETE",
        path="/sessions/current",
        permission=LOGGED_IN,
        run=endpoints.sign_out,
        summary="退出登录",
        status=204,
        idempotent=False,
    ),
    Endpoint(
        method="DELETE",
        path="/sessions/{session}",
        permission=LOGGED_IN,
        run=sessions.end_one,
        summary="远程退出一个登录",
        status=204,
    ),
    Endpoint(
        method="POST",
        path="/passwords",
        permission=LOGGED_IN,
        run=endpoints.change_password,
        summary="修改密码",
        status=204,
        idempotent=False,
    ),
    Endpoint(
        method="POST",
        path="/reauthentications",
        permission=LOGGED_IN,
        run=endpoints.reauthenticate,
        summary="再次确认密码",
        idempotent=False,
    ),
    Endpoint(
        method="POST",
        path="/devices",
        permission=LOGGED_IN,
        run=endpoints.register_device,
        summary="登记本设备",
        status=201,
        idempotent=False,
    ),
    Endpoint(method="GET", path="/devices", permission=LOGGED_IN, run=endpoints.list_devices, summary="我的设备"),
    Endpoint(
        method="DELETE", path="/devices/{device}", permission=LOGGED_IN, run=devices.revoke, summary="移除设备", status=204
    ),
    Endpoint(
        method="POST",
        path="/login-challenges",
        permission=PUBLIC,
        run=endpoints.challenge_device,
        summary="一键登录第一步：取待签随机数",
        idempotent=False,
    ),
    Endpoint(
        method="POST",
        path="/quick-sessions",
        permission=PUBLIC,
        run=endpoints.open_by_device,
        summary="一键登录",
        status=201,
        idempotent=False,
    ),
    Endpoint(
        method="POST",
        path="/passkeys/registration-options",
        permission=LOGGED_IN,
        run=endpoints.passkey_registration_options,
        summary="登记通行密钥第一步",
        idempotent=False,
    ),
    Endpoint(
        method="POST",
        path="/passkeys",
        permission=LOGGED_IN,
        run=endpoints.register_passkey,
        summary="登记通行密钥",
        status=201,
        idempotent=False,
    ),
    Endpoint(method="GET", path="/passkeys", permission=LOGGED_IN, run=endpoints.list_passkeys, summary="我的通行密钥"),
    Endpoint(
        method="DELETE",
        path="/passkeys/{passkey}",
        permission=LOGGED_IN,
        run=passkeys.revoke,
        summary="移除通行密钥",
        status=204,
    ),
    Endpoint(
        method="POST",
        path="/passkeys/authentication-options",
        permission=PUBLIC,
        run=endpoints.passkey_authentication_options,
        summary="通行密钥登录第一步",
        idempotent=False,
    ),
    Endpoint(
        method="POST",
        path="/passkey-sessions",
        permission=PUBLIC,
        run=endpoints.open_by_passkey,
        summary="用通行密钥登录",
        status=201,
        idempotent=False,
    ),
    Endpoint(method="GET", path="/me", permission=LOGGED_IN, run=me.me, summary="我的身份、岗位和权限"),
)
