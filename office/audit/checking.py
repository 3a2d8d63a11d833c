"""The house reads its own trail again, a part at a time, so that the auditor sees in the list whether it still holds.

It is no proof to a stranger: who can write to the database and the key files can deceive it. That is what heads kept outside
and `zhiban audit verify --head` are for.
"""

import logging
from datetime import timedelta

import msgspec

from office.audit.actions import record
from office.audit.heads import Proves
from office.audit.models import AuditCheck
from office.audit.queries import TRAIL
from office.audit.verifying import Finding, Place, Verification, Verified
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.work import verb

#: Rows of a part, rows at once (some ten ms, for others wait meanwhile), and how long after its begin a reading is followed
#: by the next.
PART, AT_ONCE, DAILY = 20_000, 250, timedelta(hours=24)
KEPT = timedelta(days=90)
log = logging.getLogger(__name__)


class Altered(Exception):
    """A reading has ended and something does not hold."""


async def go_on(proves: Proves, part: int = PART) -> None:
    """Read one part more of the reading that is under way, or begin the day's. Raises Altered at the end of one that found
    something; what it found is kept first."""
    row = await _under_way()
    if row is None:
        return
    place = msgspec.convert(row.place, Place)
    reading = Verification(proves, begin=place, chunk=AT_ONCE)
    whole = await reading.end() if await reading.read(part) else None
    findings = whole.findings if whole else reading.place.findings
    await _keep(row, reading.place, findings, whole)
    if whole and findings:
        log.error("the trail does not hold", extra={"findings": len(findings), "first": str(findings[0])})
        raise Altered(f"{len(findings)} findings in the trail, the first {findings[0]}")


async def newest(*, ended: bool = False) -> AuditCheck | None:
    """The newest reading, or the newest that was brought to its end."""
    rows = AuditCheck.exclude(ended_at=None) if ended else AuditCheck.all()
    return await rows.order_by("-id").first()


def findings_of(row: AuditCheck) -> list[Finding]:
    """What a reading found."""
    return msgspec.convert(row.findings, list[Finding])


async def _under_way() -> AuditCheck | None:
    row = await newest()
    if row is not None and row.ended_at is None:
        return row
    if row is not None and clock.now() - row.begun_at < DAILY:
        return None
    return await _begun()


@verb
async def _begun() -> AuditCheck:
    now = clock.now()
    await AuditCheck.filter(ended_at__lt=now - KEPT).delete()
    return await AuditCheck.create(begun_at=now, place=Place(), findings=[])


@verb
async def _keep(row: AuditCheck, place: Place, findings: object, whole: Verified | None) -> None:
    row.place, row.findings, row.rows = place, findings, place.size
    row.ended_at = clock.now() if whole else None
    await row.save(update_fields=["place", "findings", "rows", "ended_at"])
    if whole and whole.findings:
        record(SYSTEM, "audit.check", TRAIL, rows=place.size, findings=len(whole.findings))
