"""Tables of incoming documents: one identity per document, one handling per unit."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import facts, identifier, instant


class Document(Model):
    """A document's identity (公文). What it says now is its current version's; copies here serve lists."""

    id: Any = identifier()
    source_key: Any = fields.CharField(max_length=200, null=True, unique=True)
    origin = fields.CharField(max_length=12)
    version = fields.IntField(default=1)
    title = fields.CharField(max_length=400)
    doc_no = fields.CharField(max_length=120, default="")
    issuer = fields.CharField(max_length=200, default="")
    doc_date: Any = fields.DateField(null=True)
    doc_type = fields.CharField(max_length=20, default="")
    urgency = fields.CharField(max_length=4, default="")
    main_to: Any = facts(default=list)
    signer = fields.CharField(max_length=200, default="")
    frozen = fields.BooleanField(default=False)
    created_at: Any = instant()

    class Meta:
        table = "documents_document"


class DocumentVersion(Model):
    """One version as it came, kept for ever. `state`: current, or superseded by a higher one, whichever came first.

    `rendition` is the digest of its files in order: what a signature names. `files` lists {file, role, digest}.
    """

    id: Any = identifier()
    document_id = fields.UUIDField()
    version = fields.IntField()
    state = fields.CharField(max_length=12)
    fingerprint = fields.CharField(max_length=64)
    rendition = fields.CharField(max_length=64)
    metadata: Any = facts(default=dict)
    files: Any = facts(default=list)
    received_at: Any = instant()

    class Meta:
        table = "documents_version"
        unique_together = (("document_id", "version"),)
        indexes = (("rendition",),)


class Handling(Model):
    """One unit's handling (办理) of a document: its register number, flow, opinions and deadline, visible in that unit only.

    `addressed_to` is the unit the document came to; `unit_id` the one whose affair it is now, another after a merger (撤并).

    `presser` is who presses it (催办人) where the clerk named one, "person:…" or "post:…". `direct`: it came from outside, not
    only from a unit above; whoever pushed it is told its states. `withheld`: recalled, or sent back as classified (涉密误投);
    its files are neither shown nor served in this unit any more. `asked` are the limits stated for it (来文要求, 拟办要求,
    领导要求), {of, source, at}; `due_at` is the one that holds, by the rule `due_why`; rules count `counted_from` registration,
    or from when an ended document was taken up again (重新办理).
    While it is `frozen` (涉密核查) nobody sees it at all.
    What the register (收文登记簿) says stands here as this unit's clerk confirmed it; until then as the document came.
    `doc_no_key` is the number as compared. `register_void` is why the register number was made void (废号).
    At `remind_at` the presser is told what is late; `reminded` are the limits they were told of.
    """

    id: Any = identifier()
    document_id = fields.UUIDField()
    version = fields.IntField()
    addressed_to = fields.UUIDField()
    unit_id = fields.UUIDField()
    case_id = fields.UUIDField()
    clerk_post = fields.UUIDField()
    presser = fields.CharField(max_length=60, default="")
    state = fields.CharField(max_length=20)
    kind = fields.CharField(max_length=12, default="")
    title = fields.CharField(max_length=400)
    doc_no = fields.CharField(max_length=120, default="")
    issuer = fields.CharField(max_length=200, default="")
    urgency = fields.CharField(max_length=4, default="")
    doc_date: Any = fields.DateField(null=True)
    sender = fields.CharField(max_length=200, default="")
    direct = fields.BooleanField(default=True)
    register_no: Any = fields.CharField(max_length=60, null=True)
    register_void = fields.CharField(max_length=200, default="")
    register_year: Any = fields.IntField(null=True)
    register_n: Any = fields.IntField(null=True)
    due_at: Any = instant(null=True)
    due_why = fields.CharField(max_length=200, default="")
    asked: Any = facts(default=list)
    counted_from: Any = instant(null=True)
    received_at: Any = instant()
    signed_for_at: Any = instant(null=True)
    registered_at: Any = instant(null=True)
    closed_at: Any = instant(null=True)
    result = fields.TextField(default="")
    reply = fields.TextField(default="")
    reply_no = fields.CharField(max_length=120, default="")
    reply_file: Any = fields.UUIDField(null=True)
    replied_at: Any = instant(null=True)
    withheld = fields.BooleanField(default=False)
    frozen = fields.BooleanField(default=False)
    doc_no_key = fields.CharField(max_length=120, default="")
    doc_type = fields.CharField(max_length=20, default="")
    main_to: Any = facts(default=list)
    signer = fields.CharField(max_length=200, default="")
    duplicate_of: Any = fields.UUIDField(null=True)
    channel = fields.CharField(max_length=12, default="")
    copies = fields.IntField(default=1)
    copy_no = fields.CharField(max_length=40, default="")
    attachments: Any = fields.IntField(null=True)
    registrar = fields.CharField(max_length=80, default="")
    remark = fields.CharField(max_length=400, default="")
    check_passed: Any = fields.BooleanField(null=True)
    rev = fields.IntField(default=1)
    remind_at: Any = instant(null=True)
    reminded: Any = facts(default=list)

    class Meta:
        table = "documents_handling"
        unique_together = (("document_id", "addressed_to"),)
        indexes = (
            ("unit_id", "received_at", "id"),
            ("unit_id", "state", "received_at"),
            ("unit_id", "register_year", "register_n"),
            ("unit_id", "doc_no_key"),
            ("unit_id", "closed_at", "received_at"),
            ("case_id",),
            ("remind_at",),
        )


class StepRecord(Model):
    """What a step of the clerk's was (办理环节记录): 签收, 登记, 初审, 退文, 更正登记; append-only, names as they were.

    It stays when the document comes again: `case_id` says in which round it was. `code` is the reason of a 退文, the condition
    at a 签收, pass or fail of a 初审, the number of a 登记; `words` the reason or note; `facts` the rest, by step.
    """

    id: Any = identifier()
    handling_id = fields.UUIDField()
    case_id = fields.UUIDField()
    step = fields.CharField(max_length=12)
    code = fields.CharField(max_length=60, default="")
    words = fields.TextField(default="")
    facts: Any = facts(default=dict)
    person_id = fields.UUIDField()
    person_name = fields.CharField(max_length=80)
    post_title = fields.CharField(max_length=120, default="")
    on_behalf_of = fields.CharField(max_length=80, default="")
    at: Any = instant()

    class Meta:
        table = "documents_step"
        indexes = (("handling_id", "at"),)


class Sending(Model):
    """One sending down (下发) from a unit's handling, `parent_id`, to another's, `child_id`: as what, in whose words.

    `sent_by` is the obligation above whose act did it, so that taking that act back takes back what it sent and nothing else.
    `version` is the one the words were said on, whatever version went down with them.
    `ended` is the state in which the handling below was over after it, and stays when that one is handled again; empty while
    it is waited for, "let_go" where the clerk above gave up waiting. `before` is how a concluded handling stood that this
    sending set going again (`actions/again.py`).
    """

    id: Any = identifier()
    parent_id = fields.UUIDField()
    child_id = fields.UUIDField()
    sent_by = fields.CharField(max_length=40)
    sender = fields.CharField(max_length=200)
    role = fields.CharField(max_length=8)
    words = fields.TextField()
    version = fields.IntField()
    at: Any = instant()
    withdrawn_at: Any = instant(null=True)
    ended = fields.CharField(max_length=20, default="")
    before: Any = facts(null=True)

    class Meta:
        table = "documents_sending"
        indexes = (("parent_id", "at"), ("child_id", "at"))


class Participant(Model):
    """Someone, or a post, that had a part in a handling, and so may read it."""

    id: Any = identifier()
    handling_id = fields.UUIDField()
    holder = fields.UUIDField()

    class Meta:
        table = "documents_participant"
        unique_together = (("handling_id", "holder"),)
        indexes = (("holder", "handling_id"),)


class Opinion(Model):
    """An opinion (意见), verbatim. What it does is kept apart from it. Copied names stay as they were.

    `manner` is own, delegated, dictated (代录) or paper (纸质补录). Of the last two: who entered it, from what
    (电话, 口头, 纸质), the scan, when it was decided as far as that was said, and when the person confirmed it (补确认).
    """

    id: Any = identifier()
    handling_id = fields.UUIDField()
    obligation = fields.CharField(max_length=40)
    act = fields.CharField(max_length=16)
    text = fields.TextField()
    person_id = fields.UUIDField()
    person_name = fields.CharField(max_length=80)
    post_id: Any = fields.UUIDField(null=True)
    post_title = fields.CharField(max_length=120, default="")
    place = fields.CharField(max_length=200, default="")
    rank_no = fields.IntField(default=9999)
    on_behalf_of = fields.CharField(max_length=80, default="")
    manner = fields.CharField(max_length=12, default="own")
    entered_by: Any = fields.UUIDField(null=True)
    entered_by_name = fields.CharField(max_length=80, default="")
    entered_from = fields.CharField(max_length=8, default="")
    scan_id: Any = fields.UUIDField(null=True)
    decided_at: Any = instant(null=True)
    confirmed_at: Any = instant(null=True)
    signature_id: Any = fields.UUIDField(null=True)
    version = fields.IntField()
    action: Any = facts(default=dict)
    at: Any = instant()
    withdrawn_at: Any = instant(null=True)

    class Meta:
        table = "documents_opinion"
        indexes = (("handling_id", "at"), ("signature_id",))


class UnitRules(Model):
    """How a unit handles its documents. `clerk_hub`: what a leader sends on waits for the clerk's word (以文书为中心).

    `limits` are its own figures for time limits (本单位规定), {grade, stage, amount, unit}. `reviewer`: who reviews first.
    """

    unit_id = fields.UUIDField(primary_key=True)
    clerk_hub = fields.BooleanField(default=False)
    limits: Any = facts(default=list)
    reviewer = fields.CharField(max_length=60, default="")

    class Meta:
        table = "documents_unit_rules"


class Phrases(Model):
    """A person's own quick phrases (常用语)."""

    person_id = fields.UUIDField(primary_key=True)
    items: Any = facts(default=list)

    class Meta:
        table = "documents_phrases"
