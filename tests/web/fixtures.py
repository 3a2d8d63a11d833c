"""A real Chromium before a real server. What is missing fails: the tests mean nothing without a browser and a build."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from office.http.web import BUILT
from tests.support import programs
from tests.web.desk import TITLE, Desks
from tests.web.phone import ARGS, PATIENCE, Phone, phone_on
from tests.web.served import Served, serving, template

expect.set_options(timeout=PATIENCE)


_number = count(1)


@dataclass(frozen=True)
class Brought:
    """A document that waits for the leader's word."""

    title: str
    handling: str


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all test processes of a run share."""
    base = tmp_path_factory.getbasetemp()
    return base / "web" if worker_id == "master" else base.parent / "web"


@pytest.fixture(scope="module")
def town_folder(shared_folder: Path) -> Path:
    """The data of the town that the module's server serves; a module may give its own."""
    return template(shared_folder)


@pytest.fixture(scope="module")
def chromium(built: Path) -> Iterator[Browser]:
    """A browser for the module. For the session would leave Playwright's loop running under other tests of the process."""
    path = programs.chromium()
    assert path, f"Chromium is not installed: make test installs it, or apt-get install {programs.HEADLESS}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built() -> Path:
    """The built client."""
    assert (BUILT / "m.html").is_file(), "the web client is not built: make web"
    return BUILT


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """Settings of the module's server; a module may give its own."""
    return {}


@pytest.fixture(scope="module")
def served(town_folder: Path, settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The module's server, on a town nobody has touched."""
    with serving(town_folder, tmp_path_factory.mktemp("served") / "data", **settings) as found:
        yield found


@pytest.fixture(scope="module")
def desks(served: Served) -> Iterator[Desks]:
    """The people of the module's town."""
    found = Desks(served.base, served.known)
    yield found
    found.close()


@pytest.fixture
def phones(chromium: Browser, desks: Desks) -> Iterator[Callable[..., Phone]]:
    """Makes phones; afterwards none of them may have thrown an error."""
    made: list[Phone] = []

    def make(width: int = 390, height: int = 844, *, workers: bool = True) -> Phone:
        made.append(phone_on(chromium, desks, width, height, workers=workers))
        return made[-1]

    yield make
    for phone in made:
        phone.context.close()
    assert [phone.errors for phone in made] == [[] for _ in made]


@pytest.fixture
def phone(phones: Callable[..., Phone]) -> Phone:
    """A phone 390 px wide."""
    return phones()


@pytest.fixture
def brought(desks: Desks) -> Brought:
    """A document of this test's own, registered and proposed to the leader."""
    title = f"{TITLE}（第{next(_number)}次）"
    return Brought(title, desks.bring(title))
