"""The two C libraries this package stands on, without types: skia (drawing) and lxml (parsing)."""

import importlib
from typing import Any

skia: Any = importlib.import_module("skia")
"""skia-python; needs libGL.so.1 and libEGL.so.1 on the machine (Debian: libgl1, libegl1)."""

etree: Any = importlib.import_module("lxml.etree")
"""libxml2, always through `xmltree.parse` with entities, network and DTDs off."""
