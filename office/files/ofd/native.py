"""The C library that draws, without types: skia. Only what draws imports it: a machine may lack what it is linked against."""

import importlib
from typing import Any

skia: Any = importlib.import_module("skia")
"""skia-python; needs libGL.so.1 and libEGL.so.1 on the machine (Debian: libgl1, libegl1)."""
