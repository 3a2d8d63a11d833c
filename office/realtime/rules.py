"""Whether a client may go on from the position it knows. Pure."""

from typing import NamedTuple
from uuid import UUID

MAX_BEHIND = 1000


class Position(NamedTuple):
    """How far a client has followed a log."""

    epoch: UUID
    seq: int


class Place(NamedTuple):
    """Where a log stands: entries `floor + 1 … head` can be read."""

    epoch: UUID
    head: int
    floor: int


def refused(place: Place, known: Position | None) -> str | None:
    """Why a client cannot resume, else None: "no_position", "epoch", "too_old" or "too_far".

    A position ahead of the log means that the log was set back without being given a new epoch: "epoch" too.
    """
    if known is None:
        return "no_position"
    if known.epoch != place.epoch or known.seq > place.head:
        return "epoch"
    if known.seq < place.floor:
        return "too_old"
    return "too_far" if place.head - known.seq > MAX_BEHIND else None
