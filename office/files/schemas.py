"""What goes over the wire about files."""

from typing import Annotated
from uuid import UUID

import msgspec


class FileOut(msgspec.Struct, frozen=True):
    """A file: size in bytes; `widths` in pixels, in which pages are offered; `warnings` in Chinese."""

    id: UUID
    name: str
    role: str
    media_type: str
    size: int
    pages: int
    digest: str
    widths: list[int]
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


class FileSignatureOut(msgspec.Struct, frozen=True):
    """A signature that a file lists; not verified here. `pages` from 1."""

    kind: str
    provider: str
    signed_at: str
    pages: list[int]


class DetailsAnswer(msgspec.Struct, frozen=True):
    """What a file says about itself, as told and unchecked: document information, custom tags (自定义标引), attachments,
    signatures."""

    info: list[DetailOut]
    tags: list[DetailOut]
    attachments: list[AttachmentOut]
    signatures: list[FileSignatureOut]


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
