"""Text that people send: what may stand in a public text field. One of blanks says nothing, and is refused wherever it stands.

Blank is what shows nothing: white space of every kind (U+3000 too), control characters, and characters without a shape of their
own (zero-width, joiners, marks of direction, fillers).
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from office.kernel.refusal import Invalid
from office.kernel.wording import BLANK

#: The pattern of a required text: one character at least that shows something. Understood alike by Python and ECMA-262.
VISIBLE: Final = (
    r"[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]"
)
#: The same for a text that may be left empty.
EMPTY_OR_VISIBLE: Final = f"^$|{VISIBLE}"
#: The same on one line: nothing that would break a list or a log, or turn the direction of what stands beside it. (Python's $
#: alone lets one line end follow.)
ONE_LINE: Final = rf"^(?=[\s\S]*{VISIBLE})[^\u0000-\u001f\u007f\u2028-\u202e\u2066-\u2069]*(?!\n)$"
_VISIBLE = re.compile(VISIBLE)


def printable(text: str) -> str:
    """For a terminal: what would move its cursor, break the line or turn its direction is shown as a mark instead."""
    return "".join(one if one.isprintable() or one == "\u3000" else "\ufffd" for one in text)


def is_blank(text: str) -> bool:
    """Whether a text that is not empty shows nothing."""
    return bool(text) and _VISIBLE.search(text) is None


def ensure_said(value: object) -> None:
    """Refuses: Invalid http.invalid, naming the first field anywhere in `value` whose text is blank but not empty."""
    for place, one in leaves_of(value, ""):
        if isinstance(one, str) and is_blank(one):
            raise Invalid("http.invalid", reason=f"{place} {BLANK}".strip(), errors=[{"field": place, "message": BLANK}])


def leaves_of(value: object, place: str) -> Iterator[tuple[str, object]]:
    """What stands in an input and where, as "lines[0].text"; lists and Structs are opened."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from leaves_of(getattr(value, name), f"{place}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from leaves_of(one, f"{place}[{number}]")
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from leaves_of(one, f"{place}.{name}".lstrip("."))
    else:
        yield place, value
