"""Problems by RFC 9457: a stable code, a Chinese title a person can act on, and the fields that are wrong."""

from typing import Any

import msgspec
from starlette.responses import Response

from office.kernel.refusal import Refusal
from office.kernel.texts import text_of

MEDIA_TYPE = "application/problem+json"
SHOWN_FACTS = (
    "retry_after", "state", "errors", "current", "reason_code", "unknown", "found", "expected", "rule", "stop", "proof",
)  # fmt: skip


def problem(refusal: Refusal, *, request_id: str = "") -> Response:
    """The response for a refusal."""
    body: dict[str, Any] = {
        "type": f"/problems/{refusal.code}",
        "title": text_of(refusal.code, {"request": request_id, **refusal.facts}),
        "status": refusal.status,
        "code": refusal.code,
        "request": request_id,
        **{name: refusal.facts[name] for name in SHOWN_FACTS if name in refusal.facts},
    }
    headers = {"Cache-Control": "no-store", **refusal.headers}
    if "retry_after" in refusal.facts:
        headers["Retry-After"] = str(refusal.facts["retry_after"])
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(msgspec.json.encode(body), refusal.status, headers, MEDIA_TYPE)
