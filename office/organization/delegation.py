"""Whether a delegation (授权委托) may be made, pure. Who acts by one is asked of the database, in `holdings`.

One hop only: a delegate never passes a post on, since only a holder's delegation counts. Periods are half open: `begins` in,
`ends` out.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from office.kernel.refusal import Conflict, Forbidden, Invalid

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A person holds a post for a period (任职); `ends` None means until further notice."""

    person: Hashable
    post: Hashable
    begins: datetime
    ends: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at the moment."""
        return self.begins <= at and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True)
class Delegation:
    """`giver` lets `taker` act in `post` (None: every post the giver holds) for the scopes named (empty: all)."""

    giver: Hashable
    taker: Hashable
    begins: datetime
    ends: datetime
    post: Hashable | None = None
    scope: frozenset[str] = frozenset()
    revoked: datetime | None = None

    def clashes(self, other: "Delegation") -> bool:
        """Whether both could apply to one piece of work, so that nobody could say who answers for it."""
        until, other_until = self.revoked or self.ends, other.revoked or other.ends
        together = max(self.begins, other.begins) < min(self.ends, until, other.ends, other_until)
        posts = self.post is None or other.post is None or self.post == other.post
        scopes = not self.scope or not other.scope or bool(self.scope & other.scope)
        return self.giver == other.giver and together and posts and scopes


def admit(new: Delegation, appointments: Iterable[Appointment], existing: Iterable[Delegation] = ()) -> None:
    """Whether a delegation may be made.

    Refuses Invalid `organization.delegation_to_self`, `organization.period_empty`, `organization.delegation_too_long`;
    Forbidden `organization.not_own_post` when the giver does not hold the post when it begins (a received delegation is no
    holding); Conflict `organization.delegation_overlaps` when another of the giver's covers the same work and time.
    """
    if new.giver == new.taker:
        raise Invalid("organization.delegation_to_self")
    if new.ends <= new.begins:
        raise Invalid("organization.period_empty")
    if new.ends - new.begins > LONGEST:
        raise Invalid("organization.delegation_too_long", days=LONGEST.days)
    own = [one.post for one in appointments if one.person == new.giver and one.holds(new.begins)]
    if not own or new.post not in (None, *own):
        raise Forbidden("organization.not_own_post")
    if any(new.clashes(other) for other in existing):
        raise Conflict("organization.delegation_overlaps")
