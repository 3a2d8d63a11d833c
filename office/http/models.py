"""Answers kept under their Idempotency-Key."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import facts, instant


class KeptAnswer(Model):
    """The answer to an act, so that a retry gets the same. `id` is the SHA-256 of caller and key."""

    id = fields.CharField(max_length=64, primary_key=True)
    fingerprint = fields.CharField(max_length=64)
    status = fields.IntField(default=0)
    headers: Any = facts(default=dict)
    body = fields.BinaryField(default=b"")
    at: Any = instant()

    class Meta:
        table = "http_kept_answer"
        indexes = (("at",),)
