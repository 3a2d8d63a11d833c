"""What goes over the wire about the stop."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

#: Why it is a false alarm: out of a list, for free words would tell what the file is.
FalseAlarm = Literal[
    "保密宣传教育材料", "保密法规制度文本", "表格样式或填写说明", "招标采购条款", "商业秘密或工作秘密字样", "其他非密字样"
]


class FalseAlarmIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """误报申请: why the rule fired wrongly."""

    reason: FalseAlarm


class StopQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which records; those that wait for a decision if nothing is said."""

    state: Literal["stopped", "asked", "released", "declined", "used"] = "asked"
    cursor: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class StopOut(msgspec.Struct, frozen=True, kw_only=True):
    """A record: when, who, from where, by which rules; `rule` by id, `why` in words."""

    id: UUID
    at: datetime
    person: str
    person_name: str
    address: str
    device: str
    rule: str
    why: str
    state: str
    reason: str
    decided_by_name: str
    decided_at: datetime | None
    until: datetime | None


class StopAnswer(msgspec.Struct, frozen=True):
    """One record."""

    stop: StopOut


class StopList(msgspec.Struct, frozen=True):
    """A page of records; `next` is the cursor of the page after."""

    items: list[StopOut]
    next: str | None


#: On what ground something is taken for classified.
Ground = Literal["标有密级", "来文单位告知", "保密部门认定", "其他"]


class ReportIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """涉密报告: what (a reference, "documents.handling:<id>", "files.file:<id>") and on what ground; not what it says."""

    subject: Annotated[str, msgspec.Meta(max_length=160, pattern=r"^[a-z]+\.[a-z]+:[0-9a-f-]{36}$")]
    ground: Ground


class CaseQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which cases; those that are reported and not decided if nothing is said."""

    state: Literal["reported", "frozen", "lifted", "purged"] = "reported"
    cursor: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class PurgeIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """清除: how many documents go, as the case tells; of more or fewer none goes."""

    documents: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class CaseOut(msgspec.Struct, frozen=True, kw_only=True):
    """A case: on what ground, by whom and when it was reported, frozen and ended. `documents`, `handlings` and `files` are how
    many belong to it since it was frozen: a file that several documents have draws them all in."""

    id: UUID
    subject: str
    ground: str
    state: str
    reported_by_name: str
    reported_at: datetime
    frozen_by_name: str
    frozen_at: datetime | None
    ended_by_name: str
    ended_at: datetime | None
    cleaned_at: datetime | None
    documents: int
    handlings: int
    files: int


class CaseAnswer(msgspec.Struct, frozen=True):
    """One case."""

    case: CaseOut


class CaseList(msgspec.Struct, frozen=True):
    """A page of cases; `next` is the cursor of the page after."""

    items: list[CaseOut]
    next: str | None


class SeenOut(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who had it before them, and may have it on a phone: from which device, the first and the last time."""

    person: str
    person_name: str
    device: str
    first: datetime
    last: datetime


class CaseReport(msgspec.Struct, frozen=True):
    """应急处置报告: ground, persons and times, nothing of what it was."""

    case: CaseOut
    seen: list[SeenOut]
