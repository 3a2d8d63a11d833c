"""The register (收文登记簿): one query on an index for a page, however many documents there are, eight for what is beside.

Words are found by the search of the house (`office.search`), in everything a handling says, its files and opinions too.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from documents.incoming.finding import KIND, of_clerks
from documents.incoming.policy import clerked_by
from documents.incoming.register.beside import Beside, beside
from documents.incoming.register.schemas import HandlingLine, HandlingList, RegisterQuery
from documents.incoming.states import NAMES
from office import search
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.base64url import encode
from office.kernel.database import fetch
from office.kernel.paging import place
from office.kernel.refusal import Invalid
from office.kernel.rows import instant_of, instant_or_none, like, marks, uuid_of
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
# So many that have the words are looked at for a page; of a year's register, that are found from half a year before it to half
# a year after.
SOUGHT, SOUGHT_OF_YEAR = 500, 20_000
HALF = timedelta(days=183)
#: Search knows moments by the millisecond.
TICK = timedelta(milliseconds=1)


async def register_list(actor: Actor, input: RegisterQuery) -> HandlingList:
    """The register (收文登记簿) of the units the actor is clerk of: newest first, or one year's by number.

    Nine queries, three more where words are looked for.
    """
    units_of = clerked_by(actor)
    if not units_of:
        return HandlingList([], None)
    sought = await _sought(input, units_of) if search.folded(input.q) else None
    where, values = _filters(input, sorted(str(unit) for unit in units_of), sought)
    order = "register_n" if input.year else "received_at"
    if input.cursor:
        more, at = _after(input)
        where, values = f"{where} AND {more}", [*values, *at]
    text = f"SELECT {COLUMNS} FROM documents_handling WHERE {where} ORDER BY {order} DESC, id DESC LIMIT {input.limit + 1}"  # noqa: S608
    rows = await fetch(text, *values)
    if sought and sought.until:
        rows = [row for row in rows if instant_of(row["received_at"]) >= sought.until]
    page = rows[: input.limit]
    following = _cursor(page[-1], order) if len(rows) > input.limit else _further(sought)
    told = await beside(page)
    notes = await due_notes(instant_or_none(row["due_at"]) for row in page)
    return HandlingList([_line(row, told[uuid_of(row["id"])], notes) for row in page], following)


class Sought(NamedTuple):
    """Handlings that have the words, newest first; `until` is the moment back to which all were looked at, None if all were."""

    ids: list[str]
    until: datetime | None


async def _sought(input: RegisterQuery, units_of: Collection[UUID]) -> Sought:
    """Those with the words of `q` that this page may come from. Three queries."""
    since, before, most = _window(input)
    found = await search.newest_of(KIND, of_clerks(units_of), input.q, since=since, before=before, most=most)
    cut = len(found) == most and not input.year
    return Sought([str(id) for id, _ in found], _tick(found[-1][1]) + TICK if cut else None)


def _window(input: RegisterQuery) -> tuple[datetime | None, datetime | None, int]:
    """From when and before when the handlings of a page came, and how many of them are looked for."""
    if input.year:
        first, last = _moment(date(input.year, 1, 1), time.min), _moment(date(input.year, 12, 31), time.max)
        return first - HALF, last + HALF, SOUGHT_OF_YEAR
    since = _moment(input.since, time.min) if input.since else None
    before = [_moment(input.until, time.max) + TICK] if input.until else []
    if input.cursor:
        before.append(_moment_of(place(input.cursor, tuple[str, UUID])[0]) + TICK)
    return since, min(before, default=None), SOUGHT


def _tick(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _further(sought: Sought | None) -> str | None:
    """Where to go on among words of which not all that have them were looked at; the page may be empty then."""
    if sought is None or sought.until is None:
        return None
    return encode(msgspec.json.encode((sought.until.isoformat(), str(UUID(int=0)))))


def _filters(input: RegisterQuery, units_of: Sequence[str], sought: Sought | None) -> tuple[str, list[Any]]:
    where, values = f"unit_id IN ({marks(units_of)}) AND NOT frozen", list[Any](units_of)
    if input.year:
        where, values = f"{where} AND register_year = ?", [*values, input.year]
    for name in EQUAL:
        if said := getattr(input, name):
            where, values = f"{where} AND {name} = ?", [*values, said]
    if input.urgency:
        where, values = f"{where} AND urgency = ?", [*values, "" if input.urgency == ORDINARY else input.urgency]
    if sought is not None:
        where, values = f"{where} AND id IN ({marks(sought.ids)})", [*values, *sought.ids]
    for more, at in (*_between(input), *_like(input.issuer, "issuer", "sender")):
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
    at: Any = _number_of(key) if input.year else _moment_of(key)
    column = "register_n" if input.year else "received_at"
    return f"({column}, id) < (?, ?)", [at, str(id)]


def _number_of(key: str) -> int:
    try:
        return max(-1, min(int(key), MOST_NUMBER))
    except ValueError as error:
        raise Invalid("http.bad_cursor") from error


def _moment_of(key: str) -> datetime:
    try:
        at = datetime.fromisoformat(key).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid("http.bad_cursor") from error
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise Invalid("http.bad_cursor")
    return at


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
