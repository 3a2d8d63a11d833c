"""The piece of a text around what was found, with every hit in it marked. Pure."""

from collections.abc import Iterator, Sequence

from office.search.folding import Folded, placed
from office.search.schemas import Excerpt, Piece

#: Characters shown before the first hit, and in all.
BEFORE, LENGTH = 16, 72
#: Excerpts of one thing: its title and one more tell enough on a phone.
MOST = 2


def excerpts(texts: Sequence[tuple[str, str]], words: Sequence[str]) -> list[Excerpt]:
    """At most two: the first texts, as (where, text), in which a word is found that none before had."""
    left, found = set(words), list[Excerpt]()
    for where, text in texts:
        form = placed(text)
        here = {word for word in left if word in form.text}
        if here:
            found.append(Excerpt(where, _pieces(text, form, [word for word in words if word in form.text], here)))
            left -= here
        if not left or len(found) == MOST:
            break
    return found


def _pieces(text: str, form: Folded, words: Sequence[str], wanted: set[str]) -> list[Piece]:
    start = min(form.places[form.text.index(word)] for word in wanted)
    first = max(0, start - BEFORE) if start > BEFORE else 0
    last = min(len(text), first + LENGTH)
    hit = [False] * len(text)
    for begin, end in _spans(form, words):
        hit[begin:end] = [True] * (end - begin)
    pieces = list(_runs(text, hit, first, last))
    return [*([Piece("…", False)] if first else []), *pieces, *([Piece("…", False)] if last < len(text) else [])]


def _spans(form: Folded, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand in the text as it was written."""
    for word in words:
        place = form.text.find(word)
        while place >= 0:
            yield form.places[place], form.places[place + len(word) - 1] + 1
            place = form.text.find(word, place + 1)


def _runs(text: str, hit: Sequence[bool], first: int, last: int) -> Iterator[Piece]:
    begin = first
    for place in range(first + 1, last + 1):
        if place == last or hit[place] != hit[begin]:
            yield Piece(text[begin:place], hit[begin])
            begin = place
