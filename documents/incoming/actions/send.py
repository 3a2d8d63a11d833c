"""下发 to other units: a handling of its own in each; one that has the document already is told of it (上级加办)."""

from collections.abc import Sequence
from dataclasses import dataclass

from documents.incoming import cases
from documents.incoming.access import lock_handling
from documents.incoming.actions.again import keep, put_back
from documents.incoming.actions.ending import run_again
from documents.incoming.actions.route import ROLE_LABELS, ensure_received
from documents.incoming.below.sendings import ADDED, READ, UNANSWERED, ensure_room, source_of, units_above
from documents.incoming.models import Document, Handling, Sending
from documents.incoming.opening import Coming, open_handling
from documents.incoming.publications import readers_of
from documents.incoming.schemas import ReopeningIn
from documents.incoming.states import AWAITING_RECEIPT, CLOSED, RECALLED
from documents.incoming.versions import said_on
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.inbox import actions as inbox
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.kernel.refusal import Invalid
from office.organization.calendar import Deadline
from office.organization.queries import people_of_refs, units
from office.organization.recipients import Target
from office.outbox import record
from office.realtime import AccessLost

Outside = Sequence[tuple[Target, str]]
TAKEN_BACK = "来文单位已撤回"


async def ensure_sendable(handling: Handling, outside: Outside) -> None:
    """Every unit has somebody who receives, none is one it came down from, and there are not too many. Refuses: Invalid
    documents.no_clerk, documents.sent_from_there, documents.too_many_below."""
    if not outside:
        return
    await ensure_room(handling.id, len(outside))
    await ensure_received(outside)
    above = await units_above(handling.id)
    for target, _ in outside:
        if target.unit in above:
            raise Invalid("documents.sent_from_there", unit=target.name)


@dataclass(frozen=True)
class Said:
    """What goes down with a document: the decider's words, the version they were said on, and the decider's step."""

    words: str
    version: int
    sent_by: str


async def send(hand: Actor, handling: Handling, outside: Outside, said: Said, *, asked: Deadline | None) -> None:
    """Send down to each, in the running unit of work; the parent is locked. `asked` is the time that was stated above.

    What goes down is the document as it is now; words said on a version before it go marked so.
    """
    await ensure_sendable(handling, outside)
    document, own = await Document.get(id=handling.document_id), (await units([handling.unit_id]))[handling.unit_id]
    for target, role in outside:
        child, opened = await open_handling(hand, document, target.unit, Coming(sender=own.label, asked=asked))
        row = await Sending.create(
            id=new_id(), parent_id=handling.id, child_id=child.id, sent_by=said.sent_by, sender=own.label, role=role,
            words=said.words, version=said.version, at=clock.now(),
        )  # fmt: skip
        audit.record(hand, "documents.send_down", cases.ref(child.id), parent=str(handling.id), role=role, opened=opened)
        if not opened:
            await _add(hand, handling, child, row)


async def _add(hand: Actor, handling: Handling, child: Handling, row: Sending) -> None:
    """Asked once more: what was concluded is handled again, if not only to be read; the clerk there is told."""
    if child.state == CLOSED and row.role != READ:
        await keep(row, child)
        by = rules.By(person=str(hand.own_id), post=str(child.clerk_post), capacity="custodian")
        await run_again(hand, child, by, ReopeningIn(reason=f"{row.sender}再次要求办理"))
    await _tell(hand, child, row)


async def _tell(hand: Actor, child: Handling, row: Sending) -> None:
    todo = inbox.NewTodo(
        kind=ADDED, source=source_of(row.id), holder=inbox.Holder(kind="post", id=child.clerk_post),
        title=cases.title_of(child),
        summary=f"{row.sender}请{ROLE_LABELS[row.role]}。{said_on(row.words, row.version, child.version)}",
        sender=row.sender, urgency=child.urgency, route_id=str(child.id),
    )  # fmt: skip
    await inbox.open_many([todo])
    await cases.touch(hand, child)


async def recall(actor: Actor, handling: Handling, leaf: rules.Obligation) -> None:
    """Take back what the act on a step sent down, where nobody has signed for it or seen that it was added."""
    for row in await Sending.filter(parent_id=handling.id, sent_by=leaf.id, withdrawn_at=None).order_by("child_id"):
        child = await Handling.get(id=row.child_id)
        await lock_handling(child)
        unseen = await inbox.withdraw(source_of(row.id), kind=ADDED, by=actor, reason=TAKEN_BACK)
        if unseen or child.state == AWAITING_RECEIPT:
            await Sending.filter(id=row.id).update(withdrawn_at=clock.now())
            await _taken_from(actor, child, row, leaf)


async def _taken_from(actor: Actor, child: Handling, row: Sending, leaf: rules.Obligation) -> None:
    """It is gone there, unless it also came another way; what it had set going again is concluded as it was."""
    if row.before:
        return await put_back(actor, child, row, leaf)
    others = await Sending.filter(child_id=child.id, withdrawn_at=None, ended__in=UNANSWERED).exists()
    if child.state != AWAITING_RECEIPT or child.direct or others:
        return await cases.touch(actor, child)
    by = rules.By(person=leaf.done_by, post=str(child.clerk_post), capacity="custodian")
    asked = rules.live(await flow.case_of(child.case_id))
    case = await flow.move(actor, child.case_id, rules.Terminate(by=by, reason=TAKEN_BACK))
    audit.record(actor, "documents.recall", cases.ref(child.id))
    await cases.reflect(actor, child, case, state=RECALLED, result=TAKEN_BACK, withheld=True)
    await _forget(child, asked)


async def _forget(child: Handling, asked: Sequence[rules.Obligation]) -> None:
    """What the unit's people were told of it, titles above all, is taken out of their logs (实时日志)."""
    held = await people_of_refs([one.holder.ref for one in asked])
    persons = tuple(sorted(await readers_of(child) | held))
    for one in asked:
        record(AccessLost(source=flow.source_of(str(child.case_id), one.id), persons=persons))
