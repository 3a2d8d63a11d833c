"""Pressing the right person once (催办规则). Pure: how long a step is left alone, and when the presser is told what is late."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from documents.incoming.models import Handling
from office.flow import rules

#: Through the system; the other ways are facts that are only written down (电话、口头、书面).
SYSTEM_WAY: Final = "系统"

#: How long the same step is not pressed through the system again: the more urgent, the shorter.
REST: Final[Mapping[str, timedelta]] = {
    "特提": timedelta(minutes=10), "特急": timedelta(minutes=30), "加急": timedelta(hours=4),
}  # fmt: skip
ORDINARY_REST: Final = timedelta(hours=24)

#: How long before a limit the presser is told that it is about to pass.
AHEAD: Final[Mapping[str, timedelta]] = {
    "特提": timedelta(minutes=10), "特急": timedelta(hours=1), "加急": timedelta(hours=4),
}  # fmt: skip
ORDINARY_AHEAD: Final = timedelta(hours=24)


def rest_of(urgency: str) -> timedelta:
    """How long a step of a paper of this urgency is left alone after it was pressed."""
    return REST.get(urgency, ORDINARY_REST)


def again_at(urgency: str, last: datetime | None, now: datetime) -> datetime | None:
    """From when a step may be pressed again; None if now."""
    if last is None or last + rest_of(urgency) <= now:
        return None
    return last + rest_of(urgency)


def presser_of(handling: Handling) -> str:
    """Who presses (催办人), as "post:…" or "person:…": whom the clerk named, else the clerk where the paper is urgent."""
    return handling.presser or (f"post:{handling.clerk_post}" if handling.urgency in REST else "")


def told_of(handling: Handling) -> str:
    """Who is told what is late: the presser, else the clerk; never the leader it waits for."""
    return presser_of(handling) or f"post:{handling.clerk_post}"


@dataclass(frozen=True)
class Moment:
    """When the presser is told about a limit: some time before it, and when it has passed. `leaf` None: the whole document."""

    at: datetime
    due: datetime
    late: bool
    leaf: rules.Obligation | None

    @property
    def key(self) -> str:
        """Each limit is told once; one that is moved is another limit."""
        return f"{self.leaf.id if self.leaf else 'whole'}@{self.due:%Y%m%d%H%M}{'!' if self.late else ''}"


def moments(handling: Handling, case: rules.Case) -> Iterator[Moment]:
    """All moments of the limits that stand now: of the whole, and of the steps others than the presser owe."""
    if case.state != "running":
        return
    own, ahead = told_of(handling), AHEAD.get(handling.urgency, ORDINARY_AHEAD)
    limits = [(leaf.due, leaf) for leaf in rules.live(case) if leaf.holder.ref != own]
    for due, leaf in [(handling.due_at, None), *limits]:
        if due is not None:
            yield Moment(due - ahead, due, False, leaf)
            yield Moment(due, due, True, leaf)


def next_reminder(handling: Handling, case: rules.Case) -> datetime | None:
    """When the presser must be told next; None if of nothing."""
    told = set(handling.reminded)
    return min((one.at for one in moments(handling, case) if one.key not in told), default=None)
