"""Printed codes (二维条码) on a page's picture, by zxing-cpp: PDF417, as 机关公文二维条码 is printed (decision 0245)."""

from collections.abc import Iterator

from PIL import Image


def codes_on(picture: Image.Image, *, turned: bool) -> Iterator[str]:
    """The payloads of the PDF417 codes on a grey picture. `turned`: also those that stand upright or are large and blurred."""
    import zxingcpp  # loaded with the first page looked at: the server itself never loads it

    found = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.PDF417),
        try_rotate=turned,
        try_downscale=turned,
        try_invert=False,
    )
    for code in found:
        yield _decoded(bytes(code.bytes))


def _decoded(payload: bytes) -> str:
    """The makers of these codes write GBK without saying so; some write UTF-8."""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        return payload.decode("gb18030", "replace")
