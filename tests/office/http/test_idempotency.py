"""One act, one answer, on both engines."""

import asyncio

from office.http.models import KeptAnswer
from office.outbox.models import JobSlot
from tests.office.http.conftest import Door

KEY = {"Idempotency-Key": "k-1"}


async def test_the_same_key_gets_the_same_answer(door: Door) -> None:
    first = await door.http.post("/notes", json={"name": "a"}, headers=KEY)
    again = await door.http.post("/notes", json={"name": "a"}, headers=KEY)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"text": "a 1"})
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert door.fake.ran == ["a"]
    assert await JobSlot.all().count() == 1


async def test_other_bytes_under_the_same_key_are_refused(door: Door) -> None:
    await door.http.post("/notes", json={"name": "a"}, headers=KEY)
    answer = await door.http.post("/notes", json={"name": "b"}, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (409, "http.key_reused")
    other = await door.http.delete("/notes", headers=KEY)
    assert (other.status_code, other.json()["code"]) == (409, "http.key_reused")
    assert door.fake.ran == ["a"]


async def test_keys_belong_to_a_person(door: Door) -> None:
    async with door.client("person-b") as other:
        await door.http.post("/notes", json={"name": "a"}, headers=KEY)
        assert (await other.post("/notes", json={"name": "b"}, headers=KEY)).json() == {"text": "b 2"}


async def test_many_at_once_run_once(door: Door) -> None:
    answers = await asyncio.gather(*(door.http.post("/notes", json={"name": "a"}, headers=KEY) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await JobSlot.all().count() == 1
    assert len(door.fake.ran) == 1


async def test_a_refusal_is_not_kept(door: Door) -> None:
    door.fake.refuse = True
    refused = await door.http.post("/notes", json={"name": "a"}, headers=KEY)
    assert (refused.status_code, refused.json()["state"], refused.json()["title"]) == (409, "done", "已经done。")
    assert (await KeptAnswer.all().count(), await JobSlot.all().count()) == (0, 0)
    door.fake.refuse = False
    assert (await door.http.post("/notes", json={"name": "a"}, headers=KEY)).status_code == 201


async def test_keys_are_bounded(door: Door) -> None:
    for key in ("", "a" * 101, "a b", "a\tb"):
        answer = await door.http.post("/notes", json={"name": "a"}, headers={"Idempotency-Key": key})
        assert (answer.status_code, answer.json()["code"]) == (422, "http.bad_key")
    assert door.fake.ran == []


async def test_without_a_key_each_runs(door: Door) -> None:
    await door.http.post("/notes", json={"name": "a"})
    await door.http.post("/notes", json={"name": "a"})
    assert door.fake.ran == ["a", "a"]
    assert await KeptAnswer.all().count() == 0
