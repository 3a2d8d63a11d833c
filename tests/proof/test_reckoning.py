"""The reckoning can fail: each kind of loss or doubling, made by hand in a sound house, is named."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from office import identity
from office.kernel import clock, settings
from office.kernel.actor import SYSTEM
from office.kernel.database import execute
from tests.documents.conftest import Office
from tests.people import settle
from tests.proof.journal import Journal
from tests.proof.load import Cast, Worker
from tests.proof.reckoning import reckon
from tests.support.house import House

HARM = {
    "state log": "UPDATE exchange_log SET head = head + 1",
    "lost state": "DELETE FROM exchange_state WHERE seq = (SELECT max(seq) FROM exchange_state)",
    "state told twice": "UPDATE exchange_state SET state = '待签收' WHERE seq = 2",
    "other bytes": "UPDATE documents_version SET files = '[]'",
    "lost push": "UPDATE exchange_push SET source_id = 'other'",
    "lost signature": "UPDATE signing_signature SET statement = 'other'",
    "lost registration": "UPDATE documents_handling SET register_no = '0' WHERE register_no IS NOT NULL",
    "handlings sent down": "DELETE FROM documents_sending",
    "opinions: ": "UPDATE documents_opinion SET signature_id = NULL WHERE signature_id IS NOT NULL",
    "series ": "UPDATE numbering_number SET n = n + 1",
    "delivery parked": "UPDATE outbox_delivery SET state = 'parked' WHERE id = (SELECT min(id) FROM outbox_delivery)",
    "flow.obligations_have_todos": (
        "UPDATE inbox_todo SET state = 'done', lane = 'done', open_key = NULL WHERE id ="
        " (SELECT min(id) FROM inbox_todo WHERE open_key IS NOT NULL AND source LIKE 'flow:%')"
    ),
    "flow.todos_have_obligations": (
        "UPDATE inbox_todo SET source = 'flow:00000000-0000-7000-8000-000000000000/1' WHERE id ="
        " (SELECT max(id) FROM inbox_todo WHERE open_key IS NOT NULL AND source LIKE 'flow:%')"
    ),
    "answer kept without an act": "UPDATE http_kept_answer SET status = 0",
    "acts in the flow": (
        "INSERT INTO flow_entry (id, case_id, n, at, actor, command) SELECT lower(hex(randomblob(16))), case_id, n + 1000, at,"
        " actor, command FROM flow_entry WHERE command LIKE '%instruct%'"
    ),
}


@pytest.fixture
def still() -> Iterator[None]:
    """The clock as it was."""
    before = clock._shift
    yield
    clock._shift = before


@pytest.fixture
async def done(house: House, tmp_path: Path, still: None) -> AsyncIterator[Journal]:
    """One document taken through everything, and the journal of it."""
    town = await settle(house)
    issued = await identity.create_client(SYSTEM, "县OA", ["documents.push", "documents.states"])
    phone = await Office(town, house.http).phone_of("秦望舒")
    await town.of("苏小满")
    journal = Journal(tmp_path / "journal.jsonl")
    sent = [(f"group:{town.groups['各村']}", "read")]
    leader = (town.tokens["秦望舒"], str(town.posts["秦望舒"]), phone)
    cast = Cast(issued.secret, town.tokens["苏小满"], [leader], sent, journal, random.Random(5), asyncio.Event())
    cast.up.set()
    await Worker(cast, house.http, *leader).document()
    clock.travel(timedelta(seconds=31))
    await house.drain()
    yield journal
    journal.close()
    await town.close()


async def test_a_sound_house_passes(done: Journal) -> None:
    assert await reckon(done.entries(), villages=2) == []


@pytest.mark.engines("sqlite")
async def test_each_harm_is_named(done: Journal) -> None:
    for named, harm in HARM.items():
        assert not any(line.startswith(named) for line in await reckon(done.entries(), villages=2)), named
        assert await execute(harm)
        assert any(line.startswith(named) for line in await reckon(done.entries(), villages=2)), named


@pytest.mark.parametrize("harm", ["gone", "altered", "cut"])
async def test_bytes_that_are_not_what_was_acknowledged_are_named(done: Journal, harm: str) -> None:
    """The database is as it was: only who reads the bytes sees it."""
    [blob] = [path for path in (settings.current().folder / "blobs").glob("*/*") if path.is_file()]
    kept = blob.read_bytes()
    blob.unlink()
    if harm != "gone":
        blob.write_bytes(kept[:-1] if harm == "cut" else kept[:-1] + b"?")
    [line] = await reckon(done.entries(), villages=2)
    assert line.startswith("lost bytes: push-")
