"""Whether a certificate may be trusted (V7): issued by an authority of the trust folder, fit for signing, not revoked.

Every certificate in the folder is an anchor. Between it and the signer may stand authorities that the signature itself brings.
Whatever cannot be known here without a network (no list, an old list, an expired certificate) is 无法确认, never passed over.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple, TypeVar

from office.files.seals.certificates import (
    CERTIFIES,
    LISTS,
    REPUDIATES,
    SIGNS,
    Certificate,
    NotVerified,
    RevocationList,
    certificate,
    name_of,
    revocation_list,
    verifies,
)
from office.files.seals.der import BadDer
from office.files.seals.shapes import Result, Trust

T = TypeVar("T")
MAX_CHAIN = 5
_TRIED = 20
"""Authorities of one name that are tried; a renewed one has the name of the one before."""


class Finding(NamedTuple):
    """How a check ended: its result, the reason's code, facts for its sentence."""

    result: Result
    reason: str
    facts: dict[str, str] = {}


def good(reason: str, **facts: str) -> Finding:
    """A check that came out well."""
    return Finding(Result.GOOD, reason, facts)


def bad(reason: str, **facts: str) -> Finding:
    """A check that proves something wrong."""
    return Finding(Result.BAD, reason, facts)


def unsure(reason: str, **facts: str) -> Finding:
    """A check that could not be made."""
    return Finding(Result.UNSURE, reason, facts)


class Judge:
    """What this deployment trusts, read once for a file. What cannot be read in the folder is left out."""

    def __init__(self, trust: Trust, now: datetime) -> None:
        self.now, self.cancelled = now, trust.cancelled
        self.anchors = [one for one in _read(trust.anchors, certificate) if may_certify(one)]
        self.lists = list(_read(trust.lists, revocation_list))

    def judged(
        self, one: Certificate, at: datetime | None, extra: Sequence[Certificate] = (), *, proven: bool = False
    ) -> Finding:
        """How far a certificate may be trusted at the moment of signing; `extra` are certificates that came with it.

        `proven`: a trusted time stamp shows that moment, so that what became of the certificate afterwards does not matter.
        The order of what is told: what is proved wrong, then what is not known.
        """
        try:
            return self._judged(one, at or self.now, extra, proven)
        except NotVerified:
            return unsure("algorithm_unsupported", name=one.name)
        except BadDer:
            return unsure("list_unreadable", name=one.name)

    def _judged(self, one: Certificate, at: datetime, extra: Sequence[Certificate], proven: bool) -> Finding:
        if one.usage is not None and not one.usage & (SIGNS | REPUDIATES):
            return bad("key_usage", name=one.name)
        chain = self._chain(one, extra)
        if not chain:
            return self._without(one)
        if any(link.strange for link in (one, *chain)):
            return unsure("critical_extension", name=one.name)
        return self._along([one, *chain], at, proven)

    def _chain(self, one: Certificate, extra: Sequence[Certificate]) -> list[Certificate]:
        """The authorities above a certificate up to an anchor; none where there is no way."""
        above, current = list[Certificate](), one
        for _ in range(MAX_CHAIN):
            anchor = _issuer(current, self.anchors)
            if anchor is not None:
                return [*above, anchor]
            carried = _issuer(current, [held for held in extra if may_certify(held) and held.raw != current.raw])
            if carried is None:
                return []
            above.append(carried)
            current = carried
        return []

    def _without(self, one: Certificate) -> Finding:
        """Why nobody vouches for it: the very key it names denies it, another key has that name, or the name is unknown.

        An authority that renews its key keeps its name: only where the key is named is a wrong signature a forgery.
        """
        named = [held for held in self.anchors if held.subject == one.issuer]
        if any(held.key and held.key == one.issuer_key for held in named):
            return bad("certificate_forged", name=one.name)
        return unsure("issuer_other" if named else "issuer_unknown", name=one.name, issuer=name_of(one.issuer))

    def _along(self, chain: Sequence[Certificate], at: datetime, proven: bool) -> Finding:
        for below, above in pairwise(chain):
            if not above.start <= at <= above.end:
                return unsure("issuer_expired", name=above.name)
            found = self._revocation(below, above, at, proven)
            if found is not None:
                return found
            if below.end < self.now and not proven:
                return unsure("expired_since", name=below.name, day=f"{below.end:%Y-%m-%d}")
        return good("trusted", name=chain[0].name, issuer=chain[-1].name)

    def _revocation(self, one: Certificate, issuer: Certificate, at: datetime, proven: bool) -> Finding | None:
        """What the issuer's newest list says against it; nothing where it holds now and does not name it."""
        held = [found for found in self.lists if found.issuer == issuer.subject and _lists_by(issuer, found)]
        newest = max((found for found in held if found.start <= self.now), key=lambda found: found.start, default=None)
        when = min((moment for found in held if (moment := found.revoked(one.serial))), default=None)
        if when is not None and not (proven and when > at):
            day = f"{when:%Y-%m-%d}"
            return bad("revoked", name=one.name, day=day) if when <= at else unsure("revoked_since", name=one.name, day=day)
        if newest is None:
            return unsure("revocation_unknown", name=one.name, issuer=issuer.name)
        if newest.end is None or newest.end < self.now:
            return unsure("revocation_stale", issuer=issuer.name)
        return None


def _issuer(one: Certificate, among: Sequence[Certificate]) -> Certificate | None:
    """Who issued it, by name and signature."""
    named = [held for held in among if held.subject == one.issuer][:_TRIED]
    return next((held for held in named if held.issued(one)), None)


def _lists_by(issuer: Certificate, found: RevocationList) -> bool:
    if issuer.usage is not None and not issuer.usage & LISTS:
        return False
    return verifies(issuer.spki, found.algorithm, found.tbs, found.signature)


def may_certify(one: Certificate) -> bool:
    """Whether it is an authority's: basicConstraints says so, and keyUsage does not deny it."""
    return one.authority and (one.usage is None or bool(one.usage & CERTIFIES))


def _read(data: Sequence[bytes], reader: Callable[[bytes], T]) -> Iterator[T]:
    for one in data:
        try:
            yield reader(one)
        except BadDer:
            continue
