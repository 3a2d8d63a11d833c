"""Tables of files: bytes once by digest, files that people named, and the references that keep them."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import facts, identifier, instant


class Blob(Model):
    """Accepted bytes, by SHA-256 (hex). `warnings` are page warnings to show, `signatures` how many seals it lists.

    While `frozen` (涉密核查) nobody reads them, under whatever name they came, and they are not taken in again.
    """

    digest = fields.CharField(max_length=64, primary_key=True)
    size = fields.BigIntField()
    media_type = fields.CharField(max_length=80)
    pages = fields.IntField()
    signatures = fields.IntField(default=0)
    warnings: Any = facts(default=list)
    stored_at: Any = instant()
    frozen = fields.BooleanField(default=False)

    class Meta:
        table = "files_blob"


class File(Model):
    """A file as someone uploaded it: a name for a blob. It is the uploader's alone until something refers to it.

    At `look_at` the sweeper looks whether anything does; None while it need not look. While `frozen` (涉密核查) nobody
    reads it.
    """

    id: Any = identifier()
    digest = fields.CharField(max_length=64)
    name = fields.CharField(max_length=200)
    uploaded_by = fields.CharField(max_length=60)
    uploaded_at: Any = instant()
    look_at: Any = instant(null=True)
    frozen = fields.BooleanField(default=False)

    class Meta:
        table = "files_file"
        indexes = (("digest",), ("uploaded_by", "uploaded_at"), ("look_at",))


class FileReference(Model):
    """Something that needs a file: it lives while one names it. `owner` is a reference "kind:id"; who may see that may read."""

    id: Any = identifier()
    file_id = fields.UUIDField()
    owner = fields.CharField(max_length=160)
    until: Any = instant(null=True)
    hold = fields.BooleanField(default=False)

    class Meta:
        table = "files_reference"
        unique_together = (("file_id", "owner"),)
        indexes = (("owner",),)
