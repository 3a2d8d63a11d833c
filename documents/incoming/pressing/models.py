"""The press log (催办记录)."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import identifier, instant


class Press(Model):
    """One person or unit pressed once (催办记录), append-only; names and words as they were.

    `step` is the obligation pressed about, or the handling below that was; `whom` is "person:…", "post:…" or "unit:…".
    `ground` says why the presser may: clerk, presser (催办人), leader, supervisor (督查), above (a unit that sent it here).
    """

    id: Any = identifier()
    handling_id = fields.UUIDField()
    step = fields.CharField(max_length=40)
    what = fields.CharField(max_length=40)
    whom = fields.CharField(max_length=60)
    whom_name = fields.CharField(max_length=200)
    by: Any = fields.UUIDField()
    by_name = fields.CharField(max_length=80)
    ground = fields.CharField(max_length=12)
    way = fields.CharField(max_length=4)
    words = fields.CharField(max_length=200, default="")
    at: Any = instant()

    class Meta:
        table = "documents_press"
        indexes = (("handling_id", "at"),)
