"""In-process hints that sessions are over, so that a live socket is cut at once. Other processes hear the outbox event."""

import logging
from collections.abc import Callable
from functools import partial
from uuid import UUID

from prometheus_client import Counter

from office.kernel.work import after_commit

Callback = Callable[[UUID], None]

#: Refused log-ins by what nobody here has ever registered; `way` is "one_tap" or "passkey".
strangers = Counter("zhiban_identity_strangers", "Log-ins refused for a device or passkey that does not exist", ["way"])

log = logging.getLogger(__name__)
_callbacks: list[Callback] = []


def on_session_end(callback: Callback) -> Callable[[], None]:
    """Have `callback(session)` called after each commit that ends a session; what is returned takes it back.

    It is a hint: it must not block, and whoever needs certainty handles the event `identity.session_ended`.
    """
    _callbacks.append(callback)
    return lambda: _callbacks.remove(callback) if callback in _callbacks else None


def hint_ended(session: UUID) -> None:
    """Call the callbacks once the running unit of work has committed."""
    after_commit(partial(_tell, session))


def _tell(session: UUID) -> None:
    for callback in list(_callbacks):
        try:
            callback(session)
        except Exception:
            log.exception("a callback on the end of a session failed")
