"""Handlings and their running cases: opening one in a unit, and keeping the handling's row true to its case."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from documents.incoming.deadlines import Source, Stage
from documents.incoming.due import Asking, settle_due, step_due
from documents.incoming.events import HandlingChanged
from documents.incoming.models import Document, Handling, Participant
from documents.incoming.pressing.rules import next_reminder
from documents.incoming.reading.numbers import normalise_doc_no
from documents.incoming.states import AWAITING_RECEIPT, OVER, REOPENED, standing
from documents.incoming.templates import ARRIVAL
from documents.incoming.unit_rules import is_hub
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.flow.actions import About
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import execute, insert_many
from office.kernel.ids import new_id
from office.kernel.refusal import Invalid
from office.organization.calendar import Deadline
from office.organization.queries import receiving_posts, units
from office.outbox import record

KINDS = {
    "receive": "documents.receive",
    "register": "documents.register",
    "propose": "documents.propose",
    "review": "documents.review",
    "instruct": "documents.instruct",
    "decide": "documents.instruct",
    "handle": "documents.handle",
    "advise": "documents.handle",
    "assist": "documents.handle",
    "read": "documents.read",
    "reply": "documents.reply",
    "conclude": "documents.conclude",
    "*": "documents.settle",
}
COPIED = ("title", "doc_no", "issuer", "urgency", "doc_date", "doc_type", "main_to", "signer")
ELECTRONIC = "电子交换"


def ref(handling: UUID) -> str:
    """The reference of a handling."""
    return f"documents.handling:{handling}"


def step(act: str, holder: rules.Holder, label: str, verbs: tuple[str, ...], told: Deadline | None = None) -> rules.Obligation:
    """A new obligation, due when it was told and by that rule."""
    due, why = (told.at, told.why) if told else (None, "")
    return rules.Obligation(id=str(new_id()), act=act, holder=holder, verbs=verbs, label=label, due=due, due_why=why)


def at_post(post: UUID) -> rules.Holder:
    """A post as holder."""
    return rules.Holder("post", str(post))


async def open_handling(
    actor: Actor, document: Document, unit: UUID, *, sender: str, role: str = "", parent: UUID | None = None, words: str = "",
    sent_by: str = "", asked: Deadline | None = None, channel: str = ELECTRONIC, arrived: datetime | None = None,
) -> tuple[Handling, bool]:  # fmt: skip
    """Open a unit's handling in state 待签收; the one that is there already if the document came before, and False.

    One that was sent back or recalled is opened again, with a case of its own and its limits counted anew, and keeps its
    register number. `asked` is the time the sender states. Refuses: Invalid documents.no_clerk where nobody receives documents.
    """
    known = await Handling.get_or_none(document_id=document.id, addressed_to=unit)
    if known is not None and known.state not in REOPENED:
        return known, False
    posts = await receiving_posts(unit)
    if not posts:
        name = (await units([unit]))[unit].label
        raise Invalid("documents.no_clerk", unit=name)
    handling = known or Handling(id=new_id(), document_id=document.id, addressed_to=unit, unit_id=unit)
    handling.update_from_dict({
        "version": document.version, "case_id": new_id(), "clerk_post": posts[0].id, "parent_id": parent,
        "state": AWAITING_RECEIPT, "sender": sender, "role": role, "words": words, "sent_by": sent_by, "channel": channel,
        "received_at": arrived or clock.now(), "signed_for_at": None, "registered_at": None, "counted_from": None,
        "check_passed": None, "closed_at": None, "kind": "", "result": "", "reply": "", "reply_no": "", "reply_file": None,
        "replied_at": None, "withheld": False, "asked": _asked(asked), **as_it_came(document),
    })  # fmt: skip
    await settle_due(handling)
    await handling.save(force_create=known is None)
    case = await _open_case(actor, handling)
    audit.record(actor, "documents.open_handling", ref(handling.id), document=str(document.id), unit=str(unit))
    await reflect(actor, handling, case)
    return handling, True


def _asked(told: Deadline | None) -> list[Asking]:
    return [Asking("sender", Source(told.why.partition("：")[0]), told.at)] if told else []


def as_it_came(document: Document) -> dict[str, Any]:
    """What a handling says until its own clerk has confirmed it: the document's words."""
    return {name: getattr(document, name) for name in COPIED} | {"doc_no_key": normalise_doc_no(document.doc_no)[:120]}


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


def about(handling: Handling) -> About:
    """What the to-dos of a handling say."""
    return About(
        id=str(handling.id), subject=ref(handling.id), title=handling.title, kinds=KINDS, sender=handling.sender,
        urgency=handling.urgency, summary=handling.doc_no,
    )  # fmt: skip


async def reflect(actor: Actor, handling: Handling, case: rules.Case, *, state: str | None = None, **changes: object) -> None:
    """Write what the case means for its handling: state, participants, version; and tell the followers."""
    handling.update_from_dict(dict(changes))
    handling.state, handling.rev = state or standing(case, handling.check_passed), handling.rev + 1
    handling.closed_at = (handling.closed_at or clock.now()) if handling.state in OVER else None
    handling.remind_at = next_reminder(handling, case)
    await handling.save(update_fields=[*changes, "state", "rev", "closed_at", "remind_at"])
    await _admit(handling.id, (leaf.holder.id for leaf in rules.leaves(case.root)))
    _record(actor, handling)


async def touch(actor: Actor, handling: Handling) -> None:
    """Something about a handling changed that is not its state: one revision more, and the followers look again."""
    handling.rev += 1
    await handling.save(update_fields=["rev"])
    _record(actor, handling)


def _record(actor: Actor, handling: Handling) -> None:
    record(
        HandlingChanged(handling=handling.id, document=handling.document_id, unit=handling.unit_id, state=handling.state,
                        rev=handling.rev),
        actor=actor,
    )  # fmt: skip


async def _admit(handling: UUID, holders: Iterable[str]) -> None:
    known = {str(holder) for holder in await Participant.filter(handling_id=handling).values_list("holder", flat=True)}
    rows = [(str(new_id()), str(handling), holder) for holder in dict.fromkeys(holders) if holder not in known]
    if rows:
        await insert_many("documents_participant", ("id", "handling_id", "holder"), rows)


async def admit(handling: UUID, person: UUID) -> None:
    """Let a person read a handling from now on, whatever becomes of their post."""
    await execute(
        "INSERT INTO documents_participant (id, handling_id, holder) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        str(new_id()), str(handling), str(person),
    )  # fmt: skip
