"""The register (收文登记簿), as it goes over the wire."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec


class RegisterQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The register of the actor's units: newest first; `year` for the numbered register of that year.

    `since` and `until` are days of arrival, both counted in; `issuer` words of 来文单位; `late`: open and past its limit.
    """

    state: Annotated[str, msgspec.Meta(max_length=20)] = ""
    kind: Literal["", "批办", "阅知"] = ""
    urgency: Literal["", "特提", "特急", "加急", "平急", "平件"] = ""
    issuer: Annotated[str, msgspec.Meta(max_length=60)] = ""
    since: date | None = None
    until: date | None = None
    late: bool = False
    q: Annotated[str, msgspec.Meta(max_length=60)] = ""
    year: Annotated[int, msgspec.Meta(ge=0, le=2200)] = 0
    cursor: Annotated[str, msgspec.Meta(max_length=200)] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 30


class HandlingLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of the register (收文登记簿); what is empty from `kind` on is left out.

    `proposal` is the 拟办 cut short, `instructed_by` 批示人 by rank, `lead` and `assist` 主办 and 协办, `whereabouts` 当前去向,
    `register_void` why the number was made void (废号).
    """

    id: UUID
    state: str
    state_code: str
    title: str
    doc_no: str
    issuer: str
    urgency: str
    register_no: str | None
    received_at: datetime
    due_at: datetime | None
    due_why: str
    kind: str = ""
    sender: str = ""
    doc_date: date | None = None
    doc_type: str = ""
    signer: str = ""
    channel: str = ""
    copies: int = 1
    copy_no: str = ""
    attachments: int | None = None
    registrar: str = ""
    registered_at: datetime | None = None
    remark: str = ""
    proposal: str = ""
    instructed_by: list[str] = []
    lead: list[str] = []
    assist: list[str] = []
    whereabouts: list[str] = []
    result: str = ""
    reply_no: str = ""
    register_void: str = ""
    closed_at: datetime | None = None
    due_note: str = ""


class HandlingList(msgspec.Struct, frozen=True):
    """A page of the register."""

    items: list[HandlingLine]
    next: str | None
