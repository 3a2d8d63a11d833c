"""Routes of resumable upload: tus 1.0 under /uploads, and a JSON view of an upload beside it."""

import contextlib
from collections.abc import Mapping
from uuid import UUID

from office.files.uploads import actions, intake, queries, receiving, turns
from office.files.uploads.models import ResumableUpload
from office.files.uploads.protocol import (
    ALGORITHMS,
    EXTENSIONS,
    PIECES,
    VERSION,
    Adding,
    BadRequest,
    Creating,
    Overriding,
    Spoken,
    checksum_of,
    ensure_spoken,
    metadata_of,
    moment,
)
from office.files.uploads.schemas import UploadAnswer
from office.kernel import settings
from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, Answer, Cut, Endpoint, Stream
from office.kernel.refusal import Gone, Refusal


async def capabilities(actor: Actor) -> Answer[None]:
    """What of tus is spoken here."""
    told = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.current().max_upload),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }
    return Answer(data=None, headers=told)


async def create(actor: Actor, headers: Creating, stream: Stream) -> Answer[UploadAnswer]:
    """Begin an upload; bytes that came with it are its first. Refuses: files.tus_version, files.upload_length,
    files.tus_extension and what beginning and adding refuse."""
    ensure_spoken(headers)
    if headers.concat or headers.deferred:
        raise BadRequest("files.tus_extension", known=EXTENSIONS)
    if headers.length is None:
        raise BadRequest("files.upload_length")
    checksum = checksum_of(headers.checksum)
    row = await actions.begin(actor, headers.length, headers.metadata)
    if stream.media_type == PIECES and stream.length != 0:
        try:
            row = await receiving.add(actor, row.id, 0, stream, checksum)
        except (Cut, Refusal):
            # Nobody was told where it is, so nobody can go on with it.
            with contextlib.suppress(Gone):
                await actions.terminate(actor, row)
            raise
    told = {**_standing(row), "Location": f"/api/v1/uploads/{row.id}"}
    return Answer(data=UploadAnswer(await queries.described_upload(row)), headers=told)


async def offset(actor: Actor, id: UUID, headers: Spoken) -> Answer[None]:
    """How far an upload is. A piece that is coming in is promised first, as far as it has come."""
    ensure_spoken(headers)
    await queries.going_on(actor, id)
    await turns.settle(id)
    row = await queries.going_on(actor, id)
    told = {**_standing(row), "Upload-Length": str(row.length)}
    if metadata := await queries.metadata_of(row) if row.file_id else intake.sealed(id, row.promised).label().decode():
        told["Upload-Metadata"] = metadata
    return Answer(data=None, status=200, headers=told)


async def add(actor: Actor, id: UUID, headers: Adding, stream: Stream) -> Answer[None]:
    """Add a piece where the upload stands. Refuses: files.tus_version, files.upload_offset and what adding refuses."""
    ensure_spoken(headers)
    if headers.offset is None:
        raise BadRequest("files.upload_offset")
    said = metadata_of(headers.metadata)
    row = await receiving.add(actor, id, headers.offset, stream, checksum_of(headers.checksum), said)
    return Answer(data=None, headers=_standing(row))


async def terminate(actor: Actor, id: UUID, headers: Spoken) -> Answer[None]:
    """End an upload; its key and bytes are destroyed."""
    ensure_spoken(headers)
    row = await queries.going_on(actor, id)
    await actions.terminate(actor, row)
    turns.stop(id)
    return Answer(data=None)


async def override(actor: Actor, id: UUID, headers: Overriding, stream: Stream) -> Answer[None]:
    """PATCH or DELETE from where only POST comes through (`X-HTTP-Method-Override`). Refuses: files.method_override."""
    if headers.method == "PATCH":
        return await add(actor, id, headers, stream)
    if headers.method == "DELETE":
        return await terminate(actor, id, headers)
    raise BadRequest("files.method_override")


async def view(actor: Actor, id: UUID) -> UploadAnswer:
    """An upload in JSON: how far it is, and its file or how else it ended."""
    return UploadAnswer(await queries.described_upload(await queries.mine(actor, id)))


def _standing(row: ResumableUpload) -> dict[str, str]:
    """How an upload stands, for any answer about it."""
    told = {"Upload-Offset": str(row.promised), "Cache-Control": "no-store"}
    if row.file_id is None:
        return {**told, "Upload-Expires": moment(row.expires_at)}
    return {**told, "Zhiban-File": str(row.file_id)}


TUS: Mapping[str, str] = {"Tus-Resumable": VERSION}
ONE = "/uploads/{id}"
ENDPOINTS = [
    Endpoint("OPTIONS", "/uploads", LOGGED_IN, capabilities, "断点续传：支持的功能", 204, idempotent=False, always=TUS),
    Endpoint("POST", "/uploads", LOGGED_IN, create, "断点续传：开始上传", 201, idempotent=False, always=TUS),
    Endpoint("HEAD", ONE, LOGGED_IN, offset, "断点续传：已传到哪里", 200, idempotent=False, always=TUS),
    Endpoint("GET", ONE, LOGGED_IN, view, "断点续传：上传的状态和结果"),
    Endpoint("PATCH", ONE, LOGGED_IN, add, "断点续传：续传一段", 204, idempotent=False, always=TUS),
    Endpoint("POST", ONE, LOGGED_IN, override, "断点续传：以 POST 代 PATCH 或 DELETE", 204, idempotent=False, always=TUS),
    Endpoint("DELETE", ONE, LOGGED_IN, terminate, "断点续传：放弃上传", 204, idempotent=False, always=TUS),
]
