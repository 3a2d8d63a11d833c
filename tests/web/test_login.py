"""Logging in: password, lock-out, forced change, one tap, the end of a session."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.desk import LEADER, Desks
from tests.web.phone import PIN, Phone
from tests.web.served import copied, template, zhiban

FORGETFUL, NEW, OTHER = "wenrujian", "jiangwangyuan", "baiqingyuan"
SHOWN = re.compile(r"\S{10,}$", re.MULTILINE)


@pytest.fixture(scope="module")
def given(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A town in which two people have just been given one-time passwords."""
    folder = copied(town_folder, tmp_path_factory.mktemp("given") / "town")
    told = {login: zhiban(folder, "user", "reset-password", login) for login in (NEW, OTHER)}
    return folder, told
