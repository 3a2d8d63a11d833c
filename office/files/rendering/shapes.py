"""What the rendering workers answer, as plain frozen values that travel over a pipe and may be stored as JSON."""

from enum import StrEnum

import msgspec

WIDTHS = (540, 720, 1080)
"""Widths of page pictures in pixels: first on 2G, for reading, for zooming in."""


class PageWarning(StrEnum):
    """Why a page that is shown may not look as its author saw it; the client tells the reader."""

    FONT_MISSING = "font_missing"
    """字体缺失: the file does not carry its Chinese font and this server has none either; the text is blank in the picture."""

    BLANK = "blank"
    """空白页: nothing at all was drawn."""

    XFA = "xfa"
    """动态表单: a form for one vendor's reader only; what is drawn is its placeholder."""

    PAGE_DAMAGED = "page_damaged"
    """At least one page has no readable size; asking for it is refused."""

    CONVERTED = "converted"
    """转换件: the pages are LibreOffice's setting of an Office file; the original may break its lines and pages elsewhere."""

    INCOMPLETE = "incomplete"
    """缺损: a picture, font, note or seal that the page names is not in the file or cannot be read; the rest is shown."""


class Box(msgspec.Struct, frozen=True, array_like=True):
    """A place on a page, as ratios (0 to 1) of the page as shown (rotation applied), origin at the upper left."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The horizontal centre."""
        return (self.left + self.right) / 2

    def union(self, other: "Box") -> "Box":
        """The smallest box around both."""
        left, top = min(self.left, other.left), min(self.top, other.top)
        return Box(left, top, max(self.right, other.right), max(self.bottom, other.bottom))


class Span(msgspec.Struct, frozen=True):
    """A run of characters of one size and colour without a wide gap. `size` in points, `color` 0xRRGGBB."""

    text: str
    box: Box
    size: float
    color: int


class Line(msgspec.Struct, frozen=True):
    """One visual line, left to right; `size` (points) and `color` are those of most of its characters."""

    text: str
    box: Box
    size: float
    color: int
    spans: tuple[Span, ...]


class PageText(msgspec.Struct, frozen=True):
    """The text layer (文字层) of one page.

    `text` is everything, in the file's own order, hidden text included: what a marking scan must see.
    `lines` are the upright lines by place, top to bottom. Width and height in points. `truncated`: there were more characters.
    With font_missing among the warnings characters may be absent, so a scan for markings must not call the page clean.
    """

    page: int
    width: float
    height: float
    text: str
    lines: tuple[Line, ...]
    truncated: bool = False
    warnings: tuple[PageWarning, ...] = ()


class Inspection(msgspec.Struct, frozen=True):
    """What a file is. `pages`: (width, height) in points as shown; a picture is one page at 96 dpi.

    `encrypted`: opens without a password though its owner set limits on printing or copying. `signatures`: how many seals and
    signatures it lists.
    """

    media_type: str
    pages: tuple[tuple[float, float], ...]
    encrypted: bool = False
    has_forms: bool = False
    warnings: tuple[PageWarning, ...] = ()
    signatures: int = 0


class Rendition(msgspec.Struct, frozen=True):
    """One page as a picture. `tones`: grey, red, colour or photo, the way it was encoded. Pixels."""

    page: int
    data: bytes
    width: int
    height: int
    media_type: str
    tones: str
    warnings: tuple[PageWarning, ...] = ()


class Fact(msgspec.Struct, frozen=True):
    """Something a file says about itself: what, as the file calls it, and the value. Nobody has checked it."""

    name: str
    value: str


class AttachmentFact(msgspec.Struct, frozen=True):
    """An attachment inside a file: its name, its format as told, bytes (-1 where it is not there)."""

    name: str
    format: str
    size: int


class SignatureFact(msgspec.Struct, frozen=True):
    """A signature that a file lists: its kind, the program that made it, when it says it was made, and the pages (from 0) where
    its seal stands. Listed is not verified: see `office.files.seals`."""

    kind: str
    provider: str
    signed_at: str
    pages: tuple[int, ...]


class Details(msgspec.Struct, frozen=True):
    """What a file says about itself: document information, custom tags (自定义标引), attachments, signatures."""

    info: tuple[Fact, ...] = ()
    tags: tuple[Fact, ...] = ()
    attachments: tuple[AttachmentFact, ...] = ()
    signatures: tuple[SignatureFact, ...] = ()
