"""Tables of numbering."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import identifier, instant

OPEN, ON_HOLD, CLOSED = "open", "on_hold", "closed"
USED, VOID, RESERVED = "used", "void", "reserved"
INCOMING, OUTGOING = "incoming", "outgoing"


class Series(Model):
    """One series: a unit's code (机关代字, or 收) in one year. `next` is the number to be given next.

    `claim` is unique where two units must not share a code and a year: for what we issue. NULL for incoming registers.
    """

    id: Any = identifier()
    unit: Any = fields.UUIDField()
    code = fields.CharField(max_length=20)
    year = fields.IntField()
    kind = fields.CharField(max_length=8)
    next = fields.IntField(default=1)
    state = fields.CharField(max_length=8, default=OPEN)
    reason = fields.CharField(max_length=200, default="")
    claim = fields.CharField(max_length=60, null=True, unique=True)
    created_at: Any = instant()

    class Meta:
        table = "numbering_series"
        unique_together = (("unit", "code", "year", "kind"),)


class Restored(Model):
    """A restore from backup in a year: a series of that year or before that is missing here may have begun after the backup."""

    id: Any = identifier()
    year = fields.IntField()
    reason = fields.CharField(max_length=200)
    at: Any = instant()

    class Meta:
        table = "numbering_restored"
        indexes = (("year",),)


class NumberRow(Model):
    """One number that was given, made void or reserved. Never deleted: the gap is explained by its row."""

    id: Any = identifier()
    series: Any = fields.UUIDField()
    n = fields.IntField()
    state = fields.CharField(max_length=8)
    subject = fields.CharField(max_length=160, default="")
    reason = fields.CharField(max_length=200, default="")
    taken_by = fields.CharField(max_length=60)
    taken_by_name = fields.CharField(max_length=80, default="")
    at: Any = instant()
    voided_by = fields.CharField(max_length=60, default="")
    voided_at: Any = instant(null=True)

    class Meta:
        table = "numbering_number"
        unique_together = (("series", "n"),)
        indexes = (("subject",),)
