"""What somebody asks for: words, all of which must be found, each somewhere."""

from collections.abc import Iterator
from typing import NamedTuple

from office.kernel.refusal import Invalid
from office.search.folding import folded
from office.search.keys import keys_of_word

#: More words narrow nothing and cost a comparison each.
MOST_WORDS = 8


class Asked(NamedTuple):
    """Folded words and the keys of all of them."""

    words: tuple[str, ...]
    keys: tuple[str, ...]


def asked(q: str) -> Asked:
    """What a line of a search box asks for. Refuses: Invalid search.nothing_asked for punctuation."""
    found = words_of(q)
    if not found.keys:
        raise Invalid("search.nothing_asked")
    return found


def words_of(q: str) -> Asked:
    """The words between blanks, and their keys; none for punctuation."""
    words = tuple(dict.fromkeys(_words(q)))[:MOST_WORDS]
    return Asked(words, tuple(sorted({key for word in words for key in keys_of_word(word)})))


def _words(q: str) -> Iterator[str]:
    return (word for part in q.split() if (word := folded(part)))
