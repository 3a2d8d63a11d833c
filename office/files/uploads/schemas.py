"""What goes over the wire about uploads, beside the headers of tus."""

from datetime import datetime
from uuid import UUID

import msgspec

from office.files.schemas import FileOut


class UploadOut(msgspec.Struct, frozen=True):
    """An upload: open, accepted (then `file`), refused (then `code` and `reason` in Chinese), expired or terminated. Bytes."""

    id: UUID
    state: str
    length: int
    offset: int
    expires_at: datetime
    file: FileOut | None = None
    code: str = ""
    reason: str = ""


class UploadAnswer(msgspec.Struct, frozen=True):
    """One upload."""

    upload: UploadOut
