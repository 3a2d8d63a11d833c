"""Text layers of real documents that are no PDFs, so that the rules are judged on papers their author did not write.

OFD keeps places and sizes, so its layer is exact. Of Word files the paragraphs are set on A4 pages with their own size,
alignment, indent and colour: near enough for rules about sizes, centring and edges.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

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
    with zipfile.ZipFile(path) as archive:
        files = {name.lstrip("/"): archive.read(name) for name in archive.namelist()}
    document = next(name for name in files if name.endswith("Document.xml"))
    root = ElementTree.fromstring(files[document])
    base = document.rsplit("/", 1)[0]
    size = next(_all(root, "PhysicalBox")).text or "0 0 210 297"
    _, _, wide, high = (float(part) for part in size.split())
    templates = {one.get("ID"): f"{base}/{one.get('BaseLoc')}" for one in _all(root, "TemplatePage")}
    found = []
    for number, page in enumerate(one for one in _all(root, "Page") if one.get("BaseLoc")):
        content = ElementTree.fromstring(files[_path(files, base, str(page.get("BaseLoc")))])
        parts = [files[_path(files, "", templates[one.get("TemplateID")])] for one in _all(content, "Template")]
        trees = [*(ElementTree.fromstring(part) for part in parts), content]
        glyphs = [glyph for tree in trees for one in _all(tree, "TextObject") for glyph in _ofd_glyphs(one, wide, high)]
        found.append(page_of(glyphs, number, wide * MM, high * MM))
    return found


def _path(files: dict[str, bytes], base: str, name: str) -> str:
    name = name.lstrip("/")
    return name if name in files else f"{base}/{name}"


def _ofd_glyphs(node: ElementTree.Element, wide: float, high: float) -> Iterator[Glyph]:
    left, top, _, _ = (float(part) for part in str(node.get("Boundary")).split())
    a, b, c, d, e, f = (float(part) for part in node.get("CTM", "1 0 0 1 0 0").split())
    size = float(node.get("Size", "5"))
    fill = next((one.get("Value") for one in _all(node, "FillColor") if one.get("Value")), None) or "0 0 0"
    channels = ([int(part.lstrip("#"), 16 if part.startswith("#") else 10) for part in fill.split()] * 3)[:3]
    color = channels[0] << 16 | channels[1] << 8 | channels[2]
    for code in _all(node, "TextCode"):
        x, y = float(code.get("X") or 0), float(code.get("Y") or 0)
        steps = _steps(code.get("DeltaX") or "", size)
        for char in code.text or "":
            across, down = left + a * x + c * y + e, top + b * x + d * y + f
            em = size * abs(d)
            half = 1.0 if char > "\u2e80" else 0.5
            box = Box(across / wide, (down - 0.88 * em) / high, (across + em * half) / wide, (down + 0.12 * em) / high)
            if char.strip():
                yield Glyph(char, box, round(em * MM, 2), color)
            x += next(steps)


def _steps(deltas: str, size: float) -> Iterator[float]:
    words, last = iter(deltas.split()), size
    for word in words:
        if word == "g":
            count, last = int(next(words)), float(next(words))
            yield from [last] * count
        else:
            last = float(word)
            yield last
    while True:
        yield last


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
