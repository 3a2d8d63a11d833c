"""重复来文: handlings of a unit with the same number, however it is written, or with the same bytes. Each on an index."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from documents.incoming.access import visible
from documents.incoming.models import Handling
from documents.incoming.reading.numbers import names_its_issuer, normalise_doc_no
from documents.incoming.registration.schemas import DuplicateOut
from documents.incoming.states import NAMES, REOPENED
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.refusal import Conflict, Invalid
from office.kernel.rows import marks

MOST = 5
#: Registered, not sent back or recalled, and not itself named as a duplicate of this one.
_STANDS = (
    f" AND h.register_no <> '' AND h.state NOT IN ({marks(sorted(REOPENED))})"
    " AND (h.duplicate_of IS NULL OR h.duplicate_of <> ?)"
)
_COLUMNS = "h.id, h.title, h.doc_no, h.register_no, h.received_at, h.state, h.duplicate_of"


async def duplicates_of(handling: Handling, doc_no: str, issuer: str, rendition: str) -> list[DuplicateOut]:
    """What the clerk is shown: the same bytes first, then the same number, newest first. At most two queries."""
    same = [_shown(row, "文件完全相同") for row in await _same_bytes(handling, rendition)]
    known = {one.id for one in same}
    alike = [_shown(row, "发文字号相同") for row in await _same_number(handling, doc_no, issuer)]
    return [*same, *(one for one in alike if one.id not in known)][:MOST]


def _shown(row: dict[str, Any], why: str) -> DuplicateOut:
    gone = f"（{NAMES[row['state']]}）" if row["state"] in REOPENED else ""
    return DuplicateOut(id=UUID(str(row["id"])), title=row["title"], doc_no=row["doc_no"], register_no=row["register_no"],
                        received_at=row["received_at"], why=why + gone)  # fmt: skip


async def ensure_named(actor: Actor, handling: Handling, doc_no: str, issuer: str, named: UUID | None) -> None:
    """A number that this unit has registered already needs the clerk's word on which one it repeats.

    Refuses: Conflict documents.duplicate, whose `current` is the id to name; Invalid documents.no_such_duplicate.
    """
    if named is not None and not await _is_other(actor, handling, named):
        raise Invalid("documents.no_such_duplicate")
    found = await _same_number(handling, doc_no, issuer, _STANDS, _gone_and(handling))
    if not found or (named is not None and await _same_number(handling, doc_no, issuer, *_named(handling, named))):
        return
    first = found[0]
    raise Conflict("documents.duplicate", register_no=first["register_no"], title=first["title"], current=str(first["id"]))


def _gone_and(handling: Handling) -> list[str]:
    return [*sorted(REOPENED), str(handling.id)]


def _named(handling: Handling, named: UUID) -> tuple[str, list[str]]:
    return f"{_STANDS} AND h.id = ?", [*_gone_and(handling), str(named)]


async def _is_other(actor: Actor, handling: Handling, named: UUID) -> bool:
    """Whether it is another handling of this unit, and one the clerk may see."""
    other = await Handling.get_or_none(id=named, unit_id=handling.unit_id)
    return other is not None and other.id != handling.id and bool(await visible(actor, [other]))


async def _same_number(
    handling: Handling, doc_no: str, issuer: str, more: str = "", at: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """By number alone where it carries its issuer's code; 第3号 is the same only from the same issuer. `more` narrows it."""
    key = normalise_doc_no(doc_no)
    if not key:
        return []
    by_issuer = "" if names_its_issuer(key) else " AND h.issuer = ?"
    where = f"NOT h.frozen AND h.unit_id = ? AND h.doc_no_key = ? AND h.id <> ?{by_issuer}{more}"
    text = f"SELECT {_COLUMNS} FROM documents_handling h WHERE {where}"  # noqa: S608
    values = [str(handling.unit_id), key[:120], str(handling.id), *([issuer] if by_issuer else []), *at]
    return await fetch(f"{text} ORDER BY h.received_at DESC LIMIT {MOST}", *values)


async def _same_bytes(handling: Handling, rendition: str) -> list[dict[str, Any]]:
    return await fetch(
        f"SELECT {_COLUMNS} FROM documents_version v"  # noqa: S608
        " JOIN documents_handling h ON h.document_id = v.document_id AND h.version = v.version"
        f" WHERE NOT h.frozen AND v.rendition = ? AND h.unit_id = ? AND h.id <> ? ORDER BY h.received_at DESC LIMIT {MOST}",
        rendition, str(handling.unit_id), str(handling.id),
    )  # fmt: skip
