"""Bounds inside one OFD file; each is checked before the memory or the time is spent. Beyond them a file is refused."""

from office.files.bounds import MIB

MAX_ENTRIES = 20_000
"""Files in the package: a page has about five."""

MAX_ENTRY = 96 * MIB
"""Unpacked bytes of one file in the package; a Chinese font has up to 30 MB."""

MAX_XML = 24 * MIB
"""Unpacked bytes of one XML file; the densest real page seen has 0.2 MB."""

MAX_TOTAL = 1024 * MIB
"""Unpacked bytes of the whole package."""

MAX_RATIO = 200
"""Unpacked to packed bytes, where the unpacked are more than `RATIO_FROM`; real packages have at most 25."""

RATIO_FROM = 4 * MIB

MAX_OBJECTS = 200_000
"""Things drawn on one page, counted through composites, patterns and seals."""

MAX_DEPTH = 32
"""Blocks, composites and patterns within one another."""

MAX_POINTS = 2_000_000
"""Numbers in the paths of one page."""

MAX_CHARS = 200_000
"""Characters drawn on one page."""

MAX_RESOURCES = 50_000
"""Resources and annotations of one document that are looked at."""

MAX_COORDINATE = 1e6
"""Millimetres; anything beyond is a wrong number, not a place."""
