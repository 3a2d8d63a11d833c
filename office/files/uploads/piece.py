"""One piece of an upload: encrypted as it comes, and promised only once it is on the disk.

What is promised is what the sender is told and never has to send again. It moves forward by a conditional update, after an
fsync, every few megabytes or seconds and when the piece ends, also when it ends because the line was cut.
"""

import asyncio
import time

from office.files.bounds import MIB
from office.files.uploads import actions
from office.files.uploads.inflow import Inflow
from office.files.uploads.models import ResumableUpload
from office.files.uploads.protocol import Checksum, OtherOffset
from office.kernel.endpoint import Cut, Stream
from office.kernel.refusal import TooLarge
from office.kernel.sealed import Writer

#: What is not promised yet and would be lost with the server: bytes, and seconds on a thin line.
PROMISE_BYTES, PROMISE_SECONDS = 4 * MIB, 5.0
#: Seconds without a byte after which a piece gives way to another: the sender's line was cut and nobody told the server.
IDLE = 0.5
#: Seconds without a byte after which nothing more is on its way.
QUIET = 0.2


class Piece:
    """One piece coming in. Only who holds the turn touches the writer."""

    def __init__(self, row: ResumableUpload, writer: Writer, stream: Stream, checksum: Checksum | None) -> None:
        self._row, self._writer = row, writer
        self._inflow = Inflow(stream)
        self._checksum, self._seen = checksum, checksum.begun() if checksum else None
        self._turn = asyncio.Lock()
        self._promised_at = time.monotonic()
        self.promised = row.promised
        self._closed = self._superseded = False

    @property
    def idle(self) -> bool:
        """Whether nothing has come for so long that the line must have been cut."""
        return not self._inflow.ended and self._inflow.silence >= IDLE

    async def receive(self) -> None:
        """To the end of the body. Raises Cut, after all that came is promised.

        Refuses: files.upload_too_long, files.checksum_mismatch; OtherOffset where another came meanwhile.
        """
        while await self._inflow.more():
            async with self._turn:
                await self._write()
                if self._is_due():
                    await self._promise()
        if self._checksum is None or self._is_whole():
            async with self._turn:
                await self._promise()
        if self._superseded:
            raise OtherOffset(self.promised)
        if self._inflow.cut:
            raise Cut

    def _is_whole(self) -> bool:
        """Half a piece has no checksum, and is dropped."""
        if self._checksum and self._seen and not self._inflow.cut:
            self._checksum.ensure(self._seen)
        return not self._inflow.cut

    @property
    def pouring(self) -> bool:
        """Whether more may be on its way, as from a line that was just cut."""
        return self._inflow.silence < QUIET

    async def settle(self) -> None:
        """Promise what has come: somebody asks how far the upload is."""
        async with self._turn:
            if self._checksum is None and not self._closed:
                await self._write()
                await self._promise()

    def end(self) -> None:
        """Take what has come and stop waiting for more."""
        self._superseded = True
        self._inflow.end()

    async def close(self) -> None:
        """Give everything back."""
        self._inflow.end()
        async with self._turn:
            self._closed = True
            self._writer.close()

    async def _write(self) -> None:
        data = self._inflow.take()
        if self._writer.coming + len(data) > self._row.length:
            raise TooLarge("files.upload_too_long", length=self._row.length)
        if data:
            await asyncio.to_thread(self._sealed, data)

    def _sealed(self, data: bytes) -> None:
        if self._seen:
            self._seen.update(data)
        self._writer.write(data)

    def _is_due(self) -> bool:
        if self._checksum is not None:
            return False
        late = time.monotonic() - self._promised_at > PROMISE_SECONDS
        return late or self._writer.coming - self.promised >= PROMISE_BYTES

    async def _promise(self) -> None:
        self._promised_at = time.monotonic()
        if self._writer.coming == self.promised:
            return
        await asyncio.to_thread(self._writer.sync)
        await actions.promise(self._row.id, self.promised, self._writer.offset, self._writer.stored)
        self.promised = self._writer.offset
