"""Tables of resumable uploads: how far each has come. The bytes, the name they came under and the key lie in intake."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import identifier, instant

OPEN, ACCEPTED, REFUSED, EXPIRED, TERMINATED = "open", "accepted", "refused", "expired", "terminated"


class ResumableUpload(Model):
    """One upload of `owner`. `promised` of its `length` bytes are on the disk; they take `stored` bytes there, encrypted.

    `state`: open, accepted (then `file_id`, and `metadata` as it was sent), refused (then `code`), expired or terminated. Of
    one that is over only this row is left, for two days, so that its sender is told how it ended.
    """

    id: Any = identifier()
    owner = fields.CharField(max_length=60)
    length = fields.BigIntField()
    promised = fields.BigIntField(default=0)
    stored = fields.BigIntField(default=0)
    state = fields.CharField(max_length=12, default=OPEN)
    code = fields.CharField(max_length=80, default="")
    metadata = fields.TextField(default="")
    file_id: Any = fields.UUIDField(null=True)
    created_at: Any = instant()
    expires_at: Any = instant()
    ended_at: Any = instant(null=True)

    class Meta:
        table = "files_upload"
        indexes = (("state", "expires_at"), ("owner", "state"), ("ended_at",))
