"""Who acts for a post at a moment (任职, 授权委托): the holder, and those to whom the holder delegated it.

One hop only: a delegate never passes a post on, since only a holder's delegation counts. It ends with the giver's own
appointment, at its end, or when revoked, whichever comes first. Periods are half open: `begins` in, `ends` out.
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

    def covers(self, post: Hashable, scope: str | None, at: datetime) -> bool:
        """Whether it lets the taker do work of this scope in this post at the moment."""
        alive = self.begins <= at < self.ends and (self.revoked is None or at < self.revoked)
        return alive and self.post in (None, post) and (not self.scope or scope in self.scope)

    def clashes(self, other: "Delegation") -> bool:
        """Whether both could apply to one piece of work, so that nobody could say who answers for it."""
        until, other_until = self.revoked or self.ends, other.revoked or other.ends
        together = max(self.begins, other.begins) < min(self.ends, until, other.ends, other_until)
        posts = self.post is None or other.post is None or self.post == other.post
        scopes = not self.scope or not other.scope or bool(self.scope & other.scope)
        return self.giver == other.giver and together and posts and scopes


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody who may act in a post; `behalf` is the holder when they act by delegation (受…委托)."""

    person: Hashable
    post: Hashable
    behalf: Hashable | None = None


def holders(post: Hashable, at: datetime, appointments: Iterable[Appointment]) -> list[Hashable]:
    """Who holds the post at the moment, in the order given, each once; empty for a vacant post."""
    return list(dict.fromkeys(one.person for one in appointments if one.post == post and one.holds(at)))


def acting(
    post: Hashable,
    at: datetime,
    appointments: Iterable[Appointment],
    delegations: Iterable[Delegation] = (),
    scope: str | None = None,
) -> list[Acting]:
    """Everyone who may act in the post at the moment: holders first, then their delegates, each person once."""
    holding = holders(post, at, appointments)
    found = {person: Acting(person, post) for person in holding}
    for one in delegations:
        if one.giver in holding and one.covers(post, scope, at):
            found.setdefault(one.taker, Acting(one.taker, post, one.giver))
    return list(found.values())


def posts_of(
    person: Hashable, at: datetime, appointments: Iterable[Appointment], delegations: Iterable[Delegation] = ()
) -> list[Acting]:
    """Every post a person may act in at the moment, whatever the scope: their own first, then those delegated to them."""
    all_held = list(appointments)
    held = {one.post: Acting(person, one.post) for one in all_held if one.person == person and one.holds(at)}
    for given in delegations:
        if given.taker != person:
            continue
        for one in all_held:
            scope = next(iter(given.scope), None)
            if one.person == given.giver and one.holds(at) and given.covers(one.post, scope, at):
                held.setdefault(one.post, Acting(person, one.post, given.giver))
    return list(held.values())


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
