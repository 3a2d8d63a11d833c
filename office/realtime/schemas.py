"""Frames of the live socket, protocol 1, and its close codes. docs/subsystems/realtime.md tells them to writers of clients."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec

PROTOCOL = 1
HEARTBEAT = 25
MAX_FRAME = 4096

NO_PONG, GOING_AWAY, GAP, OLD_PROTOCOL, SLOW, MAX_AGE = 4000, 4001, 4002, 4003, 4008, 4010
MALFORMED, SESSION_ENDED, CUT_OFF = 4400, 4401, 4403
TRY_LATER, BROKEN = 1013, 1011

Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]


class Known(msgspec.Struct, frozen=True):
    """A position as the client writes it."""

    epoch: UUID
    seq: Seq


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """The client's first frame. `client` is its own name for itself, told in logs only."""

    protocol: int
    resume: Known | None = None
    client: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Resume(msgspec.Struct, frozen=True, tag_field="type", tag="resume"):
    """Go on from here: after a bootstrap, or when a beat shows that something is missing."""

    epoch: UUID
    seq: Seq


class Pong(msgspec.Struct, frozen=True, tag_field="type", tag="pong"):
    """The answer to a beat."""


class Spoken(msgspec.Struct, frozen=True):
    """What any version's hello has; told apart before the rest is understood."""

    type: str
    protocol: int = 0


Said = Hello | Resume | Pong
_said: msgspec.json.Decoder[Said] = msgspec.json.Decoder(Said)
_spoken = msgspec.json.Decoder(Spoken)


class Goodbye(Exception):
    """The connection ends with this code; `reason` is for logs, at most 123 bytes."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


def parse(text: str | None) -> Said:
    """A client's frame. Raises Goodbye 4400 for one that is binary, over 4 KiB or not of the protocol."""
    try:
        return _said.decode(_bounded(text))
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Goodbye(MALFORMED, "malformed frame") from error


def parse_hello(text: str | None) -> Hello:
    """The first frame. Raises Goodbye 4003 for another protocol, 4400 for what is no hello."""
    try:
        spoken = _spoken.decode(_bounded(text))
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Goodbye(MALFORMED, "malformed frame") from error
    if spoken.type == "hello" and spoken.protocol != PROTOCOL:
        raise Goodbye(OLD_PROTOCOL, f"this server speaks protocol {PROTOCOL}")
    said = parse(text)
    if not isinstance(said, Hello):
        raise Goodbye(MALFORMED, "hello comes first")
    return said


def _bounded(text: str | None) -> str:
    if text is None or len(text) > MAX_FRAME or len(text.encode()) > MAX_FRAME:
        raise Goodbye(MALFORMED, "frame too large, or not text")
    return text


def welcome(epoch: UUID, head: int, connection: str) -> str:
    """The resume is granted; what is missing follows. All that an idle reconnect costs."""
    return f'{{"type":"welcome","epoch":"{epoch}","head":{head},"connection":"{connection}","heartbeat":{HEARTBEAT}}}'


def reset(reason: str, retry_after: float) -> str:
    """Nothing is replayed: bootstrap after `retry_after` seconds, then send `resume`."""
    return f'{{"type":"reset","reason":"{reason}","retry_after":{retry_after:.1f}}}'


def beat(head: int) -> str:
    """The heartbeat; a client whose last seq is lower has missed something."""
    return f'{{"type":"beat","head":{head}}}'


def event_tail(name: str, rev: int | None, at: datetime, payload: str) -> str:
    """The part of an event's frame that is the same for every person told; `payload` is JSON text already."""
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f'"name":"{name}","rev":{"null" if rev is None else rev},"at":"{moment}","data":{payload}}}'


def event(seq: int, tail: str) -> str:
    """One entry of the log as a frame."""
    return f'{{"type":"event","seq":{seq},{tail}'
