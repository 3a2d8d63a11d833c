"""The table of sealed papers."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import identifier, instant


class FinalSeal(Model):
    """The sealed whole (归档版式文件) of a handling, once for each time it was closed.

    `sha256` and `sm3` are of the sealed file's bytes, hex. `certificate` is the PAdES signer's (DER); `test`: it has no legal
    force. `sm2_signature` (DER) is over the 32 bytes of the SM3, by `sm2_key` (an uncompressed point). `absent`: the numbers of
    characters that no font had, as they stand on the paper in place of these; "" for none.
    """

    id: Any = identifier()
    handling_id = fields.UUIDField()
    closed_at: Any = instant()
    file_id = fields.UUIDField()
    sha256 = fields.CharField(max_length=64)
    sm3 = fields.CharField(max_length=64)
    size = fields.BigIntField()
    pages = fields.IntField()
    signer = fields.CharField(max_length=200)
    test = fields.BooleanField()
    certificate: Any = fields.BinaryField()
    sm2_key: Any = fields.BinaryField(null=True)
    sm2_signature: Any = fields.BinaryField(null=True)
    sealed_at: Any = instant()
    absent = fields.CharField(max_length=200, default="")

    class Meta:
        table = "documents_final_seal"
        unique_together = (("handling_id", "closed_at"),)
