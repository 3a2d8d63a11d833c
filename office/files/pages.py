"""Pages ready for phones: pictures and text layers, made once and kept beside the blob."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec

from office.files import converted, making, store
from office.files.models import Blob
from office.files.rendering.shapes import WIDTHS, Details, PageText, PageWarning, Rendition
from office.files.sniff import OFFICE, FileType, sniff
from office.files.workers import behind, pool
from office.kernel import clock
from office.kernel.refusal import Refusal

#: A picture whose font this machine lacks is made again after an hour, for the operator may have installed it by then.
WITHOUT_FONT = timedelta(hours=1)
FIRST_PAGES, FIRST_WIDTH = 3, 540
COSTLY = ("files.render_timeout", "files.worker_crashed", "files.too_heavy")

_READY = msgspec.msgpack.Decoder(PageText)
_TOLD = msgspec.msgpack.Decoder(Details)
log = logging.getLogger(__name__)


async def page_picture(digest: str, page: int, width: int) -> Path:
    """The WebP picture of page `page` (from 1). Refuses what rendering refuses."""
    path = store.rendition_path(digest, f"{page}-{width}.webp")

    async def make(begun: making.Begun) -> None:
        made: Rendition = await pool().render(await _source(digest), page - 1, width, begun)
        await store.keep_rendition(_beside(path), msgspec.json.encode([str(one) for one in made.warnings]))
        await store.keep_rendition(path, made.data)

    if not await asyncio.to_thread(_is_good, path):
        smaller = [store.rendition_path(digest, f"{page}-{one}.webp") for one in WIDTHS if one < width]
        await making.once(path, make, easier=smaller)
    return path


def _beside(path: Path) -> Path:
    return path.with_suffix(".warnings")


def _is_good(path: Path) -> bool:
    if not path.exists():
        return False
    if PageWarning.FONT_MISSING not in _warnings(path):
        return True
    return clock.now().timestamp() - path.stat().st_mtime < WITHOUT_FONT.total_seconds()


def _warnings(path: Path) -> Sequence[str]:
    beside = _beside(path)
    return msgspec.json.decode(beside.read_bytes(), type=list[str]) if beside.exists() else ()


async def page_warnings(digest: str, page: int) -> Sequence[str]:
    """Why the picture of a page may not look as its author saw it, as far as one has been made."""
    path = store.rendition_path(digest, f"{page}-{FIRST_WIDTH}.webp")
    return await asyncio.to_thread(_warnings, path)


async def page_text(digest: str, page: int) -> PageText:
    """The text layer of page `page` (from 1), with the place of every line."""
    path = store.rendition_path(digest, f"{page}.text")

    async def make(begun: making.Begun) -> None:
        text = await pool().text(await _source(digest), page - 1, begun)
        await store.keep_rendition(path, msgspec.msgpack.encode(text))

    if not path.exists():
        await making.once(path, make)
    return _READY.decode(await asyncio.to_thread(path.read_bytes))


def whole_path(digest: str) -> Path:
    """Where the PDF made of a whole file is kept."""
    return store.rendition_path(digest, "whole.pdf")


def kind_of(path: Path) -> FileType:
    """The type of a file by its content. Refuses what `sniff` refuses."""
    with path.open("rb") as file:
        return sniff(file)


async def _source(digest: str) -> Path:
    """What pages are drawn from: the file, or of an Office file the PDF made of it, made again where it was dropped."""
    blob = store.blob_path(digest)
    if await asyncio.to_thread(lambda: kind_of(blob) in OFFICE):
        return await whole_pdf(digest)
    return blob


async def whole_pdf(digest: str) -> Path:
    """An OFD or an Office file as a PDF, for printing and for viewers without. Refuses what rendering refuses, and
    files.no_pdf."""
    path = whole_path(digest)

    async def make(begun: making.Begun) -> None:
        blob = store.blob_path(digest)
        kind = await asyncio.to_thread(kind_of, blob)
        if kind in OFFICE:
            begun()
            await store.keep_rendition(path, (await converted.set_as_pdf(blob, kind))[0])
        else:
            await store.keep_rendition(path, await pool().pdf(blob, begun))

    if not path.exists():
        await making.once(path, make)
    return path


async def details(digest: str) -> Details:
    """What a file says about itself."""
    path = store.rendition_path(digest, "details")

    async def make(begun: making.Begun) -> None:
        told = await pool().details(store.blob_path(digest), begun)
        await store.keep_rendition(path, msgspec.msgpack.encode(told))

    if not path.exists():
        await making.once(path, make)
    return _TOLD.decode(await asyncio.to_thread(path.read_bytes))


async def warm(digest: str, pages: int) -> None:
    """Make the first pages ready before anyone asks: what the official sees first, at the width of a thin line.

    A page that cannot be shown is told to whoever asks for it; trying it again here would only raise an alarm. A document that
    took all of a worker's time, or ended it, is left: its other pages are as costly, and nobody has asked for them.
    """
    if not await Blob.exists(digest=digest):
        return
    for page in range(1, min(pages, FIRST_PAGES) + 1):
        try:
            async with behind():
                await page_picture(digest, page, FIRST_WIDTH)
                await page_text(digest, page)
        except Refusal as refusal:
            if refusal.status == 503:
                raise
            log.info("page not made ready", extra={"digest": digest, "page": page, "code": refusal.code})
            if refusal.code in COSTLY:
                return
