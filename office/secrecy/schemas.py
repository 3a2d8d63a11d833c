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
