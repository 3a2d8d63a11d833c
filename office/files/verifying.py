"""The verdicts on a file's seals and signatures: made by a worker, kept beside the blob, and made anew when they are old."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from office.files import making, store
from office.files.models import Blob
from office.files.rendering.shapes import Details, SignatureFact
from office.files.schemas import FileSignatureOut, SealCheckOut
from office.files.seals.folder import trusted
from office.files.seals.shapes import Outcome, Verdict
from office.files.seals.texts import OUTCOMES, told
from office.files.workers import pool
from office.kernel import clock, settings
from office.kernel.refusal import Refusal
from office.kernel.texts import text_of

#: A verdict is kept this long: lists of revoked certificates grow old, certificates expire.
KEPT_FOR = timedelta(hours=12)


class Kept(msgspec.Struct, frozen=True):
    """Verdicts as they are kept: when they were made, by which state of the trust folder."""

    at: datetime
    trust: str
    verdicts: tuple[Verdict, ...]


_READY = msgspec.msgpack.Decoder(Kept)


async def verified(digest: str) -> Kept:
    """The verdicts on a file, at most twelve hours old and by what is trusted now. Refuses what every worker's job refuses."""
    path, trust = store.rendition_path(digest, "verdicts"), await asyncio.to_thread(trusted, settings.current())

    async def make(begun: making.Begun) -> None:
        now = clock.now()
        found = await pool().verify(store.blob_path(digest), trust, now, begun)
        await store.keep_rendition(path, msgspec.msgpack.encode(Kept(now, trust.id, found)))

    kept = await asyncio.to_thread(_ready, path)
    if kept is not None and kept.trust == trust.id and timedelta() <= clock.now() - kept.at < KEPT_FOR:
        return kept
    await making.once(path, make)
    return _READY.decode(await asyncio.to_thread(path.read_bytes))


def _ready(path: Path) -> Kept | None:
    try:
        return _READY.decode(path.read_bytes())
    except (FileNotFoundError, msgspec.DecodeError):
        return None


async def signatures(blob: Blob, details: Details) -> tuple[list[FileSignatureOut], Kept | None]:
    """The signatures of a file as they go out. Where they could not be verified each is 无法确认, with the reason."""
    if not blob.signatures:
        return [], None
    try:
        kept = await verified(blob.digest)
    except Refusal as refusal:
        return [_unverified(one, refusal) for one in details.signatures or (SignatureFact("", "", "", ()),)], None
    return [_out(one) for one in kept.verdicts], kept


def _out(verdict: Verdict) -> FileSignatureOut:
    checks = [SealCheckOut(one.id, one.result.value, one.reason, told(one)) for one in verdict.checks]
    return FileSignatureOut(
        verdict.kind, verdict.name, verdict.signer, verdict.provider, verdict.signed_at, [page + 1 for page in verdict.pages],
        verdict.outcome.value, OUTCOMES[verdict.outcome], checks,
    )  # fmt: skip


def _unverified(fact: SignatureFact, refusal: Refusal) -> FileSignatureOut:
    check = SealCheckOut("", "unsure", refusal.code, text_of(refusal.code, refusal.facts))
    pages = [page + 1 for page in fact.pages]
    return FileSignatureOut(
        fact.kind, "", "", fact.provider, None, pages, Outcome.UNSURE.value, OUTCOMES[Outcome.UNSURE], [check]
    )
