"""Tables of the logs. Hot paths use raw SQL; these classes give the schema."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import instant


class RealtimeStream(Model):
    """One person's log: entries `floor + 1 … head` exist without a gap. A new `epoch` makes all known positions void."""

    person: Any = fields.UUIDField(primary_key=True)
    epoch: Any = fields.UUIDField()
    head = fields.BigIntField(default=0)
    floor = fields.BigIntField(default=0)

    class Meta:
        table = "realtime_stream"


class RealtimeItem(Model):
    """What is told, stored once however many persons are told. `payload` is JSON text, sent as it is.

    `source` is the thing it is about, "kind:id"; it is how content is taken back.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    source = fields.CharField(max_length=160, default="")
    name = fields.CharField(max_length=80)
    rev = fields.BigIntField(null=True)
    payload = fields.TextField()
    at: Any = instant()

    class Meta:
        table = "realtime_item"
        indexes = (("source",), ("at",))


class RealtimeEntry(Model):
    """One line of a person's log: slim, for there is one per recipient."""

    id = fields.BigIntField(primary_key=True, generated=True)
    person: Any = fields.UUIDField()
    seq = fields.BigIntField()
    item = fields.BigIntField()

    class Meta:
        table = "realtime_entry"
        unique_together = (("person", "seq"),)
        indexes = (("item",),)
