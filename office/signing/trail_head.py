"""The head of the sealed trail for the auditor: what it says, whether its signature holds, and as a file to keep outside."""

from datetime import datetime

import msgspec

from office import audit
from office.audit.checking import findings_of, newest
from office.audit.models import AuditBatch, AuditCheck
from office.audit.queries import TRAIL
from office.audit.sealing import head_of, kept
from office.audit.words import says
from office.kernel import base64url
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.endpoint import Content
from office.kernel.refusal import NotFound
from office.kernel.rows import instant_of
from office.kernel.work import verb
from office.signing.keys import proves, server_public_key


class HeadOut(msgspec.Struct, frozen=True, kw_only=True):
    """The newest head: after batch `batch` the trail had `size` rows and this root. `holds`: its signature is the server's."""

    batch: int
    size: int
    root: str
    sealed_at: datetime
    server_key: str
    signature: str
    holds: bool


class CheckOut(msgspec.Struct, frozen=True):
    """A reading of the whole trail by the house itself: rows read so far, and what it found, in words."""

    begun_at: datetime
    ended_at: datetime | None
    rows: int
    findings: list[str]


class HeadAnswer(msgspec.Struct, frozen=True):
    """The head, null before the first seal, and how many rows wait for theirs; the last reading that ended, and the one that
    is under way, if any."""

    head: HeadOut | None
    waiting: int
    checked: CheckOut | None
    checking: CheckOut | None


async def trail_head(actor: Actor) -> HeadAnswer:
    """The newest head of the trail. Four queries."""
    row = await AuditBatch.all().order_by("-number").first()
    waiting = await fetch("SELECT COUNT(*) AS n FROM audit_pending")
    ended, last = await newest(ended=True), await newest()
    under_way = last if last and last.ended_at is None else None
    return HeadAnswer(_told(row) if row else None, int(waiting[0]["n"]), _checked(ended), _checked(under_way))


def _checked(row: AuditCheck | None) -> CheckOut | None:
    if row is None:
        return None
    return CheckOut(row.begun_at, row.ended_at, row.rows, [says(one) for one in findings_of(row)])


def _told(row: AuditBatch) -> HeadOut:
    head, signature = head_of(row), bytes(row.signature)
    return HeadOut(
        batch=head.batch, size=head.size, root=head.root, sealed_at=instant_of(head.sealed_at), server_key=row.server_key,
        signature=base64url.encode(signature), holds=proves(row.server_key, head.message, signature),
    )  # fmt: skip


async def head_file(actor: Actor) -> Content:
    """The newest head as `zhiban audit head --json` writes it, to be kept outside the house. Refuses: NotFound
    signing.not_sealed."""
    row = await AuditBatch.all().order_by("-number").first()
    if row is None:
        raise NotFound("signing.not_sealed")
    body = msgspec.json.format(msgspec.json.encode(kept(row, server_public_key(row.server_key))))
    await _note(actor, row.number)
    return Content(media_type="application/json", body=body, filename=f"封存凭证-第{row.number}批.json")


@verb
async def _note(actor: Actor, batch: int) -> None:
    audit.record(actor, "audit.export_head", TRAIL, batch=batch)
