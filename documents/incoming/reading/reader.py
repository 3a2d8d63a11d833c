"""The reading of one document: head, title, signature, and what they say together."""

from collections.abc import Sequence

from documents.incoming.reading.forms import is_form, labelled_number, read_form
from documents.incoming.reading.head import Head, head_line, proposal, read_head
from documents.incoming.reading.layout import Paper, Row, lay_out
from documents.incoming.reading.numbers import order_number
from documents.incoming.reading.proposal import How, Proposal, Reading
from documents.incoming.reading.signature import date_under_title, read_signature
from documents.incoming.reading.title import Titled, read_title
from office.files.rendering.shapes import Box, PageText

_ADOPTED = {"决议", "决定", "公报"}
_BY_ORDER = {"公告", "通告", "命令"}
_NEAR, _CENTRED = 0.1, 0.05
_IN_MARKS = {"令": "命令", "纪要": "纪要", "公告": "公告", "通告": "通告"}


def read(pages: Sequence[PageText], *, whole: bool = True) -> Reading:
    """Propose the register's fields from the text layers of the first pages, none left out between them.

    Only what stands where the standard puts it is proposed (条例 art. 9, GB/T 9704-2012 clauses 7 and 10).
    With `whole` False more pages follow: `settled` then says whether they could still change what is proposed.
    A scan without a text layer yields nothing. Never refuses.
    """
    paper = lay_out(pages)
    if not paper.rows:
        return Reading(has_text=False)
    return read_form(paper) if is_form(paper) else _read_paper(paper, whole)


def _read_paper(paper: Paper, whole: bool) -> Reading:
    """One with a masthead, a title and a signature."""
    head = read_head(paper)
    titled = read_title(paper, head)
    signed = read_signature(paper, titled.body_from, head.issuer.value if head.issuer else "", whole=whole)
    line_issuer, line_date = head_line(paper.first_page, head.mark_rows)
    kind = titled.kind or _kind_of_mark(head)
    adopted = date_under_title(paper, titled.body_from) if kind is not None and kind.value in _ADOPTED else None
    return Reading(
        title=titled.title,
        doc_no=head.doc_no or labelled_number(paper) or _under_title(paper, titled, kind),
        issuer=_issuer(head.issuer, signed.issuer) or line_issuer,
        doc_date=adopted or line_date or signed.doc_date,
        urgency=head.urgency,
        main_to=titled.main_to,
        signer=head.signer,
        kind=kind,
        settled=signed.settled or adopted is not None or line_date is not None,
    )


def _issuer(mark: Proposal | None, signed: Proposal | None) -> Proposal | None:
    """The masthead decides; of a joint document it may show the lead organ alone, and then the signature names them all."""
    if mark is None:
        return signed
    if signed is not None and signed.value.startswith(mark.value + " "):
        return signed
    return mark


def _kind_of_mark(head: Head) -> Proposal | None:
    """令, 纪要 and the like carry their kind in the masthead, also where the organ before it is not filled in."""
    kind = next((kind for end, kind in _IN_MARKS.items() if head.mark.endswith(end)), None)
    return proposal(kind, head.mark_rows[0].page, _around(head.mark_rows), How.MASTHEAD) if kind else None


def _under_title(paper: Paper, titled: Titled, kind: Proposal | None) -> Proposal | None:
    """公告 and 通告 may have no code: 2026年第5号 in the middle under the title."""
    if kind is None or kind.value not in _BY_ORDER or titled.title is None:
        return None
    for row in paper.first_page[: titled.body_from + 1]:
        under = titled.title.box.bottom <= row.box.top < titled.title.box.bottom + _NEAR
        if under and abs(row.box.middle - 0.5) < _CENTRED and (value := order_number(row.bare)):
            return proposal(value, row.page, row.box, How.NUMBER_LINE)
    return None


def _around(rows: Sequence[Row]) -> Box:
    box = rows[0].box
    for row in rows[1:]:
        box = box.union(row.box)
    return box
