"""Known names in words, replaced by one sign each (称呼识别): what is left can be read without mistaking a name for a verb."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Signs are from the private use area of Unicode; such signs in the words themselves are dropped.
_FIRST: Final = 0xE000
_SIGNS: Final = 6_400


@dataclass(frozen=True)
class Known:
    """Someone it may go to: a reference and the names people call it by."""

    ref: str
    name: str
    names: tuple[str, ...]


class Names:
    """The names, longest first, each with whom it means; those in a clause stand as one sign of the private use area."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.meant: dict[str, dict[str, Known]] = {}
        for one in known:
            for name in one.names:
                self.meant.setdefault(name, {}).setdefault(one.ref, one)
        self._by_first: dict[str, list[str]] = {}
        for name in sorted(self.meant, key=len, reverse=True):
            self._by_first.setdefault(name[0], []).append(name)
        self._signs: list[str] = []

    def mask(self, clause: str) -> str:
        """The clause with each known name as one sign: from the left, the longest that begins there."""
        masked, place = "", 0
        while place < len(clause):
            name = next((one for one in self._by_first.get(clause[place], ()) if clause.startswith(one, place)), "")
            masked += self._sign(name) if name else clause[place] if not is_sign(clause[place]) else ""
            place += len(name) or 1
        return masked

    def _sign(self, name: str) -> str:
        if name not in self._signs:
            self._signs.append(name)
        return chr(_FIRST + self._signs.index(name))

    def of(self, sign: str) -> str:
        """The name that stands as this sign."""
        return self._signs[ord(sign) - _FIRST]

    def said(self, masked: str) -> str:
        """The words again."""
        return "".join(self.of(sign) if is_sign(sign) else sign for sign in masked)


def is_sign(sign: str) -> bool:
    """Whether this is one sign that stands for a name."""
    return bool(sign) and _FIRST <= ord(sign) < _FIRST + _SIGNS


def place_in(text: str) -> int | None:
    """Where the first name stands."""
    return next((place for place, sign in enumerate(text) if is_sign(sign)), None)
