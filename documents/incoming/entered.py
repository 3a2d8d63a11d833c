"""What a clerk entered for somebody (代录、纸质补录), as a text that never changes: its digest is in the trail from then on,
the text itself in the evidence bundle."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

import msgspec
import rfc8785

from documents.incoming.models import DocumentVersion, Handling, Opinion
from office.files.queries import describe_many
from office.files.schemas import FileOut
from office.files.store import blob_path
from office.kernel.sqlite import instant_text
from office.signing.evidence.making import Entry as Enclosed
from office.signing.evidence.making import ShownFile
from office.signing.evidence.shapes import Entered, Entry

BY_HAND = ("dictated", "paper")


async def digest_of_entry(handling: Handling, row: Opinion) -> str:
    """SHA-256, hex, of what was entered. At most three queries."""
    [(enclosed, _)] = await entries_of(handling, [row])
    return hashlib.sha256(enclosed.entered.entry.encode()).hexdigest()


async def entries_of(handling: Handling, rows: Sequence[Opinion]) -> list[tuple[Enclosed, str]]:
    """Each as the bundle has it, and the rendition that it is about. Three queries, however many these are."""
    versions = await DocumentVersion.filter(document_id=handling.document_id, version__in=[row.version for row in rows])
    renditions = {one.version: one.rendition for one in versions}
    scans = await _scans(rows)
    return [(_entry(row, renditions[row.version], scans.get(row.scan_id)), renditions[row.version]) for row in rows]


async def _scans(rows: Sequence[Opinion]) -> dict[UUID | None, ShownFile]:
    wanted: list[tuple[UUID, str]] = [(row.scan_id, "beside") for row in rows if row.scan_id]
    return {one.id: shown_file(one) for one in await describe_many(wanted)} if wanted else {}


def _entry(row: Opinion, rendition: str, scan: ShownFile | None) -> Enclosed:
    entered = Entered(
        id=str(row.id), person_name=row.person_name, entered_by_name=row.entered_by_name,
        confirmed_at=instant_text(row.confirmed_at) if row.confirmed_at else None,
        taken_back_at=instant_text(row.withdrawn_at) if row.withdrawn_at else None, entry=_text(row, rendition, scan),
        scan=None,
    )  # fmt: skip
    return Enclosed(entered, scan)


def _text(row: Opinion, rendition: str, scan: ShownFile | None) -> str:
    """Canonical JSON (RFC 8785)."""
    said = Entry(
        opinion=str(row.id), person=str(row.person_id), post=str(row.post_id) if row.post_id else None, act=row.act,
        text=row.text, source=row.entered_from, entered_by=str(row.entered_by), entered_at=instant_text(row.at),
        decided_at=instant_text(row.decided_at) if row.decided_at else None, rendition=rendition,
        scan=scan.digest if scan else None,
    )  # fmt: skip
    return bytes(rfc8785.dumps(msgspec.to_builtins(said))).decode()


def shown_file(one: FileOut) -> ShownFile:
    """A file with where its bytes lie."""
    return ShownFile(one.digest, one.size, one.name, one.media_type, blob_path(one.digest))
