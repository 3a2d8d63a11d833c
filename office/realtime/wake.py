"""Wake-ups: whose log has grown, which sessions have ended. They carry no content and may be lost; the sweep makes up for it.

Within a process they are calls. Between processes a carrier takes them; `office.realtime.carrier` does so over Redis.
"""

from collections.abc import Callable, Collection
from typing import Protocol
from uuid import UUID


class Listener(Protocol):
    """Who wants to be woken: a hub, or a carrier to other processes."""

    def poked(self, persons: Collection[UUID]) -> None:
        """The logs of these persons have grown."""

    def ended(self, sessions: Collection[UUID]) -> None:
        """These sessions are over."""


_listeners: set[Listener] = set()


def listen(listener: Listener) -> Callable[[], None]:
    """Wake this one from now on; the answer undoes it."""
    _listeners.add(listener)
    return lambda: _listeners.discard(listener)


def poke(persons: Collection[UUID], *, besides: Listener | None = None) -> None:
    """Tell everyone in this process, except the one it came from, that these logs have grown."""
    for listener in [one for one in _listeners if one is not besides]:
        listener.poked(persons)


def end(sessions: Collection[UUID], *, besides: Listener | None = None) -> None:
    """Tell everyone that these sessions are over: their connections close at once."""
    for listener in [one for one in _listeners if one is not besides]:
        listener.ended(sessions)
