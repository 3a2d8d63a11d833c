"""XML without its dangers and without its namespaces: elements are found by local name, whatever URI a producer wrote.

No DOCTYPE is taken, so there is nothing to expand; libxml2's own limits (depth 256, 10 MB of text in one node) stay on.
"""

import re
from typing import Any

from office.files.ofd.faults import Broken, TooMuch
from office.files.ofd.limits import MAX_XML
from office.files.ofd.package import Package
from office.files.ofd.parser import etree

Element = Any
"""An lxml element whose tag and attribute names are local names."""

_ENCODINGS = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII", "GBK", "GB2312", "GB18030", "ISO-8859-1"}
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_NAMESPACE_ERRORS = range(200, 206)
"""XML_NS_ERR_* of xmlerror.h: a prefix that was never declared, and the like."""


def load(package: Package, name: str) -> Element:
    """The root of one XML file in a package. Raises Broken or TooMuch."""
    return parse(package.read(name, MAX_XML))


def parse(data: bytes) -> Element:
    """The root of an XML text. Raises Broken."""
    if len(data) > MAX_XML:
        raise TooMuch("XML too long")
    must_be_plain(data)
    try:
        return _local(etree.fromstring(data, _parser(recover=False)))
    except etree.XMLSyntaxError:
        return _recovered(data)
    except (ValueError, LookupError) as error:
        raise Broken("not XML") from error


def _recovered(data: bytes) -> Element:
    """The same, where nothing but a prefix without a namespace was wrong."""
    parser = _parser(recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise Broken("not XML") from error
    if root is None or any(entry.type not in _NAMESPACE_ERRORS for entry in parser.error_log):
        raise Broken("not well-formed")
    return _local(root)


def _parser(recover: bool) -> Any:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        remove_comments=True, remove_pis=True, huge_tree=False, recover=recover, strip_cdata=True,
    )  # fmt: skip


def must_be_plain(data: bytes) -> None:
    """Raises Broken for a DOCTYPE, and for encodings in which one could hide."""
    declared = _DECLARED.search(data[:400].replace(b"\0", b""))
    if declared and declared.group(1).decode("ascii").upper() not in _ENCODINGS:
        raise Broken("unusual encoding")
    if b"<!DOCTYPE" in (data.replace(b"\0", b"") if b"\0" in data else data).upper():
        raise Broken("a DOCTYPE")


def _local(root: Element) -> Element:
    """Tags and attributes by local name, in place."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        _rename(element)
        for name, value in [one for one in element.attrib.items() if one[0][0] == "{" or ":" in one[0]]:
            local = _local_name(name)
            if local and local not in element.attrib:
                element.set(local, value)
    return root


def _rename(element: Element) -> None:
    local = _local_name(element.tag)
    if local and local != element.tag:
        element.tag = local


def _local_name(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2]


def text_of(element: Element | None, name: str = "") -> str:
    """The text of a child, or of the element itself; empty where there is none."""
    found = element if not name or element is None else element.find(name)
    return (found.text or "").strip() if found is not None else ""
