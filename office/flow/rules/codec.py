"""Cases and trails as JSON text, with a format number; what is not understood is refused, never guessed."""

from typing import Final, TypeVar

import msgspec

from office.flow.rules.commands import Entry
from office.flow.rules.model import Case
from office.kernel.refusal import Invalid

T = TypeVar("T")
FORMAT: Final = 1
_CASE: Final = msgspec.json.Decoder(Case)
_TRAIL: Final = msgspec.json.Decoder(list[Entry])


def encode(case: Case) -> bytes:
    """The case as UTF-8 JSON; fields at their default are left out."""
    return msgspec.json.encode(case)


def decode(data: bytes) -> Case:
    """The case again. Refuses Invalid: `flow.unreadable`, or `flow.unknown_format` where a newer program wrote it."""
    case = _read(_CASE, data)
    if case.format != FORMAT:
        raise Invalid("flow.unknown_format", format=case.format)
    return case


def encode_trail(trail: list[Entry]) -> bytes:
    """The trail as UTF-8 JSON, tagged by verb."""
    return msgspec.json.encode(trail)


def decode_trail(data: bytes) -> list[Entry]:
    """The trail again; Invalid("flow.unreadable") otherwise."""
    return _read(_TRAIL, data)


def _read(decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as wrong:
        raise Invalid("flow.unreadable") from wrong
