"""Handlings and their running cases: steps and limits, and keeping the handling's row true to its case."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from documents.incoming.below.awaiting import arrange
from documents.incoming.below.sendings import end
from documents.incoming.events import HandlingChanged
from documents.incoming.models import Document, Handling, Participant
from documents.incoming.pressing.rules import next_reminder
from documents.incoming.reading.numbers import normalise_doc_no
from documents.incoming.states import AWAIT, OVER, standing
from documents.incoming.unconfirmed import let_go
from office.flow import rules
from office.flow.actions import About
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import execute, insert_many
from office.kernel.ids import new_id
from office.organization.calendar import Deadline
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
    AWAIT: "documents.await_units",
    "reply": "documents.reply",
    "conclude": "documents.conclude",
    "*": "documents.settle",
}
#: What a to-do says of a handling that nobody may see.
FROZEN = "（涉密核查，暂停查看）"
COPIED = ("title", "doc_no", "issuer", "urgency", "doc_date", "doc_type", "main_to", "signer")


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


def as_it_came(document: Document) -> dict[str, Any]:
    """What a handling says until its own clerk has confirmed it: the document's words."""
    return {name: getattr(document, name) for name in COPIED} | {"doc_no_key": normalise_doc_no(document.doc_no)[:120]}


def title_of(handling: Handling) -> str:
    """What a to-do calls it."""
    return FROZEN if handling.frozen else str(handling.title)


def about(handling: Handling) -> About:
    """What the to-dos of a handling say; of one that is frozen, nothing of it."""
    if handling.frozen:
        return About(id=str(handling.id), subject=ref(handling.id), title=FROZEN, kinds=KINDS)
    return About(
        id=str(handling.id), subject=ref(handling.id), title=handling.title, kinds=KINDS, sender=handling.sender,
        urgency=handling.urgency, summary=handling.doc_no,
    )  # fmt: skip


async def reflect(
    actor: Actor, handling: Handling, case: rules.Case, *, state: str | None = None, answers: bool = True, **changes: object
) -> None:
    """Write what the case means for its handling: state, participants, version, what it waits for; and tell the followers.

    An end answers those who sent it, unless it only is again as it was (`answers`).
    """
    case = await arrange(actor, handling, case) if state is None else case
    handling.update_from_dict(dict(changes))
    handling.state, handling.rev = state or standing(case, handling.check_passed), handling.rev + 1
    handling.closed_at = (handling.closed_at or clock.now()) if handling.state in OVER else None
    handling.remind_at = next_reminder(handling, case)
    await handling.save(update_fields=[*changes, "state", "rev", "closed_at", "remind_at"])
    if answers:
        await end(actor, handling)
    await let_go(actor, handling, ref(handling.id))
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
