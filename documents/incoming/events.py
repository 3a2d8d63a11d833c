"""Facts about incoming documents."""

from datetime import date
from uuid import UUID

from office.kernel.events import Event


class HandlingChanged(Event, frozen=True):
    """A unit's handling moved: its state, its register number, its people. `rev` is the row's version."""

    name = "documents.handling_changed"
    handling: UUID
    document: UUID
    unit: UUID
    state: str
    rev: int

    def key(self) -> str:
        return f"handling:{self.handling}"


class Replied(Event, frozen=True):
    """A unit answered whoever sent it the document (答复)."""

    name = "documents.replied"
    handling: UUID

    def key(self) -> str:
        return f"handling:{self.handling}"


class LimitsOutdated(Event, frozen=True):
    """The working calendar of `first` to `last` changed: open handlings after this id still have limits of the old one."""

    name = "documents.limits_outdated"
    first: date
    last: date
    after: UUID

    def key(self) -> str:
        return "documents.limits"


class DocumentCorrected(Event, frozen=True):
    """A higher version of a document came."""

    name = "documents.corrected"
    document: UUID
    to_version: int

    def key(self) -> str:
        return f"document:{self.document}"
