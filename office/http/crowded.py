"""The answer of a server that has as many connections as it may: a problem document with a time to come back, then the end.

Looking after it (`/healthz`, `/readyz`, `/metrics`) goes on: an orchestrator must not end a server for being busy.
"""

import logging
import random
import time

from prometheus_client import Counter
from starlette.types import ASGIApp, Receive, Scope, Send

from office.http.middleware import Envelope
from office.http.problem import problem
from office.kernel.refusal import Unavailable

CARE = frozenset({"/healthz", "/readyz", "/metrics"})
#: Seconds to stay away: spread, so that those sent away do not come back together.
AWAY = (15, 45)
LOG_EVERY = 60.0
turned_away = Counter("zhiban_http_crowded", "Requests answered 503 because of the number of connections")
log = logging.getLogger(__name__)


class Crowded:
    """Stands before the application on a connection that is one too many."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._refusing = Envelope(_refuse)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        care = scope["type"] == "http" and scope["path"] in CARE
        await (self._app if care else self._refusing)(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    turned_away.inc()
    _note()
    refusal = Unavailable("http.crowded", retry_after=random.randint(*AWAY))
    answer = problem(refusal, request_id=scope["state"]["origin"].request)
    answer.headers["Connection"] = "close"
    await answer(scope, receive, send)


_noted = -LOG_EVERY


def _note() -> None:
    """Once a minute: a line for each would fill the disk too."""
    global _noted
    if time.monotonic() - _noted >= LOG_EVERY:
        _noted = time.monotonic()
        log.warning("as many connections as may be (ZHIBAN_MAX_CONNECTIONS): new ones get 503")
