"""Scheduled jobs: one process runs a job in each slot, decided by a conditional update on the job's row."""

import asyncio
import logging
from datetime import datetime

from office.kernel import clock
from office.kernel.modules import Job, registry
from office.kernel.work import verb
from office.outbox.models import JobSlot

TICK_SECONDS = 5.0
log = logging.getLogger(__name__)


async def run_schedule() -> None:
    """Run due jobs for ever, one after another."""
    while True:
        for job in registry().jobs.values():
            await _run_if_due(job)
        await asyncio.sleep(TICK_SECONDS)


async def _run_if_due(job: Job) -> None:
    try:
        if not await take_slot(job, clock.now()):
            return
        try:
            await job.run()
        except Exception as error:
            await _ended(job, f"{type(error).__name__}: {error}"[:2000])
            raise
        await _ended(job, "")
    except Exception:
        log.exception("job failed", extra={"job": job.name})


@verb
async def _ended(job: Job, error: str) -> None:
    await JobSlot.filter(name=job.name).update(last_error=error)


@verb
async def take_slot(job: Job, now: datetime) -> bool:
    """Whether this process may run the job now; the slot then moves on."""
    slot, made = await JobSlot.get_or_create(name=job.name, defaults={"next_at": now + job.every, "started_at": now})
    if made:
        return True
    taken = await JobSlot.filter(name=job.name, next_at=slot.next_at, next_at__lte=now).update(
        next_at=now + job.every, started_at=now
    )
    return bool(taken)
