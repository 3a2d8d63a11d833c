"""The keys under which a folded text stands in the index: each single character, each pair of neighbours, and each whole run
of three or more letters or digits of ASCII (a year, a serial, an abbreviation).

A text that contains a word has all keys of the word, so the index misses nothing; what it finds too much is compared in full.
Punctuation is in no key.
"""

import re
from collections.abc import Iterator

_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"[0-9a-z]+")
#: A run as a key is between these; a longer one is found by its pairs.
SHORTEST_RUN, LONGEST_RUN = 3, 32


def keys_of_text(text: str) -> set[str]:
    """All keys of a folded text."""
    found: set[str] = set()
    for word in _WORD.findall(text):
        found.update(word)
        found.update(_pairs(word))
    found.update(run[0] for run in _runs(text))
    return found


def keys_of_word(word: str) -> list[str]:
    """The keys that whatever contains this folded word must have, sorted; empty where it is of punctuation only.

    A run that begins or ends the word may be part of a longer one in the text: only those inside are asked for whole.
    """
    found: set[str] = set()
    for part in _WORD.findall(word):
        found.update(_pairs(part) if len(part) > 1 else part)
    found.update(run[0] for run in _runs(word) if run.start() > 0 and run.end() < len(word))
    return sorted(found)


def _pairs(word: str) -> Iterator[str]:
    return (word[place : place + 2] for place in range(len(word) - 1))


def _runs(text: str) -> Iterator[re.Match[str]]:
    return (run for run in _RUN.finditer(text) if SHORTEST_RUN <= len(run[0]) <= LONGEST_RUN)
