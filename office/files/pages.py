"""Pages ready for phones: pictures and text layers, made once and kept beside the blob."""

from pathlib import Path

import msgspec

from office.files import store
from office.files.models import Blob
from office.files.rendering.shapes import PageText, Rendition
from office.files.workers import pool

_READY = msgspec.msgpack.Decoder(PageText)


async def page_picture(digest: str, page: int, width: int) -> Path:
    """The WebP picture of page `page` (from 1). Refuses what rendering refuses."""
    path = store.rendition_path(digest, f"{page}-{width}.webp")
    if not path.exists():
        made: Rendition = await pool().render(store.blob_path(digest), page - 1, width)
        await store.keep_rendition(path, made.data)
    return path


async def page_text(digest: str, page: int) -> PageText:
    """The text layer of page `page` (from 1), with the place of every line."""
    path = store.rendition_path(digest, f"{page}.text")
    if path.exists():
        return _READY.decode(path.read_bytes())
    text = await pool().text(store.blob_path(digest), page - 1)
    await store.keep_rendition(path, msgspec.msgpack.encode(text))
    return text


async def warm(digest: str, pages: int) -> None:
    """Make the first pages ready before anyone asks: what the official sees first, at the width of a thin line."""
    if await Blob.exists(digest=digest):
        for page in range(1, min(pages, 3) + 1):
            await page_picture(digest, page, 540)
            await page_text(digest, page)
