"""Who may see and do what with a handling. Pure: rows and actor in, yes or no out."""

from documents.incoming.models import Handling
from office.kernel.actor import Actor

CLERK = "clerk"


def is_clerk(actor: Actor, handling: Handling) -> bool:
    """The unit's clerk (文书): holds the handling's clerk post, or is a clerk of the unit."""
    return handling.clerk_post in actor.posts or handling.unit_id in actor.units_as(CLERK)


def sees(actor: Actor, handling: Handling, participates: bool) -> bool:
    """A handling is visible in its unit only: to the clerk, and to whom it came. No role sees bodies by itself."""
    return handling.unit_id in actor.units and (is_clerk(actor, handling) or participates)
