"""Routes of signatures. Making one belongs to the matter that is signed."""

from uuid import UUID

from office.audit.consistency import head_proof
from office.audit.routes import READ
from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, PUBLIC, Endpoint
from office.signing import actions, queries, trail_head
from office.signing.schemas import SignatureAnswer, Withdrawn
from office.signing.statements import read_statement
from office.signing.tickets import read_ticket, unspent


async def release(actor: Actor, id: UUID) -> SignatureAnswer:
    """Let it take effect at once."""
    return queries.shown(await actions.release(actor, id))


async def withdraw(actor: Actor, id: UUID) -> Withdrawn:
    """Take it back; with what it takes to sign anew where there is no line by then."""
    return Withdrawn(unspent(read_ticket(read_statement((await actions.withdraw(actor, id)).statement).ticket)))


ONE = "/signatures/{id}"
ENDPOINTS = [
    Endpoint("GET", "/server-keys", PUBLIC, queries.list_server_keys, "服务器公钥：核对回执、凭据和会签用"),
    Endpoint("GET", "/audit-head", READ, trail_head.trail_head, "操作日志的封存状态"),
    Endpoint("GET", "/audit-head/file", READ, trail_head.head_file, "取封存凭证"),
    Endpoint("GET", "/audit-head/proof", LOGGED_IN, head_proof, "两份封存凭证之间的证明"),
    Endpoint("GET", ONE, LOGGED_IN, queries.get_signature, "签批的状态"),
    Endpoint("DELETE", ONE, LOGGED_IN, withdraw, "三十秒内撤回签批"),
    Endpoint("POST", f"{ONE}/releases", LOGGED_IN, release, "立即送出"),
    Endpoint("GET", f"{ONE}/strokes.svg", LOGGED_IN, queries.get_strokes, "手写笔迹"),
    Endpoint("GET", f"{ONE}/evidence", LOGGED_IN, queries.get_evidence, "签批证据"),
]
