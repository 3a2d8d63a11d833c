"""Reading files: one that something the reader may see refers to; while nothing refers to it, the uploader's own."""

from collections.abc import Sequence
from uuid import UUID

from office import audit
from office.files.models import Blob, File, FileReference
from office.files.rendering.shapes import WIDTHS
from office.files.schemas import FileAnswer, FileOut
from office.files.texts import WARNINGS
from office.kernel.actor import Actor
from office.kernel.modules import registry
from office.kernel.refs import kind_of
from office.kernel.refusal import NotFound


async def access_file(actor: Actor, id: UUID) -> tuple[File, Blob]:
    """A file the actor may read; who sent it in reads it as long as it belongs to nothing. Refuses: NotFound
    files.no_such_file."""
    file = await File.get_or_none(id=id)
    if file is None or file.frozen or not await _reads(actor, file):
        raise NotFound("files.no_such_file")
    blob = await Blob.get(digest=file.digest)
    if blob.frozen:
        raise NotFound("files.no_such_file")
    return file, blob


async def _reads(actor: Actor, file: File) -> bool:
    references = await FileReference.filter(file_id=file.id)
    return await _shown(actor, references) if references else file.uploaded_by == actor.ref


async def _shown(actor: Actor, references: Sequence[FileReference]) -> bool:
    for reference in references:
        resolve = registry().references.get(kind_of(reference.owner))
        if resolve is not None and reference.owner in await resolve(actor, [reference.owner]):
            return True
    return False


def described(file: File, blob: Blob, role: str = "main") -> FileOut:
    """A file as it goes out."""
    return FileOut(
        id=file.id, name=file.name, role=role, media_type=blob.media_type, size=blob.size, pages=blob.pages,
        digest=blob.digest, widths=list(WIDTHS), signatures=blob.signatures,
        warnings=[WARNINGS.get(code, code) for code in blob.warnings],
    )  # fmt: skip


async def describe_many(files: list[tuple[UUID, str]]) -> list[FileOut]:
    """Files with their roles, in the order given. Two queries."""
    rows = {file.id: file for file in await File.filter(id__in=[id for id, _ in files], frozen=False)}
    blobs = await Blob.filter(digest__in={file.digest for file in rows.values()}, frozen=False)
    by_digest = {blob.digest: blob for blob in blobs}
    shown = {id: row for id, row in rows.items() if row.digest in by_digest}
    return [described(shown[id], by_digest[shown[id].digest], role) for id, role in files if id in shown]


async def get_file(actor: Actor, id: UUID) -> FileAnswer:
    """One file's description; it is a view of the file."""
    file, blob = await access_file(actor, id)
    await audit.record_daily(actor, "files.view", f"files.file:{id}", digest=blob.digest)
    return FileAnswer(described(file, blob))
