"""The fake server's doors: sessions, devices, one tap, passkeys."""

import secrets

from starlette.requests import Request

from tests.web.fake import data, passkeys
from tests.web.fake.town import Json, Refusal, Town, unb64, verify

Answer = tuple[int, Json | None]


def account_of(town: Town, request: Request) -> Json:
    session = town.sessions.get(request.cookies.get("zhiban", ""))
    if session is None:
        raise Refusal(401, "identity.session_ended", "登录已失效，请重新登录")
    return town.accounts[session["account"]]


def open_session(town: Town, account: str, name: str) -> Answer:
    token, row = secrets.token_urlsafe(), town.accounts[account]
    session_id = data.new_id()
    town.sessions[token] = {"id": session_id, "account": account, "device_name": name, "at": data.at()}
    return 201, {
        "session": {"id": session_id, "expires_at": data.at(12), "idle_seconds": 1800},
        "person": row["person"],
        "must_change_password": row["must_change"],
        "_cookie": token,
    }


def log_in(town: Town, request: Request, body: Json) -> Answer:
    name = body["account"]
    if town.wrong.get(name, 0) >= 5:
        raise Refusal(429, "identity.locked", "密码错误次数过多，账号已暂时锁定", retry_after=872)
    account = town.accounts.get(name)
    if account is None or account["password"] != body["password"]:
        town.wrong[name] = town.wrong.get(name, 0) + 1
        raise Refusal(401, "identity.wrong_credentials", f"账号或密码不对，还可再试 {5 - town.wrong[name]} 次")
    return open_session(town, name, body.get("device_name", ""))


def log_out(town: Town, request: Request, body: Json) -> Answer:
    town.sessions.pop(request.cookies.get("zhiban", ""), None)
    return 204, None


def sessions(town: Town, request: Request, body: Json) -> Answer:
    here = request.cookies.get("zhiban", "")
    account_of(town, request)
    return 200, {
        "items": [
            {
                "id": s["id"],
                "device_name": s["device_name"],
                "client": "browser",
                "created_at": s["at"],
                "last_seen_at": data.at(),
                "address": "10.8.3.21",
                "current": token == here,
            }
            for token, s in town.sessions.items()
        ]
    }


def end_session(town: Town, request: Request, body: Json) -> Answer:
    account_of(town, request)
    for token, session in list(town.sessions.items()):
        if session["id"] == request.path_params["id"]:
            del town.sessions[token]
    return 204, None


def passwords(town: Town, request: Request, body: Json) -> Answer:
    account = account_of(town, request)
    if account["password"] != body["old"]:
        raise Refusal(422, "identity.wrong_password", "原密码不对")
    if len(body["new"]) < 8:
        raise Refusal(422, "identity.weak_password", "新密码不合要求", errors=[{"field": "new", "message": "至少八位"}])
    account.update(password=body["new"], must_change=False)
    return 204, None


def reauthenticate(town: Town, request: Request, body: Json) -> Answer:
    account = account_of(town, request)
    if account["password"] != body["password"]:
        raise Refusal(401, "identity.wrong_credentials", "密码不对")
    town.reauthenticated.add(account["person"]["id"])
    return 200, {"valid_until": data.at(0.1)}


def add_device(town: Town, request: Request, body: Json) -> Answer:
    person = account_of(town, request)["person"]["id"]
    if person not in town.reauthenticated:
        raise Refusal(403, "identity.reauthenticate", "请先核对密码")
    device = {
        "id": data.new_id(),
        "name": body["name"],
        "created_at": data.at(),
        "revoked_at": None,
        "current": True,
        "public_key": unb64(body["public_key"]),
        "pin": body["pin"],
        "person": person,
    }
    town.devices[device["id"]] = device
    return 201, {"device": {key: device[key] for key in ("id", "name", "created_at")}}


def devices(town: Town, request: Request, body: Json) -> Answer:
    person = account_of(town, request)["person"]["id"]
    keys = ("id", "name", "created_at", "revoked_at", "current")
    return 200, {"items": [{key: d[key] for key in keys} for d in town.devices.values() if d["person"] == person]}


def revoke_device(town: Town, request: Request, body: Json) -> Answer:
    account_of(town, request)
    town.devices[request.path_params["id"]]["revoked_at"] = data.at()
    return 204, None


def challenge(town: Town, request: Request, body: Json) -> Answer:
    text = secrets.token_urlsafe(32)
    town.challenges[body["device"]] = text.encode()
    return 201, {"challenge": text, "expires_at": data.at(0.05)}


def quick_session(town: Town, request: Request, body: Json) -> Answer:
    device = town.devices[body["device"]]
    assert town.challenges.pop(body["device"]).decode() == body["challenge"]
    if device["revoked_at"]:
        raise Refusal(401, "identity.device_revoked", "这部手机已停用，请用账号密码登录")
    verify(device["public_key"], unb64(body["signature"]), unb64(body["challenge"]))
    if device["pin"] != body["pin"]:
        raise Refusal(401, "identity.wrong_credentials", "口令不对")
    account = next(name for name, row in town.accounts.items() if row["person"]["id"] == device["person"])
    return open_session(town, account, device["name"])


def list_passkeys(town: Town, request: Request, body: Json) -> Answer:
    account_of(town, request)
    shown = ("id", "name", "created_at", "last_used_at")
    return 200, {"items": [{key: row[key] for key in shown} for row in town.passkeys.values()]}


def new_passkey_options(town: Town, request: Request, body: Json) -> Answer:
    person = account_of(town, request)["person"]
    if person["id"] not in town.reauthenticated:
        raise Refusal(403, "identity.reauthenticate", "请先核对密码")
    return passkeys.registration_options(town, person)


def new_passkey(town: Town, request: Request, body: Json) -> Answer:
    account_of(town, request)
    return passkeys.register(town, request, town.sessions[request.cookies["zhiban"]]["account"], body)


def passkey_options(town: Town, request: Request, body: Json) -> Answer:
    return passkeys.authentication_options(town)


def passkey_session(town: Town, request: Request, body: Json) -> Answer:
    return open_session(town, passkeys.account_by(town, request, body), body.get("device_name", ""))
