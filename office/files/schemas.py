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
