"""How much may lie in intake: for one account, and for all together, counted by what was announced and is not over."""

from office.files.bounds import MIB
from office.files.uploads.models import OPEN
from office.kernel import clock, settings
from office.kernel.actor import Actor
from office.kernel.database import fetch, one_at_a_time
from office.kernel.refusal import TooMany, Unavailable

#: Uploads of one account that may be open at once.
AT_ONCE = 50
#: Seconds after which it is worth trying again.
LATER = 600
_LOCK = 0x7A68_7570_6C64
_SUMS = (
    "SELECT COUNT(*) AS uploads, COALESCE(SUM(length), 0) AS bytes,"
    " COALESCE(SUM(CASE WHEN owner = ? THEN 1 ELSE 0 END), 0) AS my_uploads,"
    " COALESCE(SUM(CASE WHEN owner = ? THEN length ELSE 0 END), 0) AS my_bytes"
    " FROM files_upload WHERE state = ? AND expires_at > ?"
)


async def ensure_room(actor: Actor, length: int) -> None:
    """In the running unit of work, of which there is one at a time from here on. Refuses: TooMany files.uploads_many,
    files.uploads_full; Unavailable files.intake_full."""
    await one_at_a_time(_LOCK)
    now, limits = (await fetch(_SUMS, actor.ref, actor.ref, OPEN, clock.now()))[0], settings.current()
    if now["my_uploads"] >= AT_ONCE:
        raise TooMany("files.uploads_many", limit=AT_ONCE, retry_after=LATER)
    if now["my_bytes"] + length > limits.intake_per_account:
        raise TooMany("files.uploads_full", limit_mib=limits.intake_per_account // MIB, retry_after=LATER)
    if now["bytes"] + length > limits.intake_in_sum:
        raise Unavailable("files.intake_full", retry_after=LATER)
