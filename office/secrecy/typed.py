"""What people type is checked as files are: titles, remarks, opinions, wherever they stand in an input."""

from office.kernel.text import leaves_of
from office.secrecy.rules import of_words
from office.secrecy.stopped import Stopped

#: 密级和保密期限 (GB/T 33480-2016, 4.4).
SECURITY = "security"


def ensure_unmarked(value: object) -> None:
    """Refuses: Stopped secrecy.stopped for a mark in any of an input's texts; a push's field of 密级 is looked at there."""
    for place, one in leaves_of(value, ""):
        if isinstance(one, str) and place != SECURITY and (found := of_words(one)):
            raise Stopped(found)
