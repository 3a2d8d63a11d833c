"""Fixtures shared by all tests. `engine` runs a test once on SQLite and once on PostgreSQL."""

import gc
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import engines, prepared
from tests.support.schema import create_schema

pytest_plugins = ["tests.support.house", "tests.support.settled"]

# No deadline: a slow or busy machine must not fail a rule. The blob reproduces a failure without its database.
settings.register_profile("zhiban", deadline=None, print_blob=True)
settings.load_profile("zhiban")
prepared.once_per_engine()

BOTH = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Engine:
    """A fresh, migrated database on one engine."""

    name: str
    url: str


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "engines(*names): run a test that uses `engine` or `empty_engine` on these engines only")
    config.addinivalue_line(
        "markers",
        "postgresql_in_proof: what it does reaches the database by statements that other tests run on both engines with every"
        " change; on PostgreSQL it runs in `make proof`",
    )


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the garbage collector need not walk through all of it for every few hundred new objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_kind" in metafunc.fixturenames:
        metafunc.parametrize("engine_kind", _engines_of(metafunc.definition))


def _engines_of(test: pytest.Item) -> Sequence[object]:
    if marker := test.get_closest_marker("engines"):
        return marker.args
    if test.get_closest_marker("postgresql_in_proof"):
        return "sqlite", pytest.param("postgresql", marks=pytest.mark.proof)
    return BOTH


@pytest.fixture(scope="session")
def migrate() -> Callable[[str], None]:
    """Brings the empty database at that address to the newest schema; once per process and engine, then copied per test."""
    return create_schema


@pytest.fixture(scope="session")
def sqlite_template(migrate: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy; it must be closed, with no WAL left beside it."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(engines.sqlite_url(path))
    return path


@pytest.fixture
def engine(engine_kind: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A fresh migrated database on SQLite, then on PostgreSQL; for a test that asks for `settled` with the town in it."""
    if "settled" in request.fixturenames:
        with request.getfixturevalue("settling").copy(engine_kind, request.getfixturevalue("tmp_path")) as url:
            yield Engine(engine_kind, url)
        return
    if engine_kind == "sqlite":
        yield Engine(engine_kind, _sqlite_copy(request))
        return
    cluster = engines.postgres()
    url = cluster.database(cluster.template("migrated", request.getfixturevalue("migrate")))
    yield Engine(engine_kind, url)
    cluster.drop(url)


def _sqlite_copy(request: pytest.FixtureRequest) -> str:
    template: Path = request.getfixturevalue("sqlite_template")
    path: Path = request.getfixturevalue("tmp_path") / "zhiban.db"
    if template.exists():
        shutil.copyfile(template, path)
    return engines.sqlite_url(path)


@pytest.fixture
def empty_engine(engine_kind: str, tmp_path: Path) -> Iterator[Engine]:
    """A database without a single table, on SQLite, then on PostgreSQL: for tests of migrations."""
    if engine_kind == "sqlite":
        yield Engine(engine_kind, engines.sqlite_url(tmp_path / "empty.db"))
        return
    url = engines.postgres().database()
    yield Engine(engine_kind, url)
    engines.postgres().drop(url)


@pytest.fixture
def durable_postgres() -> Iterator[engines.Postgres]:
    """A cluster of its own with fsync on, for a test that kills it."""
    cluster = engines.Postgres(durable=True)
    yield cluster
    cluster.close()


@pytest.fixture
def redis_url() -> str:
    """An empty Redis."""
    server = engines.redis()
    server.flush()
    return server.url()
