"""Whom a name that nobody answers to may mean (近似称呼): offered to be tapped, never taken. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from documents.incoming.opinions.masking import Known

MOST: Final = 4
_ENOUGH: Final = 2 / 3
# Signs that half of all names have: alone they bring nobody near.
_COMMON: Final = frozenset("的同志们各省市县区乡镇村社街道党委政府人民办公室中心服务综合工作管理站所局科股处院会长书记主任副")


def nearest(said: str, known: Sequence[Known]) -> list[Known]:
    """At most four, nearest first: 水利站 is short for 水利工作站, 陆知也 is a slip for 陆知野; each person once."""
    found: dict[str, tuple[float, Known]] = {}
    signs = frozenset(said)
    for one in known:
        near = max((_nearness(said, signs, name) for name in one.names), default=0.0)
        called = one.name.partition("（")[0]
        if near > found.get(called, (0.0, one))[0]:
            found[called] = (near, one)
    return [one for _, one in sorted(found.values(), key=lambda row: -row[0])[:MOST]]


def _nearness(said: str, signs: frozenset[str], name: str) -> float:
    """0 for not near; above 1 for a short form of the name, the more of it the nearer. `signs` are those of `said`."""
    shared = signs.intersection(name)
    if len(shared) < 2:
        return 0.0
    if _in_order(said, name):
        return 1 + len(said) / len(name)
    share = len(shared) / max(len(signs), len(set(name)))
    return share if share >= _ENOUGH and shared - _COMMON else 0.0


def _in_order(said: str, name: str) -> bool:
    """Whether the name has all signs of `said`, in that order."""
    rest: Iterable[str] = iter(name)
    return all(sign in rest for sign in said)
