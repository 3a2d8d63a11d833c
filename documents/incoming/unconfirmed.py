"""What waits for the clerk's word (签批待确认): it is decided before the end, and nothing of it outlives the end."""

from documents.incoming.models import Handling, Opinion
from documents.incoming.states import NAMES, OVER
from office import audit
from office.inbox import actions as inbox
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict
from office.signing import actions as signing
from office.signing import models as signed
from office.signing.models import Signature


async def _waiting(subject: str) -> list[Signature]:
    return await Signature.filter(subject=subject, state=signed.PENDING_CLERK).order_by("id")


async def ensure_none(subject: str) -> None:
    """Every signature on it is taken up or not. Refuses: Conflict documents.signature_waits with the names."""
    if rows := await _waiting(subject):
        raise Conflict("documents.signature_waits", names="、".join(dict.fromkeys(row.person_name for row in rows)))


async def let_go(actor: Actor, handling: Handling, subject: str) -> None:
    """A handling that is over asks its clerk nothing more: what still waits is not taken up, and its signer reads why."""
    if handling.state not in OVER:
        return
    for row in await _waiting(subject):
        reason = f"文件{NAMES[handling.state]}，签批没有送出"
        await signing.settle(row.id, expected=signed.PENDING_CLERK, to=signed.REFUSED, reason=reason)
        await Opinion.filter(signature_id=row.id).update(withdrawn_at=clock.now())
        await inbox.withdraw(f"signing:{row.id}", by=actor, reason=reason)
        audit.record(actor, "documents.signature_over", subject, signature=str(row.id))
