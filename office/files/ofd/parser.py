"""The C library that parses, without types: lxml."""

import importlib
from typing import Any

etree: Any = importlib.import_module("lxml.etree")
"""libxml2, always through `xmltree.parse` or `ooxml.parts.parsed`, with entities, network and DTDs off."""
