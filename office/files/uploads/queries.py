"""Reading uploads: each is its sender's alone, and to anybody else is not there."""

from uuid import UUID

from office.files.models import Blob, File
from office.files.queries import described
from office.files.uploads.models import ACCEPTED, OPEN, ResumableUpload
from office.files.uploads.schemas import UploadOut
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.refusal import Gone, NotFound
from office.kernel.texts import text_of


async def mine(actor: Actor, id: UUID) -> ResumableUpload:
    """An upload of the actor's, however it stands. Refuses: NotFound files.no_such_upload."""
    row = await ResumableUpload.get_or_none(id=id, owner=actor.ref)
    if row is None:
        raise NotFound("files.no_such_upload")
    return row


async def going_on(actor: Actor, id: UUID) -> ResumableUpload:
    """One that is open, or was accepted. Refuses: NotFound files.no_such_upload; Gone files.upload_over."""
    row = await mine(actor, id)
    if row.state == ACCEPTED or (row.state == OPEN and row.expires_at > clock.now()):
        return row
    raise Gone("files.upload_over")


async def described_upload(row: ResumableUpload) -> UploadOut:
    """An upload as it goes out."""
    taken = await _taken(row)
    over = row.state == OPEN and row.expires_at <= clock.now()
    return UploadOut(
        id=row.id, state="expired" if over else row.state, length=row.length, offset=row.promised, expires_at=row.expires_at,
        file=described(*taken) if taken else None,
        code=row.code, reason=text_of(row.code, {}) if row.code else "",
    )  # fmt: skip


async def _taken(row: ResumableUpload) -> tuple[File, Blob] | None:
    """What an upload became, unless it is looked into (涉密核查) or gone."""
    file = await File.get_or_none(id=row.file_id, frozen=False) if row.file_id else None
    blob = await Blob.get_or_none(digest=file.digest, frozen=False) if file else None
    return (file, blob) if file and blob else None


async def metadata_of(row: ResumableUpload) -> str:
    """What an upload that was accepted came with; nothing where nobody may read it any more."""
    return str(row.metadata) if await _taken(row) else ""
