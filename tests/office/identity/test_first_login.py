"""The forced first change, through the HTTP door."""

from uuid import uuid4

from office import identity
from office.kernel.actor import SYSTEM
from tests.office.identity.conftest import OTHER, Door, code_of


async def test_a_new_person_changes_the_password_and_then_comes_in(door: Door) -> None:
    made = await identity.create_account(SYSTEM, uuid4(), "周敏", "zhoumin")
    assert made.one_time_password is not None
    browser = door.client()
    signed_in = {"account": "zhoumin", "password": made.one_time_password}
    assert (await browser.post("/sessions", json=signed_in)).status_code == 201
    assert code_of(await browser.get("/sessions")) == (403, "identity.must_change_password")
    assert code_of(await browser.post("/reauthentications", json={"password": "x"})) == (403, "identity.must_change_password")
    assert (await browser.get("/me")).json()["must_change_password"] is True
    assert (await browser.post("/sessions", json=signed_in)).status_code == 201
    change = {"old": made.one_time_password, "new": OTHER}
    assert (await browser.post("/passwords", json=change)).status_code == 204
    assert len((await browser.get("/sessions")).json()["items"]) == 1
    assert (await browser.get("/me")).json()["must_change_password"] is False
    assert (await door.tries("zhoumin", made.one_time_password)).status_code == 401


async def test_a_new_person_may_also_leave(door: Door) -> None:
    made = await identity.create_account(SYSTEM, uuid4(), "周敏", "zhoumin")
    browser = door.client()
    await browser.post("/sessions", json={"account": "zhoumin", "password": made.one_time_password})
    assert (await browser.delete("/sessions/current")).status_code == 204
