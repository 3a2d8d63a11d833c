"""Which characters of a form must have a glyph: all that are seen. What is only a control is left out of what is printed."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

#: Line ends of every kind become one.
LINES = {0x2028: "\n", 0x2029: "\n", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x09: " "}
#: Selectors choose among glyphs of the character before; without such a glyph that one is drawn (Unicode 16, 23.4).
SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
MOST_NAMED = 12


def plain(words: str) -> str:
    """Words as they can be printed: without control and format characters, which draw nothing but can turn a line around. A
    blank of any width (a phone writes U+202F before PM) is a blank: no font has all of them."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n").translate(LINES)
    return "".join(map(_blank, (one for one in lines if one == "\n" or unicodedata.category(one) not in ("Cc", "Cf", "Cs"))))


def _blank(one: str) -> str:
    return " " if unicodedata.category(one) == "Zs" and one != "\u3000" else one


def cleaned(data: Any) -> Any:
    """The same for every text in a form's data, names of members too."""
    if isinstance(data, str):
        return plain(data)
    if isinstance(data, Mapping):
        return {plain(name): cleaned(value) for name, value in data.items()}
    return [cleaned(one) for one in data] if isinstance(data, list | tuple) else data


def seen(text: str) -> Iterator[str]:
    """The characters that need a glyph."""
    return (one for one in set(text) if one != "\n" and not any(ord(one) in some for some in SELECTORS))


def named(characters: str) -> str:
    """Characters for people: each with its number, the first dozen."""
    told = "、".join(f"“{one}”（U+{ord(one):04X}）" for one in characters[:MOST_NAMED])
    return told + (f"等{len(characters)}个字" if len(characters) > MOST_NAMED else "")
