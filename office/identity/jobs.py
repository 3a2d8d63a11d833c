"""What identity does by the clock."""

from datetime import timedelta

from office.identity import challenges, sessions, throttle
from office.identity.models import LoginSession
from office.kernel import clock
from office.kernel.work import verb

#: How long an ended session's row is kept; the audit trail is the record.
KEEP_SESSIONS = timedelta(days=90)


async def end_overdue_sessions() -> None:
    """End sessions unused too long or past their absolute end, so that their sockets are cut too."""
    while await sessions.end_overdue() >= sessions.SWEEP:
        pass


@verb
async def forget_old() -> None:
    """Drop challenges, failure counts and ended sessions that no longer matter."""
    await challenges.forget_old()
    await throttle.forget_old()
    await LoginSession.filter(ended_at__lt=clock.now() - KEEP_SESSIONS).delete()
