"""Who acts: a value object, copied into audit rows and events, known by every layer and stored by none."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec


class Origin(msgspec.Struct, frozen=True):
    """Where a request came from: client address (as the trusted proxy tells it), agent text, request id.

    `route` is what it asked for, as "POST /passwords"; empty for a socket or a command.
    """

    address: str = ""
    agent: str = ""
    request: str = ""
    route: str = ""


class Holding(msgspec.Struct, frozen=True):
    """A post (岗位) that the actor may act for now: held, or by delegation (授权) on behalf of another person.

    `scope` names the kinds of work, by module, that a delegation is for; empty means all of them.
    """

    post: UUID
    title: str
    unit: UUID
    unit_name: str
    section: UUID | None = None
    section_name: str = ""
    roles: frozenset[str] = frozenset()
    on_behalf_of: UUID | None = None
    on_behalf_of_name: str = ""
    scope: frozenset[str] = frozenset()

    def covers(self, work: str) -> bool:
        """Whether it is for this work: a module ("documents"), or a name that begins with one ("documents.read")."""
        return not self.scope or work.partition(".")[0] in self.scope


class Actor(msgspec.Struct, frozen=True):
    """The caller of a verb.

    `kind` is "person", "client" (an integration), "system" (jobs and handlers) or "nobody". `id` is the person's or client's.
    """

    kind: str = "nobody"
    id: UUID | None = None
    name: str = ""
    account: UUID | None = None
    session: UUID | None = None
    device: UUID | None = None
    holdings: tuple[Holding, ...] = ()
    permissions: frozenset[str] = frozenset()
    origin: Origin = Origin()

    @property
    def ref(self) -> str:
        """The actor as a reference, "person:<id>"; "system" and "nobody" have no id."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def posts(self) -> frozenset[UUID]:
        """Posts the actor may act for now, delegated ones included, whatever the work. To let somebody act: `posts_for`."""
        return frozenset(holding.post for holding in self.holdings)

    def posts_for(self, work: str) -> frozenset[UUID]:
        """Posts the actor may act for in this kind of work ("documents"): held, or delegated for it."""
        return frozenset(holding.post for holding in self.holdings if holding.covers(work))

    @property
    def units(self) -> frozenset[UUID]:
        """Units in which the actor holds a post now."""
        return frozenset(holding.unit for holding in self.holdings)

    def units_as(self, role: str, work: str = "") -> frozenset[UUID]:
        """Units in which the actor has this role; with `work`, for that kind of work."""
        held = [holding for holding in self.holdings if not work or holding.covers(work)]
        return frozenset(holding.unit for holding in held if role in holding.roles)

    def holding(self, post: UUID, work: str = "") -> Holding | None:
        """How the actor holds a post: own appointment before delegation; None if not at all, or not for that work."""
        found = [holding for holding in self.holdings if holding.post == post and (not work or holding.covers(work))]
        return min(found, key=lambda holding: holding.on_behalf_of is not None, default=None)

    @property
    def own_id(self) -> UUID:
        """The person's or client's id; only for callers that passed authorisation."""
        if self.id is None:
            raise LookupError(f"{self.kind} has no id")
        return self.id


#: Tells who a token is, for a request or socket from there; may refuse.
Admit = Callable[[str, Origin], Awaitable[Actor]]
NOBODY = Actor()
SYSTEM = Actor(kind="system", name="系统")
