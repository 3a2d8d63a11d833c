"""Tables of the outbox."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import facts, instant

PENDING, DONE, PARKED, SKIPPED = "pending", "done", "parked", "skipped"


class RecordedEvent(Model):
    """A fact, as it was recorded. `seq` orders within a key only: numbers are given in one order and commit in another."""

    seq = fields.BigIntField(primary_key=True, generated=True)
    id = fields.UUIDField(unique=True)
    name = fields.CharField(max_length=80)
    version = fields.IntField()
    key = fields.CharField(max_length=160)
    payload: Any = facts()
    actor = fields.CharField(max_length=60)
    request = fields.CharField(max_length=60, default="")
    occurred_at: Any = instant()

    class Meta:
        table = "outbox_event"


class EventDelivery(Model):
    """One event for one handler. A worker outside a transaction holds it by `leased_until` of the database's clock."""

    id = fields.BigIntField(primary_key=True, generated=True)
    event_seq = fields.BigIntField()
    handler = fields.CharField(max_length=120)
    key = fields.CharField(max_length=160)
    state = fields.CharField(max_length=8, default=PENDING)
    attempts = fields.IntField(default=0)
    not_before: Any = instant()
    leased_until: Any = instant(null=True)
    done_at: Any = instant(null=True)
    last_error = fields.TextField(default="")

    class Meta:
        table = "outbox_delivery"
        unique_together = (("event_seq", "handler"),)
        indexes = (("state", "not_before"), ("handler", "key", "state", "event_seq"))


class JobSlot(Model):
    """The next slot of a scheduled job; a conditional update lets one process take it."""

    name = fields.CharField(max_length=120, primary_key=True)
    next_at: Any = instant()
    started_at: Any = instant(null=True)
    last_error = fields.TextField(default="")

    class Meta:
        table = "outbox_job"
