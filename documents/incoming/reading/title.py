"""标题 and 主送机关 on the first page (GB/T 9704-2012 7.3.1 and 7.3.2)."""

import re
from typing import NamedTuple

from documents.incoming.reading.head import Head, proposal
from documents.incoming.reading.layout import Paper, Row
from documents.incoming.reading.numbers import standing_number
from documents.incoming.reading.proposal import How, Proposal
from documents.incoming.reading.words import is_organ, kind_of

_LARGER = 1.12
_OFF_CENTRE = 0.06
_INDENT = 0.03
_MOST_ROWS = 6
_MOST_RECIPIENT_ROWS = 6
_NOTE = re.compile("^[(（].*[)）]$")
_SUBJECT = re.compile("关于|印发|转发|批转")
_NOT_RECIPIENTS = re.compile("。|；|;|附件|抄送|联系人|电话|如下|一、|签发人|时间|地点|会议|编号|字号")
_ADDRESSED = re.compile(
    "^(?:各|有关|相关|省|市|县|区|州|镇|乡|[\u4e00-\u9fff]{2,20}(?:政府|局|委|厅|部|办|单位|部门|街道|公司|学校)).*[:：，、]"
)
_LABEL = re.compile("^主送(?:机关|单位)?[::：]")


class Titled(NamedTuple):
    """The title, the recipients, the kind, and how many of all rows stand before the body."""

    title: Proposal | None
    main_to: Proposal | None
    kind: Proposal | None
    body_from: int


def read_title(paper: Paper, head: Head) -> Titled:
    """Find the title block under the head, and the recipients directly under it."""
    rows = paper.first_page
    block = _block(rows, paper, head)
    if not block:
        return Titled(None, None, None, len([row for row in rows if row in head.mark_rows]))
    title = _joined(block)
    after = rows.index(block[-1]) + 1
    recipients, body_from = _recipients(rows, after, paper)
    if recipients is None:
        recipients, body_from = _recipients_under_number(rows, after, body_from, paper)
    kind = kind_of(title.value) if title else None
    return Titled(
        title,
        recipients,
        proposal(kind, title.page, title.box, How.TITLE_END) if kind and title else None,
        body_from,
    )


def _block(rows: tuple[Row, ...], paper: Paper, head: Head) -> list[Row]:
    """The first run of centred lines, larger than the body or ending as a title does, that is no part of the head."""
    floor = max((row.box.bottom for row in head.mark_rows), default=0.0)
    start = 0
    while start < len(rows):
        run = _run(rows, start, paper, head, floor)
        if run and _is_title(run, paper):
            return run
        start += max(1, len(run))
    return []


def _run(rows: tuple[Row, ...], start: int, paper: Paper, head: Head, floor: float) -> list[Row]:
    run: list[Row] = []
    first = start == 0 or rows[start - 1] in head.mark_rows or standing_number(rows[start - 1].bare) is not None
    for row in rows[start : start + _MOST_ROWS + 1]:
        if row in head.mark_rows or row.box.top < floor - 0.01 or not _is_title_row(row, paper, first):
            break
        if run and (_far(run[-1], row) or abs(run[-1].size - row.size) > 0.12 * row.size):
            break
        run.append(row)
    return run if len(run) <= _MOST_ROWS else []


def _is_title_row(row: Row, paper: Paper, first: bool) -> bool:
    """Centred, and either larger than the body or clear of its edge; directly under the head a line may also be filled."""
    if standing_number(row.bare) or row.bare.endswith((":", "。")) or any(standing_number(one.bare) for one in row.pieces):
        return False
    centred = abs(row.box.middle - 0.5) < _OFF_CENTRE
    larger = row.size >= _LARGER * paper.body_size
    inset = row.box.left > paper.body_left + _INDENT
    return centred and (larger or inset or first)


def _is_title(run: list[Row], paper: Paper) -> bool:
    text = "".join(row.bare for row in run)
    if len(text) < 4 or _NOTE.match(text) or (is_organ(text) and not kind_of(text)):
        return False
    larger = min(row.size for row in run) >= _LARGER * paper.body_size
    if not larger and run[-1].box.left <= paper.body_left + _INDENT:
        return False
    return (larger and bool(_SUBJECT.search(text) or kind_of(text))) or bool(_SUBJECT.search(text) and kind_of(text))


def _far(above: Row, below: Row) -> bool:
    return below.box.top - above.box.bottom > 1.3 * max(above.box.height, below.box.height)


def _joined(block: list[Row]) -> Proposal | None:
    box = block[0].box
    for row in block[1:]:
        box = box.union(row.box)
    text = block[0].text
    for row in block[1:]:
        latin = text[-1].isascii() and text[-1].isalpha() and row.text[0].isascii() and row.text[0].isalpha()
        text += (" " if latin else "") + row.text
    return proposal(text, block[0].page, box, How.TITLE_BLOCK)


def _recipients(rows: tuple[Row, ...], after: int, paper: Paper) -> tuple[Proposal | None, int]:
    """The lines after the title up to the one that ends with a colon: flush left, each but the last filled to the edge."""
    taken: list[Row] = []
    for at in range(after, min(len(rows), after + _MOST_RECIPIENT_ROWS + 2)):
        row = rows[at]
        if not taken and (_NOTE.match(row.bare) or standing_number(row.bare)):
            continue
        if row.box.left > paper.body_left + _INDENT or _NOT_RECIPIENTS.search(_LABEL.sub("", row.bare)):
            return None, at
        taken.append(row)
        if row.bare.endswith(":"):
            return _as_recipients(taken), at + 1
        if row.box.right < 0.78:
            return None, at
    return None, after


def _recipients_under_number(rows: tuple[Row, ...], after: int, body_from: int, paper: Paper) -> tuple[Proposal | None, int]:
    """Where the number stands between title and recipients, as on pages of websites: the lines directly under it."""
    for at in range(after, len(rows) - 1):
        if standing_number(rows[at].bare) and _ADDRESSED.match(rows[at + 1].bare):
            found, upto = _recipients(rows, at + 1, paper)
            return (found, upto) if found is not None else (None, body_from)
    return None, body_from


def _as_recipients(taken: list[Row]) -> Proposal | None:
    box = taken[0].box
    for row in taken[1:]:
        box = box.union(row.box)
    text = "".join(row.text for row in taken).replace(" ", "")
    return proposal(_LABEL.sub("", text).rstrip("：:"), taken[0].page, box, How.RECIPIENT_LINE)
