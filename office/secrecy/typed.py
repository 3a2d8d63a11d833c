"""What people type is checked as files are: titles, remarks, opinions, wherever they stand in an input."""

from office.kernel.text import leaves_of
from office.secrecy.rules import of_name, of_words
from office.secrecy.shapes import Rule
from office.secrecy.stopped import Stopped

#: 密级和保密期限 (GB/T 33480-2016, 4.4).
SECURITY = "security"
#: In a title a degree that stands alone is a mark, as in a file's name.
TITLE = "title"


def ensure_unmarked(value: object) -> None:
    """Refuses: Stopped secrecy.stopped for a mark in any of an input's texts; a push's field of 密级 is looked at there."""
    for place, one in leaves_of(value, ""):
        if isinstance(one, str) and place != SECURITY and (found := _of(place, one)):
            raise Stopped(found)


def _of(place: str, text: str) -> set[Rule]:
    return of_words(text) or (of_name(text) if place.rpartition(".")[2] == TITLE else set())
