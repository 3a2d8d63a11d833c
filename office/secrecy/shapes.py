"""What the rules look at and what they find, as plain values that travel over a worker's pipe."""

from enum import StrEnum

import msgspec


class Rule(StrEnum):
    """A rule that stops a file; its name is all that is kept of what it found."""

    MARK = "mark"
    """密级标志: 绝密, 机密 or 秘密 with a star after it."""

    TERM = "term"
    """保密期限: a star with years or 长期 after it."""

    HEAD = "head"
    """版头: a degree stands alone in the head of page 1."""

    COPY_NO = "copy_no"
    """份号 and 密级 together in the head of page 1."""

    LABEL = "label"
    """密级栏: the field 密级 of a form is filled in."""

    TELEGRAM = "telegram"
    """密码电报 in the head of page 1 or as a name."""

    NAME = "name"
    """文件名 or 标题: a degree stands alone in it."""

    METADATA = "metadata"
    """元数据: the file's own field of 密级 (GB/T 33480-2016, 4.4) is not empty."""

    BARCODE = "barcode"
    """二维条码: its field of 密级 is not empty."""


class Hint(StrEnum):
    """What stops nothing and is told."""

    OPEN_TELEGRAM = "open_telegram"
    """内部明电: not classified, and not for everybody."""


class Run(msgspec.Struct, frozen=True, array_like=True):
    """Words of one line without a wide gap; where they begin, as ratios of the page from its upper left."""

    text: str
    left: float
    top: float


class PageWords(msgspec.Struct, frozen=True):
    """The words of a page: `text` in the file's own order, hidden text included; `lines` as the eye sees them; and of the first
    page the runs of its `head`."""

    text: str
    lines: tuple[str, ...] = ()
    head: tuple[Run, ...] = ()


class Looked(msgspec.Struct, frozen=True):
    """What was found on some pages of a file. `unread` are pages (from 0) that show something and have no words to check."""

    rules: tuple[Rule, ...] = ()
    hints: tuple[Hint, ...] = ()
    unread: tuple[int, ...] = ()
