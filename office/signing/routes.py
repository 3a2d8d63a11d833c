"""Routes of signatures. Making one belongs to the matter that is signed."""

from uuid import UUID

from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, PUBLIC, Endpoint
from office.signing import actions, queries
from office.signing.schemas import SignatureAnswer


async def release(actor: Actor, id: UUID) -> SignatureAnswer:
    """Let it take effect at once."""
    return queries.shown(await actions.release(actor, id))


ONE = "/signatures/{id}"
ENDPOINTS = [
    Endpoint("GET", "/server-keys", PUBLIC, queries.list_server_keys, "服务器公钥：核对回执、凭据和会签用"),
    Endpoint("GET", ONE, LOGGED_IN, queries.get_signature, "签批的状态"),
    Endpoint("DELETE", ONE, LOGGED_IN, actions.withdraw, "三十秒内撤回签批"),
    Endpoint("POST", f"{ONE}/releases", LOGGED_IN, release, "立即送出"),
    Endpoint("GET", f"{ONE}/strokes.svg", LOGGED_IN, queries.get_strokes, "手写笔迹"),
    Endpoint("GET", f"{ONE}/evidence", LOGGED_IN, queries.get_evidence, "签批证据"),
]
