"""What comes in and what is written down of it (签收, 初审, 登记, 更正, 退文), as it goes over the wire."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from documents.incoming.schemas import Moment, Reason, Text, Title, Urgency

Channel = Literal["机要", "公文交换", "电子交换", "传真电报", "邮寄", "现场", "群内下载"]
Condition = Literal["完好", "破损", "缺页"]
CheckItem = Literal["ours", "rules", "form", "consulted", "other"]
Copies = Annotated[int, msgspec.Meta(ge=1, le=9999)]
Count = Annotated[int, msgspec.Meta(ge=0, le=9999)]


class CheckIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item of the first check (初审); what is not in order says why."""

    item: CheckItem
    ok: bool = True
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""


Checks = Annotated[list[CheckIn], msgspec.Meta(max_length=5)]


class ChecksIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first check once more; items that are not named are in order."""

    checks: Checks = []


class ReceiptIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """签收: how many copies came, in which condition."""

    copies: Copies = 1
    condition: Condition = "完好"
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Registration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the clerk confirmed; what is not in the document stays empty. `due_at`: a time the document itself names.

    `duplicate_of` names the handling of this unit that has the same number already; where there is one it must be named.
    `checks`: items of the first check that are not in order; the others are. `copies`: as signed for, if left out.
    `reply_due`: whether the sender is owed a reply; by the kind of document (请示, 函) where nothing is said.
    """

    title: Title
    doc_no: Annotated[str, msgspec.Meta(max_length=120)] = ""
    issuer: Annotated[str, msgspec.Meta(max_length=200)] = ""
    doc_date: date | None = None
    doc_type: Annotated[str, msgspec.Meta(max_length=20)] = ""
    urgency: Urgency = ""
    main_to: Annotated[list[Text], msgspec.Meta(max_length=200)] = []
    kind: Literal["批办", "阅知"] = "批办"
    due_at: Moment | None = None
    duplicate_of: UUID | None = None
    reply_due: bool | None = None
    signer: Annotated[str, msgspec.Meta(max_length=200)] = ""
    copies: Copies | None = None
    copy_no: Annotated[str, msgspec.Meta(max_length=40)] = ""
    attachments: Count | None = None
    remark: Text = ""
    checks: Checks = []


class AmendmentIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """更正登记: why, and the fields that change; a field left out stays as it is."""

    reason: Reason
    title: Title | UnsetType = UNSET
    doc_no: Annotated[str, msgspec.Meta(max_length=120)] | UnsetType = UNSET
    issuer: Annotated[str, msgspec.Meta(max_length=200)] | UnsetType = UNSET
    doc_date: date | UnsetType | None = UNSET
    doc_type: Annotated[str, msgspec.Meta(max_length=20)] | UnsetType = UNSET
    urgency: Urgency | UnsetType = UNSET
    main_to: Annotated[list[Text], msgspec.Meta(max_length=200)] | UnsetType = UNSET
    signer: Annotated[str, msgspec.Meta(max_length=200)] | UnsetType = UNSET
    channel: Channel | UnsetType = UNSET
    copies: Copies | UnsetType = UNSET
    copy_no: Annotated[str, msgspec.Meta(max_length=40)] | UnsetType = UNSET
    attachments: Count | UnsetType | None = UNSET
    remark: Text | UnsetType = UNSET
    duplicate_of: UUID | UnsetType | None = UNSET


class PaperIntake(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that came on paper or otherwise; `files` are uploaded first, the main one first.

    `unit` says for which unit, where the caller is clerk of several; `arrived_at` when it came, if that was earlier.
    """

    title: Title
    sender: Text = ""
    urgency: Urgency = ""
    files: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=60)]
    channel: Channel = "现场"
    arrived_at: Moment | None = None
    unit: UUID | None = None


class Registered(msgspec.Struct, frozen=True):
    """The number and the deadline with the rule that gave it."""

    register_no: str
    due_at: datetime | None
    due_why: str
    warnings: list[str]


class RefusalIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """退文: the reason by code and in words. `failed`: items of the first check; if empty what failed it, else the code's."""

    reason: Reason
    reason_code: Annotated[str, msgspec.Meta(max_length=40)] = ""
    failed: Annotated[list[CheckItem], msgspec.Meta(max_length=5)] = []


class Placed(msgspec.Struct, frozen=True):
    """A proposed value with where it stands: page from 1, box as ratios of the page, and how it was found."""

    value: str
    page: int
    box: tuple[float, float, float, float]
    how: str


class DuplicateOut(msgspec.Struct, frozen=True):
    """A handling of this unit with the same number or the same bytes."""

    id: UUID
    title: str
    doc_no: str
    register_no: str | None
    received_at: datetime
    why: str


class DifferenceOut(msgspec.Struct, frozen=True):
    """A field in which what came with the file and what the file says are not the same."""

    field: str
    claimed: str
    read: str
    why: str


class ReadingOut(msgspec.Struct, frozen=True, kw_only=True):
    """What was read from the file for the clerk to confirm; null: not in the document, or not certain."""

    title: Placed | None
    doc_no: Placed | None
    issuer: Placed | None
    doc_date: Placed | None
    urgency: Placed | None
    main_to: Placed | None
    signer: Placed | None
    doc_type: Placed | None
    has_text: bool
    duplicates: list[DuplicateOut]
    differences: list[DifferenceOut]
