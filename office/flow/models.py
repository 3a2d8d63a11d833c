"""Tables of running cases: the tree as one value, and the trail that replays to it."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import facts, identifier, instant


class FlowCase(Model):
    """A running case. `tree` is the encoded case; `about` what its to-dos say. The row is the lock of every flow verb."""

    id: Any = identifier()
    subject = fields.CharField(max_length=160)
    about: Any = facts()
    state = fields.CharField(max_length=12)
    revision = fields.IntField()
    tree = fields.TextField()
    opened_at: Any = instant()
    closed_at: Any = instant(null=True)

    class Meta:
        table = "flow_case"
        indexes = (("subject",), ("state", "opened_at"))


class FlowEntry(Model):
    """One accepted command of a case, in order; append-only."""

    id: Any = identifier()
    case_id = fields.UUIDField()
    n = fields.IntField()
    at: Any = instant()
    actor = fields.CharField(max_length=60)
    command = fields.TextField()

    class Meta:
        table = "flow_entry"
        unique_together = (("case_id", "n"),)
