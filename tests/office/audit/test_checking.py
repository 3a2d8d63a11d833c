"""The trail read a part at a time says what one reading says; one that begins at a kept head vouches for what came after."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office.audit import checking
from office.audit.models import AuditCheck, AuditEntry
from office.audit.verifying import Place, Rewritten, Verification, Verified, after
from office.cli.doctor.upkeep import sealing
from office.kernel import clock
from office.kernel.database import execute
from office.signing.keys import proves, server_key
from tests.office.audit import trail
from tests.office.audit.auditor import auditor_of
from tests.office.audit.test_verification import fresh
from tests.office.audit.trail import order, sealed, verify, write
from tests.people import settle
from tests.support.house import House

SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=5)
EACH = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
ATTACKS = ("none", "altered", "dropped", "leaf", "batch", "inserted", "cut")


@pytest.fixture
async def open_to_attack(house: House) -> House:
    await trail.unguard()
    return house


async def attack(how: str, ids: list[str], batches: int, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(ids))
    if how in ("altered", "leaf"):
        await trail.alter(one, digest=how == "leaf", leaf=how == "leaf")
    if how == "dropped":
        await execute("DELETE FROM audit_entry WHERE id = ?", one)
    if how == "batch":
        await execute("DELETE FROM audit_batch WHERE number = ?", data.draw(st.integers(1, batches)))
    if how == "inserted":
        await trail.put_in(queued=data.draw(st.booleans()))
    if how == "cut":
        await execute("DELETE FROM audit_leaf WHERE position >= ?", data.draw(st.integers(0, len(ids) - 1)))


async def in_parts(part: int) -> Verified:
    """Each part by another process: only what is written down goes over."""
    kept = msgspec.json.encode(Place())
    while True:
        reading = Verification(proves, begin=msgspec.json.decode(kept, type=Place), chunk=2)
        if await reading.read(part):
            return await reading.end()
        kept = msgspec.json.encode(reading.place)


@EACH
@given(sizes=SIZES, data=st.data(), how=st.sampled_from(ATTACKS), part=st.integers(1, 7))
async def test_parts_say_what_the_whole_says(
    open_to_attack: House, sizes: list[int], data: st.DataObject, how: str, part: int
) -> None:
    ids = await fresh(sizes)
    await attack(how, ids, len(sizes), data)
    whole, parts = await verify(), await in_parts(part)
    assert (parts.findings, parts.rows, parts.head) == (whole.findings, whole.rows, whole.head)
    assert bool(whole.findings) == (how != "none")


@EACH
@given(sizes=SIZES, more=SIZES, data=st.data(), later=st.booleans())
async def test_from_a_kept_head_on(
    open_to_attack: House, sizes: list[int], more: list[int], data: st.DataObject, later: bool
) -> None:
    await fresh(sizes)
    head, _ = await trail.head_file(len(sizes))
    await sealed(more)
    ids = await order()
    begin = await after(head)
    assert (begin.size, begin.batch) == (sum(sizes), len(sizes))
    good = await Verification(proves, begin=begin).run()
    assert (good.findings, good.rows) == ([], sum(sizes) + sum(more))
    place = data.draw(st.integers(sum(sizes), len(ids) - 1) if later else st.integers(0, sum(sizes) - 1))
    await trail.alter(ids[place], digest=True, leaf=True)
    if later:
        found = (await Verification(proves, begin=await after(head)).run()).findings[0]
        assert found.first is not None
        assert found.first <= place
    elif len(ids) < 256:
        with pytest.raises(Rewritten):
            await after(head)


async def test_a_rewritten_chain_does_not_begin_at_the_kept_head(open_to_attack: House) -> None:
    ids = await fresh([3, 4])
    head, _ = await trail.head_file(1)
    await trail.alter(ids[1], digest=True)
    await trail.rewrite(server_key())
    with pytest.raises(Rewritten):
        await after(head)
    await trail.empty()
    with pytest.raises(Rewritten):
        await after(head)


async def test_the_house_reads_its_own_trail_once_a_day_in_parts(house: House) -> None:
    town = await settle(house)
    auditor = await auditor_of(town)
    await sealed([3, 3, 3, 3])
    await checking.go_on(proves, 4)
    told = (await auditor.get("/audit-head")).json()
    assert told["checked"] is None
    assert 4 <= told["checking"]["rows"] < told["head"]["size"]
    await write(2)  # what comes meanwhile waits, or is read
    for _ in range(100):
        await checking.go_on(proves, 4)
    told = (await auditor.get("/audit-head")).json()
    assert (told["checking"], told["checked"]["findings"], told["checked"]["rows"]) == (None, [], told["head"]["size"])
    assert await AuditCheck.all().count() == 1, "one a day"
    clock.travel(timedelta(days=1))
    await trail.unguard()
    await trail.alter((await order())[1])
    with pytest.raises(checking.Altered):
        await checking.go_on(proves)
    told = (await auditor.get("/audit-head")).json()
    assert told["checked"]["findings"][0].startswith("第 2 行的内容被改动")
    assert await AuditEntry.filter(action="audit.check").count() == 1
    assert "第 2 行的内容被改动" in (await sealing()).found
    await checking.go_on(proves)
    assert await AuditCheck.all().count() == 2
    clock.travel(timedelta(days=100))
    with pytest.raises(checking.Altered):
        await checking.go_on(proves)
    assert await AuditCheck.all().count() == 1, "old readings are forgotten"
    await town.close()
