"""Left alone, a signature goes out by itself when its time is up."""

import pytest
from playwright.sync_api import expect

from tests.web.desk import CLERK, Desks
from tests.web.fixtures import Brought
from tests.web.phone import Phone


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """Two seconds instead of thirty."""
    return {"hold_seconds": "2"}


def test_left_alone_it_goes_out_by_itself(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    phone.read(brought.title)
    phone.agree()
    expect(page.get_by_role("heading", name="已送出")).to_be_visible()
    assert [one["state"] for one in desks.opinions(brought.handling, CLERK)] == ["effective"]
