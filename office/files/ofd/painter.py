"""Draws a page onto a skia canvas: a picture or a page of a PDF (clauses 8 to 13)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from office.files.ofd.clips import clip_to
from office.files.ofd.colors import BLACK, Color, plain
from office.files.ofd.document import Document, open_documents
from office.files.ofd.faces import Face, Faces
from office.files.ofd.faults import Broken, TooMuch
from office.files.ofd.images import Pictures, decode, from_jpeg, masked, to_skia
from office.files.ofd.limits import MAX_DEPTH, MAX_POINTS
from office.files.ofd.native import skia
from office.files.ofd.package import Package
from office.files.ofd.paths import path_of
from office.files.ofd.seals import SealPicture
from office.files.ofd.shades import shader_of
from office.files.ofd.signatures import Signature, Stamp
from office.files.ofd.strokes import stroke_of
from office.files.ofd.text import Glyph, Setter, style_of
from office.files.ofd.values import Area, area, flag, matrix, number, whole
from office.files.ofd.walk import Place, Placing, Walker
from office.files.ofd.xmltree import Element

_BLENDS = {
    "multiply": "kMultiply", "darken": "kDarken", "lighten": "kLighten", "screen": "kScreen", "overlay": "kOverlay",
    "colordodge": "kColorDodge", "colorburn": "kColorBurn", "hardlight": "kHardLight", "softlight": "kSoftLight",
    "difference": "kDifference", "exclusion": "kExclusion",
}  # fmt: skip
"""BlendMode is no part of GB/T 33190-2016; common producers write it on watermarks and seals."""


@dataclass(frozen=True)
class Media:
    """A picture's file in the package, and the format the document tells."""

    file: str
    told: str


class Painter(Walker):
    """Draws one page. `pictures`: onto a PDF, and those its other pages have drawn; `nested`: a seal within another page."""

    def __init__(
        self, document: Document, canvas: Any, faces: Faces, most_pixels: int, *,
        pictures: Pictures | None = None, nested: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(document)
        self.canvas, self.faces, self._most_pixels = canvas, faces, most_pixels
        self._pictures, self._nested = pictures, nested
        self._setter = Setter(faces)
        self._points = 0
        self.font_missing = False
        self.pictured = False
        """Whether a picture covers much of the page, as a scan does."""

    def enter(self, element: Element, at: Place, placed: Placing) -> None:
        """Take the object's space, its clips and, for a composite, its opacity."""
        canvas = self.canvas
        if _opacity(element) < 1 and element.tag == "CompositeObject":
            canvas.saveLayerAlpha(None, round(255 * _opacity(element)))
        else:
            canvas.save()
        canvas.concat(placed.corner)
        clips = element.find("Clips")
        with_ctm = clips is None or flag(clips.get("TransFlag"), True)
        if clips is not None and not with_ctm:
            clip_to(canvas, clips, at, self._setter)
        if placed.turned is not None:
            canvas.concat(placed.turned)
        if clips is not None and with_ctm:
            clip_to(canvas, clips, at, self._setter)

    def leave(self) -> None:
        """Give the space back."""
        self.canvas.restore()

    def path(self, element: Element, at: Place) -> None:
        """Filled first, then stroked over it."""
        if not at.seen:
            return
        drawn, count = path_of(element.findtext("AbbreviatedData"), (element.get("Rule") or "").lower().startswith("even"))
        self._points += count
        if self._points > MAX_POINTS:
            raise TooMuch("points")
        if flag(element.get("Fill"), False):
            self._paint(element, "FillColor", None, at, lambda paint: self.canvas.drawPath(drawn, paint))
        if flag(element.get("Stroke"), True):
            stroke = stroke_of(element, at.params)
            self._paint(element, "StrokeColor", BLACK, at, lambda paint: self.canvas.drawPath(drawn, stroke(paint)))

    def text(self, element: Element, at: Place) -> None:
        """Filled with black where nothing else is told; stroked only where the file says so."""
        if not at.seen:
            return
        glyphs, style = self._setter.glyphs(element, at.resources), style_of(element, at.resources)
        self.font_missing = self.font_missing or any(glyph.face is None and glyph.text.strip() for glyph in glyphs)
        runs = _runs(glyphs)

        def draw(paint: Any) -> None:
            for face, run in runs:
                self._run(self._setter.font(face, style, run[0].squeeze), run, style.turn, paint)

        if flag(element.get("Fill"), True):
            self._paint(element, "FillColor", BLACK, at, draw)
        if flag(element.get("Stroke"), False):
            stroke = stroke_of(element, at.params)
            self._paint(element, "StrokeColor", None, at, lambda paint: draw(stroke(paint)))

    def _run(self, font: Any, glyphs: list[Glyph], turn: int, paint: Any) -> None:
        builder = skia.TextBlobBuilder()
        if not turn:
            builder.allocRunPos(font, [glyph.id for glyph in glyphs], [skia.Point(glyph.x, glyph.y) for glyph in glyphs])
            self.canvas.drawTextBlob(builder.make(), 0, 0, paint)
            return
        for glyph in glyphs:
            builder.allocRunPos(font, [glyph.id], [skia.Point(0, 0)])
            self.canvas.save()
            self.canvas.translate(glyph.x, glyph.y)
            self.canvas.rotate(turn)
            self.canvas.drawTextBlob(builder.make(), 0, 0, paint)
            self.canvas.restore()

    def image(self, element: Element, at: Place) -> None:
        """The picture in the unit square; the square is the box where there is no CTM."""
        if not at.seen:
            return
        if element.get("CTM") is None and (box := area(element.get("Boundary"))) is not None:
            self.canvas.scale(box.width, box.height)
        paint = self._plain_paint(element, _opacity(element))
        drawn = self._picture(element, at)
        self.pictured = self.pictured or self._covers()
        self.canvas.drawImageRect(drawn, skia.Rect(0, 0, 1, 1), _SMOOTH, paint)

    def _picture(self, element: Element, at: Place) -> Any:
        picture, longest, masking = self._media(element.get("ResourceID"), at), self._longest(), element.get("ImageMask")
        mask = self._media(masking, at) if masking else None
        if self._pictures is None:
            return self._decoded(picture, mask, longest)
        return self._pictures.get((self.document, picture, mask, longest), lambda: self._vector(picture, mask, longest))

    def _vector(self, picture: Media, mask: Media | None, longest: int) -> Any:
        jpeg = None if mask else from_jpeg(self.document.package.read(picture.file), self._most_pixels)
        return self._decoded(picture, mask, longest) if jpeg is None else jpeg

    def _decoded(self, picture: Media, mask: Media | None, longest: int) -> Any:
        read = self.document.package.read
        image = decode(read(picture.file), picture.told, longest, self._most_pixels)
        if mask:
            image = masked(image, decode(read(mask.file), mask.told, longest, self._most_pixels))
        return to_skia(image)

    def _media(self, id: str | None, at: Place) -> Media:
        resource, file = at.resources.get("MultiMedia", id), at.resources.file("MultiMedia", id, "MediaFile")
        if resource is None or file is None:
            raise Broken("no such picture")
        return Media(file, resource.element.get("Format") or file.rpartition(".")[2])

    def _longest(self) -> int:
        """Pixels of the longer side of the unit square on the canvas; a PDF is zoomed into and gets four times as many."""
        box = self.canvas.getTotalMatrix().mapRect(skia.Rect(0, 0, 1, 1))
        return max(16, min(4000, int(max(box.width(), box.height()) * (1 if self._pictures is None else 4))))

    def _covers(self) -> bool:
        """Whether the unit square takes more than a quarter of the canvas."""
        box, size = self.canvas.getTotalMatrix().mapRect(skia.Rect(0, 0, 1, 1)), self.canvas.getBaseLayerSize()
        return bool(4 * box.width() * box.height() > size.width() * size.height())

    def seal(self, picture: SealPicture, stamp: Stamp) -> None:
        """A seal lets what is under it show through, as ink on paper does."""
        canvas, box, part = self.canvas, stamp.box, stamp.part
        canvas.save()
        try:
            canvas.translate(box.x, box.y)
            if part is not None:
                canvas.clipRect(skia.Rect.MakeXYWH(*part))
            canvas.saveLayer(skia.Rect.MakeXYWH(0, 0, box.width, box.height), skia.Paint(BlendMode=skia.BlendMode.kMultiply))
            try:
                self._sealed(picture, box)
            finally:
                canvas.restore()
        finally:
            canvas.restore()

    def area(self, box: Area) -> None:
        """The page begins at its area's corner."""
        self.canvas.translate(-box.x, -box.y)

    def _sealed(self, picture: SealPicture, box: Area) -> None:
        if picture.kind == "ofd" or picture.data[:4] == b"PK\x03\x04":
            self._nested_seal(picture.data, box)
            return
        self.canvas.scale(box.width, box.height)
        longest = self._longest()
        made = partial(_pixels_of, picture, longest, self._most_pixels)
        image = made() if self._pictures is None else self._pictures.get((picture.data, longest), made)
        self.canvas.drawImageRect(image, skia.Rect(0, 0, 1, 1), _SMOOTH, skia.Paint(AntiAlias=True))

    def _nested_seal(self, data: bytes, box: Area) -> None:
        """A seal drawn as an OFD of its own; its first page fills the box, and its own seals are not looked at."""
        if self._nested:
            raise Broken("a seal within a seal")
        package = Package(data)
        try:
            document = open_documents(package)[0]
            size = document.page_area(document.pages[0])
            self.canvas.scale(box.width / size.width, box.height / size.height)
            faces = Faces(package, self.faces.shelf)
            inner = _SealPainter(document, self.canvas, faces, self._most_pixels, pictures=self._pictures, nested=True)
            inner._objects = self._objects
            inner.walk(document.pages[0])
            self._objects = inner._objects
            self.font_missing = self.font_missing or inner.font_missing
        except IndexError as error:
            raise Broken("an empty seal") from error
        finally:
            package.close()

    def _paint(self, element: Element, name: str, default: Color | None, at: Place, draw: Callable[[Any], object]) -> None:
        """Draw with the colour, gradient or pattern an object has, or inherits; with nothing where it has none."""
        color = element.find(name)
        if color is None:
            color = next((found for param in at.params if (found := param.find(name)) is not None), None)
        opacity = _opacity(element)
        paint = self._plain_paint(element, 1.0)
        if color is None:
            if default is None:
                return
            paint.setColor(default.argb(opacity))
            draw(paint)
            return
        self._coloured(paint, color, opacity, at)
        if paint.getAlpha():
            draw(paint)

    def _coloured(self, paint: Any, color: Element, opacity: float, at: Place) -> None:
        told = plain(color, at.resources, self.document.default_space)
        alpha = opacity * min(255, max(0, whole(color.get("Alpha"), 255))) / 255
        shader = shader_of(color, lambda one: plain(one, at.resources, self.document.default_space), alpha)
        if shader is None and (pattern := color.find("Pattern")) is not None:
            shader = self._tiles(pattern, at)
            paint.setAlphaf(alpha)
        if shader is not None:
            paint.setShader(shader)
        elif told is not None:
            paint.setColor(told.argb(opacity))
        else:
            paint.setColor(BLACK.argb(opacity) if not len(color) else 0)

    def _tiles(self, pattern: Element, at: Place) -> Any:
        """A shader that repeats the cell of a Pattern (clause 8.3.3)."""
        cell = pattern.find("CellContent")
        wide, high = number(pattern.get("Width")), number(pattern.get("Height"))
        if at.depth > MAX_DEPTH:
            raise TooMuch("patterns within patterns")
        if cell is None or wide <= 0 or high <= 0:
            return None
        picture = self._recorded(cell, wide, high, at)
        steps = (max(wide, number(pattern.get("XStep"), wide)), max(high, number(pattern.get("YStep"), high)))
        method = (pattern.get("ReflectMethod") or "").lower()
        across, down = ((_MIRROR if name in method or "and" in method else _REPEAT) for name in ("column", "row"))
        local = self._tile_space(pattern, at)
        return picture.makeShader(across, down, skia.FilterMode.kLinear, local, skia.Rect.MakeWH(*steps))

    def _tile_space(self, pattern: Element, at: Place) -> Any:
        """Tiles start at the object's own origin, or at the page's."""
        local, ctm = skia.Matrix(), matrix(pattern.get("CTM"))
        if (pattern.get("RelativeTo") or "").lower() == "page":
            at.matrix.invert(local)
        return skia.Matrix.Concat(local, ctm) if ctm is not None else local

    def _recorded(self, cell: Element, wide: float, high: float, at: Place) -> Any:
        recorder, canvas = skia.PictureRecorder(), self.canvas
        self.canvas = recorder.beginRecording(skia.Rect.MakeWH(wide, high))
        try:
            self.canvas.clipRect(skia.Rect.MakeWH(wide, high))
            self._block(cell, at._replace(matrix=skia.Matrix(), params=(), depth=at.depth + 1))
        finally:
            self.canvas = canvas
        return recorder.finishRecordingAsPicture()

    def _plain_paint(self, element: Element, opacity: float) -> Any:
        paint = skia.Paint(AntiAlias=True, Alphaf=opacity)
        blend = _BLENDS.get((element.get("BlendMode") or "").lower())
        if blend is not None:
            paint.setBlendMode(getattr(skia.BlendMode, blend))
        return paint


class _SealPainter(Painter):
    """Draws a seal: whatever signatures it has of its own are not drawn."""

    def _signatures(self) -> list[Signature]:
        return []


_REPEAT, _MIRROR = skia.TileMode.kRepeat, skia.TileMode.kMirror
_SMOOTH = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)


def _pixels_of(picture: SealPicture, longest: int, most_pixels: int) -> Any:
    return to_skia(decode(picture.data, picture.kind, longest, most_pixels))


def _opacity(element: Element) -> float:
    return min(255, max(0, whole(element.get("Alpha"), 255))) / 255


def _runs(glyphs: list[Glyph]) -> list[tuple[Face, list[Glyph]]]:
    """Neighbours of one face and width together."""
    runs: list[tuple[Face, list[Glyph]]] = []
    for glyph in glyphs:
        if glyph.face is None:
            continue
        if runs and runs[-1][0] == glyph.face and runs[-1][1][0].squeeze == glyph.squeeze:
            runs[-1][1].append(glyph)
        else:
            runs.append((glyph.face, [glyph]))
    return runs
