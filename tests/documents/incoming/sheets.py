"""Official papers set in type by the numbers of GB/T 9704-2012, as text layers: no font is needed for them."""

from dataclasses import dataclass, field

from office.files.rendering.shapes import Box, PageText
from office.files.rendering.textlayer import Glyph, lines_of
from tests.office.files.makers import assemble

WIDTH, HEIGHT = 595.3, 841.9
LEFT, RIGHT = 79.4, 595.3 - 73.7
TOP, BOTTOM = 104.9, 841.9 - 99.2
RED, BLACK, WHITE = 0xE60012, 0, 0xFFFFFF
LINE = 29.0

BODY = (
    "为贯彻落实上级有关工作要求，切实保障人民群众生命财产安全，经研究同意，现就有关事项通知如下，请结合实际认真抓好落实。",
    "各单位要压实责任，逐项对照检查，于7月20日前将落实情况书面报送，联系电话见附件，逾期未报的予以通报。",
)


@dataclass
class Sheet:
    """Pages under construction; `y` is the top of the next line in points."""

    y: float = TOP
    pages: list[list[Glyph]] = field(default_factory=lambda: [[]])

    def put(self, text: str, x: float, y: float, size: float = 16.0, color: int = BLACK, pitch: float = 1.0) -> None:
        """Characters from x on; Latin ones are half as wide; a blank is only a gap."""
        for char in text:
            wide = size * (1.0 if char > "\u2e80" else 0.5)
            if char.strip():
                box = Box(x / WIDTH, y / HEIGHT, (x + wide) / WIDTH, (y + size) / HEIGHT)
                self.pages[-1].append(Glyph(char, box, size, color))
            x += wide * pitch

    def line(
        self, text: str, align: str = "left", size: float = 16.0, color: int = BLACK, indent: float = 0.0, pitch: float = 1.0
    ) -> None:
        """One line, then the next line's place."""
        if self.y + size > BOTTOM:
            self.page()
        total = width(text, size, pitch)
        x = {"left": LEFT + indent, "center": (LEFT + RIGHT - total) / 2, "right": RIGHT - indent - total}[align]
        self.put(text, x, self.y, size, color, pitch)
        self.y += max(LINE, size * 1.35)

    def skip(self, lines: float) -> None:
        self.y += lines * LINE

    def page(self) -> None:
        self.pages.append([])
        self.y = TOP

    def flow(self, text: str, indent: float = 32.0, size: float = 16.0) -> None:
        """A paragraph filled to the right edge."""
        line, used = "", indent
        for char in text:
            wide = width(char, size)
            if used + wide > RIGHT - LEFT + 0.5:
                self.line(line, indent=indent, size=size)
                line, used, indent = "", 0.0, 0.0
            line += char
            used += wide
        self.line(line, indent=indent, size=size)

    def body(self, times: int = 1) -> None:
        for paragraph in BODY * times:
            self.flow(paragraph)

    def red_line(self) -> None:
        self.y += 24

    def numbered(self) -> list[list[Glyph]]:
        """The pages with their numbers at the foot."""
        return [[*glyphs, *_page_number(number + 1)] for number, glyphs in enumerate(self.pages)]

    def layers(self) -> list[PageText]:
        found = []
        for number, numbered in enumerate(self.numbered()):
            text = "".join(glyph.text for glyph in numbered)
            found.append(PageText(number, WIDTH, HEIGHT, text, tuple(lines_of(numbered, WIDTH))))
        return found


def width(text: str, size: float, pitch: float = 1.0) -> float:
    return sum(size * (1.0 if char > "\u2e80" else 0.5) * pitch for char in text)


def _page_number(number: int) -> list[Glyph]:
    sheet = Sheet()
    sheet.put(f"— {number} —", 460, BOTTOM + 22, 14)
    return sheet.pages[0]


def printed(sheet: Sheet) -> bytes:
    """The sheet as a real PDF. Its font is named and not carried, so that places and sizes are all a reader gets."""
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>"
    descendant = (
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R /DW 1000 "
        b"/W [1 95 500 814 939 500] /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>"
    )
    descriptor = (
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    )
    pages = sheet.numbered()
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [0 0 {WIDTH} {HEIGHT}] >>".encode(),
        font,
        descendant,
        descriptor,
    ]
    for number, glyphs in enumerate(pages):
        content = "\n".join(_shown(run) for run in _runs(glyphs)).encode()
        resources = "/Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /Contents {7 + 2 * number} 0 R {resources} >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
    return assemble(objects)


def _shown(run: list[Glyph]) -> str:
    """One text object for a run of a line; the gaps between its characters are kerning."""
    first, size = run[0], run[0].size
    red, green, blue = (first.color >> 16) / 255, (first.color >> 8 & 255) / 255, (first.color & 255) / 255
    x, y = first.box.left * WIDTH, HEIGHT - first.box.top * HEIGHT - 0.88 * size
    shown = ""
    for glyph, after in zip(run, [*run[1:], run[-1]], strict=True):
        gap = (after.box.left - glyph.box.right) * WIDTH / size * 1000 if after is not glyph else 0.0
        shown += f"<{glyph.text.encode('utf-16-be').hex()}> {-gap:.1f} "
    return f"{red:.3f} {green:.3f} {blue:.3f} rg BT /F1 {size:.2f} Tf {x:.2f} {y:.2f} Td [{shown}] TJ ET"


def _runs(glyphs: list[Glyph]) -> list[list[Glyph]]:
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        last = runs[-1][-1] if runs else None
        same = last and (last.box.top, last.size, last.color) == (glyph.box.top, glyph.size, glyph.color)
        if same and glyph.box.left > runs[-1][-1].box.left:
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return runs


def ordinary(
    *,
    marks: tuple[str, ...] = ("青岚县人民政府办公室文件",),
    doc_no: str = "青政办发〔2026〕31号",
    title: tuple[str, ...] = ("青岚县人民政府办公室关于", "做好防汛工作的通知"),
    to: str = "各乡镇人民政府，县直各单位：",
    signed: tuple[str, ...] = ("青岚县人民政府办公室",),
    day: str = "2026年7月8日",
    urgency: str = "",
    signer: str = "",
    color: int = RED,
    title_size: float = 22.0,
    mark_pitch: float = 1.0,
    times: int = 1,
    after: tuple[str, ...] = (),
) -> Sheet:
    """A paper with masthead, number, title, recipients, body, signature, date and imprint."""
    sheet = Sheet()
    if urgency:
        sheet.put(urgency, LEFT, TOP)
    sheet.y = 204.0
    for mark in marks:
        size = min(46.0, (RIGHT - LEFT) / max(1.0, width(mark, 1.0, mark_pitch)))
        sheet.line(mark, "center", size, color, pitch=mark_pitch)
    sheet.skip(1.5)
    if signer:
        sheet.put(doc_no, LEFT + 16, sheet.y)
        sheet.put(signer, RIGHT - 16 - width(signer, 16), sheet.y)
        sheet.y += LINE
    elif doc_no:
        sheet.line(doc_no, "center")
    sheet.red_line()
    sheet.skip(1.5)
    for row in title:
        sheet.line(row, "center", title_size)
    sheet.skip(1)
    if to:
        sheet.flow(to, indent=0.0)
    sheet.body(times)
    sheet.skip(2)
    for name in signed:
        sheet.line(name, "right", indent=40)
    if day:
        sheet.line(day, "right", indent=64)
    for note in after:
        sheet.line(note, indent=32)
    sheet.skip(1)
    sheet.line("抄送：县委办公室，县人大常委会办公室。", size=14, indent=14)
    sheet.put("青岚县人民政府办公室", LEFT + 14, sheet.y, 14)
    sheet.put("2026年7月9日印发", RIGHT - 14 - width("2026年7月9日印发", 14), sheet.y, 14)
    return sheet
