"""Bounds on what a file may be; each is checked before the memory or the time is spent."""

import msgspec

MIB = 1024 * 1024


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """For a county deployment; `max_bytes` follows the setting `max_upload`."""

    max_bytes: int = 200 * MIB
    """Size of one file, bytes."""

    max_office_bytes: int = 50 * MIB
    """Size of a file that LibreOffice has to set, bytes: it goes there through memory."""

    max_pages: int = 2000
    """Pages of one document."""

    max_page_points: float = 14_400.0
    """Side of a page in points (200 inches, the limit of ISO 32000-1 annex C)."""

    max_image_pixels: int = 120_000_000
    """Pixels of an uploaded picture: the largest phone cameras make 108 million."""

    max_rendition_pixels: int = 8_000_000
    """Pixels of one page picture: 1,080 wide and about seven times as high."""

    max_text_chars: int = 50_000
    """Characters of one page's text layer; a full official page has 616."""


#: Printed PDF417 has modules of a quarter of a millimetre: two pixels at this many to the inch.
SCAN_DPI = 200


def scan_width(width: float, height: float, bounds: Bounds) -> int:
    """Pixels across a page of this size (points) at `SCAN_DPI`, less where its picture would have more than the bound."""
    wanted = width / 72 * SCAN_DPI
    most = (0.98 * bounds.max_rendition_pixels * width / height) ** 0.5 if height > 0 else wanted
    return max(1, int(min(wanted, most)))
