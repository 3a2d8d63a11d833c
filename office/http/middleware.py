"""Around every request: its origin and id, security headers, and a clear answer when something breaks."""

import asyncio
import logging
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from office.http.failures import answer_to
from office.http.logs import request_id
from office.http.origin import origin_of, speaks_tls
from office.http.problem import problem
from office.kernel import settings
from office.kernel.endpoint import Cut

EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
# What only a document can use is not sent with each answer and picture: on a thin line headers are a tenth of the bytes.
ON_PAGES = {"Referrer-Policy": "same-origin", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin"}
# RFC 6797: whoever came over TLS once comes so for a year. It stands on pages, which is where a browser begins; a bare name of
# this machine is left out, for other programs live under it too.
TLS_ONLY = "max-age=31536000"
log = logging.getLogger(__name__)


class Envelope:
    """Pure ASGI, for a task or a buffered body per request would cost more than all it does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        origin = origin_of(connection, settings.current().trusted_proxy)
        scope.setdefault("state", {})["origin"] = origin
        token = request_id.set(origin.request)
        try:
            await self._guarded(scope, receive, send, origin.request, secure=_for_ever(connection))
        finally:
            request_id.reset(token)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send, request: str, *, secure: bool) -> None:
        started = False

        async def dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _dress(message, request, secure=secure)
            await _sent(send, message)

        try:
            await self.app(scope, receive, dressed)
        except (ClientDisconnect, Cut):
            log.info("client left", extra={"path": scope.get("path", "")})
        except Exception as error:
            log.exception("request failed", extra={"path": scope.get("path", "")})
            if started or scope["type"] != "http":
                raise
            await problem(answer_to(error), request_id=request)(scope, receive, dressed)


async def _sent(send: Send, message: Message) -> None:
    """Send on. Raises ClientDisconnect where the line has just gone, which uvloop tells by an error of its own."""
    try:
        await send(message)
    except RuntimeError as error:
        if "the handler is closed" not in str(error):
            raise
        await asyncio.sleep(0)  # the server hears of it first: else it takes the answer for one that was never ended
        raise ClientDisconnect from error


def _for_ever(connection: HTTPConnection) -> bool:
    return connection.url.hostname != "localhost" and speaks_tls(connection)


def _dress(message: Any, request: str, *, secure: bool) -> None:
    headers = MutableHeaders(scope=message)
    headers["X-Request-Id"] = request
    page = headers.get("content-type", "").startswith("text/html")
    for name, value in (EVERYWHERE | ON_PAGES if page else EVERYWHERE).items():
        headers.setdefault(name, value)
    if page and secure:
        headers["Strict-Transport-Security"] = TLS_ONLY
