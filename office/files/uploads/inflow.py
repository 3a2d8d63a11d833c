"""The body of a request as it comes, ahead of what is written."""

import asyncio
import logging
import time

from office.files.bounds import MIB
from office.kernel.endpoint import Cut, Stream
from office.kernel.work import detach

#: Read ahead of what is written.
AHEAD = MIB
log = logging.getLogger(__name__)


class Inflow:
    """The body of a request, fetched as it comes: what the server's own buffer holds when a line is cut would be lost."""

    def __init__(self, stream: Stream) -> None:
        self._held = bytearray()
        self._came, self._room = asyncio.Event(), asyncio.Event()
        self._room.set()
        self._heard = time.monotonic()
        self.ended, self.cut = False, True
        self._task = detach(self._fetch(stream), "upload")

    async def _fetch(self, stream: Stream) -> None:
        try:
            async for piece in stream.pieces:
                self._held += piece
                self._heard = time.monotonic()
                self._came.set()
                if len(self._held) >= AHEAD:
                    self._room.clear()
                await self._room.wait()
            self.cut = False
        except Cut:
            log.info("upload cut")
        finally:
            self.ended = True
            self._came.set()

    async def more(self) -> bool:
        """Wait until something is here; False when nothing will come any more."""
        await self._came.wait()
        return not self.ended or bool(self._held)

    @property
    def silence(self) -> float:
        """Seconds in which nothing came though it was waited for."""
        return time.monotonic() - self._heard if self._room.is_set() else 0.0

    def take(self) -> bytes:
        """What is here."""
        data = bytes(self._held)
        self._held.clear()
        if not self._room.is_set():
            self._heard = time.monotonic()
            self._room.set()
        if not self.ended:
            self._came.clear()
        return data

    def end(self) -> None:
        """Fetch no more."""
        self.ended = True
        self._task.cancel()
        self._came.set()
