"""落款: 发文机关署名 and 成文日期 after the body (GB/T 9704-2012 7.3.5). The print date of the 版记 is never taken for it."""

import re
from datetime import date
from typing import NamedTuple

from documents.incoming.reading.dates import standing_date
from documents.incoming.reading.head import proposal
from documents.incoming.reading.layout import Paper, Row
from documents.incoming.reading.proposal import How, Proposal
from documents.incoming.reading.words import is_organ
from office.files.rendering.shapes import Box

_RIGHT_HALF = 0.42
_MOST_ROWS = 8
_NOTE_DATE = re.compile(r"^[(（](\w{4}年\w{1,3}月\w{1,3}日)(?:[^()（）]*(?:通过|批准|审议|会议)[^()（）]*)?[)）]$")
_MOST_NOTE_ROWS = 4
_END = re.compile("^(?:抄送|主送|印发|附[件表](?:\\d*|[一二三四五六七八九十]{1,3})$)")


class Signed(NamedTuple):
    """Organs that signed, in their order, and the date under them. `settled`: pages after these could not change it."""

    issuer: Proposal | None
    doc_date: Proposal | None
    settled: bool = True


def read_signature(paper: Paper, body_from: int, issuer: str, *, whole: bool = True) -> Signed:
    """The date standing alone at the right after the body, and the organs directly above it.

    A date under an organ's name is the one. Without such, a single lone date is taken and of several none: tables have dates of
    their own. The search ends where the 版记 or the first attachment begins; if more pages follow and it has not ended, a lone
    date is not taken either, for the signature may be yet to come. `issuer` is the masthead's, or "".
    """
    rows = paper.rows[body_from:]
    lone: list[tuple[int, date, Box]] = []
    for at, row in enumerate(rows):
        if _END.match(row.bare):
            whole = True
            break
        found = _date_in(row, _organ_above(rows, at), issuer)
        if found is None:
            continue
        if _organ_above(rows, at) or len(row.pieces) > 1:
            return _signed(rows, at, *found)
        lone.append((at, *found))
    if not whole:
        return Signed(None, None, settled=False)
    return _signed(rows, *lone[0]) if len(lone) == 1 else Signed(None, None)


def _signed(rows: tuple[Row, ...], at: int, day: date, box: Box) -> Signed:
    return Signed(_organs(rows, at), proposal(day.isoformat(), rows[at].page, box, How.SIGNATURE))


def _organ_above(rows: tuple[Row, ...], at: int) -> bool:
    return at > 0 and _all_organs(rows[at - 1]) and not _is_elsewhere(rows[at - 1], rows[at])


def date_under_title(paper: Paper, body_from: int) -> Proposal | None:
    """题注 of decisions and the like: the date a meeting adopted it, in brackets under the title."""
    for at, row in enumerate(paper.rows[: body_from + 2]):
        if note := _NOTE_DATE.match(_in_brackets(paper.rows, at)):
            day = standing_date(note[1])
            return proposal(day.isoformat(), row.page, row.box, How.UNDER_TITLE) if day else None
    return None


def _in_brackets(rows: tuple[Row, ...], at: int) -> str:
    """A line, with those after it where its bracket is closed on one of them."""
    text = rows[at].bare
    for row in rows[at + 1 : at + _MOST_NOTE_ROWS] if text.startswith(("(", "（")) else ():
        if text.endswith((")", "）")):
            break
        text += row.bare
    return text


def _date_in(row: Row, after_organ: bool, issuer: str) -> tuple[date, Box] | None:
    """The date of a line that holds nothing else; at the left only under an organ.

    Beside an organ's name only when that organ is the issuer: a table of who does what by when has lines of the same look.
    """
    whole = standing_date(row.bare)
    if whole is not None:
        return (whole, row.box) if after_organ or row.box.middle > _RIGHT_HALF else None
    *names, last = row.pieces
    day = standing_date(last.bare)
    if day is not None and names and last.box.left > _RIGHT_HALF and all(one.bare in issuer.split(" ") for one in names):
        return day, last.box
    return None


def _organs(rows: tuple[Row, ...], date_at: int) -> Proposal | None:
    """Organs on the date's own line, or on the lines directly above it, until a line that is anything else."""
    beside = [piece for piece in rows[date_at].pieces[:-1] if is_organ(piece.bare)]
    if beside:
        return proposal(" ".join(piece.bare for piece in beside), rows[date_at].page, beside[0].box, How.SIGNATURE)
    taken: list[Row] = []
    for row in reversed(rows[max(0, date_at - _MOST_ROWS) : date_at]):
        if not _all_organs(row) or _is_elsewhere(row, rows[date_at]):
            break
        taken.insert(0, row)
    if not taken:
        return None
    names = [name for row in taken for name in _names_in(row)]
    box = taken[0].box
    for row in taken[1:]:
        box = box.union(row.box) if row.page == taken[0].page else box
    return proposal(" ".join(names), taken[0].page, box, How.SIGNATURE)


def _is_elsewhere(row: Row, date_row: Row) -> bool:
    """Signature and date stand on the same side of the page."""
    return (row.box.middle < _RIGHT_HALF) != (date_row.box.middle < _RIGHT_HALF)


def _all_organs(row: Row) -> bool:
    return is_organ(row.bare) or all(is_organ(piece.bare) for piece in row.pieces)


def _names_in(row: Row) -> list[str]:
    bares = [piece.bare for piece in row.pieces]
    return bares if len(bares) > 1 and all(is_organ(bare) for bare in bares) else [row.bare]
