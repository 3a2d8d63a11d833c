"""The table of signatures."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import identifier, instant

HELD, EFFECTIVE, WITHDRAWN, PENDING_CLERK, REFUSED = "held", "effective", "withdrawn", "pending_clerk", "refused"
TAKEN_BACK = "taken_back"


class Signature(Model):
    """One statement with its proofs. Three times are kept: the ticket's, the device's (claimed), the arrival.

    Withdrawn in its thirty seconds it never did anything; taken back (撤回) later, it did, until `taken_back_at`.
    `open_key` is the step while the signature is held or effective, so the database lets one person sign a step.
    """

    id: Any = identifier()
    subject = fields.CharField(max_length=160)
    step = fields.CharField(max_length=80)
    revision = fields.IntField()
    open_key: Any = fields.CharField(max_length=100, null=True, unique=True)
    nonce = fields.UUIDField(unique=True)
    person = fields.UUIDField()
    person_name = fields.CharField(max_length=80)
    post: Any = fields.UUIDField(null=True)
    on_behalf_of: Any = fields.UUIDField(null=True)
    state = fields.CharField(max_length=14)
    reason = fields.CharField(max_length=200, default="")
    statement = fields.TextField()
    signature: Any = fields.BinaryField(null=True)
    strokes: Any = fields.BinaryField(null=True)
    device: Any = fields.UUIDField(null=True)
    public_key: Any = fields.BinaryField(null=True)
    countersignature = fields.BinaryField()
    server_key = fields.CharField(max_length=16)
    ticket_at: Any = instant()
    device_at: Any = instant()
    arrived_at: Any = instant()
    held_until: Any = instant()
    effective_at: Any = instant(null=True)
    taken_back_at: Any = instant(null=True)

    class Meta:
        table = "signing_signature"
        indexes = (("subject", "arrived_at"), ("person", "arrived_at"))
