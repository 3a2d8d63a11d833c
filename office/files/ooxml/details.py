"""What an Office file says about itself: core, extended and custom properties (ISO/IEC 29500-2 clause 11, -1 clause 22)."""

from collections.abc import Iterator
from itertools import islice

from office.files.ooxml.parts import Broken, Package, TooMuch, load
from office.files.rendering.shapes import AttachmentFact, Details, Fact

MOST_FACTS, MOST_CHARS = 500, 2000
_PROPERTIES = ("docProps/core.xml", "docProps/app.xml")
_EMBEDDED = ("word/embeddings/", "xl/embeddings/", "ppt/embeddings/")


def details_of(package: Package) -> Details:
    """Properties in the file's own words, and what is embedded. What cannot be read is left out."""
    return Details(tuple(islice(_info(package), MOST_FACTS)), attachments=tuple(islice(_embedded(package), MOST_FACTS)))


def _info(package: Package) -> Iterator[Fact]:
    for name in (*_PROPERTIES, "docProps/custom.xml"):
        found = package.find(f"/{name}")
        if found is None:
            continue
        try:
            root = load(package, found)
        except (Broken, TooMuch):
            continue
        for one in root:
            if isinstance(one.tag, str) and (value := "".join(one.itertext()).strip()):
                yield Fact(_short(one.get("name") or one.tag.rpartition("}")[2]), _short(value))


def _embedded(package: Package) -> Iterator[AttachmentFact]:
    for name in package.names:
        if name.startswith(_EMBEDDED):
            last = name.rpartition("/")[2]
            yield AttachmentFact(_short(last), _short(last.rpartition(".")[2]), package.size(name))


def _short(value: str) -> str:
    return value[:MOST_CHARS].replace("\0", "").encode("utf-8", "replace").decode("utf-8")
