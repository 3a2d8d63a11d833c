"""Whether the process lives, whether it can serve, and its figures."""

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
    count = "SELECT state, COUNT(*) AS n FROM outbox_delivery WHERE state IN ('pending', 'parked') GROUP BY state"
    for row in await fetch(count):
        pending.labels(row["state"]).set(row["n"])
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


ROUTES = [Route("/healthz", live), Route("/readyz", ready), Route("/metrics", metrics)]
