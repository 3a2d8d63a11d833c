"""The life of a resumable upload: begun within quotas, promised as it comes, then accepted, refused, expired or terminated."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from office import audit
from office.files.actions import Taken, accept, enter_file
from office.files.bounds import MIB
from office.files.models import File
from office.files.names import clean_name
from office.files.stop import Passed, said_in
from office.files.uploads import intake
from office.files.uploads.models import ACCEPTED, EXPIRED, OPEN, REFUSED, TERMINATED, ResumableUpload
from office.files.uploads.protocol import OtherOffset, metadata_of
from office.files.uploads.quota import ensure_room
from office.kernel import clock, settings
from office.kernel.actor import SYSTEM, Actor
from office.kernel.database import execute
from office.kernel.endpoint import Part
from office.kernel.ids import new_id
from office.kernel.refusal import Gone, Invalid, Refusal, TooLarge
from office.kernel.work import verb
from office.secrecy.rules import of_name
from office.secrecy.shapes import Rule
from office.secrecy.stopped import Stopped

#: An upload that nothing is added to any more is over after this.
LASTS = timedelta(hours=24)
#: How long it is still told how an upload ended.
TOLD = timedelta(days=2)
#: Expired uploads ended in one run at most; the next run is minutes away.
IN_A_RUN = 1000
#: What may still be said with the last piece: a scan of many megabytes need not come again for a declaration.
LATER = ("declaration", "releases")
GOES_ON = frozenset({"secrecy.declaration_needed"})
_PROMISE = "UPDATE files_upload SET promised = ?, stored = ?, expires_at = ? WHERE id = ? AND state = ? AND promised = ?"
_END = "UPDATE files_upload SET state = ?, ended_at = ?, code = ?, file_id = ?, metadata = ? WHERE id = ? AND state = ?"


async def begin(actor: Actor, length: int, metadata: str) -> ResumableUpload:
    """A new upload, its files ready. Refuses: files.empty, files.too_large, files.bad_metadata, secrecy.stopped for a mark in
    what is said beside the name (that is looked at with the bytes), and what quotas refuse."""
    limit = settings.current().max_upload
    if length > limit:
        raise TooLarge("files.too_large", size_mib=-(-length // MIB), limit_mib=limit // MIB)
    if length == 0:
        raise Invalid("files.empty")
    if marked := set[Rule]().union(*map(of_name, beside_name(metadata_of(metadata)))):
        raise Stopped(marked)
    id = new_id()
    stored = await asyncio.to_thread(intake.begin, id, metadata.encode())
    try:
        return await _begin(actor, id, length, stored)
    except BaseException:
        await asyncio.to_thread(intake.destroy, id)
        raise


def beside_name(named: Mapping[str, str]) -> Iterator[str]:
    """What is said beside the file's name and what the stop itself asks for: it is told again as it came."""
    name = "filename" if named.get("filename") else "name"
    return (value for key, value in named.items() if key != name and key not in LATER)


@verb
async def _begin(actor: Actor, id: UUID, length: int, stored: int) -> ResumableUpload:
    await ensure_room(actor, length)
    now = clock.now()
    audit.record(actor, "files.begin_upload", f"files.upload:{id}", size=length)
    return await ResumableUpload.create(
        id=id, owner=actor.ref, length=length, stored=stored, created_at=now, expires_at=now + LASTS
    )


@verb
async def promise(id: UUID, before: int, offset: int, stored: int) -> None:
    """What is on the disk the sender need not keep. Refuses: Gone files.upload_over where the upload ended meanwhile;
    OtherOffset where it stands elsewhere than was thought."""
    if not await execute(_PROMISE, offset, stored, clock.now() + LASTS, str(id), OPEN, before):
        row = await ResumableUpload.get_or_none(id=id, state=OPEN)
        raise OtherOffset(row.promised) if row else Gone("files.upload_over")


async def finish(actor: Actor, row: ResumableUpload, later: Mapping[str, str]) -> ResumableUpload:
    """All bytes are here: accepted as any other file. `later` is said beside what was said when it began.

    One refused is destroyed. Where the house could not (503), and where the sender is asked for a word more, it stays.
    """
    content = intake.sealed(row.id, row.length)
    metadata = content.label().decode()
    named = {**metadata_of(metadata), **{key: later[key] for key in LATER if key in later}}
    part = Part(filename=clean_name(named.get("filename") or named.get("name", "")), content=content)

    @verb
    async def enter(actor: Actor, part: Part, digest: str, passed: Passed) -> Taken:
        taken = await enter_file(actor, part, digest, passed)
        await _end(row.id, ACCEPTED, file=taken[0].id, metadata=metadata)
        return taken

    try:
        await accept(actor, part, said_in(named), enter)
    except Refusal as refusal:
        if refusal.status < 500 and refusal.code not in GOES_ON and not isinstance(refusal, Gone):
            await _refuse(actor, row.id, refusal.code)
        raise
    await asyncio.to_thread(intake.destroy, row.id)
    return await ResumableUpload.get(id=row.id)


async def _end(
    id: UUID, state: str, *, code: str = "", file: UUID | None = None, metadata: str = "", before: str = OPEN
) -> None:
    """In the running unit of work. Refuses: Gone files.upload_over where it had ended already."""
    if not await execute(_END, state, clock.now(), code, str(file) if file else None, metadata, str(id), before):
        raise Gone("files.upload_over")


async def _refuse(actor: Actor, id: UUID, code: str) -> None:
    @verb
    async def ended() -> None:
        await _end(id, REFUSED, code=code)
        audit.record(actor, "files.refuse_upload", f"files.upload:{id}", outcome="refused", code=code)

    await ended()
    await asyncio.to_thread(intake.destroy, id)


@verb
async def _terminate(actor: Actor, row: ResumableUpload) -> None:
    await _end(row.id, TERMINATED, before=row.state)
    if row.file_id is not None:
        # Nothing may have taken the file up yet: the sweeper looks at its next run rather than in two days.
        await File.filter(id=row.file_id).update(look_at=clock.now())
    audit.record(actor, "files.terminate_upload", f"files.upload:{row.id}")


async def terminate(actor: Actor, row: ResumableUpload) -> None:
    """The sender wants it no more: the key and the bytes are destroyed. Refuses: Gone files.upload_over."""
    await _terminate(actor, row)
    await asyncio.to_thread(intake.destroy, row.id)


async def sweep() -> None:
    """End what has expired; forget how older ones ended; destroy what a death left of uploads that are over."""
    for row in await ResumableUpload.filter(state=OPEN, expires_at__lte=clock.now()).order_by("expires_at").limit(IN_A_RUN):
        await _expire(row)
    left = await asyncio.to_thread(intake.lying)
    known = dict(await ResumableUpload.filter(id__in=list(left)).values_list("id", "state")) if left else {}
    for id, state in known.items():
        if state != OPEN:
            await asyncio.to_thread(intake.destroy, id)
    await ResumableUpload.filter(ended_at__lte=clock.now() - TOLD).delete()


async def _expire(row: ResumableUpload) -> None:
    @verb
    async def ended() -> int:
        over = "UPDATE files_upload SET state = ?, ended_at = ? WHERE id = ? AND state = ? AND expires_at <= ?"
        changed = await execute(over, EXPIRED, clock.now(), str(row.id), OPEN, clock.now())
        if changed:
            audit.record(SYSTEM, "files.expire_upload", f"files.upload:{row.id}", size=row.length, promised=row.promised)
        return changed

    if await ended():
        await asyncio.to_thread(intake.destroy, row.id)
