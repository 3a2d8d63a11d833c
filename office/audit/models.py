"""The table of the trail. Rows are never updated or deleted; triggers of the database refuse it."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import facts, identifier, instant


class AuditEntry(Model):
    """One act. Names are copied as they were. `digest` is the SHA-256 of the row's canonical form (RFC 8785)."""

    id: Any = identifier()
    at: Any = instant()
    action = fields.CharField(max_length=80)
    subject = fields.CharField(max_length=160)
    outcome = fields.CharField(max_length=12, default="done")
    actor = fields.CharField(max_length=60)
    actor_name = fields.CharField(max_length=80, default="")
    post = fields.CharField(max_length=120, default="")
    on_behalf_of = fields.CharField(max_length=120, default="")
    session = fields.CharField(max_length=40, default="")
    device = fields.CharField(max_length=40, default="")
    address = fields.CharField(max_length=45, default="")
    request = fields.CharField(max_length=60, default="")
    facts: Any = facts()
    digest = fields.CharField(max_length=64)

    class Meta:
        table = "audit_entry"
        indexes = (("subject", "at"), ("actor", "at"), ("at",))
