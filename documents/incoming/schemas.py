"""What is done with incoming documents, as it goes over the wire, and the fields that several inputs have."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from office.kernel.text import EMPTY_OR_VISIBLE, ONE_LINE, VISIBLE

Text = Annotated[str, msgspec.Meta(max_length=400)]
Words = Annotated[str, msgspec.Meta(max_length=2000, pattern=EMPTY_OR_VISIBLE)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=VISIBLE)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=400, pattern=ONE_LINE)]
Ref = Annotated[str, msgspec.Meta(min_length=3, max_length=80, pattern=VISIBLE)]
Phrase = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=VISIBLE)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Urgency = Literal["", "特提", "特急", "加急", "平急"]


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


class UnsureOut(msgspec.Struct, frozen=True):
    """A name in the words that nobody answers to, or several do: `told` says which. `choices`: whom it may mean, the nearest
    first."""

    said: str
    told: str
    choices: list[SendingOut]


class Derivation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The proposed act, a sentence that says what will happen, and of it what the flow does `next`.

    `unsure`: names that were not understood, for a person to choose. `later`: whom the words send to once a superior decided.
    """

    action: ActionOut
    explanation: str
    next: str = ""
    unsure: list[UnsureOut] = []
    later: list[SendingOut] = []


class ReasonIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why. `to` names an earlier obligation for a return; the clerk otherwise."""

    reason: Reason
    to: Annotated[str, msgspec.Meta(max_length=40)] = ""


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
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
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


class PhrasesOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's quick phrases (常用语), in order."""

    items: Annotated[list[Phrase], msgspec.Meta(max_length=30)]


class Moved(msgspec.Struct, frozen=True):
    """Where the handling stands after an act."""

    id: UUID
    state: str
    state_code: str
    rev: int
