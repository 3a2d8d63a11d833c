"""Sealing: every row once, also one that commits late; batches chained and signed; rows that are not ours go on waiting."""

import asyncio
from typing import Any

import pytest

from office import audit
from office.audit import sealing
from office.audit.heads import FIRST
from office.audit.merkle import root_from_path
from office.audit.models import AuditBatch, AuditEntry, AuditLeaf, AuditPending, AuditSubtree
from office.audit.tree import Tree
from office.kernel.database import execute
from office.kernel.work import verb
from office.signing.keys import proves, server_key
from tests.office.audit import trail
from tests.office.audit.test_merkle import path, root
from tests.office.audit.trail import CLERK, order, sealed, verify, write
from tests.support.house import House


async def test_each_row_is_sealed_once_and_nothing_waits(house: House) -> None:
    await sealed([3, 1, 5])
    assert await AuditPending.all().count() == 0
    assert sorted(await order()) == sorted(str(id) for id in await AuditEntry.all().values_list("id", flat=True))
    assert await audit.seal(server_key()) == 0, "nothing new makes no batch"
    found = await verify()
    assert (found.findings, found.rows, found.waiting) == ([], 9, 0)


async def test_batches_are_chained_and_signed(house: House) -> None:
    await sealed([3, 2, 4])
    previous, size = FIRST, 0
    for row in await AuditBatch.all().order_by("number"):
        head = sealing.head_of(row)
        assert head.previous == previous
        assert head.size > size
        assert proves(row.server_key, head.message, bytes(row.signature))
        assert not proves(row.server_key, head.text.encode(), bytes(row.signature)), "signed for this purpose only"
        previous, size = head.digest, head.size


async def test_what_is_rolled_back_is_never_sealed(house: House) -> None:
    @verb
    async def fails() -> None:
        audit.record(CLERK, "fake.act", "fake.thing:1")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fails()
    assert await audit.seal(server_key()) == 0


@pytest.mark.engines("postgresql")
async def test_a_row_of_a_long_transaction_that_commits_late_is_sealed_once(house: House) -> None:
    """Its id and time are older than those sealed meanwhile: a cursor over either would have passed it by."""
    began, may_end = asyncio.Event(), asyncio.Event()

    @verb
    async def slow() -> None:
        audit.record(CLERK, "fake.slow", "fake.thing:1")
        await _flushed()
        began.set()
        await may_end.wait()

    running = asyncio.ensure_future(slow())
    await began.wait()
    await sealed([3])
    assert await AuditLeaf.all().count() == 3
    may_end.set()
    await running
    await write(1)
    assert await audit.seal(server_key()) == 2
    entries = {str(row.id): row.action for row in await AuditEntry.all()}
    assert [entries[id] for id in await order()] == ["fake.act", "fake.act", "fake.act", "fake.slow", "fake.act"]
    assert min(entries) == (await order())[3], "the late one has the oldest id"
    assert (await verify()).findings == []


async def _flushed() -> None:
    from office.kernel import work

    await work.current().flush()


async def test_two_processes_that_seal_at_once_seal_each_row_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await write(6)
    both, prepared = asyncio.Barrier(2), sealing._prepared

    async def together(*args: Any) -> Any:
        made = await prepared(*args)
        await both.wait()
        return made

    monkeypatch.setattr(sealing, "_prepared", together)
    counts = await asyncio.gather(audit.seal(server_key()), audit.seal(server_key()))
    assert sorted(counts) == [0, 6]
    assert (await AuditBatch.all().count(), await AuditLeaf.all().count()) == (1, 6)
    monkeypatch.setattr(sealing, "_prepared", prepared)
    await sealed([2])
    assert (await verify()).findings == []


@pytest.mark.parametrize("batch", [97, 256, 1000])
async def test_stored_subtrees_give_the_same_hashes_as_the_definition(house: House, batch: int) -> None:
    await write(1000)
    await audit.seal(server_key(), batch=batch)
    leaves = [sealing.leaf_hash(bytes.fromhex(one)) for one in await _digests()]
    assert await AuditSubtree.all().count() == 3
    for size in (1, 2, 255, 256, 257, 511, 512, 700, 1000):
        assert await Tree().hash(0, size) == root(leaves[:size])
        assert (await Tree().frontier(size)).root == root(leaves[:size])
        for position in {0, size // 3, size - 1}:
            way = await Tree().path(position, size)
            assert way == path(leaves[:size], position)
            assert root_from_path(leaves[position], position, size, way) == root(leaves[:size])


async def _digests() -> list[str]:
    return list(await AuditLeaf.all().order_by("position").values_list("digest", flat=True))


async def test_a_row_that_the_house_did_not_write_waits_and_is_told(house: House) -> None:
    await sealed([2])
    foreign = await trail.put_in(queued=True)
    await write(2)
    with pytest.raises(sealing.NotOurs, match=foreign):
        await audit.seal(server_key())
    assert await AuditLeaf.all().count() == 4, "the others are sealed"
    assert foreign not in await order()
    assert await sealing.foreign() == [foreign]


async def test_a_row_altered_before_it_was_sealed_is_not_sealed(house: House) -> None:
    await write(3)
    victim = str((await AuditEntry.all().order_by("id"))[1].id)
    await trail.unguard()
    await trail.alter(victim, digest=True)
    with pytest.raises(sealing.NotOurs, match=victim):
        await audit.seal(server_key(), batch=2)
    assert await AuditLeaf.all().count() == 2
    found = await verify()
    assert [(one.kind, one.entry) for one in found.findings] == [("not_ours", victim)]


@pytest.mark.parametrize("table, column", [("audit_leaf", "digest"), ("audit_batch", "root"), ("audit_subtree", "hash")])
async def test_what_is_sealed_is_append_only(house: House, table: str, column: str) -> None:
    await write(256)
    await audit.seal(server_key())
    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 'x'"):
        with pytest.raises(Exception, match="append-only"):
            await execute(change)
