"""Who may see and do what with a handling. Pure: rows and actor in, yes or no out."""

from uuid import UUID

from documents.incoming.models import Handling
from documents.incoming.pressing.rules import presser_of
from office.flow import rules
from office.kernel.actor import Actor

CLERK, SUPERVISOR = "clerk", "supervisor"
LEADERS_ACTS = frozenset({"review", "instruct", "decide"})
# The kind of work a delegation must be for (decision 0075).
WORK = "documents"


def posts_of(actor: Actor) -> frozenset[UUID]:
    """The posts the actor may act for in documents: held, or delegated for them."""
    return actor.posts_for(WORK)


def units_of(actor: Actor) -> frozenset[UUID]:
    """The units of these posts."""
    return frozenset(holding.unit for holding in actor.holdings if holding.covers(WORK))


def clerked_by(actor: Actor) -> frozenset[UUID]:
    """The units whose clerk the actor is."""
    return actor.units_as(CLERK, WORK)


def is_clerk(actor: Actor, handling: Handling) -> bool:
    """The unit's clerk (文书): holds the handling's clerk post, or is a clerk of the unit."""
    return handling.clerk_post in posts_of(actor) or handling.unit_id in clerked_by(actor)


def sees(actor: Actor, handling: Handling, participates: bool) -> bool:
    """A handling is visible in its unit only: to the clerk, and to whom it came. No role sees bodies by itself."""
    return handling.unit_id in units_of(actor) and (is_clerk(actor, handling) or participates)


def supervised_by(actor: Actor) -> frozenset[UUID]:
    """The units whose supervisor (督查) the actor is."""
    return actor.units_as(SUPERVISOR, WORK)


def press_ground(actor: Actor, handling: Handling, case: rules.Case) -> str:
    """On what ground the actor may press (催办): clerk, presser (催办人), supervisor, leader who gave an opinion on it; or
    empty."""
    if handling.clerk_post in posts_of(actor):
        return "clerk"
    if presser_of(handling) in {f"person:{actor.id}", *(f"post:{post}" for post in posts_of(actor))}:
        return "presser"
    if handling.unit_id in supervised_by(actor):
        return "supervisor"
    done = [leaf for leaf in rules.leaves(case.root) if leaf.state == "done" and leaf.act in LEADERS_ACTS]
    return "leader" if str(actor.id) in {name for leaf in done for name in (leaf.done_by, leaf.on_behalf_of)} else ""
