"""What the inbox tells."""

from typing import ClassVar
from uuid import UUID

from office.kernel.events import Event


class InboxChanged(Event, frozen=True, kw_only=True):
    """The lists of these people and posts have changed, by these to-dos. Counts are read when clients are told.

    `source` is what the to-dos stand for; empty where there are too many things to tell each by itself.
    """

    name: ClassVar[str] = "inbox.changed"
    people: list[UUID]
    posts: list[UUID]
    todos: list[UUID]
    source: str = ""

    def key(self) -> str:
        """One line per holder. An event of several holders stands in the first one's line: one line for all would let a
        single failing delivery stop every badge in the house."""
        return f"inbox:{min([*self.people, *self.posts])}"
