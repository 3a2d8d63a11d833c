"""The process's rendering pool and converter, open while the application serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from office.files.bounds import Bounds
from office.files.rendering.conversion import Converter, ConverterSettings
from office.files.rendering.pool import Pool, PoolSettings
from office.kernel.refusal import Unavailable
from office.kernel.settings import Settings

_pool: Pool | None = None
_behind: asyncio.Semaphore | None = None
_converter: Converter | None = None


@asynccontextmanager
async def rendering(settings: Settings) -> AsyncIterator[None]:
    """Keep a pool open, and a converter; workers start at the first page asked for and end when idle."""
    global _pool, _converter, _behind
    own = (settings.fonts,) if settings.fonts else ()
    fonts = PoolSettings().font_dirs + own
    bounds = Bounds(max_bytes=settings.max_upload)
    async with Pool(PoolSettings(workers=settings.render_workers, font_dirs=fonts, bounds=bounds)) as pool:
        _pool, _behind = pool, asyncio.Semaphore(1)
        _converter = Converter(ConverterSettings(font_dirs=own, hidden=(str(settings.folder.resolve()),)))
        try:
            yield
        finally:
            await _converter.close()
            _pool = _converter = _behind = None


@asynccontextmanager
async def behind() -> AsyncIterator[None]:
    """For work that nobody waits for: one piece of it at a time, so that with two workers one is left to whoever waits for an
    upload or a page. Refuses: Unavailable files.rendering_stopped."""
    if _behind is None:
        raise Unavailable("files.rendering_stopped", retry_after=5)
    async with _behind:
        yield


def pool() -> Pool:
    """The open pool. Refuses: Unavailable files.rendering_stopped."""
    if _pool is None:
        raise Unavailable("files.rendering_stopped", retry_after=5)
    return _pool


def converter() -> Converter:
    """The open converter. Refuses: Unavailable files.rendering_stopped."""
    if _converter is None:
        raise Unavailable("files.rendering_stopped", retry_after=5)
    return _converter
