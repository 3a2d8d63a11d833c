"""Who may do what in identity. Pure."""

from typing import NamedTuple
from uuid import UUID

from office.kernel.actor import Actor
from office.kernel.refusal import Forbidden

MANAGE_ACCOUNTS = "identity.manage_accounts"
MANAGE_CLIENTS = "identity.manage_clients"

#: What a person may do before the first password is changed, beside opening a session anew.
BEFORE_PASSWORD_CHANGE = frozenset(
    {
        "POST /passwords", "DELETE /sessions/current", "GET /me",
        "POST /sessions", "POST /login-challenges", "POST /quick-sessions",
        "POST /passkeys/authentication-options", "POST /passkey-sessions",
    }
)  # fmt: skip


class Own(NamedTuple):
    """The caller's account and session."""

    account: UUID
    session: UUID


def own(actor: Actor) -> Own:
    """The account and session of a logged-in person. Refuses: Forbidden identity.persons_only to clients and the system."""
    if actor.kind != "person" or actor.account is None or actor.session is None:
        raise Forbidden("identity.persons_only")
    return Own(actor.account, actor.session)


def require(actor: Actor, permission: str) -> None:
    """Let pass the system (the operator's command line) and who holds the permission. Refuses: identity.not_manager."""
    if actor.kind != "system" and permission not in actor.permissions:
        raise Forbidden("identity.not_manager")
