"""Resources (clause 7.9): fonts, colour spaces, drawing parameters, pictures and composites, by ID."""

from typing import NamedTuple

from office.files.ofd.faults import Broken, TooMuch
from office.files.ofd.limits import MAX_RESOURCES
from office.files.ofd.package import Package, folder_of
from office.files.ofd.xmltree import Element, load, text_of

_KINDS = {
    "Font": "Fonts",
    "ColorSpace": "ColorSpaces",
    "DrawParam": "DrawParams",
    "MultiMedia": "MultiMedias",
    "CompositeGraphicUnit": "CompositeGraphicUnits",
}


class Resource(NamedTuple):
    """A definition, and the folders its files are looked for in."""

    element: Element
    folders: tuple[str, ...]


class Resources:
    """Definitions of a document, or of one page in front of its document's."""

    def __init__(self, package: Package, files: list[str], folder: str, behind: "Resources | None" = None) -> None:
        self._package, self._behind = package, behind
        self._known: dict[tuple[str, str], Resource] = {}
        self.missing = False
        for file in files:
            try:
                self._take(load(package, file), file, folder)
            except Broken:
                self.missing = True  # the rest can be shown; what refers into it is told as missing

    def get(self, kind: str, id: str | None) -> Resource | None:
        """A definition by kind (the element's name) and ID."""
        if not id:
            return None
        found = self._known.get((kind, id.strip()))
        return found if found is not None or self._behind is None else self._behind.get(kind, id)

    def file(self, kind: str, id: str | None, name: str) -> str | None:
        """The file that a definition names in its child `name`."""
        resource = self.get(kind, id)
        if resource is None:
            return None
        return self._package.find(text_of(resource.element, name), *resource.folders)

    def _take(self, root: Element, file: str, document: str) -> None:
        here = folder_of(file)
        base = (root.get("BaseLoc") or "").strip().replace("\\", "/")
        folders = (f"{here}/{base}" if not base.startswith("/") else base, here, f"{document}/{base}", document)
        for kind, plural in _KINDS.items():
            for element in root.iterfind(f"{plural}/{kind}"):
                if len(self._known) >= MAX_RESOURCES:
                    raise TooMuch("resources")
                self._known.setdefault((kind, element.get("ID", "").strip()), Resource(element, folders))
