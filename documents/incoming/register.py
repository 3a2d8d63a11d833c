"""The register (收文登记簿): one query a page, on an index, however many documents there are."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from documents.incoming.policy import clerked_by
from documents.incoming.schemas import HandlingLine, HandlingList, RegisterQuery
from documents.incoming.states import NAMES
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.refusal import Invalid
from office.signing.keys import b64, unb64

COLUMNS = "id, state, title, doc_no, issuer, urgency, register_no, received_at, due_at, due_why, register_year, register_n"
MOST_NUMBER = 2**31 - 1


async def register_list(actor: Actor, input: RegisterQuery) -> HandlingList:
    """The register (收文登记簿) of the units the actor is clerk of: newest first, or one year's by number. One query."""
    units_of = sorted(str(unit) for unit in clerked_by(actor))
    if not units_of:
        return HandlingList([], None)
    where, values = _filters(input, units_of)
    order = "register_n" if input.year else "received_at"
    if input.cursor:
        more, at = _after(input)
        where, values = f"{where} AND {more}", [*values, *at]
    text = f"SELECT {COLUMNS} FROM documents_handling WHERE {where} ORDER BY {order} DESC, id DESC LIMIT {input.limit + 1}"  # noqa: S608
    rows = await fetch(text, *values)
    page = rows[: input.limit]
    more_left = len(rows) > input.limit
    return HandlingList([_line(row) for row in page], _cursor(page[-1], order) if more_left else None)


def _filters(input: RegisterQuery, units_of: Sequence[str]) -> tuple[str, list[Any]]:
    where, values = f"unit_id IN ({', '.join('?' * len(units_of))})", list[Any](units_of)
    if input.year:
        where, values = f"{where} AND register_year = ?", [*values, input.year]
    if input.state:
        where, values = f"{where} AND state = ?", [*values, input.state]
    if input.q:
        pattern = "%" + "".join(f"!{char}" if char in "!%_" else char for char in input.q) + "%"
        where = f"{where} AND (title LIKE ? ESCAPE '!' OR doc_no LIKE ? ESCAPE '!' OR issuer LIKE ? ESCAPE '!')"
        values += [pattern] * 3
    return where, values


def _after(input: RegisterQuery) -> tuple[str, list[Any]]:
    """Where to go on; a cursor that this list did not give is refused, not passed on to the database.

    A row comparison is a place on the index; the same said with OR would read everything newer first.
    """
    try:
        key, id = msgspec.json.decode(unb64(input.cursor), type=tuple[str, UUID])
        at: Any = max(-1, min(int(key), MOST_NUMBER)) if input.year else datetime.fromisoformat(key).astimezone(UTC)
    except (ValueError, OverflowError, msgspec.MsgspecError) as error:
        raise Invalid("http.bad_cursor") from error
    column = "register_n" if input.year else "received_at"
    return f"({column}, id) < (?, ?)", [at, str(id)]


def _cursor(row: dict[str, Any], order: str) -> str:
    key = str(row["register_n"]) if order == "register_n" else _instant(row["received_at"]).isoformat()
    return b64(msgspec.json.encode((key, str(row["id"]))))


def _instant(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _line(row: dict[str, Any]) -> HandlingLine:
    return HandlingLine(
        id=UUID(str(row["id"])), state=NAMES[row["state"]], state_code=row["state"], title=row["title"], doc_no=row["doc_no"],
        issuer=row["issuer"], urgency=row["urgency"], register_no=row["register_no"], received_at=_instant(row["received_at"]),
        due_at=_instant(row["due_at"]) if row["due_at"] else None, due_why=row["due_why"],
    )  # fmt: skip
