"""Taking files in, referring to them, and sweeping what nothing needs."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar
from uuid import UUID

from tortoise.expressions import Q

from office import audit, outbox, search
from office.files import pages, stop, store
from office.files.bounds import MIB
from office.files.events import FileAccepted
from office.files.models import Blob, File, FileReference
from office.files.sniff import FileType
from office.files.uploads.models import OPEN, ResumableUpload
from office.kernel import clock, settings
from office.kernel.actor import Actor
from office.kernel.database import execute, insert_many
from office.kernel.endpoint import Part
from office.kernel.ids import new_id
from office.kernel.refusal import Invalid, NotFound, Refusal, TooLarge
from office.kernel.work import detach, verb

T = TypeVar("T")
UNCLAIMED = timedelta(days=2)
#: Files looked at in one unit of work, and how many of these one run has at most.
AT_ONCE, ROUNDS = 500, 20


Taken: TypeAlias = tuple[File, Blob]
Enter = Callable[[Actor, Part, str, stop.Passed], Awaitable[Taken]]


async def accept(actor: Actor, part: Part, said: stop.Said = stop.SILENT, enter: Enter | None = None) -> Taken:
    """Take a part from intake, whichever way it came: no classified mark, type by content, bounds, readable; then stored once
    by digest.

    All the work on the bytes is done before the unit of work begins, which is `enter`'s: `enter_file`, or one that joins it.
    Refuses: secrecy.stopped, secrecy.declaration_needed, files.empty, files.type_not_taken, files.too_large,
    files.too_many_pages, files.encrypted, files.damaged, files.macros, files.old_office, files.office_missing and what
    rendering refuses.
    """
    return await _keep(actor, part, await _examine(actor, part, said), enter or enter_file)


async def accept_all(actor: Actor, parts: Sequence[Part], said: stop.Said = stop.SILENT) -> list[Taken]:
    """The same for what comes together: where one is stopped no byte of the others is kept."""
    passed = [await _examine(actor, part, said) for part in parts]
    return [await _keep(actor, part, one, enter_file) for part, one in zip(parts, passed, strict=True)]


async def _examine(actor: Actor, part: Part, said: stop.Said) -> stop.Passed:
    """Everything that can refuse a file, while its bytes are in intake only: each check stands here, cheapest first."""
    limit = settings.current().max_upload
    if part.content.size > limit:
        raise TooLarge("files.too_large", size_mib=-(-part.content.size // MIB), limit_mib=limit // MIB)
    return await stop.look_over(actor, part.filename, part.content, lambda: store.digest_of(part.content), said)


async def _keep(actor: Actor, part: Part, passed: stop.Passed, enter: Enter) -> Taken:
    try:
        async with store.guarded():
            await store.keep(part.content, passed.digest)
            if passed.pdf is not None:
                await store.keep_rendition(pages.whole_path(passed.digest), passed.pdf)
            return await enter(actor, part, passed.digest, passed)
    except Refusal:
        detach(_let_go(passed.digest), "file not taken")
        raise


async def _let_go(digest: str) -> None:
    """Bytes that were refused at the last moment (a release spent by another, an upload ended) lie in the store in clear: they
    go as soon as nobody is taking any in, not in two days. Those that a row names stay."""
    async with store.guarded(sweeping=True):
        if not await Blob.exists(digest=digest):
            await store.drop(digest)


async def take_made(data: bytes, write: Callable[[str], Awaitable[T]]) -> T:
    """Keep bytes that the house made: `write`, a verb, is told their digest and names them in rows; the sweeper waits.

    Where no row names them in the end (what they were made of may have been purged meanwhile) they go at once: nobody else can
    have bytes that were just made.
    """
    digest = hashlib.sha256(data).hexdigest()
    async with store.guarded():
        await store.keep_made(data, digest)
        try:
            return await write(digest)
        finally:
            # Not where this task is cancelled: the verb runs on to its commit, and its bytes must be there.
            if not _cancelled() and not await Blob.exists(digest=digest):
                await store.drop(digest)


def _cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def enter_made(actor: Actor, digest: str, data: bytes, *, name: str, pages: int, owner: str, signatures: int = 0) -> File:
    """A PDF that was just kept, as a file with the reference that keeps it, in the running unit of work."""
    now = clock.now()
    await Blob.get_or_create(
        digest=digest,
        defaults={"size": len(data), "media_type": FileType.PDF.value, "pages": pages, "signatures": signatures,
                  "warnings": [], "stored_at": now},
    )  # fmt: skip
    file = await File.create(
        id=new_id(), digest=digest, name=name, uploaded_by=actor.ref, uploaded_at=now, look_at=now + UNCLAIMED
    )
    await refer(owner, [file.id])
    audit.record(actor, "files.make", f"files.file:{file.id}", digest=digest, size=len(data), owner=owner)
    return file


@verb
async def enter_file(actor: Actor, part: Part, digest: str, passed: stop.Passed) -> Taken:
    """The rows of a file whose bytes are in the store. Refuses: Invalid files.frozen for what is looked into (涉密核查)."""
    inspection = passed.inspection
    now, warnings = clock.now(), [*(str(warning) for warning in inspection.warnings), *(str(hint) for hint in passed.hints)]
    blob, _ = await Blob.get_or_create(
        digest=digest,
        defaults={"size": part.content.size, "media_type": inspection.media_type, "pages": len(inspection.pages),
                  "signatures": inspection.signatures, "warnings": warnings, "stored_at": now},
    )  # fmt: skip
    if await Blob.filter(digest=digest, frozen=True).exists():
        raise Invalid("files.frozen")
    file = await File.create(
        id=new_id(), digest=digest, name=part.filename, uploaded_by=actor.ref, uploaded_at=now, look_at=now + UNCLAIMED
    )
    await stop.keep(actor, file.id, passed)
    audit.record(actor, "files.accept", f"files.file:{file.id}", digest=digest, size=blob.size, media_type=blob.media_type)
    outbox.record(FileAccepted(file=file.id, digest=digest, pages=blob.pages), actor=actor)
    return file, blob


async def note_download(actor: Actor, file: UUID, digest: str) -> None:
    """Put into the trail that the original was fetched; once a day, for one download may come in many ranges."""
    await audit.record_daily(actor, "files.download", f"files.file:{file}", digest=digest)


async def note_view(actor: Actor, file: UUID, digest: str) -> None:
    """Put into the trail that pages of a file were looked at; once a day."""
    await audit.record_daily(actor, "files.view", f"files.file:{file}", digest=digest)


async def refer(owner: str, files: Iterable[UUID]) -> None:
    """Keep files for a matter, in the running unit of work. A second reference of the same changes nothing.

    Refuses: NotFound files.no_such_file for one that the sweeper took first.
    """
    wanted = list(dict.fromkeys(files))
    await _hold(wanted)
    known = {row.file_id for row in await FileReference.filter(owner=owner)}
    rows = [(str(new_id()), str(file), owner, False) for file in wanted if file not in known]
    if rows:
        await insert_many("files_reference", ("id", "file_id", "owner", "hold"), rows)


async def _hold(files: Collection[UUID]) -> None:
    """The sweeper waits for us, and then finds the reference; or we have waited for it, and the file is gone."""
    held = await File.filter(id__in=list(files)).order_by("id").select_for_update(no_key=True)
    if len(held) < len(files):
        raise NotFound("files.no_such_file")


async def release(owners: Iterable[str], file: UUID) -> None:
    """These matters need a file no longer, in the running unit of work: who read it through them reads it no more."""
    await FileReference.filter(owner__in=list(owners), file_id=file).delete()
    # After the references, and whatever the row says: a sweeper that still saw one has it locked, and then is overruled.
    await execute("UPDATE files_file SET look_at = COALESCE(look_at, ?) WHERE id = ?", clock.now(), str(file))


async def sweep() -> None:
    """Remove files nobody refers to two days after they came, or when the last that did has let go, then blobs that no file
    names. Each file is looked at once, by an index, not every hour."""
    for _ in range(ROUNDS):
        # Uploads go on between two rounds.
        async with store.guarded(sweeping=True):
            looked, gone = await _unneeded()
            for digest in gone:
                await store.drop(digest)
        if looked < AT_ONCE:
            break
    async with store.guarded(sweeping=True):
        await _sweep_strays()


async def _sweep_strays() -> None:
    """What a death in the middle left behind: half an upload in intake, bytes in the store that no row names.

    A part of the store each hour, so that all of it is looked at once a day.
    """
    old = (clock.now() - UNCLAIMED).timestamp()
    going_on = await ResumableUpload.filter(state=OPEN).values_list("id", flat=True)
    await asyncio.to_thread(store.empty_intake, old, {str(id) for id in going_on})
    for shelf in store.shelves()[clock.now().hour :: 24]:
        names = await asyncio.to_thread(store.old_names, shelf, old)
        known = set(await Blob.filter(digest__in=names).values_list("digest", flat=True)) if names else set()
        for name in sorted(names - known):
            await asyncio.to_thread(store.drop_stray, shelf / name)


@verb
async def _unneeded() -> tuple[int, Sequence[str]]:
    """How many files' moment to be looked at had come, and the digests that no file names any more. Seven statements."""
    now = clock.now()
    files = await File.filter(look_at__lte=now).order_by("look_at").limit(AT_ONCE).select_for_update(no_key=True)
    if not files:
        return 0, []
    kept = await _kept([row.id for row in files], now)
    for until in set(kept.values()):
        await File.filter(id__in=[id for id, one in kept.items() if one == until]).update(look_at=until)
    loose = [row for row in files if row.id not in kept]
    await File.filter(id__in=[row.id for row in loose]).delete()
    digests = {row.digest for row in loose}
    needed = set(await File.filter(digest__in=digests).values_list("digest", flat=True)) if digests else set()
    gone = sorted(digests - needed)
    await Blob.filter(digest__in=gone, stored_at__lt=now - UNCLAIMED).delete()
    await search.forget_texts(gone)  # after the blobs: who is reading one holds its row
    return len(files), gone


async def _kept(ids: Sequence[UUID], now: datetime) -> dict[UUID, datetime | None]:
    """Those of these files that something needs, with when to look again: when the last reference that ends has ended."""
    kept: dict[UUID, datetime | None] = {}
    for row in await FileReference.filter(Q(until=None) | Q(until__gt=now) | Q(hold=True), file_id__in=list(ids)):
        lasts = row.hold or row.until is None or kept.get(row.file_id, now) is None
        kept[row.file_id] = None if lasts else max(row.until, kept.get(row.file_id) or now)
    return kept
