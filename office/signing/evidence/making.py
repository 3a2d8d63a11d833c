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
from msgspec.structs import replace

from office import audit
from office.audit.models import AuditBatch
from office.audit.proofs import Proven, prove, rows_of
from office.audit.sealing import NotOurs, head_of
from office.kernel import base64url, clock
from office.kernel.sqlite import instant_text
from office.signing.actions import countersigned
from office.signing.evidence.shapes import (
    CONFIRMED,
    DATA,
    DICTATED,
    PREFIX,
    SEALED,
    SIGNED,
    Entered,
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
ABOUT = ("signing.sign", "signing.take_back", "signing.withdraw", SEALED, DICTATED, CONFIRMED)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShownFile:
    """A file that was shown or sealed, and where its bytes lie."""

    digest: str
    size: int
    name: str
    media_type: str
    path: Path


@dataclass(frozen=True)
class Entry:
    """An opinion that was entered for somebody: as the bundle has it but for its scan, which is here with its bytes."""

    entered: Entered
    scan: ShownFile | None


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a bundle is about: the signatures, what was entered, what was shown by digest of the rendition, and, where it is
    over, the sealed whole with its file."""

    subject: str
    title: str
    signatures: Sequence[Signature]
    entries: Sequence[Entry]
    renditions: Mapping[str, Sequence[ShownFile]]
    seal: FinalSeal | None = None
    sealed: ShownFile | None = None

    def files(self) -> list[ShownFile]:
        """All files, the shown ones first, the sealed whole last."""
        scans = [one.scan for one in self.entries if one.scan is not None]
        shown = [file for files in self.renditions.values() for file in files]
        return [*shown, *scans, *([self.sealed] if self.sealed else [])]


async def make_bundle(matter: Matter, *, enclosed: bool) -> bytes:
    """The bundle as a ZIP; with `enclosed`, files too, in their order, as long as together they are not too large.

    Rows that wait for their seal are sealed first.
    """
    proven = await _proven(matter)
    files = _within(matter.files()) if enclosed else {}
    said = _evidence(matter, proven, frozenset(files))
    strokes = [bytes(row.strokes) for row in matter.signatures if row.strokes is not None]
    parts = {hashlib.sha256(drawn).hexdigest(): drawn for drawn in strokes}
    return await asyncio.to_thread(_zipped, said, parts, [files[digest].path for digest in sorted(files)])


def _within(files: Sequence[ShownFile]) -> dict[str, ShownFile]:
    """The files by digest, but for those that would make the bundle too large."""
    found: dict[str, ShownFile] = {}
    for file in files:
        if sum(one.size for one in found.values()) + file.size <= MOST_BYTES:
            found.setdefault(file.digest, file)
    return found


async def _proven(matter: Matter) -> Proven:
    ids = await rows_of(matter.subject, ABOUT)
    for device in sorted({str(row.device) for row in matter.signatures if row.device}):
        ids += await rows_of(f"identity.device:{device}", ("identity.register_device",))
    found = await prove(ids)
    if not found.unsealed:
        return found
    try:
        await audit.seal(server_key())
    except NotOurs:
        log.exception("rows that are not ours wait beside those of an evidence bundle")
    return await prove(ids)


def _evidence(matter: Matter, proven: Proven, enclosed: frozenset[str]) -> Evidence:
    signer, signatures = server_key().id, matter.signatures
    wanted = {*(str(row.id) for row in signatures), *(one.entered.id for one in matter.entries)}
    rows = [Row(one.row, one.position, [step.hex() for step in one.path]) for one in proven.proofs if _about(one.row, wanted)]
    head = _head(proven.batch) if rows and proven.batch else None
    named = {signer, *(row.server_key for row in signatures), *([head.server_key] if head else [])}
    return Evidence(
        format="zhiban-evidence-1", made_at=instant_text(clock.now()), subject=matter.subject, title=matter.title,
        signed_by=signer,
        server_keys=[Key(id, base64url.encode(server_public_key(id))) for id in sorted(named)],
        renditions=[
            Rendition(digest, [_file(one, enclosed) for one in files]) for digest, files in sorted(matter.renditions.items())
        ],
        signatures=[_signed(row) for row in signatures], entered=[_entered(one, enclosed) for one in matter.entries],
        trail=rows, head=head, seal=_sealed(matter.seal, enclosed),
    )  # fmt: skip


def _entered(one: Entry, enclosed: frozenset[str]) -> Entered:
    return replace(one.entered, scan=_file(one.scan, enclosed) if one.scan else None)


def _sealed(seal: FinalSeal | None, enclosed: frozenset[str]) -> FinalSeal | None:
    return seal and replace(seal, included=seal.sha256 in enclosed)


def _about(row: str, wanted: set[str]) -> bool:
    """Rows of other signatures and opinions stay out; those that belong to none (keys of devices) stay."""
    facts = msgspec.json.decode(row)["facts"]
    return {facts[name] for name in ("signature", "opinion") if name in facts} <= wanted


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
