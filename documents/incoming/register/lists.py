"""The register (收文登记簿): one query on an index for a page, however many documents there are, eight for what is beside.

A whole number (发文字号 or 收文编号, in any brackets and width) is found on the index; other words along the unit's own rows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import msgspec

from documents.incoming.policy import clerked_by
from documents.incoming.reading.numbers import normalise_doc_no
from documents.incoming.register.beside import Beside, beside
from documents.incoming.register.schemas import HandlingLine, HandlingList, RegisterQuery
from documents.incoming.states import NAMES
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.base64url import encode
from office.kernel.database import fetch
from office.kernel.paging import place
from office.kernel.refusal import Invalid
from office.kernel.rows import instant_of, instant_or_none, like, marks, uuid_of
from office.numbering.folding import folded
from office.organization.workdays import due_notes, note_of

COLUMNS = (
    "id, case_id, state, title, doc_no, issuer, urgency, register_no, received_at, due_at, due_why, register_year, register_n,"
    " kind, sender, doc_date, doc_type, signer, channel, copies, copy_no, attachments, registrar, remark, registered_at,"
    " closed_at, result, reply_no, register_void"
)
# Filters that a column answers by being equal.
EQUAL = ("state", "kind")
ORDINARY = "平件"
FIRST_YEAR, LAST_YEAR = 1900, 2200
AS_IS = (
    "kind", "sender", "doc_type", "signer", "channel", "copies", "copy_no", "attachments", "registrar", "remark", "result",
    "reply_no", "register_void",
)  # fmt: skip
MOST_NUMBER = 2**31 - 1
# A number with its code: what a unit's own index can answer.
WHOLE_NUMBER = re.compile(r"[^〔〕]+〔(\d{4})〕(\d{1,12})号")
MOST_OF_NUMBER = 500


async def register_list(actor: Actor, input: RegisterQuery) -> HandlingList:
    """The register (收文登记簿) of the units the actor is clerk of: newest first, or one year's by number.

    Nine queries, one more where a whole number is looked for.
    """
    units_of = sorted(str(unit) for unit in clerked_by(actor))
    if not units_of:
        return HandlingList([], None)
    where, values = _filters(input, units_of, await _numbered(input.q, units_of))
    order = "register_n" if input.year else "received_at"
    if input.cursor:
        more, at = _after(input)
        where, values = f"{where} AND {more}", [*values, *at]
    text = f"SELECT {COLUMNS} FROM documents_handling WHERE {where} ORDER BY {order} DESC, id DESC LIMIT {input.limit + 1}"  # noqa: S608
    rows = await fetch(text, *values)
    page = rows[: input.limit]
    more_left = len(rows) > input.limit
    told = await beside(page)
    notes = await due_notes(instant_or_none(row["due_at"]) for row in page)
    lines = [_line(row, told[uuid_of(row["id"])], notes) for row in page]
    return HandlingList(lines, _cursor(page[-1], order) if more_left else None)


async def _numbered(q: str, units_of: Sequence[str]) -> list[str]:
    """The handlings whose own number is the whole number asked for (发文字号 or 收文编号), each found on an index.

    At most 500. Empty where `q` is no whole number or none has it: then it is looked for among the words.
    """
    key = normalise_doc_no(q)
    whole = WHOLE_NUMBER.fullmatch(key)
    if not whole or not folded(q).endswith("号"):
        return []
    among = f"SELECT id FROM documents_handling WHERE unit_id IN ({marks(units_of)}) AND"  # noqa: S608 - values are bound
    rows = await fetch(
        f"{among} doc_no_key = ? UNION {among} register_year = ? AND register_n = ? AND register_no = ? LIMIT {MOST_OF_NUMBER}",
        *units_of, key, *units_of, int(whole[1]), min(int(whole[2]), MOST_NUMBER), key,
    )  # fmt: skip
    return [str(row["id"]) for row in rows]


def _filters(input: RegisterQuery, units_of: Sequence[str], numbered: Sequence[str]) -> tuple[str, list[Any]]:
    where, values = f"unit_id IN ({marks(units_of)}) AND NOT frozen", list[Any](units_of)
    if input.year:
        where, values = f"{where} AND register_year = ?", [*values, input.year]
    for name in EQUAL:
        if said := getattr(input, name):
            where, values = f"{where} AND {name} = ?", [*values, said]
    if input.urgency:
        where, values = f"{where} AND urgency = ?", [*values, "" if input.urgency == ORDINARY else input.urgency]
    for more, at in (*_between(input), *_found(input.q, numbered), *_like(input.issuer, "issuer", "sender")):
        where, values = f"{where} AND {more}", [*values, *at]
    if input.late:
        where, values = f"{where} AND closed_at IS NULL AND due_at < ?", [*values, clock.now()]
    return where, values


def _between(input: RegisterQuery) -> Iterator[tuple[str, list[Any]]]:
    """Days of arrival, both counted in, by the clock of Shanghai."""
    if input.since:
        yield "received_at >= ?", [_moment(input.since, time.min)]
    if input.until:
        yield "received_at <= ?", [_moment(input.until, time.max)]


def _moment(day: date, at: time) -> datetime:
    """A moment of a day; years no document is of are taken as the nearest that one may be."""
    year = min(max(day.year, FIRST_YEAR), LAST_YEAR)
    day = day if year == day.year else date(year, 1, 1)
    return datetime.combine(day, at, clock.SHANGHAI).astimezone(UTC)


def _found(q: str, numbered: Sequence[str]) -> Iterator[tuple[str, list[Any]]]:
    """Rows of this number, or with these words in title, issuer or, in any brackets and width, a number."""
    if numbered:
        yield f"id IN ({marks(numbered)})", list(numbered)
    elif q.strip():
        of_words, of_number = like(q), like(folded(q) or q)
        yield (
            "(lower(title) LIKE ? ESCAPE '!' OR lower(issuer) LIKE ? ESCAPE '!'"
            " OR lower(doc_no_key) LIKE ? ESCAPE '!' OR lower(register_no) LIKE ? ESCAPE '!')",
            [of_words, of_words, of_number, of_number],
        )


def _like(said: str, *columns: str) -> Iterator[tuple[str, list[Any]]]:
    """Rows with these words in one of the columns."""
    if said:
        either = " OR ".join(f"lower({column}) LIKE ? ESCAPE '!'" for column in columns)
        yield f"({either})", [like(said)] * len(columns)


def _after(input: RegisterQuery) -> tuple[str, list[Any]]:
    """Where to go on; a cursor that this list did not give is refused, not passed on to the database.

    A row comparison is a place on the index; the same said with OR would read everything newer first.
    """
    key, id = place(input.cursor, tuple[str, UUID])
    try:
        at: Any = max(-1, min(int(key), MOST_NUMBER)) if input.year else datetime.fromisoformat(key).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid("http.bad_cursor") from error
    column = "register_n" if input.year else "received_at"
    return f"({column}, id) < (?, ?)", [at, str(id)]


def _cursor(row: dict[str, Any], order: str) -> str:
    key = str(row["register_n"]) if order == "register_n" else instant_of(row["received_at"]).isoformat()
    return encode(msgspec.json.encode((key, str(row["id"]))))


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _line(row: dict[str, Any], told: Beside, notes: Mapping[int, str]) -> HandlingLine:
    return HandlingLine(
        id=uuid_of(row["id"]), state=NAMES[row["state"]], state_code=row["state"], title=row["title"], doc_no=row["doc_no"],
        issuer=row["issuer"], urgency=row["urgency"], register_no=row["register_no"],
        received_at=instant_of(row["received_at"]), registered_at=instant_or_none(row["registered_at"]),
        due_at=instant_or_none(row["due_at"]), due_why=row["due_why"],
        due_note=note_of(instant_or_none(row["due_at"]), notes), closed_at=instant_or_none(row["closed_at"]),
        proposal=told.proposal, instructed_by=told.instructed_by, lead=told.lead, assist=told.assist,
        whereabouts=told.whereabouts, doc_date=_day(row["doc_date"]), **{name: row[name] for name in AS_IS},
    )  # fmt: skip
