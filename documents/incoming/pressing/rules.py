"""Pressing the right person once (催办规则). Pure: how long a step is left alone after a press."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from documents.incoming.models import Handling

#: Through the system; the other ways are facts that are only written down (电话、口头、书面).
SYSTEM_WAY: Final = "系统"

#: How long the same step is not pressed through the system again: the more urgent, the shorter.
REST: Final[Mapping[str, timedelta]] = {
    "特提": timedelta(minutes=10), "特急": timedelta(minutes=30), "加急": timedelta(hours=4),
}  # fmt: skip
ORDINARY: Final = timedelta(hours=24)


def rest_of(urgency: str) -> timedelta:
    """How long a step of a paper of this urgency is left alone after it was pressed."""
    return REST.get(urgency, ORDINARY)


def again_at(urgency: str, last: datetime | None, now: datetime) -> datetime | None:
    """From when a step may be pressed again; None if now."""
    if last is None or last + rest_of(urgency) <= now:
        return None
    return last + rest_of(urgency)


def presser_of(handling: Handling) -> str:
    """Who presses (催办人), as "post:…" or "person:…": whom the clerk named, else the clerk where the paper is urgent."""
    return handling.presser or (f"post:{handling.clerk_post}" if handling.urgency in REST else "")
