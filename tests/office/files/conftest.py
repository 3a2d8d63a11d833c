from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from office.files.rendering.pool import InMemory, Pool, PoolSettings


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    async with Pool(PoolSettings(workers=1)) as made:
        yield made


@pytest.fixture
def no_fonts(tmp_path: Path) -> PoolSettings:
    """A machine without any font of its own."""
    empty = tmp_path / "no-fonts"
    empty.mkdir()
    return PoolSettings(workers=1, font_dirs=(str(empty),))


@pytest.fixture
def held() -> Callable[[bytes], InMemory]:
    return lambda data: InMemory(data, f"{len(data)}:{hash(data)}")
