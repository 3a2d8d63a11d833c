"""A document comes to a unit: its handling is opened there with a running case; or it is there already."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from documents.incoming.access import lock_handling
from documents.incoming.cases import about, as_it_came, at_post, ref, reflect, touch
from documents.incoming.limits.deadlines import Source, Stage
from documents.incoming.limits.due import Asking, settle_due, step_due
from documents.incoming.models import Document, Handling
from documents.incoming.states import AWAITING_RECEIPT, REOPENED
from documents.incoming.templates import ARRIVAL
from documents.incoming.unit_rules import is_hub
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.kernel.refusal import Invalid
from office.kernel.work import savepoint
from office.organization.calendar import Deadline
from office.organization.queries import receiving_posts, units

ELECTRONIC = "电子交换"


@dataclass(frozen=True, kw_only=True)
class Coming:
    """How a document comes to a unit: from whom, whether from outside (`direct`), by when the sender wants it handled
    (`asked`), by which channel and when."""

    sender: str
    direct: bool = False
    asked: Deadline | None = None
    channel: str = ELECTRONIC
    arrived: datetime | None = None


async def open_handling(actor: Actor, document: Document, unit: UUID, coming: Coming) -> tuple[Handling, bool]:
    """Open a unit's handling in state 待签收; the one that is there already if the document came before, and False.

    One that was sent back or recalled is opened again, with a case of its own and its limits counted anew, and keeps its
    register number. What is there is locked. Refuses: Invalid documents.no_clerk where nobody receives documents in that unit.
    """
    known = await Handling.get_or_none(document_id=document.id, addressed_to=unit)
    if known is not None:
        await lock_handling(known)
        if known.state not in REOPENED:
            return await _came_directly(actor, known) if coming.direct and not known.direct else known, False
        return await _opened(actor, document, unit, known, coming), True
    try:
        async with savepoint():
            return await _opened(actor, document, unit, None, coming), True
    except IntegrityError:
        # It was sent there from elsewhere at the same moment.
        return await open_handling(actor, document, unit, coming)


async def _came_directly(actor: Actor, handling: Handling) -> Handling:
    """What a unit above had sent has come from outside too: whoever pushed it is told its states from now on."""
    handling.direct = True
    await handling.save(update_fields=["direct"])
    await touch(actor, handling)
    return handling


async def _opened(actor: Actor, document: Document, unit: UUID, known: Handling | None, coming: Coming) -> Handling:
    posts = await receiving_posts(unit)
    if not posts:
        name = (await units([unit]))[unit].label
        raise Invalid("documents.no_clerk", unit=name)
    handling = known or Handling(id=new_id(), document_id=document.id, addressed_to=unit, unit_id=unit)
    handling.update_from_dict({
        "version": document.version, "case_id": new_id(), "clerk_post": posts[0].id, "direct": coming.direct,
        "state": AWAITING_RECEIPT, "sender": coming.sender, "channel": coming.channel,
        "received_at": coming.arrived or clock.now(), "signed_for_at": None, "registered_at": None, "counted_from": None,
        "check_passed": None, "closed_at": None, "kind": "", "result": "", "reply": "", "reply_no": "", "reply_file": None,
        "replied_at": None, "withheld": False, "frozen": document.frozen, "asked": _asked(coming.asked), **as_it_came(document),
    })  # fmt: skip
    await settle_due(handling)
    await handling.save(force_create=known is None)
    case = await _open_case(actor, handling)
    audit.record(actor, "documents.open_handling", ref(handling.id), document=str(document.id), unit=str(unit))
    await reflect(actor, handling, case)
    return handling


def _asked(told: Deadline | None) -> list[Asking]:
    return [Asking("sender", Source(told.why.partition("：")[0]), told.at)] if told else []


async def _open_case(actor: Actor, handling: Handling) -> rules.Case:
    clerk = at_post(handling.clerk_post)
    told = await step_due(handling, Stage.REGISTER, handling.kind)
    asked = rules.Seat(holder=clerk, due=told.at if told else None, due_why=told.why if told else "")
    cast = {"receive": [asked], "register": [asked], "propose": [asked], "conclude": [rules.Seat(holder=clerk)]}
    sender = rules.Holder("person", str(actor.id or handling.document_id))
    start = rules.opening(
        ARRIVAL, cast, str(handling.case_id), rules.By(person=sender.id, capacity="initiator"), clerk, sender,
        lambda: str(new_id()), hub=await is_hub(handling.unit_id),
    )  # fmt: skip
    return await flow.open_case(actor, start, about(handling))
