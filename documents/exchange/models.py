"""Tables of the exchange."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import facts, identifier, instant


class Source(Model):
    """A source system (来源系统) and the one client that pushes for it today; a client registered anew takes it over."""

    source = fields.CharField(max_length=60, primary_key=True)
    client_id = fields.UUIDField()
    since: Any = instant()

    class Meta:
        table = "exchange_source"


class Push(Model):
    """One accepted push. The key (source, source id, version) is unique, so five times the same is once."""

    id: Any = identifier()
    key = fields.CharField(max_length=64, unique=True)
    client_id = fields.UUIDField()
    source = fields.CharField(max_length=60)
    source_id = fields.CharField(max_length=120)
    version = fields.IntField()
    fingerprint = fields.CharField(max_length=64)
    document_id = fields.UUIDField()
    state = fields.CharField(max_length=12)
    receipt: Any = facts()
    at: Any = instant()

    class Meta:
        table = "exchange_push"
        indexes = (("document_id", "version"),)


class Addressee(Model):
    """A code that a push named, and the handling it came to: the heir's where the unit has ended (撤并).

    Two codes may come to one handling, and one unit may keep handlings that came to several: states are told per row.
    """

    id: Any = identifier()
    handling_id = fields.UUIDField()
    recipient = fields.CharField(max_length=18)

    class Meta:
        table = "exchange_addressee"
        unique_together = (("handling_id", "recipient"),)


class StateLog(Model):
    """The head of a client's log of states; its row lock makes the numbers contiguous in commit order."""

    client_id = fields.UUIDField(primary_key=True)
    head = fields.BigIntField(default=0)

    class Meta:
        table = "exchange_log"


class StateEntry(Model):
    """One state told to a client: `seq` without gaps, read from any position. `recipient` is the code the sender named;
    a correction is of the whole document and has neither that nor a handling."""

    id: Any = identifier()
    client_id = fields.UUIDField()
    seq = fields.BigIntField()
    type = fields.CharField(max_length=40)
    document_id = fields.UUIDField()
    source_id = fields.CharField(max_length=120)
    version = fields.IntField()
    handling_id: Any = fields.UUIDField(null=True)
    recipient = fields.CharField(max_length=18)
    state = fields.CharField(max_length=20)
    detail: Any = facts(default=dict)
    at: Any = instant()

    class Meta:
        table = "exchange_state"
        unique_together = (("client_id", "seq"),)
        indexes = (("handling_id", "recipient", "seq"),)


class Webhook(Model):
    """Where a client wants states sent. `secret` signs each delivery (Standard Webhooks), as do `old_secrets`, {secret, until},
    until then. `enabled_at`: since when it is sent to; ended ones may be resumed.
    """

    id: Any = identifier()
    client_id = fields.UUIDField()
    url = fields.CharField(max_length=500)
    types: Any = facts(default=list)
    secret = fields.CharField(max_length=80)
    old_secrets: Any = facts(default=list)
    enabled_at: Any = instant()
    disabled_at: Any = instant(null=True)
    last_status = fields.CharField(max_length=120, default="")
    created_at: Any = instant()

    class Meta:
        table = "exchange_webhook"
        indexes = (("client_id",),)
