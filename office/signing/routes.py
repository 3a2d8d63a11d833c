"""Routes of signatures. Making one belongs to the matter that is signed."""

from uuid import UUID

from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, Endpoint
from office.signing import actions, queries
from office.signing.schemas import SignatureAnswer


async def release(actor: Actor, id: UUID) -> SignatureAnswer:
    """Let it take effect at once."""
    return queries.shown(await actions.release(actor, id))


ONE = "/signatures/{id}"
ENDPOINTS = [
    Endpoint(method="GET", path=ONE, permission=LOGGED_IN, run=queries.get_signature, summary="签批的状态"),
    Endpoint(method="DELETE", path=ONE, permission=LOGGED_IN, run=actions.withdraw, summary="三十秒内撤回签批"),
    Endpoint(method="POST", path=f"{ONE}/releases", permission=LOGGED_IN, run=release, summary="立即送出"),
    Endpoint(method="GET", path=f"{ONE}/strokes.svg", permission=LOGGED_IN, run=queries.get_strokes, summary="手写笔迹"),
    Endpoint(method="GET", path=f"{ONE}/evidence", permission=LOGGED_IN, run=queries.get_evidence, summary="签批证据"),
]
