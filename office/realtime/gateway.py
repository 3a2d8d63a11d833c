"""The live socket's door: who comes in, the first frame, and how a connection ends. Frames: RFC 6455 text messages."""

import asyncio
import contextlib
import logging

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from office.identity.authentication import authenticate
from office.identity.presented import is_ours, token_of
from office.kernel.actor import Actor, Admit, Origin
from office.kernel.refusal import Forbidden, Refusal, Unauthenticated
from office.realtime import background, schemas
from office.realtime.connection import Connection, receive
from office.realtime.hub import Hub, closed, live_hub
from office.realtime.rules import Position
from office.realtime.schemas import Goodbye

PATH = "/api/v1/live"
HELLO_SECONDS = 30.0
CLOSE_SECONDS = 5.0
log = logging.getLogger(__name__)


def route(admit: Admit = authenticate, into: Hub = live_hub) -> WebSocketRoute:
    """The live socket as a route beside the API; `admit` tells who a token is, and may refuse."""

    async def serve(socket: WebSocket) -> None:
        token, by_cookie = token_of(socket)
        if by_cookie and not is_ours(socket, socket.headers.get("origin", "")):
            await socket.close()  # before it is accepted: the browser gets 403, and no page of another site learns more
            return
        await _served(socket, token, admit, into)

    return WebSocketRoute(PATH, serve, name="live")


async def _served(socket: WebSocket, token: str, admit: Admit, into: Hub) -> None:
    await socket.accept()
    try:
        async with into.at_the_door(HELLO_SECONDS):
            actor = await _who(socket, token, admit)
            hello = schemas.parse_hello(await receive(socket))
        await _follow(socket, actor, hello, into)
    except Goodbye as bye:
        closed.labels(str(bye.code)).inc()
        # A line that takes nothing any more must not hold the connection's memory.
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            await asyncio.wait_for(socket.close(bye.code, bye.reason), CLOSE_SECONDS)
    except WebSocketDisconnect:
        return


async def _who(socket: WebSocket, token: str, admit: Admit) -> Actor:
    # Refused only after the handshake: a browser hides the status of a refused one and would try for ever.
    origin: Origin = getattr(socket.state, "origin", Origin())
    try:
        actor = await admit(token, origin) if token else Actor()
    except Unauthenticated as refusal:
        raise Goodbye(schemas.SESSION_ENDED, refusal.code) from refusal
    except Forbidden as refusal:
        raise Goodbye(schemas.CUT_OFF, refusal.code) from refusal
    except Refusal as refusal:
        raise Goodbye(schemas.TRY_LATER, refusal.code) from refusal
    except Exception as error:
        log.exception("could not tell who connects")
        raise Goodbye(schemas.BROKEN, "internal") from error
    if actor.kind == "nobody":
        raise Goodbye(schemas.SESSION_ENDED, "http.log_in")
    if actor.kind != "person" or actor.id is None:
        raise Goodbye(schemas.CUT_OFF, "realtime.persons_only")
    return actor


async def _follow(socket: WebSocket, actor: Actor, hello: schemas.Hello, into: Hub) -> None:
    connection = Connection(socket, actor.own_id, actor.session, into.now())
    into.join(connection)
    try:
        await _ensure_live(connection, into)
        log.info("live", extra={"connection": connection.id, "client": hello.client, "resumes": hello.resume is not None})
        await _talk(connection, hello, into)
    finally:
        into.leave(connection)


async def _ensure_live(connection: Connection, into: Hub) -> None:
    """Ask once more, now that an end would be heard: a session that ended since the door was told of to nobody here."""
    try:
        await into.recheck([connection])
    except Exception as error:
        log.exception("could not tell whether a session lives")
        raise Goodbye(schemas.BROKEN, "internal") from error
    if connection.goodbye is not None:
        raise connection.goodbye


async def _talk(connection: Connection, hello: schemas.Hello, into: Hub) -> None:
    writer = background.begin(connection.write(into.arrived), "live-writer")
    connection.ask(Position(hello.resume.epoch, hello.resume.seq) if hello.resume else None)
    try:
        await connection.read()
    finally:
        await background.stop([writer])
