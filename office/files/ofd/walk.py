"""A page in the order it is painted (clauses 7.7, 8, 15): templates, layers, annotations, then the seals over all of it.

The same walk serves the painter and the reader of the text layer, so that what is read is what is seen. It counts what it meets
and follows no circle.
"""

from typing import Any, NamedTuple

from office.files.ofd.document import Document, PageRef
from office.files.ofd.faults import Broken, TooMuch
from office.files.ofd.limits import MAX_DEPTH, MAX_OBJECTS, MAX_RESOURCES
from office.files.ofd.native import skia
from office.files.ofd.package import folder_of
from office.files.ofd.resources import Resource, Resources
from office.files.ofd.seals import SealPicture, picture_of
from office.files.ofd.signatures import Signature, Stamp, signatures_of
from office.files.ofd.values import Area, area, flag, matrix
from office.files.ofd.xmltree import Element, load, text_of

_BEHIND, _BODY, _BEFORE = 0, 1, 2
_ORDER = {"background": _BEHIND, "foreground": _BEFORE}
_OBJECTS = frozenset({"TextObject", "PathObject", "ImageObject", "CompositeObject", "PageBlock", "Layer"})


class Place(NamedTuple):
    """Where something is met: `matrix` leads from its own space to the page's millimetres."""

    matrix: Any
    resources: Resources
    params: tuple[Element, ...] = ()
    """Drawing parameters that hold here, nearest first."""

    seen: bool = True
    """False inside something whose Visible is false."""

    depth: int = 0
    within: tuple[str, ...] = ()
    """IDs of the composites around it."""


class Walker:
    """Walks one page. Subclasses do something with texts, paths, pictures and seals.

    `incomplete` tells that a part of the page could not be read and was left out.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.incomplete = document.resources.missing
        self._objects = 0

    def text(self, element: Element, at: Place) -> None:
        """A TextObject, in its own space."""

    def path(self, element: Element, at: Place) -> None:
        """A PathObject, in its own space."""

    def image(self, element: Element, at: Place) -> None:
        """An ImageObject; the picture fills the unit square of its space."""

    def seal(self, picture: SealPicture, stamp: Stamp) -> None:
        """A seal, in the page's space."""

    def enter(self, element: Element, at: Place, placed: "Placing") -> None:
        """Before something with a box, a CTM or clips."""

    def leave(self) -> None:
        """Behind it."""

    def walk(self, ref: PageRef) -> Area:
        """Walk one page; its area. Raises Broken where the page itself cannot be read, TooMuch where it has no end."""
        page = self.document.load_page(ref)
        box = self.document.area_of(page)
        self.area(box)
        self._page(page, ref, box)
        return box

    def area(self, box: Area) -> None:
        """Told the page's area before anything is met."""

    def _page(self, page: Element, ref: PageRef, box: Area) -> None:
        at = self._start(page, ref, box)
        templates = self._templates(page)
        for template, order in templates:
            if order != _BEFORE:
                self._template(template, box)
        for layer in sorted(page.iterfind("Content/Layer"), key=_layer_order):
            self._layer(layer, at)
        for template, order in templates:
            if order == _BEFORE:
                self._template(template, box)
        self._annotations(ref, at)
        self._seals(ref)

    def _start(self, page: Element, ref: PageRef, box: Area) -> Place:
        behind, folder = self.document.resources, folder_of(ref.file or "")
        named = [self.document.find(text_of(one), folder) for one in page.iterfind("PageRes")]
        files = [file for file in named if file]
        resources = Resources(self.document.package, files, self.document.folder, behind) if files else behind
        self.incomplete = self.incomplete or resources.missing
        origin = skia.Matrix()
        origin.preTranslate(-box.x, -box.y)
        return Place(origin, resources)

    def _templates(self, page: Element) -> list[tuple[PageRef, int]]:
        found = []
        for use in list(page.iterfind("Template"))[:100]:
            ref = self.document.templates.get(use.get("TemplateID", ""))
            if ref is None:
                self.incomplete = True
                continue
            found.append((ref, _ORDER.get((use.get("ZOrder") or ref.order or "Background").lower(), _BEHIND)))
        return found

    def _template(self, ref: PageRef, box: Area) -> None:
        try:
            page = self.document.load_page(ref)
        except Broken:
            self.incomplete = True
            return
        at = self._start(page, ref, box)
        for layer in sorted(page.iterfind("Content/Layer"), key=_layer_order):
            self._layer(layer, at)

    def _layer(self, layer: Element, at: Place) -> None:
        self._block(layer, at._replace(params=self._params(layer, at)))

    def _block(self, parent: Element, at: Place) -> None:
        if at.depth > MAX_DEPTH:
            raise TooMuch("depth")
        for element in parent:
            if element.tag in _OBJECTS:
                self._count()
                self._one(element, at._replace(depth=at.depth + 1))

    def _count(self) -> None:
        self._objects += 1
        if self._objects > MAX_OBJECTS:
            raise TooMuch("objects")

    def _one(self, element: Element, at: Place) -> None:
        at = at._replace(seen=at.seen and flag(element.get("Visible"), True))
        if element.tag in {"PageBlock", "Layer"}:
            self._block(element, at._replace(params=self._params(element, at)))
            return
        placed = placing(element)
        within = at._replace(matrix=skia.Matrix.Concat(at.matrix, placed.matrix), params=self._params(element, at))
        self.enter(element, within, placed)
        try:
            self._drawn(element, within)
        except Broken:
            self.incomplete = True
        finally:
            self.leave()

    def _drawn(self, element: Element, at: Place) -> None:
        match element.tag:
            case "TextObject":
                self.text(element, at)
            case "PathObject":
                self.path(element, at)
            case "ImageObject":
                self.image(element, at)
            case _:
                self._composite(element, at)

    def _composite(self, element: Element, at: Place) -> None:
        id = element.get("ResourceID", "").strip()
        unit = at.resources.get("CompositeGraphicUnit", id)
        content = unit.element.find("Content") if unit is not None else element.find("Content")
        if content is None:
            raise Broken("composite")
        if id in at.within:
            raise TooMuch("a composite within itself")
        self._block(content, at._replace(within=(*at.within, id)))

    def _params(self, element: Element, at: Place) -> tuple[Element, ...]:
        """The element's own drawing parameters with those they stand on, before the ones around it."""
        found, id = list[Element](), element.get("DrawParam")
        while id and len(found) < MAX_DEPTH:
            resource: Resource | None = at.resources.get("DrawParam", id)
            if resource is None or resource.element in found:
                break
            found.append(resource.element)
            id = resource.element.get("Relative")
        return (*found, *at.params) if found else at.params

    def _annotations(self, ref: PageRef, at: Place) -> None:
        listed = self.document.find(text_of(self.document.root, "Annotations"))
        if listed is None:
            return
        try:
            for file in self._annotation_files(listed, ref):
                for note in list(load(self.document.package, file).iterfind("Annot"))[:MAX_RESOURCES]:
                    self._annotation(note, at)
        except Broken:
            self.incomplete = True

    def _annotation_files(self, listed: str, ref: PageRef) -> list[str]:
        pages = load(self.document.package, listed).iterfind("Page")
        mine = [one for one in pages if one.get("PageID", "").strip() == ref.id]
        named = [self.document.find(text_of(one, "FileLoc"), folder_of(listed)) for one in mine[:100]]
        self.incomplete = self.incomplete or None in named
        return [file for file in named if file]

    def _annotation(self, note: Element, at: Place) -> None:
        """Its Appearance is a block in a box of its own."""
        look = note.find("Appearance")
        if look is None:
            return
        box = area(look.get("Boundary"))
        corner = skia.Matrix()
        corner.preTranslate(box.x if box else 0, box.y if box else 0)
        seen = flag(note.get("Visible"), True)
        within = at._replace(matrix=skia.Matrix.Concat(at.matrix, corner), seen=seen)
        self.enter(look, within, Placing(corner, corner, None))
        try:
            self._block(look, within)
        finally:
            self.leave()

    def _seals(self, ref: PageRef) -> None:
        for signature in self._signatures():
            stamps = [one for one in signature.stamps if one.page == ref.id]
            if stamps:
                self._stamped(signature, stamps)

    def _signatures(self) -> list[Signature]:
        return signatures_of(self.document)

    def _stamped(self, signature: Signature, stamps: list[Stamp]) -> None:
        picture = picture_of(self.document, signature)
        if picture is None:
            self.incomplete = True
            return
        for stamp in stamps:
            self._count()
            try:
                self.seal(picture, stamp)
            except Broken:
                self.incomplete = True


class Placing(NamedTuple):
    """How an object stands in the space around it: all of it, its box's corner alone, and its CTM."""

    matrix: Any
    corner: Any
    turned: Any


def placing(element: Element) -> Placing:
    """The space of an object: its box's upper left corner, then its CTM."""
    box, ctm = area(element.get("Boundary")), matrix(element.get("CTM"))
    corner = skia.Matrix()
    if box is not None:
        corner.preTranslate(box.x, box.y)
    return Placing(skia.Matrix.Concat(corner, ctm) if ctm is not None else corner, corner, ctm)


def _layer_order(layer: Element) -> int:
    return _ORDER.get((layer.get("Type") or "").lower(), _BODY)
