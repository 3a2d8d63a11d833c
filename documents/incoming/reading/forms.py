"""文件处理单, 呈阅单 and the like: a table that names its own fields; read so only when its heading says that it is one."""

import re
from collections.abc import Sequence
from itertools import pairwise

from documents.incoming.reading.dates import standing_date
from documents.incoming.reading.head import URGENCIES, proposal
from documents.incoming.reading.layout import Paper, Piece, Row, tidy
from documents.incoming.reading.numbers import standing_number
from documents.incoming.reading.proposal import How, Proposal, Reading
from documents.incoming.reading.words import is_organ
from office.files.rendering.shapes import Box
from office.numbering.folding import plain

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
_ON = 3
"""How many rows of a form below a label are counted: far below stand opinions, which are set in any way."""
_NUMBERS = {"发文字号", "发文文号", "发文号", "文号", "电报号", "电报编号", "编号", "文件编号"}
_HEAD = 0.5
_GLUED = re.compile("^(.{5,})(份数|页数|密级|缓急|紧急程度|收文编号|收文日期|备注)$")
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
    parted = [_parted(row) for row in rows]
    pieces = [piece for row in parted for piece in row]
    for row in parted:
        for label in row:
            field = _LABELS.get(label.bare.rstrip(":"))
            made = _value(field, _cell(label, row, pieces), rows[0].page) if field else None
            if field and made is not None:
                found.setdefault(field, made)
    return Reading(
        title=found.get("title"),
        doc_no=found.get("doc_no"),
        issuer=found.get("issuer"),
        doc_date=found.get("doc_date"),
        urgency=found.get("urgency"),
    )


def labelled_number(paper: Paper) -> Proposal | None:
    """The number in a table at the head: of a telegram, or of what a website says about a paper. Two different ones: none."""
    rows = [row for row in paper.first_page if row.box.top < _HEAD]
    parted = [_parted(row) for row in rows]
    pieces = [piece for row in parted for piece in row]
    found = [
        made
        for row in parted
        for label in row
        if label.bare.rstrip(":") in _NUMBERS and (made := _number_beside(_cell(label, row, pieces), pieces, rows[0].page))
    ]
    return found[0] if len({made.value for made in found}) == 1 else None


def _number_beside(cell: list[Piece], pieces: list[Piece], page: int) -> Proposal | None:
    """A number in a cell, which may end on the line below: the two together must be nothing but a number."""
    if (made := _value("doc_no", cell, page)) or not cell:
        return made
    first = cell[-1].box
    below = [one for one in pieces if abs(one.box.left - first.left) < 0.02 and 0 < one.box.top - first.top < 2 * first.height]
    return _value("doc_no", [*cell, *below[:1]], page)


def _parted(row: Row) -> list[Piece]:
    """The pieces of a line, labels apart from what stands close to them in the next cell."""
    return [part for piece in row.pieces for part in _split(piece)]


def _split(piece: Piece) -> list[Piece]:
    """A span in parts, where its first words are a label, or words further on. Blanks tell where; widths are estimated."""
    words = [part for word in piece.raw.split() for part in _unglued(word)]
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if _is_label_text(plain("".join(words[start:end]))) and (start, end) != (0, len(words)):
                parts = (words[:start], words[start:end], words[end:])
                return [one for at, part in enumerate(parts) if part for one in _resplit(piece, parts, at)]
    return [piece]


def _unglued(word: str) -> Sequence[str]:
    """A word and the label of the next cell, where the cell is so full that no blank is between them."""
    glued = _GLUED.match(word)
    return glued.groups() if glued else (word,)


def _resplit(piece: Piece, parts: Sequence[Sequence[str]], at: int) -> list[Piece]:
    before, part = [word for one in parts[:at] for word in one], parts[at]
    whole = _long([word for one in parts for word in one])
    start = _long(before) / whole if before else 0.0
    left, wide = piece.box.left, piece.box.width
    box = Box(left + start * wide, piece.box.top, left + (start + _long(part) / whole) * wide, piece.box.bottom)
    raw = " ".join(part)
    made = Piece(raw, tidy(raw), plain(raw), box, piece.size, piece.red)
    return _split(made) if at == 2 else [made]


def _long(words: Sequence[str]) -> float:
    """How long words are in print, blanks after them included."""
    return sum(1.0 if char > "\u2e80" else 0.5 for word in words for char in word) + len(words)


def _cell(label: Piece, row: Sequence[Piece], pieces: list[Piece]) -> list[Piece]:
    """What stands right of the label, before the next label of its line, in the lines that are its cell's."""
    right = min((one.box.left for one in row if one.box.left > label.box.right and _is_label(one)), default=1.0)
    inside = [one for one in pieces if label.box.right <= one.box.left < right and not _is_label(one)]
    column = sorted({_centre(one.box) for one in pieces if _is_label(one) and abs(one.box.left - label.box.left) < 0.05})
    top, bottom = _reach(column, sorted({_centre(one.box) for one in inside}), _centre(label.box), label.box.height)
    found = [one for one in inside if top < _centre(one.box) < bottom]
    return sorted(found, key=lambda one: (round(one.box.top, 3), one.box.left))


def _reach(labels: list[float], lines: list[float], label: float, high: float) -> tuple[float, float]:
    """From where to where the lines of a label's cell reach, of a column of labels and the lines beside it (heights).

    Labels stand in the middle of their cells or at their first line; which of the two, comes out by counting.
    """
    ends = [labels[0] - 2.2 * high, *labels, labels[-1] + 6 * high]
    gaps = [_strictly(lines, above, below, high) for above, below in pairwise(ends)]
    at = labels.index(label)
    counts = _in_the_middle([len(gap) for gap in gaps[: at + _ON]])
    if counts is None:
        ups, downs = [], gaps[at + 1]
    else:
        ups, downs = gaps[at][len(gaps[at]) - counts[at] :], gaps[at + 1][: counts[at]]
    return min([label, *ups]) - 0.45 * high, max([label, *downs]) + 0.45 * high


def _in_the_middle(gaps: list[int]) -> list[int] | None:
    """How many lines stand above each label, and as many below it, where the lines between labels come out even so."""
    counts = [gaps[0]]
    for between in gaps[1:]:
        counts.append(between - counts[-1])
    return counts if min(counts) >= 0 else None


def _strictly(lines: list[float], above: float, below: float, high: float) -> list[float]:
    """Lines between two labels, those on their own lines left out."""
    return [one for one in lines if above + 0.3 * high < one < below - 0.3 * high]


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
    return _is_label_text(piece.bare)


def _is_label_text(bare: str) -> bool:
    return bare.rstrip(":") in _LABELS or bare.rstrip(":") in _NUMBERS or bool(_ANY_LABEL.match(bare))


def _centre(box: Box) -> float:
    return (box.top + box.bottom) / 2
