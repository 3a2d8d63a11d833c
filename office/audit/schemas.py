"""What goes over the wire about the trail."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec

State = Literal["sealed", "waiting", "altered", "unproven", "foreign"]
Word = Annotated[str, msgspec.Meta(max_length=160)]


class AuditFilter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which rows: `person` by the whole name, `actor` and `subject` by reference, `unit` by id, `kind` of acts or one `action`.

    `since` and `until` are days of Asia/Shanghai, both counted in.
    """

    person: Word = ""
    actor: Word = ""
    unit: Annotated[str, msgspec.Meta(max_length=36)] = ""
    kind: Annotated[str, msgspec.Meta(max_length=20)] = ""
    action: Annotated[str, msgspec.Meta(max_length=80)] = ""
    subject: Word = ""
    since: date | None = None
    until: date | None = None


class AuditQuery(AuditFilter, frozen=True, forbid_unknown_fields=True):
    """A page of them, newest first."""

    cursor: Annotated[str, msgspec.Meta(max_length=200)] = ""


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row in the list. `label` and `kind` are the words of its act, `thing` those of what it was done to; `unit` an id."""

    id: str
    at: datetime
    action: str
    label: str
    kind: str
    subject: str
    thing: str
    outcome: str
    actor: str
    actor_name: str
    post: str
    unit: str
    on_behalf_of: str
    address: str


class AuditKind(msgspec.Struct, frozen=True):
    """A kind of acts that the list can be asked for."""

    name: str
    label: str


class AuditPage(msgspec.Struct, frozen=True):
    """A page; `next` is the cursor of the page after, `kinds` all there are."""

    items: list[AuditLine]
    next: str | None
    kinds: list[AuditKind]


class AuditRow(AuditLine, frozen=True, kw_only=True):
    """A whole row. `state`: "sealed", "waiting" (for its seal), "altered" (it is not what was sealed or written),
    "unproven" (row and leaf fit one another, but records of the sealing around it were changed) or "foreign" (it neither waits
    nor is sealed). `position` is its place in the sealed trail, from 1; `batch` that of the head it was held
    against.
    """

    session: str
    device: str
    request: str
    facts: dict[str, Any]
    digest: str
    state: State
    position: int | None
    batch: int | None


class AuditRowAnswer(msgspec.Struct, frozen=True):
    """One row."""

    entry: AuditRow
