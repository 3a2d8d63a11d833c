"""Events: facts in the past tense, recorded in the transaction that made them true.

They carry ids and small facts, never a document's body.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all events. Subclasses set `name` ("documents.handling_changed"); changes are additive."""

    name: ClassVar[str] = ""
    version: ClassVar[int] = 1

    def key(self) -> str:
        """The aggregate it belongs to; deliveries of one key to one handler keep commit order."""
        return ""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What a handler is told beside the event: a stable id (an idempotency key for the outside), and which try this is."""

    id: str
    attempt: int


Run = Callable[[Any, Delivery], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Handler:
    """A reaction to an event by name.

    Its writes and the delivery's `done` commit together, unless `outside`: then it runs in no transaction, at least once, and
    must use the delivery's id as its idempotency key. `reads` names the event's fields it relies on; start-up checks them.
    An unordered handler is not held up by an earlier delivery of the same key. After `attempts` failures it is parked. Of an
    outside handler `at_once` deliveries may be under way together in one process.
    """

    name: str
    event: str
    run: Run
    reads: frozenset[str] = frozenset()
    outside: bool = False
    ordered: bool = True
    attempts: int = 10
    at_once: int = 8
