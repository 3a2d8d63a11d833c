"""Finding: at most six statements a page, whatever there is.

First the newest things of the reader are looked at one by one: a word that is often there fills a page from them. Only where it
does not is the index asked, with scopes and words together; then what it gives is little against what the reader may see.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec

from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.base64url import encode
from office.kernel.database import fetch, is_postgres
from office.kernel.modules import Card, registry
from office.kernel.paging import place
from office.kernel.refs import id_of, kind_of
from office.kernel.refusal import Invalid
from office.kernel.rows import instant_of, json_of, marks
from office.search import index
from office.search.actions import number_of
from office.search.asked import Asked, asked, words_of
from office.search.excerpts import excerpts
from office.search.folding import folded
from office.search.schemas import Hit, SearchPage, SearchQuery

#: So many of the reader's newest things are looked at without the index.
NEAR = 300
FIRST_YEAR, LAST_YEAR = 1970, 2200
TOP = 2**63 - 1
FILE = "正文"
COLUMNS = "e.no, e.ref, e.at, e.said"
Row = dict[str, Any]
Span = tuple[int, int]


async def search(actor: Actor, input: SearchQuery) -> SearchPage:
    """What this reader may see that has all the words, newest first.

    Refuses: Invalid search.nothing_asked, search.unknown_kind, http.bad_cursor.
    """
    wanted = asked(input.q)
    scopes = scopes_of(actor, input.kind)
    rows = await _rows(wanted, scopes, _span(input), input.limit + 1) if scopes else []
    page = rows[: input.limit]
    return SearchPage(await _hits(actor, page, wanted), _cursor(page[-1]) if len(rows) > input.limit else None)


def scopes_of(actor: Actor, kind: str = "") -> list[str]:
    """All scopes that the reader has, of one kind or of all. Refuses: Invalid search.unknown_kind."""
    known = registry().findables
    if kind and kind not in known:
        raise Invalid("search.unknown_kind", kind=kind)
    kinds = [known[kind]] if kind else list(known.values())
    return sorted({index.scope_of(one.kind, scope) for one in kinds for scope in one.scopes(actor)})


def _span(input: SearchQuery) -> Span:
    """The numbers to look at: from one on, and below another."""
    low = number_of(_moment(input.since)) if input.since else 0
    high = number_of(_moment(input.until) + timedelta(days=1)) if input.until else TOP
    if input.cursor:
        high = min(high, place(input.cursor, tuple[int])[0])
    return max(0, low), max(0, min(high, TOP))


def _moment(day: date) -> datetime:
    """The beginning of a day in Shanghai; years nothing is of are taken as the nearest that something may be."""
    year = min(max(day.year, FIRST_YEAR), LAST_YEAR)
    return datetime.combine(day if year == day.year else date(year, 1, 1), time.min, clock.SHANGHAI).astimezone(UTC)


def _cursor(row: Row) -> str:
    return encode(msgspec.json.encode([int(row["no"])]))


async def newest_of(
    kind: str, scopes: Collection[str], q: str, *, since: datetime | None = None, before: datetime | None = None, most: int
) -> list[tuple[UUID, datetime]]:
    """For a module's own list: the newest things of a kind with all the words, in these scopes of its readers, from one moment
    on and before another; ids with their moments. None for punctuation alone. Three statements.
    """
    wanted = words_of(q)
    if not wanted.keys:
        return []
    span = (number_of(since) if since else 0, number_of(before) if before else TOP)
    rows = await _rows(wanted, sorted(index.scope_of(kind, one) for one in scopes), span, most, "e.no, e.ref, e.at")
    return [(id_of(row["ref"]), instant_of(row["at"])) for row in rows]


async def _rows(wanted: Asked, scopes: Sequence[str], span: Span, most: int, columns: str = COLUMNS) -> list[Row]:
    newest = await _newest(scopes, span)
    found = await _among(wanted, newest, most, columns)
    if len(newest) < NEAR or len(found) == most:
        return found
    return found + await _indexed(wanted, scopes, (span[0], newest[-1]), most - len(found), columns)


async def _newest(scopes: Sequence[str], span: Span) -> list[int]:
    """The reader's newest, each scope a walk along one index that ends after so many."""
    low, high = span
    of_one = f"SELECT no FROM search_reader WHERE scope = ? AND no < ? AND no >= ? ORDER BY no DESC LIMIT {NEAR}"  # noqa: S608
    walk = f"SELECT * FROM ({of_one}) AS one"  # noqa: S608
    values = [value for scope in scopes for value in (scope, high, low)]
    every = " UNION ".join([walk] * len(scopes))
    rows = await fetch(f"SELECT no FROM ({every}) AS every ORDER BY no DESC LIMIT {NEAR}", *values)  # noqa: S608
    return [int(row["no"]) for row in rows]


async def _among(wanted: Asked, nos: Sequence[int], most: int, columns: str) -> list[Row]:
    if not nos:
        return []
    said, words = _says(wanted)
    among = ", ".join(map(str, nos))
    text = f"SELECT {columns} FROM search_entry e WHERE e.no IN ({among}) AND {said} ORDER BY e.no DESC LIMIT {most}"  # noqa: S608
    return await fetch(text, *words)


async def _indexed(wanted: Asked, scopes: Sequence[str], span: Span, most: int, columns: str) -> list[Row]:
    low, high = span
    text, by, values = index.matched(wanted.keys, scopes, columns)
    said, words = _says(wanted)
    mine = f"EXISTS (SELECT 1 FROM search_reader r WHERE r.no = e.no AND r.scope IN ({marks(scopes)}))"  # noqa: S608
    return await fetch(
        f"{text} AND {mine} AND {said} ORDER BY {by} DESC LIMIT {most}", *values, high, low, *scopes, *words
    )  # fmt: skip


def _says(wanted: Asked) -> tuple[str, list[object]]:
    """SQL for "has all these words", in what it says itself or in a file shown with it, and its values."""
    find = "strpos" if is_postgres() else "instr"
    file = f"SELECT 1 FROM search_file f JOIN search_text t ON t.digest = f.digest WHERE f.no = e.no AND {find}(t.words, ?) > 0"  # noqa: S608
    one = f"({find}(e.words, ?) > 0 OR EXISTS ({file}))"
    return " AND ".join([one] * len(wanted.words)), [word for word in wanted.words for _ in range(2)]


async def _hits(actor: Actor, rows: Sequence[Row], wanted: Asked) -> list[Hit]:
    """As the owner of each shows it to this reader now: who lost the right a moment ago finds it no more."""
    cards = await _cards(actor, [row["ref"] for row in rows])
    shown = [row for row in rows if row["ref"] in cards]
    texts = await _texts([int(row["no"]) for row in shown if not _all_said(row, wanted)])
    return [_hit(row, cards[row["ref"]], texts.get(int(row["no"]), []), wanted) for row in shown]


async def _cards(actor: Actor, refs: Sequence[str]) -> dict[str, Card]:
    found: dict[str, Card] = {}
    for kind in sorted({kind_of(ref) for ref in refs}):
        found |= await registry().references[kind](actor, [ref for ref in refs if kind_of(ref) == kind])
    return found


def _said(row: Row) -> list[tuple[str, str]]:
    return [(where, words) for where, words in json_of(row["said"])]


def _all_said(row: Row, wanted: Asked) -> bool:
    """Whether its own words have all that was asked for, so that its files need not be read."""
    own = [folded(words) for _, words in _said(row)]
    return all(any(word in one for one in own) for word in wanted.words)


async def _texts(nos: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """The words of files shown with these things. One query."""
    if not nos:
        return {}
    text = "SELECT f.no, t.shown FROM search_file f JOIN search_text t ON t.digest = f.digest WHERE f.no IN"
    rows = await fetch(f"{text} ({marks(nos)}) ORDER BY f.no, f.digest", *nos)
    found: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(int(row["no"]), []).append((FILE, row["shown"]))
    return found


def _hit(row: Row, card: Card, texts: Sequence[tuple[str, str]], wanted: Asked) -> Hit:
    return Hit(
        ref=card.ref, label=registry().findables[kind_of(card.ref)].label, title=card.title, state=card.state,
        route=card.route, at=instant_of(row["at"]), excerpts=excerpts([*_said(row), *texts], wanted.words),
    )  # fmt: skip
