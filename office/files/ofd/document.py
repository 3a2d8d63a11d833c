"""From OFD.xml to pages (clause 7): bodies, the version that holds now, page areas, templates, where everything else lies."""

import io
from collections.abc import Iterator
from typing import NamedTuple

from office.files.ofd.faults import Broken, Locked, TooMuch
from office.files.ofd.limits import MAX_RESOURCES, MAX_XML
from office.files.ofd.package import Package, folder_of
from office.files.ofd.parser import etree
from office.files.ofd.resources import Resources
from office.files.ofd.values import Area, area, flag
from office.files.ofd.xmltree import Element, load, must_be_plain, parse, text_of

A4 = Area(0, 0, 210, 297)
_LOCKED = ("Encryption", "Encryptions", "EncryptInfo")
_AREAS = ("PhysicalBox", "ApplicationBox", "CropBox", "ContentBox", "BleedBox")


class PageRef(NamedTuple):
    """A page or template before it is read: its ID and its file, if there is one."""

    id: str
    file: str | None
    order: str = ""


class Document:
    """One document of the package (a DocBody), in the version that holds now."""

    def __init__(self, package: Package, body: Element) -> None:
        """Raises Broken."""
        self.package, self.body = package, body
        self.file = _root_of(package, body)
        self.folder = folder_of(self.file)
        self.root = load(package, self.file)
        common = self.root.find("CommonData")
        self._common = common if common is not None else etree.Element("CommonData")
        self.pages = list(self._refs(self.root.find("Pages"), "Page"))
        self.templates = {ref.id: ref for ref in self._refs(self._common, "TemplatePage")}
        self.area = _area_in(self._common.find("PageArea")) or A4
        files = [text_of(one) for kind in ("PublicRes", "DocumentRes") for one in self._common.iterfind(kind)]
        self.resources = Resources(package, [found for one in files if (found := self.find(one))], self.folder)
        self.default_space = text_of(self._common, "DefaultCS")

    def find(self, location: str, *folders: str) -> str | None:
        """The file a location in this document means."""
        return self.package.find(location, *folders, self.folder)

    def page_area(self, ref: PageRef) -> Area:
        """The area of a page without reading all of it. Raises Broken where the page cannot be read."""
        if ref.file is None:
            raise Broken(f"page {ref.id} has no file")
        return _first_area(self.package.read(ref.file, MAX_XML)) or self.area

    def load_page(self, ref: PageRef) -> Element:
        """The root of a page's or a template's file. Raises Broken."""
        if ref.file is None:
            raise Broken(f"page {ref.id} has no file")
        return load(self.package, ref.file)

    def area_of(self, page: Element) -> Area:
        """The physical area of a page, by its root."""
        return _area_in(page.find("Area")) or self.area

    def _refs(self, parent: Element | None, name: str) -> Iterator[PageRef]:
        for element in parent.iterfind(name) if parent is not None else ():
            yield PageRef(element.get("ID", ""), self.find(element.get("BaseLoc", "")), element.get("ZOrder", ""))


def open_documents(package: Package) -> list[Document]:
    """Every document of the package, in order. Raises Broken where none can be opened, Locked where it is encrypted."""
    entry = package.find("/OFD.xml")
    if entry is None or "/" in entry:
        raise Broken("no OFD.xml")
    root = load(package, entry)
    if root.tag != "OFD":
        raise Broken("OFD.xml is something else")
    bodies = list(root.iterfind("DocBody"))
    if next(root.iter(*_LOCKED), None) is not None or package.find("/Encryptions.xml") == "Encryptions.xml":
        raise Locked
    if len(bodies) > 100:
        raise TooMuch("bodies")
    return [Document(package, body) for body in bodies]


def _root_of(package: Package, body: Element) -> str:
    """Document.xml of the version marked as current, else of the body (clause 7.4 and 7.5, 版本)."""
    versions = list(body.iterfind("Versions/Version"))[:MAX_RESOURCES]
    current = next((one for one in versions if flag(one.get("Current"), False)), None)
    if current is not None and (held := package.find(current.get("BaseLoc", ""))):
        location = text_of(load(package, held), "DocRoot")
        if found := package.find(location, folder_of(held)):
            return found
    found = package.find(text_of(body, "DocRoot"))
    if found is None:
        raise Broken("no DocRoot")
    return found


def _area_in(parent: Element | None) -> Area | None:
    if parent is None:
        return None
    return next((found for name in _AREAS if (found := _sane(area(text_of(parent, name))))), None)


def _sane(found: Area | None) -> Area | None:
    """An area without extent says nothing; the document's own holds."""
    return found if found is not None and found.width > 0 and found.height > 0 else None


def _first_area(data: bytes) -> Area | None:
    """`Area` stands first in a page: reading stops behind it. A page that is not well-formed so far is broken."""
    must_be_plain(data)
    events = etree.iterparse(
        io.BytesIO(data), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for event, element in events:
            name = str(element.tag).rpartition("}")[2]
            if event == "end" and name == "Area":
                boxes = {str(one.tag).rpartition("}")[2]: _sane(area(one.text)) for one in element}
                return next((boxes[kind] for kind in _AREAS if boxes.get(kind)), None)
            if event == "start" and name == "Content":
                return None
    except etree.XMLSyntaxError:
        return _area_in(parse(data).find("Area"))
    return None
