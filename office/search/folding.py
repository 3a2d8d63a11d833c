"""One form of any text for finding: what is typed is found however either was written, and the place in the text is known.

Each character becomes one or more of its own: compatibility forms made ordinary (NFKC), radicals characters, brackets 〔〕,
letters small; nothing invisible stays. A blank stays only between letters or digits of ASCII, for texts from PDF break lines
inside words. A yearly serial stands without 第 and leading zeros.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from office.kernel.radicals import unified
from office.numbering.folding import ALIKE

_SERIAL = re.compile(r"〔[0-9]{4}〕(第?0*)(?=[0-9]|$)")
#: Control, format and unassigned characters, marks of direction, surrogates: what has no shape of its own.
_SHAPELESS = frozenset(("Cc", "Cf", "Cn", "Cs", "Co"))


class Folded(NamedTuple):
    """A folded text, and of each of its characters the place in the text it came from."""

    text: str
    places: list[int]


def folded(raw: str) -> str:
    """The folded form of a text."""
    return placed(raw).text


def placed(raw: str) -> Folded:
    """The same, with places."""
    every = [(one, place) for place, char in enumerate(raw) for one in _alike(char)]
    kept = _without_blanks(every)
    text = "".join(one for one, _ in kept)
    gone = {place for found in _SERIAL.finditer(text) for place in range(*found.span(1))}
    if gone:
        kept = [one for place, one in enumerate(kept) if place not in gone]
        text = "".join(one for one, _ in kept)
    return Folded(text, [place for _, place in kept])


def tidied(raw: str) -> str:
    """A text to be shown in pieces: composed (NFC), without what is invisible and without blanks inside words of Chinese."""
    shown = unicodedata.normalize("NFC", unified(raw))
    visible = [(char, 0) for char in shown if char.isspace() or unicodedata.category(char) not in _SHAPELESS]
    return "".join(char for char, _ in _without_blanks(visible, _alike)).strip()


@lru_cache(maxsize=65_536)
def _alike(char: str) -> str:
    """What one character is found as: nothing, or one or more characters; white space is one blank."""
    if char.isspace():
        return " "
    if unicodedata.category(char) in _SHAPELESS:
        return ""
    plain = unicodedata.normalize("NFKC", unified(char)).translate(ALIKE).casefold()
    return "".join(" " if one.isspace() else one for one in plain if unicodedata.category(one) not in _SHAPELESS)


def _without_blanks(every: list[tuple[str, int]], form: Callable[[str], str] = str) -> list[tuple[str, int]]:
    """Blanks stay, one for several, where what stands on both sides is, in that form, of ASCII."""
    kept: list[tuple[str, int]] = []
    blank: tuple[str, int] | None = None
    for one in every:
        if one[0].isspace():
            blank = blank or (" ", one[1])
            continue
        if blank and kept and is_latin(form(kept[-1][0])[-1:]) and is_latin(form(one[0])[:1]):
            kept.append(blank)
        blank = None
        kept.append(one)
    return kept


def is_latin(char: str) -> bool:
    """Whether it is a letter or digit of ASCII: what makes words with blanks between."""
    return char.isascii() and char.isalnum()
