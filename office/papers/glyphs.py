"""Which characters of a form must have a glyph: all that are seen. What is only a control is left out of what is printed; for
what no face has its number stands (decision 0320)."""

import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

#: Line ends of every kind become one.
LINES = {0x2028: "\n", 0x2029: "\n", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x09: " "}
#: Selectors choose among glyphs of the character before; without such a glyph that one is drawn (Unicode 16, 23.4).
SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
MOST_NAMED = 12
#: What a mark is written with, and the note of marks.
WRITES = "〔〕U+0123456789ABCDEF、等个字"


def plain(words: str) -> str:
    """Words as they can be printed: without control and format characters, which draw nothing but can turn a line around. A
    blank of any width (a phone writes U+202F before PM) is a blank: no font has all of them."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n").translate(LINES)
    return "".join(map(_blank, (one for one in lines if one == "\n" or unicodedata.category(one) not in ("Cc", "Cf", "Cs"))))


def _blank(one: str) -> str:
    return " " if unicodedata.category(one) == "Zs" and one != "\u3000" else one


def cleaned(data: Any) -> Any:
    """The same for every text in a form's data, names of members too."""
    return _each(data, plain)


def marked(data: Any, absent: Collection[str]) -> Any:
    """Every text of a form's data with a character's number, 〔U+2B81F〕, where that has no glyph; its selector goes."""
    return _each(data, lambda words: "".join(_marked(words, absent)))


def _marked(words: str, absent: Collection[str]) -> Iterator[str]:
    before = ""
    for one in words:
        if one in absent:
            yield f"〔{number(one)}〕"
        elif not (before in absent and _selects(one)):
            yield one
        before = one


def _each(data: Any, change: Callable[[str], str]) -> Any:
    if isinstance(data, str):
        return change(data)
    if isinstance(data, Mapping):
        return {change(name): _each(value, change) for name, value in data.items()}
    return [_each(one, change) for one in data] if isinstance(data, list | tuple) else data


def seen(text: str) -> Iterator[str]:
    """The characters that need a glyph."""
    return (one for one in set(text) if one != "\n" and not _selects(one))


def _selects(one: str) -> bool:
    return any(ord(one) in some for some in SELECTORS)


def number(one: str) -> str:
    """A character by its place in Unicode, U+4E00."""
    return f"U+{ord(one):04X}"


def numbers(characters: str) -> str:
    """Characters by their numbers, the first dozen, and how many they are."""
    told = "、".join(map(number, characters[:MOST_NAMED]))
    return told + (f"等{len(characters)}个字" if len(characters) > MOST_NAMED else "")


def named(characters: str) -> str:
    """Characters for people: each with its number, the first dozen."""
    told = "、".join(f"“{one}”（{number(one)}）" for one in characters[:MOST_NAMED])
    return told + (f"等{len(characters)}个字" if len(characters) > MOST_NAMED else "")
