"""Fixtures: the stage on each engine."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Engine
from tests.office.realtime.stage import Stage, staged


@pytest.fixture
async def stage(empty_engine: Engine) -> AsyncIterator[Stage]:
    async with staged(empty_engine.url) as open_stage:
        yield open_stage
