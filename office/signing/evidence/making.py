"""Making a bundle: signatures with their proofs, the rows of the trail about them, and the files; docs/evidence-format.md."""

import asyncio
import hashlib
import io
import logging
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import rfc8785

from office import audit
from office.audit.models import AuditBatch
from office.audit.proofs import Proven, prove, rows_of
from office.audit.sealing import NotOurs, head_of
from office.kernel import base64url, clock
from office.kernel.sqlite import instant_text
from office.signing.actions import countersigned
from office.signing.evidence.shapes import (
    DATA,
    PREFIX,
    SEALED,
    SIGNED,
    Evidence,
    FinalSeal,
    Key,
    Rendition,
    Row,
    SealedHead,
    Signed,
    SignedFile,
)
from office.signing.keys import server_key, server_public_key
from office.signing.models import Signature

#: Files of more bytes together are named by digest, not enclosed.
MOST_BYTES = 32 * 1024 * 1024
ABOUT = ("signing.sign", "signing.take_back", "signing.withdraw", SEALED)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShownFile:
    """A file of a rendition, and where its bytes lie."""

    digest: str
    size: int
    name: str
    media_type: str
    path: Path


async def make_bundle(
    subject: str, title: str, signatures: Sequence[Signature], renditions: Mapping[str, Sequence[ShownFile]], *, enclosed: bool,
    seal: FinalSeal | None = None,
) -> bytes:  # fmt: skip
    """The bundle of these signatures of a subject, as a ZIP; with `enclosed`, the files too if they are not too large. `seal`:
    the sealed whole of the subject, if it is over.

    Rows that wait for their seal are sealed first.
    """
    proven = await _proven(subject, signatures)
    files = {file.digest: file for shown in renditions.values() for file in shown} if enclosed else {}
    within = sum(file.size for file in files.values()) <= MOST_BYTES
    said = _evidence(subject, title, signatures, renditions, proven, frozenset(files) if within else frozenset(), seal)
    strokes = [bytes(row.strokes) for row in signatures if row.strokes is not None]
    parts = {hashlib.sha256(drawn).hexdigest(): drawn for drawn in strokes}
    paths = [files[digest].path for digest in sorted(files)] if within else []
    return await asyncio.to_thread(_zipped, said, parts, paths)


async def _proven(subject: str, signatures: Sequence[Signature]) -> Proven:
    ids = await rows_of(subject, ABOUT)
    for device in sorted({str(row.device) for row in signatures if row.device}):
        ids += await rows_of(f"identity.device:{device}", ("identity.register_device",))
    found = await prove(ids)
    if not found.unsealed:
        return found
    try:
        await audit.seal(server_key())
    except NotOurs:
        log.exception("rows that are not ours wait beside those of an evidence bundle")
    return await prove(ids)


def _evidence(
    subject: str, title: str, signatures: Sequence[Signature], renditions: Mapping[str, Sequence[ShownFile]], proven: Proven,
    enclosed: frozenset[str], seal: FinalSeal | None,
) -> Evidence:  # fmt: skip
    signer, wanted = server_key().id, {str(row.id) for row in signatures}
    rows = [Row(one.row, one.position, [step.hex() for step in one.path]) for one in proven.proofs if _about(one.row, wanted)]
    head = _head(proven.batch) if rows and proven.batch else None
    named = {signer, *(row.server_key for row in signatures), *([head.server_key] if head else [])}
    return Evidence(
        format="zhiban-evidence-1", made_at=instant_text(clock.now()), subject=subject, title=title, signed_by=signer,
        server_keys=[Key(id, base64url.encode(server_public_key(id))) for id in sorted(named)],
        renditions=[Rendition(digest, [_file(one, enclosed) for one in files]) for digest, files in sorted(renditions.items())],
        signatures=[_signed(row) for row in signatures], trail=rows, head=head, seal=seal,
    )  # fmt: skip


def _about(row: str, signatures: set[str]) -> bool:
    """Rows of other signatures stay out; those that belong to none (keys of devices) stay."""
    return msgspec.json.decode(row)["facts"].get("signature", next(iter(signatures))) in signatures


def _head(batch: AuditBatch) -> SealedHead:
    return SealedHead(head_of(batch).text, base64url.encode(bytes(batch.signature)), batch.server_key)


def _file(one: ShownFile, enclosed: frozenset[str]) -> SignedFile:
    return SignedFile(one.digest, one.size, one.name, one.media_type, one.digest in enclosed)


def _signed(row: Signature) -> Signed:
    device = bytes(row.signature) if row.signature else None
    return Signed(
        id=str(row.id), state=row.state, reason=row.reason, person_name=row.person_name,  # type: ignore[arg-type]
        effective_at=_moment(row.effective_at), taken_back_at=_moment(row.taken_back_at), statement=row.statement,
        signature=base64url.encode(device) if device else None,
        public_key=base64url.encode(bytes(row.public_key)) if row.public_key else None,
        countersigned=countersigned(row.id, row.statement, device, instant_text(row.arrived_at)).decode(),
        countersignature=base64url.encode(bytes(row.countersignature)), server_key=row.server_key,
    )  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _zipped(said: Evidence, strokes: Mapping[str, bytes], files: Sequence[Path]) -> bytes:
    data = rfc8785.dumps(msgspec.to_builtins(said))
    signature = base64url.encode(server_key().sign(PREFIX + data))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(DATA, data)
        archive.writestr(SIGNED, signature)
        for digest, drawn in sorted(strokes.items()):
            archive.writestr(f"strokes/{digest}", drawn)
        for path in files:
            archive.write(path, f"files/{path.name}")
    return out.getvalue()
