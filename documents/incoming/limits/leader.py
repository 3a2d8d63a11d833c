"""The time that a leader's words ask for (领导要求): proposed with the act, confirmed by signing it, and what it does."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from documents.incoming.access import mine
from documents.incoming.limits.deadlines import Asked, Source, is_stated, said, stated
from documents.incoming.limits.due import ask, days_of, limit_of, settle_due
from documents.incoming.limits.words import limits_in
from documents.incoming.models import Handling
from documents.incoming.states import LEADER_ACTS
from office.flow import actions as flow
from office.flow import rules
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.refusal import Invalid
from office.organization.calendar import Deadline


@dataclass(frozen=True)
class Proposed:
    """The moment, if the words plainly name one, and the sentence that tells the signer."""

    due: datetime | None = None
    told: str = ""


async def proposed(actor: Actor, handling: Handling, text: str) -> Proposed:
    """What the words ask for on the caller's own step, if it is a leader's. Several different times are left to people."""
    case = await flow.case_of(handling.case_id)
    if not any(leaf.act in LEADER_ACTS for leaf in mine(actor, case)):
        return Proposed()
    days, now = await days_of(handling.unit_id), clock.now()
    found = limits_in(text, now, days)
    if len(found) != 1:
        return Proposed(told="意见中有几处时间，没有设为办理时限，由文书按原文掌握。" if found else "")
    limit = stated(Asked(found[0], Source.LEADER), now, days)
    return Proposed(limit.at, _told(limit, limit_of(handling)))


def _told(limit: Deadline, whole: Deadline | None) -> str:
    earlier = f"，但{whole.why}，按早的办" if whole and is_stated(whole.why) and whole.at < limit.at else ""
    return "".join(f"{part}。" for part in (f"办理时限按{limit.why}{earlier}", *limit.warnings))


async def told(due: datetime, unit: UUID) -> list[str]:
    """A signed time in words, with the warnings that any stated limit has: past already, no working day."""
    warnings = stated(Asked(due, Source.LEADER), clock.now(), await days_of(unit)).warnings
    return [f"办理时限 {said(due)}前", *warnings]


def check(leaf: rules.Obligation, due: datetime | None) -> None:
    """Only a leader's step asks for a time. Refuses: Invalid documents.no_limit_here."""
    if due is not None and leaf.act not in LEADER_ACTS:
        raise Invalid("documents.no_limit_here")


def due_in(due: datetime | None) -> dict[str, str]:
    """The time as an opinion's action keeps it; nothing where none is asked for."""
    return {"due": due.astimezone(UTC).isoformat().replace("+00:00", "Z")} if due else {}


async def let_hold(handling: Handling, obligation: str, due: datetime | None) -> None:
    """From now on the time asked for counts with the others that were stated; the earliest holds. Not saved here."""
    if due is not None:
        ask(handling, obligation, Source.LEADER, due)
        await settle_due(handling)
