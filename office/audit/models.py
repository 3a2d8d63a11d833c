"""The table of the trail. Rows are never updated or deleted; triggers of the database refuse it."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import facts, identifier, instant


class AuditEntry(Model):
    """One act. Names are copied as they were; `unit` is the id of the unit of `post`. `digest` is the SHA-256 of the row's
    canonical form (RFC 8785), `mac` this house's mark on it (`office/audit/keys.py`)."""

    id: Any = identifier()
    at: Any = instant()
    action = fields.CharField(max_length=80)
    subject = fields.CharField(max_length=160)
    outcome = fields.CharField(max_length=12, default="done")
    actor = fields.CharField(max_length=60)
    actor_name = fields.CharField(max_length=80, default="")
    post = fields.CharField(max_length=120, default="")
    unit = fields.CharField(max_length=36, default="")
    on_behalf_of = fields.CharField(max_length=120, default="")
    session = fields.CharField(max_length=40, default="")
    device = fields.CharField(max_length=40, default="")
    address = fields.CharField(max_length=45, default="")
    request = fields.CharField(max_length=60, default="")
    facts: Any = facts()
    digest = fields.CharField(max_length=64)
    mac = fields.CharField(max_length=64)

    class Meta:
        table = "audit_entry"
        indexes = (("subject", "at"), ("actor_name", "at"), ("unit", "at"), ("action", "at"), ("outcome", "at"), ("at",))


class AuditDaily(Model):
    """That somebody did something to something today, so that it leaves one row a day; dropped when the day is over."""

    id: Any = fields.BigIntField(primary_key=True)
    day = fields.DateField()
    actor = fields.CharField(max_length=60)
    action = fields.CharField(max_length=80)
    subject = fields.CharField(max_length=160)
    outcome = fields.CharField(max_length=12)
    device = fields.CharField(max_length=40, default="")

    class Meta:
        table = "audit_daily"
        unique_together = (("day", "actor", "action", "subject", "outcome", "device"),)


class AuditPending(Model):
    """A row not sealed yet. A trigger of the database puts it here with the row itself; the sealing takes it out."""

    entry: Any = fields.UUIDField(primary_key=True)

    class Meta:
        table = "audit_pending"


class AuditLeaf(Model):
    """The place of a sealed row in the tree, from 0, and the digest it was sealed with."""

    position: Any = fields.BigIntField(primary_key=True, generated=False)
    entry: Any = fields.UUIDField(unique=True)
    digest = fields.CharField(max_length=64)

    class Meta:
        table = "audit_leaf"


class AuditSubtree(Model):
    """The hash of a whole subtree of 256^level leaves, the `number`th of its level: what a proof needs without reading all."""

    id: Any = fields.BigIntField(primary_key=True)
    level = fields.SmallIntField()
    number = fields.BigIntField()
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "audit_subtree"
        unique_together = (("level", "number"),)


class AuditBatch(Model):
    """A sealed batch: the tree's size and root after it, the digest of the head before, and the server's signature on the head.

    `number` counts from 1 without gaps.
    """

    number: Any = fields.IntField(primary_key=True, generated=False)
    size = fields.BigIntField()
    root = fields.CharField(max_length=64)
    previous = fields.CharField(max_length=64)
    sealed_at: Any = instant()
    server_key = fields.CharField(max_length=16)
    signature = fields.BinaryField()

    class Meta:
        table = "audit_batch"


class AuditCheck(Model):
    """A reading of the whole trail by the house itself (`checking.py`): how far it is, and what it found."""

    id: Any = fields.BigIntField(primary_key=True)
    begun_at: Any = instant()
    ended_at: Any = instant(null=True)
    rows = fields.BigIntField(default=0)
    place: Any = facts()
    findings: Any = facts()

    class Meta:
        table = "audit_check"
        indexes = (("ended_at",),)
