"""Facts the organization tells."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from office.kernel.events import Event


class PostVacated(Event, frozen=True, kw_only=True):
    """A post has no holder any more (岗位空缺)."""

    name: ClassVar[str] = "organization.post_vacated"
    post: UUID
    unit: UUID
    person: UUID

    def key(self) -> str:
        """One line per post."""
        return f"organization.post:{self.post}"


class AppointmentChanged(Event, frozen=True, kw_only=True):
    """A person took up a post (state "begun") or left it ("ended")."""

    name: ClassVar[str] = "organization.appointment_changed"
    appointment: UUID
    person: UUID
    post: UUID
    unit: UUID
    state: str

    def key(self) -> str:
        """One line per person."""
        return f"person:{self.person}"


class DelegationChanged(Event, frozen=True, kw_only=True):
    """A delegation was given (state "given") or taken back ("revoked")."""

    name: ClassVar[str] = "organization.delegation_changed"
    delegation: UUID
    giver: UUID
    receiver: UUID
    post: UUID
    state: str

    def key(self) -> str:
        """One line per receiver."""
        return f"person:{self.receiver}"


class UnitSucceeded(Event, frozen=True, kw_only=True):
    """A unit was merged, split, renamed or abolished; `custodian` keeps its documents, to-dos and archive from now on."""

    name: ClassVar[str] = "organization.unit_succeeded"
    kind: str
    unit: UUID
    custodian: UUID
    posts: list[UUID]

    def key(self) -> str:
        """One line per unit that ended."""
        return f"organization.unit:{self.unit}"


class PostEnded(Event, frozen=True, kw_only=True):
    """A post nobody held is no more (撤销岗位)."""

    name: ClassVar[str] = "organization.post_ended"
    post: UUID
    unit: UUID

    def key(self) -> str:
        """One line per post."""
        return f"organization.post:{self.post}"


class CalendarChanged(Event, frozen=True, kw_only=True):
    """Days from `first` to `last` (both included) may be worked otherwise than before, in `region` and below; "" everywhere.

    Owners of open work recompute the deadlines that a rule of working time gave: those whose period touches these days.
    """

    name: ClassVar[str] = "organization.calendar_changed"
    first: date
    last: date
    region: str = ""

    def key(self) -> str:
        """One line: the calendar is one."""
        return "organization.calendar"
