"""A small server that speaks the HTTP contract, for developing and testing the phone client. Not part of the product.

Run it for development: `python -m tests.web.fake.server` beside `npm run dev` in web/.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from office.http import web
from tests.web.fake import data, doors, pages
from tests.web.fake.doors import account_of
from tests.web.fake.town import Json, Refusal, Town

Answer = tuple[int, Json | None]
Run = Callable[[Town, Request, Json], Answer]


def bootstrap(town: Town, request: Request, body: Json) -> Answer:
    account = account_of(town, request)
    if account["must_change"]:
        raise Refusal(403, "identity.must_change_password", "请先修改密码")
    login = town.sessions[request.cookies["zhiban"]]["account"]
    me = {
        "person": account["person"],
        "account": login,
        "permissions": [],
        "posts": [{"id": data.new_id(), "title": account["title"], "unit": data.UNIT, "section": None, "roles": []}],
    }
    position = {"epoch": town.epoch, "seq": len(town.log)}
    return 200, {"position": position, "time": data.at(), "banner": "", "me": me, "inbox": {"counts": town.counts()}}


def inbox(town: Town, request: Request, body: Json) -> Answer:
    account_of(town, request)
    box, q = request.query_params["box"], request.query_params.get("q", "")
    closed = box == "done"
    items = [t for t in town.todos if (t["state"] != "open" if closed else t["box"] == box and t["state"] == "open")]
    items = [t for t in items if q in t["title"] or q in t["sender"]]
    return 200, {
        "items": sorted(items, key=lambda t: (["特急", "加急", ""].index(t["urgency"]), t["due_at"])),
        "next": None,
        "counts": town.counts(),
    }


def seen(town: Town, request: Request, body: Json) -> Answer:
    account_of(town, request)
    for todo in town.todos:
        if todo["id"] == request.path_params["id"]:
            todo["first_seen_at"] = data.at()
    return 204, None


def handling(town: Town, request: Request, body: Json) -> Answer:
    account_of(town, request)
    found = town.handlings.get(request.path_params["id"])
    if found is None:
        raise Refusal(404, "documents.not_found", "没有找到这件文件，可能已被撤回")
    return 200, found


def derivations(town: Town, request: Request, body: Json) -> Answer:
    account_of(town, request)
    return 200, town.derive(body["text"])


def recipients(town: Town, request: Request, body: Json) -> Answer:
    q = request.query_params.get("q", "")
    return 200, {"items": [r for r in data.RECIPIENTS if q in r["name"] + r["hint"]]}


def sign(town: Town, request: Request, body: Json) -> Answer:
    person = account_of(town, request)["person"]["id"]
    return 201, {"signature": town.sign(request.path_params["id"], person, body)}


def withdraw(town: Town, request: Request, body: Json) -> Answer:
    signature = town.state_of(request.path_params["id"])
    if signature["state"] != "held":
        raise Refusal(409, "signing.too_late", "已经送出，不能撤回；请联系文书处理")
    town.signatures[request.path_params["id"]]["state"] = "withdrawn"
    return 204, None


def release(town: Town, request: Request, body: Json) -> Answer:
    town.release(request.path_params["id"])
    return 200, {"signature": town.state_of(request.path_params["id"])}


def signature(town: Town, request: Request, body: Json) -> Answer:
    return 200, {"signature": town.state_of(request.path_params["id"])}


def hand_back(town: Town, request: Request, body: Json) -> Answer:
    account_of(town, request)
    assert body["reason"]
    town.received.append(body)
    town.close_todo(request.path_params["id"], "已退回")
    return 201, {}


def text(town: Town, request: Request, body: Json) -> Answer:
    return 200, {"text": data.TITLES[0][0] + "\n" + pages.BODY}


def endpoint(run: Run) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        town: Town = request.app.state.town
        key = request.headers.get("idempotency-key")
        try:
            body = json.loads(await request.body() or b"{}") if request.method != "GET" else {}
            assert request.method == "GET" or key
            if key is None or key not in town.answers:
                status, answer = run(town, request, body)
                if key:
                    town.answers[key] = (status, answer)
            else:
                status, answer = town.answers[key]
        except Refusal as refusal:
            return JSONResponse(refusal.body, refusal.status, media_type="application/problem+json")
        return respond(status, answer)

    return handle


def respond(status: int, answer: Json | None) -> Response:
    if answer is None:
        return Response(status_code=status)
    cookie = answer.get("_cookie")
    response = JSONResponse({k: v for k, v in answer.items() if k != "_cookie"}, status, headers={"cache-control": "no-store"})
    if cookie:
        response.set_cookie("zhiban", cookie, httponly=True, samesite="lax")
    return response


async def page(request: Request) -> Response:
    width = int(request.query_params.get("width", "540"))
    image = pages.page(data.TITLES[0][0], data.TITLES[0][1], int(request.path_params["n"]), width)
    return Response(image, media_type="image/webp", headers={"cache-control": "private, max-age=31536000, immutable"})


async def strokes(request: Request) -> Response:
    path = "M30 20 L50 30 80 24 100 40 M90 15 L84 45 110 53 M120 20 L118 60 M112 34 L150 30 M140 18 L134 66 160 50"
    drawn = f'<path d="{path}" fill="none" stroke="#111" stroke-width="3"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="20 8 150 66">{drawn}</svg>'
    return Response(svg, media_type="image/svg+xml")


async def live(socket: WebSocket) -> None:
    town: Town = socket.app.state.town
    await socket.accept()
    if socket.cookies.get("zhiban", "") not in town.sessions:
        return await socket.close(4401)
    queue: asyncio.Queue[Json] = asyncio.Queue()
    town.loop = asyncio.get_running_loop()
    hello = await socket.receive_json()
    town.sockets.add(queue)
    try:
        await socket.send_json(
            {"type": "welcome", "epoch": town.epoch, "head": len(town.log), "connection": "c", "heartbeat": 25}
        )
        resume = hello["resume"]
        if resume is None or resume["epoch"] != town.epoch:
            await socket.send_json({"type": "reset", "reason": "no_position" if resume is None else "epoch"})
            while (resume := await socket.receive_json())["type"] != "resume":
                pass
        await asyncio.gather(follow(socket, town, queue, resume["seq"]), drain(socket))
    except WebSocketDisconnect:
        pass
    finally:
        town.sockets.discard(queue)


async def follow(socket: WebSocket, town: Town, queue: asyncio.Queue[Json], sent: int) -> None:
    for event in town.log[sent:]:
        await socket.send_json(event)
        sent = event["seq"]
    while True:
        frame = await queue.get()
        if "close" in frame:
            await socket.close(frame["close"])
            raise WebSocketDisconnect(frame["close"])
        if frame["seq"] > sent:
            sent = frame["seq"]
            await socket.send_json(frame)


async def drain(socket: WebSocket) -> None:
    while True:
        await socket.receive_json()


ROUTES: list[tuple[str, str, Run]] = [
    ("POST", "/sessions", doors.log_in),
    ("DELETE", "/sessions/current", doors.log_out),
    ("GET", "/sessions", doors.sessions),
    ("DELETE", "/sessions/{id}", doors.end_session),
    ("POST", "/passwords", doors.passwords),
    ("POST", "/reauthentications", doors.reauthenticate),
    ("POST", "/devices", doors.add_device),
    ("GET", "/devices", doors.devices),
    ("DELETE", "/devices/{id}", doors.revoke_device),
    ("POST", "/login-challenges", doors.challenge),
    ("POST", "/quick-sessions", doors.quick_session),
    ("GET", "/bootstrap", bootstrap),
    ("GET", "/inbox", inbox),
    ("POST", "/inbox/{id}/views", seen),
    ("GET", "/passkeys", doors.list_passkeys),
    ("POST", "/passkeys/registration-options", doors.new_passkey_options),
    ("POST", "/passkeys", doors.new_passkey),
    ("POST", "/passkeys/authentication-options", doors.passkey_options),
    ("POST", "/passkey-sessions", doors.passkey_session),
    ("GET", "/handlings/{id}", handling),
    ("POST", "/handlings/{id}/derivations", derivations),
    ("GET", "/recipients", recipients),
    ("POST", "/handlings/{id}/signatures", sign),
    ("POST", "/handlings/{id}/returns", hand_back),
    ("POST", "/handlings/{id}/transfers", hand_back),
    ("POST", "/handlings/{id}/reminders", seen),
    ("DELETE", "/signatures/{id}", withdraw),
    ("POST", "/signatures/{id}/releases", release),
    ("GET", "/signatures/{id}", signature),
    ("GET", "/files/{id}/text", text),
]


def create_app(town: Town) -> Starlette:
    app = Starlette(
        routes=[
            *(Route(f"/api/v1{path}", endpoint(run), methods=[method]) for method, path, run in ROUTES),
            Route("/api/v1/files/{id}/pages/{n:int}", page),
            Route("/api/v1/signatures/{id}/strokes.svg", strokes),
            WebSocketRoute("/api/v1/live", live),
            *web.ROUTES,
        ]
    )
    app.state.town = town
    return app


def main(**options: Any) -> None:
    import uvicorn

    uvicorn.run(create_app(Town()), host="127.0.0.1", port=8000, **options)


if __name__ == "__main__":
    main()
