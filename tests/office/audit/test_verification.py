"""Whoever changes the trail in the database is found, and where: whatever the trail's length and batches, on both engines."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office.audit import rows, sealing
from office.audit.kept import BadHead, judge, read_head
from office.audit.models import AuditEntry
from office.audit.verifying import Finding
from office.kernel import base64url
from office.kernel.database import execute, fetch
from office.signing.keys import ServerKey, proves, server_key
from tests.office.audit import trail
from tests.office.audit.trail import order, sealed, verify, write
from tests.support.house import House

pytestmark = pytest.mark.usefixtures("open_to_attack")
SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=4)
EACH = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def open_to_attack(house: House) -> House:
    """The triggers are gone: the database is in the hands of somebody who owns it."""
    await trail.unguard()
    return house


async def fresh(sizes: list[int]) -> list[str]:
    await trail.empty()
    await sealed(sizes)
    assert (await verify()).findings == []
    return await order()


async def first() -> Finding:
    found = (await verify()).findings
    assert found, "nothing was noticed"
    return found[0]


def batch_of(sizes: list[int], place: int) -> int:
    """The batch that the row at a place is in, from 1."""
    return next(number for number in range(1, len(sizes) + 1) if place < sum(sizes[:number]))


def within(finding: Finding, sizes: list[int], place: int) -> None:
    """The finding points to the batch of a place, and its rows include it."""
    assert finding.batch == batch_of(sizes, place)
    assert finding.first is not None
    assert finding.last is not None
    assert finding.first <= place <= finding.last


CHANGES: dict[str, Any] = {
    "at": "2001-01-01 00:00:00.000000+00:00", "action": "x.y", "subject": "x:2", "outcome": "refused", "actor": "system",
    "actor_name": "某人", "post": "某职", "unit": "u", "on_behalf_of": "某某", "session": "s", "device": "d",
    "address": "::1", "request": "r",
    "facts": '{"n":99}', "digest": "0" * 64,
}  # fmt: skip


@EACH
@given(sizes=SIZES, data=st.data())
async def test_a_row_whose_content_was_changed_is_named(open_to_attack: House, sizes: list[int], data: st.DataObject) -> None:
    ids = await fresh(sizes)
    place = data.draw(st.integers(0, len(ids) - 1))
    column = data.draw(st.sampled_from(sorted(CHANGES)))
    await execute(f"UPDATE audit_entry SET {column} = {_literal(CHANGES[column])} WHERE id = ?", ids[place])
    told = await first()
    assert (told.kind, told.first, told.last, told.entry) == ("altered", place, place, ids[place])


def _literal(text: str) -> str:
    return "'" + text + "'"


@EACH
@given(sizes=SIZES, data=st.data(), leaf=st.booleans())
async def test_a_change_that_makes_the_digests_fit_is_found(
    open_to_attack: House, sizes: list[int], data: st.DataObject, leaf: bool
) -> None:
    ids = await fresh(sizes)
    place = data.draw(st.integers(0, len(ids) - 1))
    await trail.alter(ids[place], digest=True, leaf=leaf)
    told = await first()
    assert told.kind == ("root" if leaf else "altered")
    within(told, sizes, place)


@EACH
@given(sizes=SIZES, data=st.data(), leaf=st.sampled_from(["left", "dropped", "closed up"]))
async def test_a_dropped_row_is_found(open_to_attack: House, sizes: list[int], data: st.DataObject, leaf: str) -> None:
    ids = await fresh(sizes)
    place = data.draw(st.integers(0, len(ids) - 1))
    await execute("DELETE FROM audit_entry WHERE id = ?", ids[place])
    if leaf != "left":
        await execute("DELETE FROM audit_leaf WHERE entry = ?", ids[place])
    if leaf == "closed up":
        for one in range(place + 1, len(ids)):
            await execute("UPDATE audit_leaf SET position = ? WHERE position = ?", one - 1, one)
    told = await first()
    if leaf == "closed up":
        assert told.first is not None
        assert told.batch == batch_of(sizes, place)
    else:
        assert (told.kind, told.first) == ("dropped" if leaf == "left" else "leaf_missing", place)


@EACH
@given(sizes=st.lists(st.integers(2, 6), min_size=1, max_size=4), data=st.data())
async def test_reordered_rows_are_found(open_to_attack: House, sizes: list[int], data: st.DataObject) -> None:
    ids = await fresh(sizes)
    one, other = sorted(data.draw(st.lists(st.integers(0, len(ids) - 1), min_size=2, max_size=2, unique=True)))
    for move in ((one, -1), (other, one), (-1, other)):
        await execute("UPDATE audit_leaf SET position = ? WHERE position = ?", move[1], move[0])
    told = await first()
    assert told.kind in ("order", "root")
    assert told.batch == batch_of(sizes, one)
    if batch_of(sizes, one) == batch_of(sizes, other):
        assert told.kind == "order"
        assert told.first is not None
        assert one < told.first <= other


@EACH
@given(sizes=st.lists(st.integers(2, 6), min_size=1, max_size=3), data=st.data())
async def test_rows_that_changed_places_by_their_ids_are_found(
    open_to_attack: House, sizes: list[int], data: st.DataObject
) -> None:
    ids = await fresh(sizes)
    one, other = sorted(data.draw(st.lists(st.integers(0, len(ids) - 1), min_size=2, max_size=2, unique=True)))
    spare = "0190aaaa-0000-7000-8000-00000000ffff"
    for old, new in ((ids[one], spare), (ids[other], ids[one]), (spare, ids[other])):
        await execute("UPDATE audit_entry SET id = ? WHERE id = ?", new, old)
    told = await first()
    assert (told.kind, told.first) == ("altered", one)


@EACH
@given(sizes=SIZES, how=st.sampled_from(["waits", "beside", "sealed", "hidden"]))
async def test_an_inserted_row_is_found(open_to_attack: House, sizes: list[int], how: str) -> None:
    ids = await fresh(sizes)
    entry = await trail.put_in(queued=how == "waits")
    if how == "sealed":
        row = (await fetch("SELECT digest FROM audit_entry WHERE id = ?", entry))[0]
        await execute("INSERT INTO audit_leaf (position, entry, digest) VALUES (?, ?, ?)", len(ids), entry, row["digest"])
    if how == "hidden":
        await execute("INSERT INTO audit_leaf (position, entry, digest) VALUES (?, ?, ?)", -1, entry, "0" * 64)
    told = await first()
    assert told.kind == {"waits": "not_ours", "beside": "inserted", "sealed": "surplus", "hidden": "misplaced"}[how]
    assert (told.first == len(ids)) if how == "sealed" else (told.entry == entry)


BATCH = {"root": "'" + "0" * 64 + "'", "previous": "'" + "1" * 64 + "'", "size": "size + 1", "signature": "'\\x00'",
         "sealed_at": "'2001-01-01 00:00:00.000000+00:00'", "server_key": "'0123456789abcdef'"}  # fmt: skip


@EACH
@given(sizes=SIZES, data=st.data(), column=st.sampled_from(sorted(BATCH)))
async def test_a_changed_head_is_found(open_to_attack: House, sizes: list[int], data: st.DataObject, column: str) -> None:
    await fresh(sizes)
    number = data.draw(st.integers(1, len(sizes)))
    await execute(f"UPDATE audit_batch SET {column} = {BATCH[column]} WHERE number = ?", number)
    assert (await first()).batch == number


@EACH
@given(sizes=st.lists(st.integers(1, 6), min_size=2, max_size=4), data=st.data())
async def test_a_dropped_batch_is_found(open_to_attack: House, sizes: list[int], data: st.DataObject) -> None:
    await fresh(sizes)
    number = data.draw(st.integers(1, len(sizes)))
    await execute("DELETE FROM audit_batch WHERE number = ?", number)
    told = await first()
    if number < len(sizes):
        assert (told.kind, told.batch) == ("batch_missing", number)
    else:
        assert (told.kind, told.first) == ("surplus", sum(sizes[:-1]))


async def test_an_absurd_size_does_not_make_it_read_for_ever(open_to_attack: House) -> None:
    await fresh([2])
    await execute("UPDATE audit_batch SET size = 9000000000000000")
    assert {one.kind for one in (await verify()).findings} >= {"signature", "leaf_missing"}


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("column", ["size", "sealed_at", "signature", "root"])
async def test_what_cannot_be_read_at_all_is_found(open_to_attack: House, column: str) -> None:
    await fresh([2, 2])
    await execute(f"UPDATE audit_batch SET {column} = 'nonsense' WHERE number = 2")
    assert (await first()).batch == 2


async def test_a_changed_subtree_is_found_and_no_row_blamed(open_to_attack: House) -> None:
    await fresh([600])
    await execute("UPDATE audit_subtree SET hash = ? WHERE number = 1", "0" * 64)
    assert [(one.kind, one.first, one.last) for one in (await verify()).findings] == [("subtree", 256, 511)]


async def test_where_all_digests_fit_the_place_is_known_to_256_rows(open_to_attack: House) -> None:
    ids = await fresh([600])
    await trail.alter(ids[300], digest=True, leaf=True)
    assert [(one.kind, one.first, one.last) for one in (await verify()).findings] == [("subtree", 256, 511)]


async def test_rows_taken_out_before_they_were_sealed_leave_their_place_in_the_queue(open_to_attack: House) -> None:
    await fresh([2])
    await write(1)
    newest = str((await AuditEntry.all().order_by("-id").first()).id)  # type: ignore[union-attr]
    await execute("DELETE FROM audit_entry WHERE id = ?", newest)
    assert [(one.kind, one.entry) for one in (await verify()).findings] == [("gone_unsealed", newest)]


# Heads kept outside


def another_key() -> ServerKey:
    return ServerKey(ec.generate_private_key(ec.SECP256R1()))


@EACH
@given(sizes=st.lists(st.integers(1, 6), min_size=2, max_size=4), data=st.data(), stolen=st.booleans())
async def test_a_rewritten_chain_is_found(open_to_attack: House, sizes: list[int], data: st.DataObject, stolen: bool) -> None:
    """Without the server's key its signatures do not hold; with it, the head that was kept does."""
    ids = await fresh(sizes)
    kept, _ = await trail.head_file(len(sizes))
    before, _ = await trail.head_file(len(sizes) - 1)
    place = data.draw(st.integers(sum(sizes[:-1]), len(ids) - 1))
    await trail.alter(ids[place], digest=True)
    await trail.rewrite(server_key() if stolen else another_key())
    found = await verify(kept.batch, before.batch)
    if not stolen:
        assert (found.findings[0].kind, found.findings[0].batch) == ("signature", 1)
    else:
        assert found.findings == [], "nothing inside the database shows it"
    assert judge(kept, found) == "rewritten"


@EACH
@given(sizes=st.lists(st.integers(1, 6), min_size=1, max_size=4), more=SIZES, data=st.data())
async def test_todays_trail_extends_an_older_head(
    open_to_attack: House, sizes: list[int], more: list[int], data: st.DataObject
) -> None:
    await fresh(sizes)
    kept, file = await trail.head_file(data.draw(st.integers(1, len(sizes))))
    await sealed(more)
    assert read_head(file, proves, base64url.decode) == kept
    assert judge(kept, await verify(kept.batch)) == "extends"


async def test_a_trail_that_was_cut_off_is_shorter_than_the_head(open_to_attack: House) -> None:
    await fresh([3, 2, 2])
    kept, _ = await trail.head_file(3)
    await execute("DELETE FROM audit_entry WHERE id IN (SELECT entry FROM audit_leaf WHERE position >= 5)")
    await execute("DELETE FROM audit_leaf WHERE position >= 5")
    await execute("DELETE FROM audit_batch WHERE number = 3")
    found = await verify(kept.batch)
    assert found.findings == [], "nothing inside the database shows it"
    assert judge(kept, found) == "shorter"
    await sealed([2])
    assert judge(kept, await verify(kept.batch)) == "rewritten"


async def test_a_head_that_was_altered_is_no_head(open_to_attack: House) -> None:
    await fresh([3])
    _, file = await trail.head_file(1)
    for altered in (
        b"", b"{}", file[:-2], file.replace(b'\\"size\\":3', b'\\"size\\":4'), file.replace(b"head-1", b"head-2"),
        file.replace(server_key().id.encode(), b"0123456789abcdef"), file.replace(b'{\\"batch', b'{ \\"batch'),
    ):  # fmt: skip
        assert altered != file
        with pytest.raises(BadHead):
            read_head(altered, proves, base64url.decode)


async def test_the_digest_that_is_read_fast_is_the_canonical_one(open_to_attack: House) -> None:
    """A row with a float of no fraction is spelled otherwise by the fast encoder; it must hold all the same."""
    await write(9)
    assert await sealing.foreign() == []
    for row in await fetch("SELECT * FROM audit_entry"):
        assert rows.holds(row, row["digest"])
        assert not rows.holds({**row, "subject": "x"}, row["digest"])
