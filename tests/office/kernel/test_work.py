"""The unit of work: whole or nothing, joined when nested, written in one go, and never cut short by a leaving client."""

import asyncio
from typing import Any

import pytest

from office.kernel import work
from office.kernel.refusal import Conflict
from office.kernel.work import after_commit, in_unit_of_work, savepoint, stage, verb
from office.outbox.models import JobSlot
from tests.office.kernel.test_pitfalls import names, slot
from tests.support.house import House


async def test_a_refusal_rolls_everything_back(house: House) -> None:
    @verb
    async def refused() -> None:
        await slot("row")
        raise Conflict("fake.no")

    with pytest.raises(Conflict):
        await refused()
    assert await names() == set()


async def test_nested_verbs_join_and_fall_together(house: House) -> None:
    @verb
    async def inner() -> None:
        assert in_unit_of_work()
        await slot("inner")

    @verb
    async def outer(*, fail: bool) -> None:
        await slot("outer")
        await inner()
        if fail:
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await outer(fail=True)
    assert await names() == set()
    await outer(fail=False)
    assert await names() == {"inner", "outer"}
    assert not in_unit_of_work()


async def test_staged_rows_are_written_in_order_in_one_go_before_the_commit(house: House) -> None:
    written: list[tuple[str, list[Any]]] = []

    async def first(rows: list[Any]) -> None:
        assert in_unit_of_work()
        written.append(("first", rows))
        stage(second, "from first")

    async def second(rows: list[Any]) -> None:
        written.append(("second", rows))

    @verb
    async def staging() -> None:
        stage(first, 1)
        stage(second, 2)
        stage(first, 3)
        assert written == []

    await staging()
    assert written == [("first", [1, 3]), ("second", [2, "from first"])]


async def test_hints_are_given_once_and_only_after_a_commit(house: House) -> None:
    given: list[set[str]] = []

    def hint() -> None:
        given.append({"now"})

    @verb
    async def hinting(*, fail: bool) -> None:
        after_commit(hint)
        after_commit(hint)
        await slot("row")
        assert given == []
        if fail:
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await hinting(fail=True)
    assert given == []
    await hinting(fail=False)
    assert given == [{"now"}]


async def test_a_broken_hint_does_not_undo_what_is_committed(house: House) -> None:
    def broken() -> None:
        raise RuntimeError("nobody listens")

    @verb
    async def hinting() -> str:
        after_commit(broken)
        await slot("row")
        return "done"

    assert await hinting() == "done"
    assert await names() == {"row"}


async def test_a_leaving_client_does_not_cut_a_verb_short(house: House) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    @verb
    async def slowly() -> None:
        await slot("row")
        inside.set()
        await go_on.wait()
        await slot("rest")

    task = asyncio.create_task(slowly())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await work.finish_running()
    assert await names() == {"row", "rest"}


async def test_a_savepoint_drops_what_it_staged_and_hinted(house: House) -> None:
    written: list[Any] = []
    hinted: list[str] = []

    async def writer(rows: list[Any]) -> None:
        written.extend(rows)

    def bad() -> None:
        hinted.append("bad")

    def good() -> None:
        hinted.append("good")

    @verb
    async def partly() -> None:
        stage(writer, "outer")
        with pytest.raises(ValueError, match="inner"):  # noqa: PT012
            async with savepoint():
                stage(writer, "lost")
                after_commit(bad)
                raise ValueError("inner")
        async with savepoint():
            stage(writer, "kept")
            after_commit(good)

    await partly()
    assert sorted(written) == ["kept", "outer"]
    assert hinted == ["good"]


def test_writing_without_a_unit_of_work_is_a_mistake_that_is_told() -> None:
    with pytest.raises(LookupError, match="@verb"):
        stage(lambda rows: asyncio.sleep(0), 1)  # type: ignore[arg-type,return-value]


async def test_a_lasting_obstacle_is_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from tortoise.exceptions import OperationalError

    monkeypatch.setattr(work, "TRIES", 3)
    tries: list[int] = []

    @verb
    async def stuck() -> None:
        tries.append(1)
        raise OperationalError("database is locked")

    with pytest.raises(OperationalError):
        await stuck()
    assert len(tries) == 3
    assert await JobSlot.all().count() == 0
