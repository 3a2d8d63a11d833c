"""The table of the inbox."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import identifier, instant

OPEN, DONE, WITHDRAWN, TRANSFERRED = "open", "done", "withdrawn", "transferred"
HANDLE, READ, FOLLOW = "handle", "read", "follow"
GONE = "gone"


class Todo(Model):
    """A to-do (待办): what one person, or whoever holds one post, has to do about one thing.

    `lane` is where it is listed: its box while open, "done" when done, "gone" when withdrawn or transferred. `sort_key` orders
    a lane, ascending: open ones by urgency, then due moment; closed ones by closing moment, latest first. `open_key` is unique
    while open (kind, source and holder), NULL afterwards. `kind` ends the first index so that counts and pages of a delegate,
    who may see some kinds only, need no other. What a person did for a post is theirs (已办): then `holder` is the
    person and `post` the post it was asked of. `put_aside` is the summary of one whose thing is frozen (涉密核查).
    """

    id: Any = identifier()
    kind = fields.CharField(max_length=80)
    source = fields.CharField(max_length=160)
    holder_kind = fields.CharField(max_length=6)
    holder: Any = fields.UUIDField()
    post: Any = fields.UUIDField(null=True)
    box = fields.CharField(max_length=6)
    lane = fields.CharField(max_length=6)
    sort_key = fields.BigIntField()
    title = fields.CharField(max_length=300)
    summary = fields.CharField(max_length=300, default="")
    put_aside = fields.CharField(max_length=300, null=True)
    sender = fields.CharField(max_length=120, default="")
    urgency = fields.CharField(max_length=4, default="")
    due_at: Any = instant(null=True)
    due_why = fields.CharField(max_length=200, default="")
    route = fields.CharField(max_length=200)
    state = fields.CharField(max_length=11, default=OPEN)
    opened_at: Any = instant()
    first_seen_at: Any = instant(null=True)
    closed_at: Any = instant(null=True)
    closed_by = fields.CharField(max_length=60, default="")
    closed_by_name = fields.CharField(max_length=80, default="")
    reason = fields.CharField(max_length=200, default="")
    rev = fields.IntField(default=1)
    open_key = fields.CharField(max_length=300, null=True, unique=True)

    class Meta:
        table = "inbox_todo"
        indexes = (("holder", "lane", "sort_key", "id", "kind"), ("source", "kind"))
