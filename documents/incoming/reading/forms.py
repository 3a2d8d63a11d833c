"""文件处理单, 呈阅单 and the like: a table that names its own fields; read so only when its heading says that it is one."""

import re

from documents.incoming.reading.dates import standing_date
from documents.incoming.reading.head import URGENCIES, proposal
from documents.incoming.reading.layout import Paper, Piece, Row
from documents.incoming.reading.numbers import standing_number
from documents.incoming.reading.proposal import How, Proposal, Reading
from documents.incoming.reading.words import is_organ
from office.files.rendering.shapes import Box

_HEADING = re.compile("(?:文件|公文|收文|来文|电报)(?:处理|阅办|呈阅|呈批|批办|办理|传阅|阅处)(?:单|笺|卡|表|签)?$")
_LABELS = {
    "来文单位": "issuer",
    "来文机关": "issuer",
    "发文单位": "issuer",
    "发文机关": "issuer",
    "来文文号": "doc_no",
    "来文字号": "doc_no",
    "发文字号": "doc_no",
    "文号": "doc_no",
    "公文标题": "title",
    "文件标题": "title",
    "来文标题": "title",
    "文件名称": "title",
    "标题": "title",
    "来文日期": "doc_date",
    "成文日期": "doc_date",
    "紧急程度": "urgency",
    "缓急": "urgency",
}
_ANY_LABEL = re.compile(
    "^(?:收文|来文|发文|公文|文件|单位|办理|阅文|公开|紧急|拟办|处理|领导|承办|备注|份数|页数|密级)[\u4e00-\u9fff]{0,6}[:：]?$"
)


def is_form(paper: Paper) -> bool:
    """Whether one of the first lines is the heading of a processing form."""
    return any(_HEADING.search(row.bare) and abs(row.box.middle - 0.5) < 0.1 for row in paper.first_page[:3])


def read_form(paper: Paper) -> Reading:
    """The cells beside the labels. 收文日期 and 收文编号 are ours, not the document's, and are not asked for."""
    found: dict[str, Proposal] = {}
    rows = paper.first_page
    pieces = [piece for row in rows for piece in row.pieces]
    for row in rows:
        for label in row.pieces:
            field = _LABELS.get(label.bare.rstrip(":"))
            made = _value(field, _cell(label, row, pieces), row.page) if field else None
            if field and made is not None:
                found.setdefault(field, made)
    return Reading(
        title=found.get("title"),
        doc_no=found.get("doc_no"),
        issuer=found.get("issuer"),
        doc_date=found.get("doc_date"),
        urgency=found.get("urgency"),
    )


def _cell(label: Piece, row: Row, pieces: list[Piece]) -> list[Piece]:
    """What stands right of the label, before the next label of its line, and not nearer to a label above or below."""
    right = min((one.box.left for one in row.pieces if one.box.left > label.box.right and _is_label(one)), default=1.0)
    centre = _centre(label.box)
    column = [
        _centre(one.box) for one in pieces if _is_label(one) and abs(one.box.left - label.box.left) < 0.05 and one != label
    ]
    above = max((other for other in column if other < centre), default=centre - 0.08)
    below = min((other for other in column if other > centre), default=centre + 0.08)
    top, bottom = (above + centre) / 2, (below + centre) / 2
    inside = [
        one
        for one in pieces
        if label.box.right <= one.box.left < right and top < _centre(one.box) < bottom and not _is_label(one)
    ]
    return sorted(inside, key=lambda one: (round(one.box.top, 3), one.box.left))


def _value(field: str, cell: list[Piece], page: int) -> Proposal | None:
    if not cell:
        return None
    box = cell[0].box
    for piece in cell[1:]:
        box = box.union(piece.box)
    text = "".join(piece.bare for piece in cell)
    if field == "title":
        return proposal("".join(piece.text for piece in cell), page, box, How.LABEL)
    if field == "doc_no":
        value = standing_number(text)
    elif field == "doc_date":
        day = standing_date(text)
        value = day.isoformat() if day else None
    elif field == "urgency":
        value = text if text in URGENCIES else None
    else:
        value = text if is_organ(text) else None
    return proposal(value, page, box, How.LABEL) if value else None


def _is_label(piece: Piece) -> bool:
    bare = piece.bare.rstrip(":")
    return bare in _LABELS or bool(_ANY_LABEL.match(piece.bare))


def _centre(box: Box) -> float:
    return (box.top + box.bottom) / 2
