"""What reading proposes, each value with where it stands and how it was found."""

from enum import StrEnum

import msgspec

from office.files.rendering.shapes import Box


class How(StrEnum):
    """The rule that found a value."""

    MASTHEAD = "masthead"
    NUMBER_LINE = "number_line"
    TITLE_BLOCK = "title_block"
    RECIPIENT_LINE = "recipient_line"
    SIGNATURE = "signature"
    UNDER_TITLE = "under_title"
    HEAD_LINE = "head_line"
    TOP_LEFT = "top_left"
    LABEL = "label"
    TITLE_END = "title_end"


HOW_TEXTS: dict[str, str] = {
    "masthead": "取自版头的发文机关标志",
    "number_line": "取自单独成行的发文字号",
    "title_block": "取自居中的标题",
    "recipient_line": "取自标题下顶格、以冒号结束的一行",
    "signature": "取自正文后的落款",
    "under_title": "取自标题下的题注",
    "head_line": "取自刊头下一行",
    "top_left": "取自首页左上角",
    "label": "取自文件上的同名栏目",
    "title_end": "按标题末尾的文种判定",
}


class Proposal(msgspec.Struct, frozen=True):
    """One value. `page` from 0; `box` is where it stands, for the clerk's eye."""

    value: str
    page: int
    box: Box
    how: How


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """All proposals of one document; None means: not in the document, or not certain.

    `doc_date` is ISO 8601. Joint issuers stand in their order, one blank between. `has_text` False: nothing but a scan.
    `settled` False: the signature was not reached, and pages that were not given could still hold it.
    """

    title: Proposal | None = None
    doc_no: Proposal | None = None
    issuer: Proposal | None = None
    doc_date: Proposal | None = None
    urgency: Proposal | None = None
    main_to: Proposal | None = None
    signer: Proposal | None = None
    kind: Proposal | None = None
    has_text: bool = True
    settled: bool = True
