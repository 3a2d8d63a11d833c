"""Taking in one piece of an upload, and accepting the file that it completes."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from uuid import UUID

from office.files.uploads import actions, intake, queries
from office.files.uploads.models import ResumableUpload
from office.files.uploads.piece import Piece
from office.files.uploads.protocol import PIECES, Checksum, OtherOffset
from office.files.uploads.turns import Coming, in_hand
from office.kernel.actor import Actor
from office.kernel.endpoint import Stream
from office.kernel.refusal import TooLarge, Unsupported
from office.kernel.sealed import Writer

NOTHING: Mapping[str, str] = MappingProxyType({})


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
    async with in_hand(row) as coming:
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


@contextmanager
def _locked(row: ResumableUpload) -> Iterator[None]:
    """Nobody in another process has the bytes in hand in the block. Refuses: OtherOffset; Gone files.upload_over."""
    with intake.alone(row.id) as ours:
        if not ours:
            raise OtherOffset(row.promised)
        yield


async def _take(row: ResumableUpload, coming: Coming, checksum: Checksum | None, stream: Stream) -> None:
    sealed = intake.sealed(row.id, row.promised)
    writer = await asyncio.to_thread(Writer, sealed.path, sealed.key, row.promised, row.stored)
    coming.piece = Piece(row, writer, stream, checksum)
    try:
        await coming.piece.receive()
    finally:
        await coming.piece.close()
