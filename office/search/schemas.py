"""What goes over the wire."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from office.kernel.text import VISIBLE


class SearchQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """What to find: words between blanks, all of which must be there; of one kind, between two days (both counted in)."""

    q: Annotated[str, Meta(min_length=1, max_length=60, pattern=VISIBLE)]
    kind: Annotated[str, Meta(max_length=40)] = ""
    since: date | None = None
    until: date | None = None
    cursor: Annotated[str, Meta(max_length=80)] = ""
    limit: Annotated[int, Meta(ge=1, le=50)] = 20


class Piece(Struct, frozen=True):
    """A part of an excerpt; `hit` is what was asked for."""

    text: str
    hit: bool


class Excerpt(Struct, frozen=True):
    """Where words were found (标题、文号、正文、意见…) and what stands around them."""

    where: str
    pieces: list[Piece]


class Hit(Struct, frozen=True, kw_only=True):
    """A thing that was found, as its reader may see it now."""

    ref: str
    label: str
    title: str
    state: str
    route: str
    at: datetime
    excerpts: list[Excerpt]


class SearchPage(Struct, frozen=True):
    """A page of what was found, newest first; `next` is the cursor of the page after. How many there are is not counted."""

    items: list[Hit]
    next: str | None
