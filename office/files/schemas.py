"""What goes over the wire about files."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec


class FileOut(msgspec.Struct, frozen=True):
    """A file: size in bytes; `widths` in pixels, in which pages are offered; `warnings` in Chinese.

    `signatures`: how many seals and signatures it lists; the verdicts on them stand in its details.
    """

    id: UUID
    name: str
    role: str
    media_type: str
    size: int
    pages: int
    digest: str
    widths: list[int]
    signatures: int = 0
    warnings: list[str] = []


class FileAnswer(msgspec.Struct, frozen=True):
    """One file."""

    file: FileOut


class DetailOut(msgspec.Struct, frozen=True):
    """Something a file says about itself."""

    name: str
    value: str


class AttachmentOut(msgspec.Struct, frozen=True):
    """An attachment inside a file; bytes, -1 where it is missing."""

    name: str
    format: str
    size: int


class SealCheckOut(msgspec.Struct, frozen=True):
    """One check of a seal or signature: V1 to V12 (OFD) or P1 to P6 (PDF).

    `result`: good, bad, unsure, note (told only) or none (nothing to check). `reason` is its code, `text` Chinese.
    """

    check: str
    result: str
    reason: str
    text: str


class FileSignatureOut(msgspec.Struct, frozen=True):
    """A seal or signature in a file, with the verdict on it.

    `outcome`: valid, invalid or unsure; `verdict` the same in Chinese (有效, 无效, 无法确认). `name`: the seal's, else the
    signer's; `signed_at` as the signature says; `pages` from 1.
    """

    kind: str
    name: str
    signer: str
    provider: str
    signed_at: datetime | None
    pages: list[int]
    outcome: str
    verdict: str
    checks: list[SealCheckOut]


class DetailsAnswer(msgspec.Struct, frozen=True):
    """What a file says about itself: document information, custom tags (自定义标引), attachments, as told and unchecked.

    Its seals and signatures are verified: at `checked_at`, held against the state of the trust folder that `trust` names.
    """

    info: list[DetailOut]
    tags: list[DetailOut]
    attachments: list[AttachmentOut]
    signatures: list[FileSignatureOut]
    checked_at: datetime | None = None
    trust: str = ""


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which width, in pixels."""

    width: Annotated[int, msgspec.Meta(ge=1, le=5000)] = 540


class TextQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page, from 1."""

    page: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1


class TextOut(msgspec.Struct, frozen=True):
    """The text layer of a page, and in Chinese why its picture may not look as its author saw it."""

    text: str
    warnings: list[str] = []
