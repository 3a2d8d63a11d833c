"""Who has an upload in hand: one at a time, and a dead line gives way. Of this process; others are kept off by a lock."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from office.files.uploads.models import ResumableUpload
from office.files.uploads.piece import IDLE, QUIET, Piece
from office.files.uploads.protocol import OtherOffset
from office.kernel.refusal import Gone

#: Seconds that what is on its way from a line just cut is awaited.
AWAITED = 5.0


class Coming:
    """That somebody has an upload in hand: its piece while one comes in, none before and while it is accepted."""

    def __init__(self, offset: int) -> None:
        self._offset = offset
        self.piece: Piece | None = None
        self.done = asyncio.Event()

    @property
    def offset(self) -> int:
        """What is promised."""
        return self.piece.promised if self.piece else self._offset


_coming: dict[UUID, Coming] = {}
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


@asynccontextmanager
async def in_hand(row: ResumableUpload) -> AsyncIterator[Coming]:
    """The upload is ours in the block. One whose line is dead ends for us; while one is alive: refuses OtherOffset."""
    _waiting[row.id] += 1
    try:
        if other := _coming.get(row.id):
            await _outlive(other)
        if (other := _coming.get(row.id)) is not None:
            raise OtherOffset(other.offset)
        ours = _coming[row.id] = Coming(row.promised)
    finally:
        _waiting[row.id] -= 1
        if not _waiting[row.id]:
            del _waiting[row.id]
    try:
        yield ours
    finally:
        del _coming[row.id]
        ours.done.set()


async def _outlive(other: Coming) -> None:
    """Wait until it has ended, or nothing has come for it so long that its line must be dead.

    Meanwhile what is sent to us stays on its way: refused at once, a sender that does not listen while it sends would send all.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(IDLE):
            await other.done.wait()
    if other.piece and other.piece.idle:
        other.piece.end()
        await other.done.wait()
