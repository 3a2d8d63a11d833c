"""The order of lists, pure: urgency first, then the nearest due moment; closed ones latest first. One number, ascending."""

from datetime import datetime

#: Of telegrams (特提、特急、加急、平急) and of documents (特急、加急, else 平件), most urgent first.
URGENCIES = ("特提", "特急", "加急", "平急", "")
#: Seconds since 1970 below this are real moments (until the year 2286); at it stands "no due moment".
NEVER = 9_999_999_999
RANK = 10_000_000_000


def of_open(urgency: str, due_at: datetime | None) -> int:
    """The sort key of an open to-do. An unknown urgency counts as none."""
    rank = URGENCIES.index(urgency) if urgency in URGENCIES else len(URGENCIES) - 1
    due = NEVER if due_at is None else min(max(int(due_at.timestamp()), 0), NEVER - 1)
    return rank * RANK + due


def of_closed(closed_at: datetime) -> int:
    """The sort key of a closed to-do: minus the microseconds since 1970."""
    return -int(closed_at.timestamp() * 1_000_000)
