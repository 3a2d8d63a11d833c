"""The process's rendering pool, open while the application serves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from office.files.bounds import Bounds
from office.files.rendering.pool import Pool, PoolSettings
from office.kernel.refusal import Unavailable
from office.kernel.settings import Settings

_pool: Pool | None = None


@asynccontextmanager
async def rendering(settings: Settings) -> AsyncIterator[None]:
    """Keep a pool open; workers start at the first page asked for and end when idle."""
    global _pool
    fonts = PoolSettings().font_dirs + ((settings.fonts,) if settings.fonts else ())
    bounds = Bounds(max_bytes=settings.max_upload)
    async with Pool(PoolSettings(workers=settings.render_workers, font_dirs=fonts, bounds=bounds)) as pool:
        _pool = pool
        try:
            yield
        finally:
            _pool = None


def pool() -> Pool:
    """The open pool. Refuses: Unavailable files.rendering_stopped."""
    if _pool is None:
        raise Unavailable("files.rendering_stopped", retry_after=5)
    return _pool
