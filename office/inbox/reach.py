"""Whose to-dos a person sees: their own, those of every post they may act for, and of a post delegated to them for some kinds
of work (授权事项) the to-dos of those kinds only."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from office.kernel.actor import Actor, Holding
from office.kernel.modules import registry
from office.kernel.rows import marks, texts


class Reach(NamedTuple):
    """`whole`: holders all of whose to-dos are seen; `parts`: holders with the kinds that are. Ids as bound to raw SQL."""

    whole: list[str]
    parts: list[tuple[str, list[str]]]

    def holds(self, holder: str, kind: str) -> bool:
        """Whether a to-do of this kind at this holder is within reach."""
        return holder in self.whole or any(holder == post and kind in kinds for post, kinds in self.parts)

    def condition(self, column: str = "holder") -> tuple[str, list[str]]:
        """SQL for "this row is within reach", for rows found by their id, and its values; or for the post it was asked of."""
        within = [
            f"{column} IN ({marks(self.whole)})",
            *(f"({column} = ? AND kind IN ({marks(kinds)}))" for _, kinds in self.parts),
        ]
        return f"({' OR '.join(within)})", [*self.whole, *(value for holder, kinds in self.parts for value in (holder, *kinds))]


def reach_of(actor: Actor) -> Reach:
    """What an actor sees."""
    return reach(actor.own_id, actor.holdings)


def own(person: UUID) -> Reach:
    """What is a person's own and no post's: all that they have done (已办)."""
    return Reach(texts([person]), [])


def reach(person: UUID, holdings: Iterable[Holding]) -> Reach:
    """What a person with these holdings sees. A post held in two ways is seen as far as both reach together."""
    scopes: dict[UUID, list[frozenset[str]]] = {}
    for holding in holdings:
        scopes.setdefault(holding.post, []).append(holding.scope)
    whole = {person, *(post for post, found in scopes.items() if not all(found))}
    narrow = {post: kinds_of(frozenset().union(*found)) for post, found in scopes.items() if post not in whole}
    return Reach(texts(whole), [(str(post), kinds) for post, kinds in sorted(narrow.items()) if kinds])


def kinds_of(scope: Iterable[str]) -> list[str]:
    """The kinds of to-dos that belong to these kinds of work: those the modules of that name declare."""
    wanted = set(scope)
    return sorted(kind for kind in registry().todo_kinds if kind.partition(".")[0] in wanted)
