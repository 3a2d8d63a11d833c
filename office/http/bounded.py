"""What may come over a connection before anything is answered: bounded in bytes and time, for nobody has logged in yet.

The parser keeps a head (RFC 9112 2.1) and trailers (7.1.2) in memory until they end, and uvicorn sets no bound to either.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from office.http.crowded import Crowded

#: Bytes without progress: a head that does not end, trailers that do not, empty lines. A browser's head has one or two KiB.
MAX_BYTES = 64 * 1024
#: Seconds for a head to come, on the thinnest line; a body that keeps coming is not hurried.
SECONDS = 30.0
#: Seconds in which nothing of a body comes: a phone that lost its line; the task and the file in intake go with it.
STALLED = 120.0
#: Seconds that the last bytes of a broken connection wait to be fetched, and until it is looked again whether they are.
FETCHED_WITHIN, AGAIN = 10.0, 0.01
#: Connections beyond the most there may be that still get an answer; what comes after them is cut off without one.
ANSWERED = 256
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """One connection. Progress is a head that ended, a piece of a body, a message that ended.

    `most` connections are served, live sockets counted in (0: any number); one more is told to come back later.
    """

    most = 0

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._progress = False
        self._waiting = 0
        self._unfinished = False
        self._timer: asyncio.TimerHandle | None = None
        self._crowded = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a first head."""
        super().connection_made(transport)
        if 0 < self.most < len(self.connections):
            if len(self.connections) > self.most + ANSWERED:
                transport.abort()
                return
            self._crowded = True
            self.app = Crowded(self.app)
        self._hurry()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more. What came before the end is still read: uvicorn drops what nobody has fetched yet, and a line
        that is cut often would have to carry it again."""
        self._calm()
        self.connections.discard(self)
        if self.flow is not None:
            self.flow.resume_writing()
        self._lose(exc, self.loop.time() + FETCHED_WITHIN)

    def _lose(self, exc: Exception | None, until: float) -> None:
        fetched = self.cycle is None or self.cycle.response_complete or not self.cycle.body
        if fetched or self.loop.time() > until:
            super().connection_lost(exc)
        else:
            self.loop.call_later(AGAIN, self._lose, exc, until)

    def data_received(self, data: bytes) -> None:
        """Parse what came, and end the connection where it leads nowhere."""
        self._progress = False
        super().data_received(data)
        if self._progress:
            self._waiting = 0
            self._calm()
            if self._unfinished:
                self._await_more()
            return
        self._waiting += len(data)
        self._hurry()
        if self._waiting > MAX_BYTES:
            self._end()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._progress = self._unfinished = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._progress = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._progress, self._unfinished = True, False
        super().on_message_complete()

    def _should_upgrade_to_ws(self) -> bool:
        """A live socket too many is answered like any request."""
        return not self._crowded and super()._should_upgrade_to_ws()

    def _unsupported_upgrade_warning(self) -> None:
        if not self._crowded:
            super()._unsupported_upgrade_warning()

    def _hurry(self) -> None:
        if self._timer is None and not self.transport.is_closing():
            self._timer = self.loop.call_later(SECONDS, self._end)

    def _await_more(self) -> None:
        """Time for the next piece of a body; none while we ourselves are too slow to take it."""
        self._calm()
        if not self.transport.is_closing():
            self._timer = self.loop.call_later(STALLED, self._await_more if self.flow.read_paused else self._end)

    def _calm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        """Say why where no answer is under way; then close, whatever is still to come."""
        self._calm()
        if self.transport.is_closing():
            return
        if self._waiting > MAX_BYTES and (self.cycle is None or self.cycle.response_complete):
            self.transport.write(TOO_LARGE)
            self.transport.close()
        else:
            self.transport.abort()


def bounded(most: int) -> type[BoundedHttp]:
    """The protocol of a server that holds so many connections at most."""
    return type("BoundedHttp", (BoundedHttp,), {"most": most})
