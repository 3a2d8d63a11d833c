"""Text objects (clause 11): characters to glyphs with their places, for drawing and for the text layer alike."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from office.files.ofd.faces import Face, Faces, is_bold, is_italic
from office.files.ofd.limits import MAX_CHARS
from office.files.ofd.native import skia
from office.files.ofd.resources import Resources
from office.files.ofd.values import deltas, flag, number, whole
from office.files.ofd.xmltree import Element

_SYMBOL = 0xF000
"""Symbol fonts keep their first 256 characters here (cmap 3, 0)."""


class Glyph(NamedTuple):
    """One glyph of a text object in the object's own space, millimetres. `face` is nothing where no font has it.

    `text` is the character it stands for; empty for the further glyphs of one character.
    """

    text: str
    id: int
    face: Face | None
    x: float
    y: float
    advance: float
    squeeze: float = 1.0
    """How much narrower a stand-in is drawn, so that it keeps the room the file gives it."""


class Style(NamedTuple):
    """How a text object is set."""

    size: float
    stretch: float
    bold: bool
    italic: bool
    turn: int
    """CharDirection: degrees each character is turned, clockwise."""

    read: int
    """ReadDirection: degrees in which characters follow one another where no offsets are told."""


def style_of(text: Element, resources: Resources) -> Style:
    """The style of a text object. Weights from 600 count as bold."""
    id = text.get("Font")
    return Style(
        min(5000.0, max(0.0, number(text.get("Size"), 0.353))),
        min(100.0, max(0.01, number(text.get("HScale"), 1.0))),
        whole(text.get("Weight"), 400) >= 600 or is_bold(resources, id),
        flag(text.get("Italic"), False) or is_italic(resources, id),
        whole(text.get("CharDirection")) % 360,
        whole(text.get("ReadDirection")) % 360,
    )  # fmt: skip


class Setter:
    """Sets the text objects of one document."""

    def __init__(self, faces: Faces) -> None:
        self._faces = faces
        self._fonts: dict[tuple[Face, Style, float], Any] = {}
        self.left = MAX_CHARS

    def font(self, face: Face, style: Style, squeeze: float = 1.0) -> Any:
        """A skia font: smooth, unhinted, at fractions of a pixel, as print is."""
        key = (face, style, squeeze)
        if key not in self._fonts:
            self._fonts[key] = _font(face, style, squeeze)
        return self._fonts[key]

    def glyphs(self, text: Element, resources: Resources) -> list[Glyph]:
        """All glyphs of a text object, in the file's order."""
        style, own = style_of(text, resources), self._faces.own(resources, text.get("Font"))
        numbered = _glyph_numbers(text) if own is not None else {}
        found, x, y, before = list[Glyph](), 0.0, 0.0, 0
        for code in text.iterfind("TextCode"):
            content = _characters(code)[: max(0, self.left)]
            self.left -= len(content)
            x, y = number(code.get("X"), x), number(code.get("Y"), y)
            chosen = list(self._chosen(content, before, numbered, own, text, resources, style))
            found += self._placed(chosen, x, y, code, style)
            before += len(content)
        return found

    def _chosen(
        self, content: str, before: int, numbered: dict[int, tuple[int, list[int]]], own: Any, text: Element,
        resources: Resources, style: Style,
    ) -> Iterator[tuple[str, int, Face | None]]:  # fmt: skip
        """Characters with their glyphs: by the file's glyph map, else by the font's own, else from a stand-in."""
        mine = self._mine(own, text, style) if own is not None else None
        at = 0
        while at < len(content):
            count, ids = numbered.get(before + at, (0, []))
            if count and mine is not None:
                for index, id in enumerate(ids):
                    last = index == len(ids) - 1
                    yield content[at + index : at + (count if last else index + 1)] if index < count else "", id, mine
                at += count
                continue
            yield content[at], *self._glyph(content[at], mine, text, resources, style)
            at += 1

    def _mine(self, own: Any, text: Element, style: Style) -> Face:
        return self._faces.face(own, True, _to_thicken(own, text, style), style.italic and not own.isItalic())

    def _glyph(
        self, char: str, mine: Face | None, text: Element, resources: Resources, style: Style
    ) -> tuple[int, Face | None]:
        code = ord(char)
        if mine is not None:
            id = mine.typeface.unicharToGlyph(code) or (mine.typeface.unicharToGlyph(_SYMBOL + code) if code < 256 else 0)
            if id:
                return id, mine
        face = self._faces.stand_in(resources, text.get("Font"), code, style.bold, style.italic)
        return (face.typeface.unicharToGlyph(code), face) if face is not None else (0, None)

    def _placed(
        self, chosen: list[tuple[str, int, Face | None]], x: float, y: float, code: Element, style: Style
    ) -> Iterator[Glyph]:  # fmt: skip
        """Each glyph at its place. Without offsets glyphs follow by their own widths, in the direction of reading."""
        count = max(0, len(chosen) - 1)
        across, down = deltas(code.get("DeltaX"), count), deltas(code.get("DeltaY"), count)
        free, along = not across and not down, _ALONG[style.read // 90 % 4]
        widths, squeeze = self._widths(chosen, style), 1.0
        for index, (text, id, face) in enumerate(chosen):
            room = across[index] if across and index < count else 0.0
            squeeze = _squeeze(face, widths[index], room, text, squeeze)
            yield Glyph(text, id, face, x, y, widths[index] * squeeze, squeeze)
            if index < count:
                x += across[index] if across else widths[index] * along[0] * free
                y += down[index] if down else widths[index] * along[1] * free

    def _widths(self, chosen: list[tuple[str, int, Face | None]], style: Style) -> list[float]:
        """The widths of glyphs, millimetres."""
        by_face: dict[Face, list[int]] = {}
        for _, id, face in chosen:
            if face is not None:
                by_face.setdefault(face, []).append(id)
        known = {
            (face, id): float(width)
            for face, ids in by_face.items()
            for id, width in zip(ids, self.font(face, style).getWidths(ids), strict=True)
        }
        return [
            known[face, id] if face is not None else style.size * style.stretch * (1.0 if text > "\u2e80" else 0.5)
            for text, id, face in chosen
        ]


def _font(face: Face, style: Style, squeeze: float) -> Any:
    font = skia.Font(face.typeface, style.size)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    font.setHinting(skia.FontHinting.kNone)
    font.setSubpixel(True)
    font.setLinearMetrics(True)
    font.setEmbeddedBitmaps(False)
    font.setScaleX(style.stretch * squeeze)
    font.setEmbolden(face.bold)
    font.setSkewX(-0.25 if face.slanted else 0.0)
    return font


def _to_thicken(own: Any, text: Element, style: Style) -> bool:
    """A font of the file is drawn as it is; only a weight told for this very text thickens it."""
    return style.bold and whole(text.get("Weight"), 400) >= 600 and not own.isBold()


def _characters(code: Element) -> str:
    """The content of a TextCode, without the line breaks and indents of the XML around it."""
    content = "".join(code.itertext())
    if "\n" in content or "\r" in content or "\t" in content:
        content = content.strip("\r\n\t ").replace("\r", "").replace("\n", "").replace("\t", " ")
    return "".join(char for char in content if char >= " " and not "\ud800" <= char <= "\udfff")


def _glyph_numbers(text: Element) -> dict[int, tuple[int, list[int]]]:
    """CGTransform (clause 11.4): at a character's position, how many characters become which glyphs."""
    numbered: dict[int, tuple[int, list[int]]] = {}
    for transform in text.iterfind("CGTransform"):
        glyphs = transform.find("Glyphs")
        ids = [whole(part) & 0xFFFF for part in (glyphs.text or "").split()[:MAX_CHARS]] if glyphs is not None else []
        at, codes = whole(transform.get("CodePosition")), whole(transform.get("CodeCount"), 1)
        count = min(whole(transform.get("GlyphCount"), 1), len(ids)) or len(ids)
        ids = ids[:count]
        if not ids or at < 0 or codes < 1:
            continue
        if codes == len(ids):
            numbered |= {at + index: (1, [id]) for index, id in enumerate(ids)}
        else:
            numbered[at] = (codes, ids)
    return numbered


_ALONG = ((1, 0), (0, 1), (-1, 0), (0, -1))
_NARROWEST = 0.4


def _squeeze(face: Face | None, width: float, room: float, text: str, last: float) -> float:
    """Latin letters of a stand-in are often wider than those of the font they stand for, and would run into one another."""
    if face is None or face.own or text > "\u2e80" or not width:
        return 1.0
    if room <= 0:
        return last
    return round(max(_NARROWEST, min(1.0, room / width)), 2)
