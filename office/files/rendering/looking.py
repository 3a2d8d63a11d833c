"""Looking a file over for classified marks, inside a worker: words, metadata, printed codes, page by page.

What is found leaves the worker as the names of rules; the words themselves stay here. The rules are `office/secrecy/rules.py`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from html import unescape
from typing import Any, NamedTuple, Protocol

from PIL import Image, ImageDraw

from office.files.rendering.codes import codes_on
from office.files.rendering.shapes import Box, Details, Inspection, PageText, PageWarning
from office.kernel.refusal import Refusal
from office.secrecy import rules
from office.secrecy.folding import folded
from office.secrecy.shapes import Hint, Looked, PageWords, Rule, Run

#: The head (版头) of a first page: the masthead begins 72 mm from the upper edge, the number stands below it.
_HEAD = 0.42
#: Pages at the beginning and at the end that are looked at for a printed code however many words they have.
FIRST_CODES, LAST_CODES = 40, 20
#: Letters that a page has at least to be one of words, whatever else it shows.
_WORDS = 100
#: Width of the small picture that tells whether a page shows more than its words; share of it that is more.
_SMALL, _INK_BESIDE_WORDS, _INK, _FEW = 300, 0.01, 0.003, 12
_DARK = 200
#: Bytes of a plain text that are looked at.
_PLAIN = 4 * 1024 * 1024
_TAG = re.compile(r"<[^<>]*>")


class RawText(NamedTuple):
    """The words of a page in the file's own order. `cut`: there are more that were not read. `pinned`: files are fastened to
    the page (附件批注)."""

    text: str
    cut: bool = False
    pinned: bool = False


class Beside(NamedTuple):
    """What a file says that its details do not show: facts by name, and words such as those of its bookmarks."""

    facts: Sequence[tuple[str, str]] = ()
    words: str = ""
    cut: bool = False


class Document(Protocol):
    """What is asked of an open document."""

    def inspect(self) -> Inspection: ...
    def details(self) -> Details: ...
    def text(self, number: int) -> PageText: ...
    def raw_text(self, number: int) -> RawText: ...
    def beside(self) -> Beside: ...
    def gray(self, number: int, width: int) -> Image.Image: ...
    def scan_width(self, number: int) -> int: ...
    def inside(self) -> Iterable[tuple[str, bytes | None]]: ...
    def pinned(self, number: int) -> Iterable[tuple[str, bytes | None]]: ...


#: Looks over a file that lies inside another; None where it is of no kind whose words can be read.
Inner = Callable[[bytes], Looked | None]


def look(document: Document, start: int, count: int, inner: Inner | None = None) -> Looked:
    """Look over `count` pages from `start` (from 0); with the first page goes what the file says about itself, and what lies
    inside it, where `inner` can read that. What nobody can read there counts as an unread page."""
    seen = document.inspect()
    pages, found = len(seen.pages), _Found()
    if start == 0:
        if PageWarning.XFA in seen.warnings:
            found.unread.append(0)  # the pages are a placeholder, what was filled in stands nowhere on them
        _details(document, found)
        _inside(document.inside(), found, inner)
    for number in range(start, min(start + count, pages)):
        _page(document, number, pages, found, inner)
    return Looked(tuple(sorted(found.rules)), tuple(sorted(found.hints)), tuple(dict.fromkeys(found.unread)))


def look_text(data: bytes) -> Looked | None:
    """Look over what is plain text or a text of marks (XML, HTML); None for what is not, or is too long to read whole."""
    if b"\0" in data or len(data) > _PLAIN:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")
        if "\ufffd" in text:
            return None
    plain = unescape(_TAG.sub("", text))
    return Looked(tuple(sorted(rules.of_page(PageWords(f"{text}\n{plain}"), False))))


class _Found:
    def __init__(self) -> None:
        self.rules = set[Rule]()
        self.hints = set[Hint]()
        self.unread = list[int]()


def _details(document: Document, found: _Found) -> None:
    told = document.details()
    found.rules |= rules.of_facts((fact.name, fact.value) for fact in (*told.info, *told.tags))
    for attachment in told.attachments:
        found.rules |= rules.of_name(attachment.name)
    beside = document.beside()
    found.rules |= rules.of_facts(beside.facts) | rules.of_words(beside.words)
    if beside.cut:
        found.unread.append(0)


def _inside(files: Iterable[tuple[str, bytes | None]], found: _Found, inner: Inner | None) -> None:
    for name, data in files:
        found.rules |= rules.of_name(name)
        looked = inner(data) if data is not None and inner else None
        if looked is None or looked.unread:
            found.unread.append(0)
        if looked is not None:
            found.rules |= set(looked.rules)


def _page(document: Document, number: int, pages: int, found: _Found, inner: Inner | None) -> None:
    """A page that cannot be read or drawn is one without words: nobody may call it clean."""
    try:
        layer = _words(document, number, found, inner)
        letters = 0 if layer is None else sum(char.isalnum() for char in layer.text)
        few = letters < _WORDS
        if few or layer is None or layer.truncated or layer.warnings:
            unread = layer is None or layer.truncated or bool(layer.warnings) or _shows_more(document, number, layer, letters)
            if unread:
                found.unread.append(number)
        if few or number < FIRST_CODES or number >= pages - LAST_CODES:
            for payload in codes_on(document.gray(number, document.scan_width(number)), turned=few or number == 0):
                found.rules |= rules.of_barcode(payload)
    except Refusal:
        found.unread.append(number)


def _words(document: Document, number: int, found: _Found, inner: Inner | None) -> PageText | None:
    """The page's words, checked. Where there is no 密 and no star among them they need not be put into lines."""
    raw, cut, pinned = document.raw_text(number)
    if pinned:
        _inside(document.pinned(number), found, inner)
    if cut:
        found.unread.append(number)
    said = folded(raw)
    if number and "密" not in said and "★" not in said and sum(char.isalnum() for char in said) >= _WORDS:
        return PageText(number, 0, 0, raw, ())
    layer = document.text(number)
    head = tuple(_runs(layer)) if number == 0 else ()
    words = PageWords(f"{layer.text}\n{raw}", tuple(line.text for line in layer.lines), head)
    found.rules |= rules.of_page(words, number == 0)
    found.hints |= rules.hints_of_head(head)
    return layer


def _runs(layer: PageText) -> Iterable[Run]:
    for line in layer.lines:
        if line.box.top > _HEAD:
            return
        yield from (Run(span.text, span.box.left, line.box.top) for span in line.spans)


def _shows_more(document: Document, number: int, layer: PageText, letters: int) -> bool:
    """Whether the page shows something beside its words: a scan, a photograph."""
    small = document.gray(number, _SMALL)
    _wipe(small, [span.box for line in layer.lines for span in line.spans])
    dark = sum(small.histogram()[:_DARK]) / max(1, small.width * small.height)
    return dark > (_INK_BESIDE_WORDS if letters >= _FEW else _INK if letters else 0.0)


def _wipe(picture: Image.Image, boxes: Sequence[Box]) -> None:
    pen: Any = ImageDraw.Draw(picture)
    for box in boxes:
        pen.rectangle(
            (box.left * picture.width - 2, box.top * picture.height - 2,
             box.right * picture.width + 2, box.bottom * picture.height + 2), fill=255,
        )  # fmt: skip
