"""Taking in one piece of an upload: read as it comes, encrypted as it comes, and promised only once it is on the disk.

What is promised is what the sender is told and never has to send again. It moves forward by a conditional
update, after an fsync, every few megabytes or seconds and when the piece ends, also when it ends because the line was cut.
"""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from types import MappingProxyType
from uuid import UUID

from office.files.bounds import MIB
from office.files.uploads import actions, intake, queries
from office.files.uploads.models import ResumableUpload
from office.files.uploads.protocol import PIECES, Checksum, OtherOffset
from office.kernel.actor import Actor
from office.kernel.endpoint import Cut, Stream
from office.kernel.refusal import Gone, TooLarge, Unsupported
from office.kernel.sealed import Writer
from office.kernel.work import detach

#: What is not promised yet and would be lost with the server: bytes, and seconds on a thin line.
PROMISE_BYTES, PROMISE_SECONDS = 4 * MIB, 5.0
#: Read ahead of what is written.
AHEAD = MIB
#: Seconds without a byte after which a piece gives way to another: the sender's line was cut and nobody told the server.
IDLE = 0.5
#: Seconds without a byte after which nothing more is on its way, and how long that is awaited.
QUIET, AWAITED = 0.2, 5.0
NOTHING: Mapping[str, str] = MappingProxyType({})
log = logging.getLogger(__name__)


class _Inflow:
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


class _Piece:
    """One piece coming in. Only who holds the turn touches the writer."""

    def __init__(self, row: ResumableUpload, writer: Writer, stream: Stream, checksum: Checksum | None) -> None:
        self._row, self._writer = row, writer
        self._inflow = _Inflow(stream)
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


class _Coming:
    """That somebody has an upload in hand: its piece while one comes in, none before and while it is accepted."""

    def __init__(self, offset: int) -> None:
        self._offset = offset
        self.piece: _Piece | None = None
        self.done = asyncio.Event()

    @property
    def offset(self) -> int:
        """What is promised."""
        return self.piece.promised if self.piece else self._offset


_coming: dict[UUID, _Coming] = {}
_waiting: Counter[UUID] = Counter()


async def settle(id: UUID) -> None:
    """If pieces of this upload are coming in, promise what has come; what is on its way is awaited, so that it need not be sent
    again."""
    until = time.monotonic() + AWAITED
    while _is_pouring(id) and time.monotonic() < until:  # noqa: ASYNC110 - silence sets no event
        await asyncio.sleep(QUIET / 4)
    if (coming := _coming.get(id)) and coming.piece:
        with contextlib.suppress(Gone):
            await coming.piece.settle()


def _is_pouring(id: UUID) -> bool:
    coming = _coming.get(id)
    return bool(_waiting[id]) or (coming is not None and coming.piece is not None and coming.piece.pouring)


def stop(id: UUID) -> None:
    """If a piece of this upload is coming in, let it end: the upload is over."""
    if (coming := _coming.get(id)) and coming.piece:
        coming.piece.end()


async def add(
    actor: Actor, id: UUID, offset: int, stream: Stream, checksum: Checksum | None = None, said: Mapping[str, str] = NOTHING
) -> ResumableUpload:
    """Add a piece at `offset`; the upload as it then is, accepted where this was the last. `said`: metadata that came with it.

    Refuses: NotFound files.no_such_upload, Gone files.upload_over, Unsupported files.not_a_piece, OtherOffset
    files.other_offset, TooLarge files.upload_too_long, Mismatch files.checksum_mismatch, and what acceptance refuses.
    """
    row = await queries.going_on(actor, id)
    if stream.media_type != PIECES:
        raise Unsupported("files.not_a_piece", type=PIECES)
    async with _in_hand(row) as coming:
        row = await queries.going_on(actor, id)
        if offset != row.promised:
            raise OtherOffset(row.promised)
        if stream.length is not None and offset + stream.length > row.length:
            raise TooLarge("files.upload_too_long", length=row.length)
        if row.file_id is not None:
            return row
        with _locked(row):
            await _take(row, coming, checksum, stream)
            row = await queries.going_on(actor, id)
            return await actions.finish(actor, row, said) if row.promised == row.length else row


@asynccontextmanager
async def _in_hand(row: ResumableUpload) -> AsyncIterator[_Coming]:
    """The upload is ours in the block. One whose line is dead ends for us; while one is alive: refuses OtherOffset."""
    _waiting[row.id] += 1
    try:
        if other := _coming.get(row.id):
            await _outlive(other)
        if (other := _coming.get(row.id)) is not None:
            raise OtherOffset(other.offset)
        ours = _coming[row.id] = _Coming(row.promised)
    finally:
        _waiting[row.id] -= 1
        if not _waiting[row.id]:
            del _waiting[row.id]
    try:
        yield ours
    finally:
        del _coming[row.id]
        ours.done.set()


async def _outlive(other: _Coming) -> None:
    """Wait until it has ended, or nothing has come for it so long that its line must be dead.

    Meanwhile what is sent to us stays on its way: refused at once, a sender that does not listen while it sends would send all.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(IDLE):
            await other.done.wait()
    if other.piece and other.piece.idle:
        other.piece.end()
        await other.done.wait()


@contextmanager
def _locked(row: ResumableUpload) -> Iterator[None]:
    """Nobody in another process has the bytes in hand in the block. Refuses: OtherOffset; Gone files.upload_over."""
    with intake.alone(row.id) as ours:
        if not ours:
            raise OtherOffset(row.promised)
        yield


async def _take(row: ResumableUpload, coming: _Coming, checksum: Checksum | None, stream: Stream) -> None:
    sealed = intake.sealed(row.id, row.promised)
    writer = await asyncio.to_thread(Writer, sealed.path, sealed.key, row.promised, row.stored)
    coming.piece = _Piece(row, writer, stream, checksum)
    try:
        await coming.piece.receive()
    finally:
        await coming.piece.close()
