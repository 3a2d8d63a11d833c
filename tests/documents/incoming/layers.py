"""Text layers of real documents that are no PDFs, so that the rules are judged on papers their author did not write.

OFD is read by the house's own reader. Of Word files the paragraphs are set on A4 pages with their own size,
alignment, indent and colour: near enough for rules about sizes, centring and edges.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from office.files.bounds import Bounds
from office.files.rendering.ofd import Ofd
from office.files.rendering.pool import PoolSettings
from office.files.rendering.shapes import Box, PageText
from office.files.rendering.textlayer import Glyph, lines_of

MM = 72 / 25.4
WIDTH, HEIGHT = 595.3, 841.9


def _name(node: ElementTree.Element) -> str:
    return node.tag.rsplit("}", 1)[-1]


def _all(node: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (one for one in node.iter() if _name(one) == name)


def page_of(glyphs: list[Glyph], number: int, width: float, height: float) -> PageText:
    return PageText(number, width, height, "".join(one.text for one in glyphs), tuple(lines_of(glyphs, width)))


def ofd_pages(path: Path) -> list[PageText]:
    opened = Ofd(str(path), Bounds(), PoolSettings().font_dirs)
    try:
        return [opened.text(number) for number in range(len(opened.inspect().pages))]
    finally:
        opened.close()


def docx_pages(path: Path) -> list[PageText]:
    """Paragraphs one under another, 29 pt a line, 22 lines a page as GB/T 9704-2012 has it."""
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    for fallback in [one for one in root.iter() if any(_name(child) == "Fallback" for child in one)]:
        for child in [one for one in fallback if _name(one) == "Fallback"]:
            fallback.remove(child)
    pages: list[list[Glyph]] = [[]]
    top = 105.0
    for paragraph in _all(root, "p"):
        for runs, align, indent in _lines(paragraph):
            if top > HEIGHT - 110:
                pages.append([])
                top = 105.0
            pages[-1] += _set(runs, align, indent, top)
            top += 29.0 * max(1.0, max((size for _, size, _ in runs), default=16.0) / 22)
    return [page_of(glyphs, number, WIDTH, HEIGHT) for number, glyphs in enumerate(pages)]


def _lines(paragraph: ElementTree.Element) -> Iterator[tuple[list[tuple[str, float, int]], str, float]]:
    align = next((_value(one) for one in _all(paragraph, "jc")), "left")
    indent = next((float(_attribute(one, "firstLine") or 0) / 20 for one in _all(paragraph, "ind")), 0.0)
    runs = [char for run in _all(paragraph, "r") for char in _run_chars(run)]
    lead = len(runs) - len("".join(char for char, _, _ in runs).lstrip())
    room = (WIDTH - 79 - 74) - indent
    line: list[tuple[str, float, int]] = []
    used = 0.0
    for char in runs:
        wide = char[1] * (1.0 if char[0] > "\u2e80" else 0.5)
        if char[0] == "\n" or used + wide > room:
            yield line, align, indent
            line, used, indent, room = [], 0.0, 0.0, WIDTH - 79 - 74
            if char[0] == "\n":
                continue
        line.append(char)
        used += wide
    yield line, align, indent + 0.0 * lead


def _run_chars(run: ElementTree.Element) -> Iterator[tuple[str, float, int]]:
    size = next((float(_value(one)) / 2 for one in _all(run, "sz")), 16.0)
    color = next((_value(one) for one in _all(run, "color")), "auto")
    value = int(color, 16) if re.fullmatch("[0-9A-Fa-f]{6}", color) else 0
    for part in run.iter():
        if _name(part) == "t":
            yield from ((char, size, value) for char in part.text or "")
        elif _name(part) in {"br", "cr"}:
            yield "\n", size, value
        elif _name(part) == "tab":
            yield from ((" ", size, value) for _ in range(4))


def _attribute(node: ElementTree.Element, name: str) -> str | None:
    return next((value for key, value in node.attrib.items() if key.rsplit("}", 1)[-1] == name), None)


def _value(node: ElementTree.Element) -> str:
    return _attribute(node, "val") or ""


def _set(runs: list[tuple[str, float, int]], align: str, indent: float, top: float) -> list[Glyph]:
    total = sum(size * (1.0 if char > "\u2e80" else 0.5) for char, size, _ in runs)
    room = WIDTH - 79 - 74
    x = 79 + {"center": max(0.0, (room - total) / 2), "right": room - total, "end": room - total}.get(align, indent)
    glyphs = []
    for char, size, color in runs:
        wide = size * (1.0 if char > "\u2e80" else 0.5)
        if char.strip():
            box = Box(x / WIDTH, top / HEIGHT, (x + wide) / WIDTH, (top + size) / HEIGHT)
            glyphs.append(Glyph(char, box, size, color))
        x += wide
    return glyphs
