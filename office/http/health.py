"""Whether the process lives, whether it can serve, and its figures."""

import asyncio
import logging

from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from office.http.origin import is_local
from office.http.problem import problem
from office.kernel.database import fetch
from office.kernel.refusal import NotFound, Unavailable

log = logging.getLogger(__name__)
#: Seconds that the figures wait for the database: less than a scraper waits for them.
PATIENCE = 3.0
database_up = Gauge("zhiban_database_up", "Whether the database answered when these figures were asked for")
pending = Gauge("zhiban_outbox_pending", "Deliveries by state that are not done", ("state",))


async def live(request: Request) -> Response:
    """200 while the process turns its loop."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """200 while the database answers; else 503 with a time to come back."""
    try:
        await fetch("SELECT 1 AS one")
    except Exception:
        log.warning("not ready", exc_info=True)
        return problem(Unavailable("http.not_ready", retry_after=5), request_id=request.state.origin.request)
    return JSONResponse({"status": "ready"})


async def metrics(request: Request) -> Response:
    """Figures for Prometheus. Only from this machine: they tell how busy an office is."""
    if not is_local(request):
        return problem(NotFound("http.not_found"), request_id=request.state.origin.request)
    await _ask_database()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _ask_database() -> None:
    """The figures that the database knows; without it there are none of them, and all others are still told."""
    count = "SELECT state, COUNT(*) AS n FROM outbox_delivery WHERE state IN ('pending', 'parked') GROUP BY state"
    try:
        async with asyncio.timeout(PATIENCE):
            found = {row["state"]: row["n"] for row in await fetch(count)}
    except Exception:
        log.warning("no figures from the database", exc_info=True)
        database_up.set(0)
        pending.clear()
        return
    database_up.set(1)
    for state in ("pending", "parked"):
        pending.labels(state).set(found.get(state, 0))


ROUTES = [Route("/healthz", live), Route("/readyz", ready), Route("/metrics", metrics)]
