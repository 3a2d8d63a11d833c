"""版头 of the first page: 发文机关标志, 发文字号, 签发人, 紧急程度 (GB/T 9704-2012 7.2 and clause 10)."""

import re
from typing import NamedTuple

from documents.incoming.reading.dates import standing_date
from documents.incoming.reading.layout import Paper, Piece, Row
from documents.incoming.reading.numbers import order_number, series_number, standing_number
from documents.incoming.reading.proposal import How, Proposal
from documents.incoming.reading.words import is_generic, is_organ, is_unfilled
from office.files.rendering.shapes import Box

URGENCIES = ("特提", "特急", "加急", "平急")
"""紧急程度 (条例 art. 9(3)): 特急, 加急 on paper; all four on telegrams."""

_MARKS = re.compile("(文件|令|公告|通告|会议纪要|纪要|电报|传真电报|简报|情况通报|专报)$")
_MINUTES = re.compile("(纪要|简报|专报)$")
_TELEGRAM = re.compile("(电报|明电|发电)$")
_SIGNER = re.compile("^签发人?[::](.*)$")
_LABELLED_URGENCY = re.compile(f"^(?:紧急程度|等级|缓急)[::]?({'|'.join(URGENCIES)})(?:[·.・]明电|明电)?$")
_NAME = re.compile("^[\\u4e00-\\u9fff]{2,4}$|^[\\u4e00-\\u9fff]{1,8}·[\\u4e00-\\u9fff]{1,12}$")
_TOP = 0.5
_BIG = 1.5
_SMALLEST_MARK = 20.0


class Head(NamedTuple):
    """What the head says. `bottom`: where on the first page it ends; `mark` is the whole masthead, 文件 included."""

    issuer: Proposal | None
    doc_no: Proposal | None
    signer: Proposal | None
    urgency: Proposal | None
    mark: str
    mark_rows: tuple[Row, ...]


def read_head(paper: Paper) -> Head:
    """Read the head of the first page; each value only where the standard puts it."""
    rows = paper.first_page
    mark_rows = _mark_rows(paper)
    mark = "".join(row.bare for row in mark_rows)
    return Head(
        issuer=_issuer(mark_rows),
        doc_no=_number(rows, mark),
        signer=_signer(rows),
        urgency=_urgency(rows, mark_rows),
        mark=mark,
        mark_rows=mark_rows,
    )


def proposal(value: str, page: int, box: Box, how: How) -> Proposal | None:
    """A proposal, unless the value is a placeholder nobody has filled in."""
    return None if not value or is_unfilled(value) else Proposal(value, page, box, how)


def _mark_rows(paper: Paper) -> tuple[Row, ...]:
    """Red and big in the upper half; on black copies big enough and ending in 文件 or the like."""
    big = [row for row in paper.first_page if _is_big(row, paper) and row.box.top < _TOP]
    red = [row for row in big if row.red]
    if red:
        return tuple(row for row in red if row.size > 0.6 * max(one.size for one in red))
    black = [row for row in big if _MARKS.search(row.bare)]
    return tuple(black[:1]) if black and black[0].size >= 1.7 * paper.body_size else ()


def _is_big(row: Row, paper: Paper) -> bool:
    return row.size >= max(_SMALLEST_MARK, _BIG * paper.body_size)


def _issuer(rows: tuple[Row, ...]) -> Proposal | None:
    """The organs of the masthead in their order; a name broken over two lines is put together again."""
    if not rows or any(_TELEGRAM.search(row.bare) or _MINUTES.search(row.bare) for row in rows):
        return None
    names: list[str] = []
    for piece in (piece for row in rows for piece in _names_in(row)):
        name = _MARKS.sub("", piece)
        if not name:
            continue
        if names and (not is_organ(names[-1]) or is_generic(name)):
            names[-1] += name
        else:
            names.append(name)
    if not names or not all(is_organ(name) for name in names):
        return None
    box = rows[0].box
    for row in rows[1:]:
        box = box.union(row.box)
    return proposal(" ".join(names), rows[0].page, box, How.MASTHEAD)


def _names_in(row: Row) -> list[str]:
    """Names of one line: spans far apart are organs of their own, unless they only letter-space one name."""
    bares = [piece.bare for piece in row.pieces]
    return bares if all(is_organ(_MARKS.sub("", bare)) or _MARKS.fullmatch(bare) for bare in bares) else [row.bare]


def _number(rows: tuple[Row, ...], mark: str) -> Proposal | None:
    """The first number that stands alone. Two different ones: the head is not what we think, and none is proposed."""
    found: list[Proposal] = []
    for row in rows:
        alone = [(value, piece.box) for piece in row.pieces if (value := _as_number(piece.bare, mark))]
        whole = _as_number(row.bare, mark)
        for value, box in alone or ([(whole, row.box)] if whole else []):
            made = proposal(value, row.page, box, How.NUMBER_LINE)
            if made is not None and all(made.value != one.value for one in found):
                found.append(made)
    return found[0] if len(found) == 1 else None


def _as_number(text: str, mark: str) -> str | None:
    if value := standing_number(text):
        return value
    if mark.endswith(("令", "公告", "通告")):
        return order_number(text)
    return series_number(text) if _MINUTES.search(mark) else None


def _signer(rows: tuple[Row, ...]) -> Proposal | None:
    """签发人 and the names after it on that line, and on lines directly below that start where the first name does."""
    for at, row in enumerate(rows):
        for index, piece in enumerate(row.pieces):
            label = _SIGNER.match(piece.bare)
            if label is None or piece.box.left < 0.4:
                continue
            words = [piece.raw.replace(":", "：").partition("：")[2]] + [one.raw for one in row.pieces[index + 1 :]]
            below = _names_below(rows[at + 1 : at + 4], piece.box)
            names = _names([word for text in words + below for word in text.split()])
            return proposal(" ".join(names), row.page, piece.box.union(row.pieces[-1].box), How.LABEL) if names else None
    return None


def _names_below(rows: tuple[Row, ...], label: Box) -> list[str]:
    words: list[str] = []
    for row in rows:
        right = [piece for piece in row.pieces if piece.box.left > label.left + 0.02]
        if not right or not all(_NAME.match(piece.bare) for piece in right):
            break
        words += [piece.raw for piece in right]
    return words


def _names(words: list[str]) -> list[str] | None:
    """Names of persons; two single characters are one short name spaced out. Anything else: not certain, none."""
    names: list[str] = []
    for word in words:
        if len(word) == 1 and names and len(names[-1]) == 1:
            names[-1] += word
        else:
            names.append(word)
    return names if names and all(_NAME.match(name) for name in names) else None


def _urgency(rows: tuple[Row, ...], mark_rows: tuple[Row, ...]) -> Proposal | None:
    """One of the statutory words alone at the upper left, above or beside the masthead; or in the 等级 field of a telegram."""
    for row in rows:
        for piece in row.pieces:
            labelled = _LABELLED_URGENCY.match(piece.bare)
            if labelled and row.box.top < _TOP:
                return proposal(labelled[1], row.page, piece.box, How.LABEL)
            if piece.bare in URGENCIES and _is_top_left(piece, mark_rows):
                return proposal(piece.bare, row.page, piece.box, How.TOP_LEFT)
        labelled = _LABELLED_URGENCY.match(row.bare)
        if labelled and row.box.top < _TOP:
            return proposal(labelled[1], row.page, row.box, How.LABEL)
    return None


def _is_top_left(piece: Piece, mark_rows: tuple[Row, ...]) -> bool:
    """Above the masthead; in a letter the masthead stands higher and the word just under its line."""
    limit = max((row.box.bottom for row in mark_rows), default=0.2) + 0.12
    return piece.box.left < 0.3 and piece.box.top < min(limit, 0.4)


def head_line(rows: tuple[Row, ...], mark_rows: tuple[Row, ...]) -> tuple[Proposal | None, Proposal | None]:
    """Issuer and date of 纪要 and 简报, which stand left and right in one line under the masthead and have no signature."""
    if not mark_rows or not _MINUTES.search("".join(row.bare for row in mark_rows)):
        return None, None
    floor = mark_rows[-1].box.bottom
    for row in (row for row in rows if row.box.top >= floor and len(row.pieces) == 2 and row.box.top < _TOP):
        left, right = row.pieces
        day = standing_date(right.bare)
        if day is not None and is_organ(left.bare):
            return (
                proposal(left.bare, row.page, left.box, How.HEAD_LINE),
                proposal(day.isoformat(), row.page, right.box, How.HEAD_LINE),
            )
    return None, None
