"""What the pool and a worker say to each other: frames of a four-byte big-endian length and a MessagePack body."""

import os
import struct
from datetime import datetime
from typing import BinaryIO

import msgspec

from office.files.bounds import Bounds
from office.files.rendering.shapes import Details, Inspection, PageText, Rendition
from office.files.seals.shapes import Trust, Verdict
from office.secrecy.shapes import Looked

LENGTH = struct.Struct(">I")
MAX_FRAME = 512 * 1024 * 1024


class Job(msgspec.Struct, frozen=True):
    """One question. `key` names the document; `path` or `data` says where it is, neither when the worker has it open.

    `sealed`: the key of the encrypted file at `path`, and how many bytes are in it.
    To verify, `trust` and `now` come with it: a worker has no folder and no clock of its own to go by.
    `count`: how many pages, from `page` on, are looked over.
    """

    op: str
    key: str
    path: str | None = None
    data: bytes | None = None
    sealed: tuple[bytes, int] | None = None
    page: int = 0
    width: int = 0
    count: int = 0
    seconds: int = 20
    trust: Trust | None = None
    now: datetime | None = None


class Inspected(msgspec.Struct, frozen=True, tag="inspected"):
    """Answer to `inspect`."""

    value: Inspection


class Rendered(msgspec.Struct, frozen=True, tag="rendered"):
    """Answer to `render`."""

    value: Rendition


class Read(msgspec.Struct, frozen=True, tag="read"):
    """Answer to `text`."""

    value: PageText


class Told(msgspec.Struct, frozen=True, tag="told"):
    """Answer to `details`."""

    value: Details


class Printed(msgspec.Struct, frozen=True, tag="printed"):
    """Answer to `pdf`: a whole PDF."""

    value: bytes


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Answer to `ready`: an Office file that leads nowhere outside itself; `lacks`: something of it was taken out."""

    value: bytes
    lacks: bool


class Verified(msgspec.Struct, frozen=True, tag="verified"):
    """Answer to `verify`."""

    value: tuple[Verdict, ...]


class LookedOver(msgspec.Struct, frozen=True, tag="looked"):
    """Answer to `look`: the rules that fired, never the words."""

    value: Looked


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """A refusal: its HTTP status, code and facts. `final`: the worker ends after saying so."""

    status: int
    code: str
    facts: dict[str, int | str]
    final: bool = False


class Settings(msgspec.Struct, frozen=True):
    """First frame to a worker."""

    bounds: Bounds
    memory: int
    font_dirs: tuple[str, ...]


Answer = Inspected | Rendered | Read | Told | Printed | Ready | Verified | LookedOver | Refused

encode = msgspec.msgpack.Encoder().encode
decode_job = msgspec.msgpack.Decoder(Job).decode
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
decode_answer = _answers.decode
decode_settings = msgspec.msgpack.Decoder(Settings).decode


def framed(body: bytes) -> bytes:
    """A body with its length before it."""
    return LENGTH.pack(len(body)) + body


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next body, or None at the end of the stream or when the length is out of bounds."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    if length > MAX_FRAME:
        return None
    body = stream.read(length)
    return body if len(body) == length else None


def private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Our two pipes under other numbers: what a library prints must not land between frames."""
    inward, outward = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return inward, outward
