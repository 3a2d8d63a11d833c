"""What goes over the wire about incoming documents."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from documents.incoming.deadlines import Grade, Stage
from office.kernel.text import EMPTY_OR_VISIBLE, ONE_LINE, VISIBLE

Text = Annotated[str, msgspec.Meta(max_length=400)]
Words = Annotated[str, msgspec.Meta(max_length=2000, pattern=EMPTY_OR_VISIBLE)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=VISIBLE)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=400, pattern=ONE_LINE)]
Ref = Annotated[str, msgspec.Meta(min_length=3, max_length=80, pattern=VISIBLE)]
Phrase = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=VISIBLE)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
LimitUnit = Literal["working_days", "hours", "minutes", "same_day", "half_day"]
Urgency = Literal["", "特提", "特急", "加急", "平急"]


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


class ProposalIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """拟办: the words, and which leaders in which order. bottom_up and top_down follow rank; parallel asks all at once.

    `reading`: those who read, in rank order too, all at once or one after the other (serial). `reviewer`: who reviews before
    the leaders (审核); null: whom the unit's rules name, empty: nobody.

    `kind` and `reply_due` change what was said at registration, if they are given.
    """

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=VISIBLE)]
    kind: Literal["", "批办", "阅知"] = ""
    order: Literal["bottom_up", "top_down", "parallel"] = "bottom_up"
    leaders: Annotated[list[UUID], msgspec.Meta(max_length=30)] = []
    readers: Annotated[list[Ref], msgspec.Meta(max_length=200)] = []
    reading: Literal["parallel", "serial"] = "parallel"
    reviewer: Annotated[str, msgspec.Meta(max_length=80)] | None = None
    lead: Ref | None = None
    assists: Annotated[list[Ref], msgspec.Meta(max_length=50)] = []
    due_at: Moment | None = None
    reply_due: bool | None = None


class LeaderOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """A leader's post of the unit and who holds it; no name while it is vacant. `away`: who is 出差 or 请假 now, if anybody."""

    post: UUID
    title: str
    name: str
    away: str = ""


class LeaderList(msgspec.Struct, frozen=True):
    """The leaders in their order."""

    items: list[LeaderOut]


class WordsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An opinion whose act is asked for."""

    text: Words


class SendingOut(msgspec.Struct, frozen=True):
    """One to whom it would go."""

    to: str
    name: str
    role: str


class ActionOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an opinion does; `due` is the time a leader's words ask for, where they plainly name one."""

    kind: str
    label: str
    dispatch: list[SendingOut]
    due: datetime | None = None


class Derivation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The proposed act, a sentence that says what will happen, and of it what the flow does `next`."""

    action: ActionOut
    explanation: str
    next: str = ""


class ReasonIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why. `to` names an earlier obligation for a return; the clerk otherwise."""

    reason: Reason
    to: Annotated[str, msgspec.Meta(max_length=40)] = ""


class RefusalIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """退文: the reason by code and in words. `failed`: items of the first check; if empty what failed it, else the code's."""

    reason: Reason
    reason_code: Annotated[str, msgspec.Meta(max_length=40)] = ""
    failed: Annotated[list[CheckItem], msgspec.Meta(max_length=5)] = []


class TransferIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom it is handed, and why."""

    to: Ref
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    obligation: Annotated[str, msgspec.Meta(max_length=40)] = ""


class SignerIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One more who is asked: after the others of the step that is open, or beside them."""

    to: Ref
    act: Literal["instruct", "handle", "read"] = "read"
    place: Literal["after", "parallel"] = "parallel"


class ReminderIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to press: one step, or those who hold the handling that was sent `below`; everyone who has not acted if both are
    empty. With which words, by which way (other than 系统: done already)."""

    obligation: Annotated[str, msgspec.Meta(max_length=40)] = ""
    below: UUID | None = None
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""
    way: Literal["系统", "电话", "口头", "书面"] = "系统"


class PresserIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who presses (催办人): a person or post of the unit; empty for the customary one."""

    to: Annotated[str, msgspec.Meta(max_length=80)] = ""


class ConfirmationIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a signature that waits (待确认) is taken up, and why (not).

    Where the document was corrected after it was signed, `version` says for which version it is taken up: the one that is
    shown now.
    """

    accept: bool
    version: Annotated[int, msgspec.Meta(ge=1)] | None = None
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


class SentTo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One to whom a decision sends the document, and as what."""

    to: Ref
    role: Literal["lead", "advise", "assist", "read", "sign"]


class DictationIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A leader's decision that the clerk enters (代录, 纸质补录): the open step, from what, in which words, to what effect.

    `due` is the time the leader asks for. `person` says whose it is where a post has several holders; `scan` is an uploaded
    file; `decided_at` as far as it was said.
    """

    obligation: Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=VISIBLE)]
    source: Literal["电话", "口头", "纸质"]
    text: Words
    kind: Annotated[str, msgspec.Meta(min_length=1, max_length=24, pattern=VISIBLE)]
    dispatch: Annotated[list[SentTo], msgspec.Meta(max_length=200)] = []
    due: Moment | None = None
    person: UUID | None = None
    scan: UUID | None = None
    decided_at: Moment | None = None


class SettlementIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the clerk settles what came to them (处置): `go_on` asks what waits behind it, `drop` asks it no longer."""

    then: Literal["go_on", "drop"]
    text: Words = ""
    obligation: Annotated[str, msgspec.Meta(max_length=40)] = ""


class WhyIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a document is put aside or taken up again."""

    reason: Reason


class LimitIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit's own figure for a stage; `amount` is 0 for same_day and half_day."""

    grade: Grade
    stage: Stage
    amount: Annotated[int, msgspec.Meta(ge=0, le=1440)]
    unit: LimitUnit


class LimitOut(msgspec.Struct, frozen=True):
    """The same, with the sentence it puts beside a limit."""

    grade: Grade
    stage: Stage
    amount: int
    unit: LimitUnit
    why: str


class UnitRulesIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a unit handles its documents; `limits` and `reviewer` left out stay as they are.

    `reviewer`: who reviews before the leaders are asked (办公室负责人审核), a post of the unit; empty: nobody.
    """

    clerk_hub: bool
    limits: Annotated[list[LimitIn], msgspec.Meta(max_length=60)] | None = None
    reviewer: Annotated[str, msgspec.Meta(max_length=80)] | None = None


class UnitRulesOut(msgspec.Struct, frozen=True):
    """The same, with the unit."""

    unit: UUID
    clerk_hub: bool
    limits: list[LimitOut]
    reviewer: str


class Pressed(msgspec.Struct, frozen=True):
    """Who was pressed, and about what."""

    names: list[str]


class ConclusionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The result (办理结果); `unfinished`: why it ends while units below are still at it."""

    result: Reason
    unfinished: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ReplyIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """答复: the words to the sender, the number of the letter that answers (答复文号), the letter itself, uploaded first.

    `unfinished`: why it is answered while units below are still at it.
    """

    text: Words
    reply_no: Annotated[str, msgspec.Meta(max_length=120)] = ""
    file: UUID | None = None
    unfinished: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ReplyDueIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the sender is owed a reply."""

    due: bool


class ReopeningIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an ended document is handled again (重新办理), and from which step: from 拟办, or only the result anew."""

    reason: Reason
    step: Literal["propose", "conclude"] = "propose"


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


class PhrasesOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's quick phrases (常用语), in order."""

    items: Annotated[list[Phrase], msgspec.Meta(max_length=30)]


class Moved(msgspec.Struct, frozen=True):
    """Where the handling stands after an act."""

    id: UUID
    state: str
    state_code: str
    rev: int
