"""What goes over the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct


class Counts(Struct, frozen=True):
    """Open to-dos by box, absolute."""

    handle: int = 0
    read: int = 0
    follow: int = 0


class TodoView(Struct, frozen=True, omit_defaults=True):
    """A to-do as its holder sees it. `due_note` is there where the calendar of the due year is missing."""

    id: UUID
    kind: str
    label: str
    box: str
    title: str
    summary: str
    sender: str
    urgency: str
    due_at: datetime | None
    due_why: str
    route: str
    source: str
    state: str
    opened_at: datetime
    first_seen_at: datetime | None
    closed_at: datetime | None
    closed_by_name: str
    reason: str
    rev: int
    due_note: str = ""


Box = Literal["handle", "read", "done", "follow"]


class InboxQuery(Struct, forbid_unknown_fields=True):
    """Which box, and where to go on."""

    box: Box = "handle"
    cursor: Annotated[str, Meta(max_length=80)] = ""
    limit: Annotated[int, Meta(ge=1, le=100)] = 30


class InboxPage(Struct):
    """A page of a box, and the counts of all."""

    items: list[TodoView]
    next: str | None
    counts: Counts


class InboxStart(Struct):
    """The inbox in the bootstrap."""

    counts: Counts
