"""The town of tests/people.py, settled once per process and engine and then copied: database and data folder.

A test that asks for `settled` finds the town in its house. Building it anew takes four hundred statements.
"""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from office.kernel import clock
from office.kernel.settings import Settings
from tests.people import Town, settle
from tests.support import engines
from tests.support.apart import apart
from tests.support.house import House, opened

#: Tests set their clocks to days of this year, and find the town there.
LONG_AGO = datetime(2026, 1, 5, 1, tzinfo=UTC)


class Settling:
    """Makes the town on each engine when it is first asked for. `migrate` brings an empty database to the newest schema."""

    def __init__(self, folder: Path, migrate: Callable[[str], None]) -> None:
        self._folder, self._migrate = folder, migrate
        self._towns: dict[str, Town] = {}

    @contextmanager
    def copy(self, engine: str, to: Path) -> Iterator[str]:
        """A copy for one test: the address of its database; its data is in `to / "data"`."""
        with (self._sqlite if engine == "sqlite" else self._postgres)(to) as url:
            shutil.copytree(self._data(engine), to / "data")
            yield url

    def town(self, house: House, engine: str) -> Town:
        """The people and units of the copy that a house has open."""
        made = self._towns[engine]
        return deepcopy(made, {id(made.house): house})

    @contextmanager
    def _sqlite(self, to: Path) -> Iterator[str]:
        template, path = self._folder / "town.db", to / "zhiban.db"
        if not template.exists():
            self._fill(engines.sqlite_url(template))
        shutil.copyfile(template, path)
        yield engines.sqlite_url(path)

    @contextmanager
    def _postgres(self, to: Path) -> Iterator[str]:
        cluster = engines.postgres()
        url = cluster.database(cluster.template("settled", self._fill))
        yield url
        cluster.drop(url)

    def _fill(self, url: str) -> None:
        self._migrate(url)
        self._towns[engines.engine_name(url)] = apart(self._settled(url))

    async def _settled(self, url: str) -> Town:
        settings = Settings(data=str(self._data(engines.engine_name(url))), database_url=url)
        with clock.set_for_test(LONG_AGO):
            async with opened(settings) as house:
                return replace(await settle(house), tokens={})

    def _data(self, engine: str) -> Path:
        return self._folder / engine


@pytest.fixture(scope="session")
def settling(migrate: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Settling:
    return Settling(tmp_path_factory.mktemp("settled"), migrate)


@pytest.fixture
async def settled(house: House, engine_kind: str, settling: Settling) -> AsyncIterator[Town]:
    """The town of the tests; whoever is asked for has logged in."""
    town = settling.town(house, engine_kind)
    yield town
    await town.close()
