"""Rows that mention things by their ids somewhere in a text: for removing what was recorded about them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from office.kernel.database import is_postgres
from office.kernel.modules import Refs

AT_ONCE = 50


def ids_of(refs: Refs) -> list[str]:
    """The ids and digests in references; what names a step of a case is found by the case."""
    found = {ref.partition(":")[2] for ref in refs}
    return sorted(one for one in found if _is_id(one) or len(one) == 64)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def mentioning(column: str, refs: Refs, *, binary: bool = False) -> Iterator[tuple[str, list[Any]]]:
    """Conditions that find, fifty ids each, the rows whose column mentions one of them; each reads the whole table."""
    ids = ids_of(refs)
    text = f"convert_from({column}, 'UTF8')" if binary and is_postgres() else f"CAST({column} AS TEXT)"
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        yield "(" + " OR ".join([f"{text} LIKE ?"] * len(some)) + ")", [f"%{one}%" for one in some]
