"""What the document page (文件办理页) shows, as it goes over the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from office.files.schemas import FileOut


class UnitOut(msgspec.Struct, frozen=True):
    """A unit by id and name."""

    id: UUID
    name: str


class PersonOut(msgspec.Struct, frozen=True):
    """A person by id and name."""

    id: UUID
    name: str


class DocumentOut(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The document as this handling registered it. `corrected`: a higher version came after.

    份号 and 签发人, and 附注, 抄送 and 附件说明 as they came with it, only where there are any.
    """

    id: UUID
    version: int
    title: str
    doc_no: str
    issuer: str
    doc_date: date | None
    doc_type: str
    main_to: list[str]
    urgency: str
    corrected: bool
    copy_no: str = ""
    signer: str = ""
    remark: str = ""
    cc_to: list[str] = []
    attachment_note: list[str] = []


class EntryOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the register (收文登记簿) says beside the document: 接收方式, 份数, 份号, 附件数, 答复文号, 登记人, 备注."""

    channel: str
    copies: int
    copy_no: str
    attachments: int | None
    reply_no: str
    registrar: str
    registered_at: datetime | None
    remark: str
    duplicate_of: UUID | None


class RecordOut(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the clerk's: 签收, 登记, 初审, 退文, 更正登记. `code`, `words` and `facts` are the step's own."""

    step: str
    name: str
    at: datetime
    person: PersonOut
    post: str
    on_behalf_of: str
    code: str
    words: str
    facts: dict[str, Any]


class EnteredOut(msgspec.Struct, frozen=True, kw_only=True):
    """That an opinion was entered for its person: by whom, from what, the scan, when it was confirmed."""

    by: PersonOut
    source: str
    scan: UUID | None
    decided_at: datetime | None
    confirmed_at: datetime | None


class OpinionOut(msgspec.Struct, frozen=True, kw_only=True):
    """One opinion, verbatim, with its marks; `obligation` is the step it was given on, which a return may name."""

    id: UUID
    obligation: str
    act: str
    text: str
    person: PersonOut
    post: str
    place: str
    marks: list[str]
    at: datetime
    strokes_svg: str | None
    state: str
    signature: UUID | None
    action: dict[str, Any]
    entered: EnteredOut | None


class Waiting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Someone who has not acted yet; or a unit below that has not signed for it or not ended it.

    Of a unit `below` is its handling, as 催办 names it, `state` how it stands there, and `obligation` is empty.
    """

    obligation: str
    name: str
    post: str
    act: str
    label: str
    since: datetime | None
    due_at: datetime | None
    due_why: str
    seen: bool
    below: UUID | None = None
    state: str = ""


class HopOut(msgspec.Struct, frozen=True, kw_only=True):
    """One step on the way: who, asked since when, acted when, and how it stands (未到, 待办, 已办, 已退回…)."""

    obligation: str
    name: str
    post: str
    act: str
    state: str
    since: datetime | None
    at: datetime | None
    seen: bool


class WaitingOut(msgspec.Struct, frozen=True, kw_only=True):
    """Who has not read, and who has not handled a document, now, in the unit and then of the units below; and its whole way in
    the unit, in listing order."""

    id: UUID
    state: str
    state_code: str
    unread: list[Waiting]
    unhandled: list[Waiting]
    hops: list[HopOut]


class TrailLine(msgspec.Struct, frozen=True):
    """One line of what happened."""

    at: datetime
    who: str
    what: str


class PressOut(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One press: who pressed whom about what, in which words, by which way where it was not through the system."""

    at: datetime
    who: str
    whom: str
    what: str
    step: str
    words: str = ""
    way: str = "系统"


class StepOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller owes now; `ticket` is what a signature must name."""

    obligation: str
    revision: int
    act: str
    label: str
    asks: str
    proposal: str
    verbs: list[str]
    rendition: str
    ticket: str
    phrases: list[str]
    on_behalf_of: str
    due_at: datetime | None
    due_why: str


class SentDown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lower unit's handling as its sender sees it: its state, its formal result and reply or why it came back, never its
    opinions. `handling` names it for a press (催办)."""

    handling: UUID
    unit: UnitOut
    state: str
    role: str
    received_at: datetime
    closed_at: datetime | None
    reply: str
    reply_no: str = ""
    reply_file: FileOut | None = None
    replied_at: datetime | None = None
    result: str = ""


class FromAbove(msgspec.Struct, frozen=True):
    """What a unit above asks: as what, and in whose words (上级要求)."""

    sender: str
    role: str
    words: str
    at: datetime


class TrailQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many lines were read."""

    cursor: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0


class TrailPage(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of a trail, oldest first; `next` is the cursor to go on with, `total` how many there are now."""

    items: list[TrailLine]
    next: int | None
    total: int


class HandlingOut(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything the document page shows; what has a default here is left out where it is empty. `presser`: 催办人;
    `from_above`: what units above ask; `trail_more`: the trail has lines before these, under `/trail`.

    `entry` and `records` for the clerk only; `due_note` is what to know about the dates, `register_void` why the number was
    made void (废号).
    """

    id: UUID
    state: str
    state_code: str
    rev: int
    kind: str
    register_no: str | None
    urgency: str
    due_at: datetime | None
    due_why: str
    received_at: datetime
    closed_at: datetime | None
    sender: str
    result: str
    reply: str
    unit: UnitOut
    document: DocumentOut
    files: list[FileOut]
    opinions: list[OpinionOut]
    trail: list[TrailLine]
    unread: list[Waiting]
    unhandled: list[Waiting]
    sent_down: list[SentDown]
    step: StepOut | None
    may: list[str]
    following: bool
    due_note: str = ""
    trail_more: bool = False
    register_void: str = ""
    reply_no: str = ""
    reply_file: FileOut | None = None
    replied_at: datetime | None = None
    presser: str = ""
    presses: list[PressOut] = []
    entry: EntryOut | None = None
    records: list[RecordOut] = []
    from_above: list[FromAbove] = []
