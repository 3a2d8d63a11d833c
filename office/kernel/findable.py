"""What can be found (搜索): a module says what one thing of it says, and to whom; office.search finds it for them alone."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from office.kernel.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Readable:
    """One thing as it is found now: `at` orders it, `said` is what it says, (where, words) with where in Chinese.

    `files` are digests of files shown with it, whose words are found too. `readers` are the scopes (texts of the module's own)
    of which a reader must have one.
    """

    ref: str
    at: datetime
    said: Sequence[tuple[str, str]]
    files: Sequence[str] = ()
    readers: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Findable:
    """A kind of reference whose things are found, and who finds them.

    `read` gives these things as they are now, without those that nobody may find; its rows must not go before the running unit
    of work ends. `ids` walks all of them in the order of their ids, this many after one; `count` is how many
    `read` would give of them. `scopes` are those a reader has: the same rule as the module's lists have.
    """

    kind: str
    label: str
    read: Callable[[Collection[UUID]], Awaitable[Sequence[Readable]]]
    ids: Callable[[UUID | None, int], Awaitable[Sequence[UUID]]]
    count: Callable[[], Awaitable[int]]
    scopes: Callable[[Actor], Collection[str]]
