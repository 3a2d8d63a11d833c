"""What the caller may do with a handling beside the own step: names of routes. A page offers nothing that is refused."""

from documents.incoming import cases
from documents.incoming.access import ids_of
from documents.incoming.below.awaiting import pending
from documents.incoming.below.sendings import source_of
from documents.incoming.page.queries import Sheet
from documents.incoming.policy import posts_of, press_ground
from documents.incoming.states import AWAIT, BEFORE_PROPOSAL, CHECKING, CLOSED, DICTATED_ACTS, SETTLED_ACTS
from office.flow import rules
from office.kernel.actor import Actor

CLERK_ACTS = (("receive", "receipts"), ("propose", "proposals"), ("conclude", "conclusions"), (AWAIT, "conclusions"))


def may(actor: Actor, sheet: Sheet) -> list[str]:
    """The acts open to the caller beside the own step, as the names of their routes."""
    case, acts = sheet.case, {leaf.act for leaf in rules.live(sheet.case)}
    own = {name for leaf in rules.leaves(case.root) if leaf.state == "done" for name in (leaf.done_by, leaf.on_behalf_of)}
    found = _clerk_may(sheet, acts) if sheet.handling.clerk_post in posts_of(actor) else []
    found += ["reminders"] if _may_press(actor, sheet) else []
    return [*found, "withdrawals"] if str(actor.id) in own and case.state == "running" else found


def _clerk_may(sheet: Sheet, acts: set[str]) -> list[str]:
    case, handling = sheet.case, sheet.handling
    noted = [cases.ref(handling.id), *(source_of(row.id) for row in (*sheet.received, *sheet.sent))]
    found = ["acknowledgements"] if any(source in sheet.todos for source in noted) else []
    found += ["amendments"] if handling.registered_at is not None else []
    if case.state == "suspended":
        return [*found, "resumptions"]
    if case.state != "running":
        return [*found, "reopenings"] if handling.state == CLOSED else found
    found += ["replies"] if acts & {"reply", "conclude", AWAIT} else []
    found += [name for act, name in CLERK_ACTS if act in acts and (handling.state, act) != (CHECKING, "propose")]
    found += ["checks"] if "propose" in acts else []
    found += ["registrations"] if acts & {"receive", "register"} else ["signers", "suspensions"]
    found += ["refusals"] if handling.state in BEFORE_PROPOSAL else []
    found += ["settlements"] if acts & SETTLED_ACTS else []
    found += ["dictations"] if acts & DICTATED_ACTS else []
    return [*found, *(["transfers"] if any(leaf.holder != case.custodian for leaf in rules.live(case)) else [])]


def _may_press(actor: Actor, sheet: Sheet) -> bool:
    own = {str(one) for one in ids_of(actor)}
    others = any(leaf.holder.id not in own for leaf in rules.live(sheet.case))
    waits = sheet.case.state == "running" and (others or bool(pending(sheet.case, sheet.sent)))
    return waits and bool(press_ground(actor, sheet.handling, sheet.case))
