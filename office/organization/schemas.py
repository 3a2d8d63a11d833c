"""What goes over the wire."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, field

from office.kernel.text import ONE_LINE, VISIBLE
from office.organization.recipients import Recipient

Short = Annotated[str, Meta(max_length=60)]
Ref = Annotated[str, Meta(min_length=6, max_length=60, pattern=VISIBLE)]
Moment = Annotated[datetime, Meta(tz=True)]


class RecipientQuery(Struct, forbid_unknown_fields=True):
    """Words to find recipients by."""

    q: Short = ""


class RecipientList(Struct):
    """Found recipients, groups first."""

    items: list[Recipient]


class NewDelegation(Struct, forbid_unknown_fields=True):
    """授权：哪个岗位、授权给谁、到何时。"""

    post: UUID
    receiver: UUID
    valid_to: Moment
    valid_from: Moment | None = None
    scope: Annotated[list[Annotated[str, Meta(min_length=1, max_length=30)]], Meta(max_length=20)] = field(default_factory=list)


class Delegation(Struct):
    """A delegation given or received by the caller; `active` now."""

    id: UUID
    post: UUID
    post_title: str
    giver: UUID
    giver_name: str
    receiver: UUID
    receiver_name: str
    scope: list[str]
    valid_from: datetime
    valid_to: datetime
    revoked: bool
    active: bool


class DelegationList(Struct):
    """The caller's delegations, newest first, at most 100."""

    items: list[Delegation]


class Created(Struct):
    """The id of what was made."""

    id: UUID


class NewGroup(Struct, forbid_unknown_fields=True):
    """常用发送范围：单位、名称、成员。"""

    unit: UUID
    name: Annotated[str, Meta(min_length=1, max_length=60, pattern=ONE_LINE)]
    members: Annotated[list[Ref], Meta(min_length=1, max_length=500)]


class Group(Struct):
    """A saved group."""

    id: UUID
    unit: UUID
    name: str
    owner: UUID
    members: list[str]


class GroupList(Struct):
    """The groups of the caller's units, by name, 100 a page."""

    items: list[Group]
    next: str | None


class NewAbsence(Struct, forbid_unknown_fields=True):
    """外出：本人不填 person。"""

    kind: Literal["出差", "请假"]
    valid_from: Moment
    valid_to: Moment
    person: UUID | None = None
    note: Annotated[str, Meta(max_length=100)] = ""


class AbsenceLine(Struct):
    """A person of the caller's units who is or will be away."""

    id: UUID
    person: UUID
    name: str
    kind: str
    valid_from: datetime
    valid_to: datetime
    note: str


class AbsenceList(Struct):
    """Absences that have not ended, by beginning, 100 a page."""

    items: list[AbsenceLine]
    next: str | None


class NewCalendarDay(Struct, forbid_unknown_fields=True):
    """一天的调整：上班或放假；区划为空则全域。"""

    day: date
    is_work: bool
    region: Annotated[str, Meta(max_length=12)] = ""
    note: Short = ""


class EditedDay(Struct, forbid_unknown_fields=True):
    """An edit of a day: of which region; everywhere if empty."""

    day: date
    region: Annotated[str, Meta(max_length=12)] = ""


class CalendarQuery(Struct, forbid_unknown_fields=True):
    """Which year."""

    year: Annotated[int, Meta(ge=2000, le=2100)]


class CalendarDayLine(Struct):
    """An edited day."""

    day: str
    is_work: bool
    region: str
    note: str
    entered_by: str


class CalendarDayList(Struct):
    """The edits of a year, and warnings to show: a year whose notice is missing."""

    items: list[CalendarDayLine]
    warnings: list[str]


class NewAppointment(Struct, forbid_unknown_fields=True):
    """任职。"""

    person: UUID
    post: UUID
    kind: Literal["主任", "兼任", "挂职", "主持工作", "借调", "代理"] = "主任"
    is_primary: bool = True
    scope: Annotated[str, Meta(max_length=200)] = ""
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    basis: Annotated[str, Meta(max_length=120)] = ""
