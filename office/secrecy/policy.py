"""Who may do what with what was stopped. Pure."""

from office.kernel.actor import Actor
from office.kernel.refusal import Forbidden
from office.secrecy.models import Stop

RELEASE = "secrecy.release"
FREEZE = "secrecy.freeze"


def ensure_other(actor: Actor, row: Stop) -> None:
    """Two persons: who asked does not decide. Refuses: Forbidden secrecy.same_person."""
    if actor.ref == row.person:
        raise Forbidden("secrecy.same_person")
