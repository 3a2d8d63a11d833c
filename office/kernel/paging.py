"""A place in a list (翻页位置): what its last row is ordered by, as a text that the caller gives back unread."""

from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Any, TypeVar

import msgspec

from office.kernel.base64url import decode, encode
from office.kernel.refusal import Invalid

PAGE = 100
Row = TypeVar("Row")
Key = TypeVar("Key", bound=tuple[Any, ...])


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to go on: the `next` of the page before; from the beginning if empty."""

    cursor: Annotated[str, msgspec.Meta(max_length=1000)] = ""


def cut(rows: Sequence[Row], *by: str) -> tuple[list[Row], str | None]:
    """A page of at most 100 of the 101 rows read, and the cursor after it; None where nothing follows."""
    page = list(rows[:PAGE])
    return page, _told(page[-1], by) if len(rows) > PAGE else None


def _told(row: Any, by: Sequence[str]) -> str:
    read = row.get if isinstance(row, dict) else lambda name: getattr(row, name)
    return encode(msgspec.json.encode([read(name) for name in by]))


def place(cursor: str, kind: type[Key]) -> Key:
    """What a cursor says, as a tuple of this type. Refuses: Invalid http.bad_cursor for one that the list did not give."""
    try:
        told = decode(cursor)
        if b"\\u0000" in told:  # PostgreSQL keeps no NUL in text
            raise Invalid("http.bad_cursor")
        found: Key = msgspec.json.decode(told, type=kind)
    except (ValueError, msgspec.MsgspecError) as error:
        raise Invalid("http.bad_cursor") from error
    if not all(map(_is_ours, found)):
        raise Invalid("http.bad_cursor")
    return found


def _is_ours(part: object) -> bool:
    """A moment of ours has a zone, and is not at an end of the calendar, where another zone's would be out of it."""
    return not isinstance(part, datetime) or (part.tzinfo is not None and MINYEAR < part.year < MAXYEAR)
