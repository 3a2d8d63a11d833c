"""What was sent down (下发): who sent which handling where, as what, in which words; `actions/send.py` sends."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Case, Q, When

from documents.incoming.models import Handling, Sending
from documents.incoming.states import OVER, RETURNED
from office.inbox import actions as inbox
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.refusal import Invalid
from office.kernel.rows import uuid_of
from office.organization.queries import units
from office.organization.recipients import MOST

#: A to-do of the unit below: asked once more, or by another, for what it already has (上级加办).
ADDED = "documents.added_from_above"
#: A to-do of the unit above: a unit sent it back (退文) when the document was concluded here already.
SENT_BACK = "documents.sent_back_below"
READ = "read"
#: How a sending stands while the handling below is not over: waited for, or not waited for any more by the clerk's word.
WAITED, LET_GO = "", "let_go"
UNANSWERED = (WAITED, LET_GO)


def source_of(sending: UUID) -> str:
    """The source of the to-do that a sending opened below."""
    return f"documents.sending:{sending}"


async def ensure_room(handling: UUID, more: int) -> None:
    """One handling sends down as often as one act may name recipients, so that each stands on the page and is waited for.

    Refuses: Invalid documents.too_many_below. One query.
    """
    already = await Sending.filter(parent_id=handling).count() if more else 0
    if already + more > MOST:
        raise Invalid("documents.too_many_below", most=MOST, already=already, more=more)


async def around(handling: UUID) -> list[Sending]:
    """All that a handling sent down, and the newest that was sent to it, oldest first; what was withdrawn too. One query."""
    own_first = Sending.annotate(other=Case(When(parent_id=handling, then="0"), default="1"))
    found = own_first.filter(Q(parent_id=handling) | Q(child_id=handling)).order_by("other", "-at", "-id").limit(2 * MOST)
    return sorted(await found, key=lambda row: (row.at, row.id))


async def standing_from(handling: UUID) -> Sequence[Sending]:
    """What a handling sent down and did not take back, oldest first. One query."""
    return await Sending.filter(parent_id=handling, withdrawn_at=None).order_by("at", "id")


async def parents_of(handling: UUID) -> list[UUID]:
    """The handlings that sent this one and did not take it back, in the order in which they are locked. One query."""
    rows = await fetch(
        "SELECT DISTINCT parent_id FROM documents_sending WHERE child_id = ? AND withdrawn_at IS NULL", str(handling)
    )
    return sorted(uuid_of(row["parent_id"]) for row in rows)


async def units_above(handling: UUID) -> set[UUID]:
    """The units a handling came down through. Two queries a level, and units stand in five."""
    seen: set[UUID] = set()
    level: Collection[UUID] = {handling}
    while level:
        above = await Sending.filter(child_id__in=list(level), withdrawn_at=None).distinct().values_list("parent_id", flat=True)
        level = {UUID(str(one)) for one in above} - seen
        seen |= level
    rows = await Handling.filter(id__in=list(seen)) if seen else []
    return {unit for row in rows for unit in (row.unit_id, row.addressed_to)}


def answered(below: Handling, asked: datetime) -> bool:
    """Whether its reply is to what was asked then: what was answered before that was another's."""
    return below.replied_at is not None and bool(below.replied_at >= asked)


async def end(actor: Actor, handling: Handling) -> None:
    """A handling is over: that is the answer to all that was sent to it, and nothing added is asked any more."""
    if handling.state not in OVER:
        return
    rows = await Sending.filter(child_id=handling.id, ended__in=UNANSWERED, withdrawn_at=None)
    await Sending.filter(id__in=[row.id for row in rows]).update(ended=handling.state)
    for row in rows:
        await inbox.close(ADDED, source_of(row.id), by=actor, reason="已办结")


async def let_go(rows: Sequence[Sending]) -> None:
    """These are not waited for any more; what comes of them is still told."""
    await Sending.filter(id__in=[row.id for row in rows], ended=WAITED).update(ended=LET_GO)


async def seen(actor: Actor, handling: UUID) -> int:
    """The clerk below has seen what was added. The number of to-dos closed."""
    rows = await Sending.filter(child_id=handling, withdrawn_at=None).order_by("id")
    return sum([await inbox.close(ADDED, source_of(row.id), by=actor, reason="已核对") for row in rows])


async def seen_below(actor: Actor, handling: Handling, reason: str = "已核对") -> int:
    """What units sent back after the end here has been seen, or is settled otherwise. The number of to-dos closed."""
    rows = await Sending.filter(parent_id=handling.id, withdrawn_at=None, ended=RETURNED).order_by("id")
    return sum([await inbox.close(SENT_BACK, source_of(row.id), by=actor, reason=reason) for row in rows])


async def names_below(rows: Sequence[Sending]) -> list[str]:
    """The names of the units sent to, each once. Two queries."""
    below = await Handling.filter(id__in=[row.child_id for row in rows]).order_by("id")
    named = await units({row.addressed_to for row in below})
    return [named[row.addressed_to].label for row in below]
