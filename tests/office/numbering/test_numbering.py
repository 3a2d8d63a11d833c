"""Numbers: in order, without gaps or reuse, under races, rollbacks and after a restore."""

import asyncio
import random
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.refusal import Conflict, Forbidden, Invalid, NotFound
from office.kernel.work import savepoint, verb
from office.numbering import actions, rules
from office.numbering.actions import Number
from office.numbering.models import NumberRow, Series
from office.numbering.queries import without_gaps
from office.organization.mergers import merge_units
from tests.office.organization.town import Town


class Changed(Exception):
    """The work around a number fails after it was taken."""


@verb
async def register(town: Town, fails: bool) -> Number:
    """A piece of work that takes a number and may then fail."""
    number = await actions.take(SYSTEM, town.units["青石镇"], "收", 2026, "incoming", f"works.paper:{uuid4()}")
    await asyncio.sleep(0)
    if fails:
        raise Changed
    return number


async def test_forty_at_once_with_rollbacks_leave_neither_gap_nor_double(town: Town) -> None:
    fails = [number < 8 for number in range(40)]
    random.Random(7).shuffle(fails)
    results = await asyncio.gather(*(register(town, fail) for fail in fails), return_exceptions=True)
    given_numbers = sorted(one.n for one in results if isinstance(one, Number))
    assert given_numbers == list(range(1, 33))
    assert [one for one in results if not isinstance(one, Number | Changed)] == []
    assert await NumberRow.all().count() == 32
    assert await without_gaps() == []


async def test_a_savepoint_undone_gives_its_number_back(town: Town) -> None:
    @verb
    async def half() -> Number:
        try:
            async with savepoint():
                await register(town, fails=True)
        except Changed:
            pass
        return await register(town, fails=False)

    assert (await half()).n == 1


async def test_as_written_and_per_unit_code_and_year(town: Town) -> None:
    unit, other = town.units["青石镇"], town.units["白水镇"]
    assert (await actions.take(SYSTEM, unit, "收", 2026, "incoming", "w:1")).text == "收〔2026〕1号"
    assert (await actions.take(SYSTEM, unit, "收", 2026, "incoming", "w:2")).text == "收〔2026〕2号"
    assert (await actions.take(SYSTEM, unit, "收", 2027, "incoming", "w:3")).n == 1
    assert (await actions.take(SYSTEM, unit, "阅", 2026, "incoming", "w:4")).n == 1
    assert (await actions.take(SYSTEM, other, "收", 2026, "incoming", "w:5")).n == 1


async def test_two_units_cannot_issue_under_one_code(town: Town) -> None:
    await actions.take(SYSTEM, town.units["青石镇"], "青政发", 2026, "outgoing", "w:1")
    with pytest.raises(Conflict, match="code_of_other_unit"):
        await actions.take(SYSTEM, town.units["白水镇"], "青政发", 2026, "outgoing", "w:2")
    assert (await actions.take(SYSTEM, town.units["青石镇"], "青政发", 2026, "outgoing", "w:3")).n == 2


@pytest.mark.parametrize(
    ("code", "year"), [("", 2026), ("收 ", 2026), ("收1", 2026), ("收" * 21, 2026), ("收", 26), ("收", 3000)]
)
@pytest.mark.engines("sqlite")
async def test_malformed_codes_and_years(town: Town, code: str, year: int) -> None:
    with pytest.raises(Invalid, match=r"numbering\."):
        await actions.take(SYSTEM, town.units["青石镇"], code, year, "incoming", "w:1")
    assert not await Series.exists()


@given(st.text("收阅政发办AZaz", min_size=1, max_size=20), st.integers(1949, 2199), st.integers(1, 99_999))
def test_the_written_form_is_that_of_the_standard(code: str, year: int, n: int) -> None:
    rules.check(code, year)
    assert rules.text(code, year, n) == f"{code}〔{year}〕{n}号"


async def test_a_void_number_keeps_its_row_and_is_never_given_again(town: Town) -> None:
    clerk, unit = await town.actor("罗小满"), town.units["青石镇"]
    first = await actions.take(clerk, unit, "收", 2026, "incoming", "w:1")
    await actions.void(clerk, first.id, "重复登记")
    assert (await actions.take(clerk, unit, "收", 2026, "incoming", "w:2")).n == 2
    row = await NumberRow.get(id=first.id)
    assert (row.state, row.reason, row.subject) == ("void", "重复登记", "w:1")
    with pytest.raises(Conflict, match="already_void"):
        await actions.void(clerk, first.id, "再来")
    with pytest.raises(Forbidden, match="not_clerk"):
        await actions.void(await town.actor("丁守一"), first.id, "不是我的")
    with pytest.raises(NotFound, match="number_unknown"):
        await actions.void(clerk, uuid4(), "没有")


async def test_reserved_numbers_are_used_or_explained(town: Town) -> None:
    clerk, unit = await town.actor("罗小满"), town.units["青石镇"]
    one, two = await actions.reserve(clerk, unit, "青政发", 2026, "outgoing", 2, "防汛专项")
    assert (await actions.take(clerk, unit, "青政发", 2026, "outgoing", "w:1")).n == 3
    assert (await actions.use_reserved(clerk, one.id, "w:2")).text == "青政发〔2026〕1号"
    with pytest.raises(Conflict, match="not_reserved"):
        await actions.use_reserved(clerk, one.id, "w:3")
    await actions.void(clerk, two.id, "未使用")
    assert await without_gaps() == []
    with pytest.raises(Invalid, match="too_many"):
        await actions.reserve(clerk, unit, "青政发", 2026, "outgoing", 51, "太多")


async def test_after_a_restore_the_clerk_confirms_the_last_number(town: Town) -> None:
    clerk, unit = await town.actor("罗小满"), town.units["青石镇"]
    first = await actions.take(clerk, unit, "收", 2026, "incoming", "w:1")
    assert await actions.hold_all(SYSTEM, "已从备份恢复") == 1
    with pytest.raises(Conflict, match="on_hold") as told:
        await actions.take(clerk, unit, "收", 2026, "incoming", "w:2")
    assert told.value.facts == {"series": "收〔2026〕", "reason": "已从备份恢复"}
    with pytest.raises(Invalid, match="below_recorded"):
        await actions.confirm_last(clerk, first.series, 0)
    with pytest.raises(Invalid, match="too_far"):
        await actions.confirm_last(clerk, first.series, 1002)
    with pytest.raises(Forbidden, match="not_clerk"):
        await actions.confirm_last(await town.actor("丁守一"), first.series, 4)
    await actions.confirm_last(clerk, first.series, 4)
    assert (await actions.take(clerk, unit, "收", 2026, "incoming", "w:2")).n == 5
    assert await without_gaps() == []
    with pytest.raises(Conflict, match="not_on_hold"):
        await actions.confirm_last(clerk, first.series, 9)


async def test_after_a_restore_a_series_that_the_backup_lacks_waits_too(town: Town) -> None:
    clerk, unit, year = await town.actor("罗小满"), town.units["青石镇"], clock.today().year
    await actions.hold_all(SYSTEM, "已从备份恢复")
    with pytest.raises(Conflict, match="on_hold"):
        await actions.take(clerk, unit, "收", year, "incoming", "w:1")
    with pytest.raises(Forbidden, match="not_clerk"):
        await actions.confirm_missing(await town.actor("丁守一"), unit, "收", year, "incoming", 7)
    await actions.confirm_missing(clerk, unit, "收", year, "incoming", 7)
    assert (await actions.take(clerk, unit, "收", year, "incoming", "w:1")).n == 8
    with pytest.raises(Conflict, match="not_on_hold"):
        await actions.confirm_missing(clerk, unit, "收", year, "incoming", 9)
    assert (await actions.take(clerk, unit, "收", year + 1, "incoming", "w:2")).n == 1, "a later year cannot have begun"
    assert await without_gaps() == []


async def test_the_series_of_an_ended_unit_stay_closed(town: Town) -> None:
    unit = town.units["白水镇"]
    await actions.take(SYSTEM, unit, "收", 2026, "incoming", "w:1")
    await merge_units(SYSTEM, [unit], town.units["青石镇"])
    await town.drain()
    with pytest.raises(Conflict, match=r"numbering\.closed"):
        await actions.take(SYSTEM, unit, "收", 2026, "incoming", "w:2")


async def test_an_ended_unit_opens_no_series_for_a_new_year(town: Town) -> None:
    unit = town.units["白水镇"]
    await actions.take(SYSTEM, unit, "收", 2026, "incoming", "w:1")
    clerk = await town.actor("丁守一")
    await merge_units(SYSTEM, [unit], town.units["青石镇"])
    # At once for people: nobody has a post in a unit that has ended. For the system once the event has come.
    with pytest.raises(Forbidden, match="not_of_unit"):
        await actions.take(await town.actor("丁守一"), unit, "收", 2027, "incoming", "w:2")
    await town.drain()
    for actor in (SYSTEM, clerk):
        with pytest.raises(Conflict, match=r"numbering\.closed"):
            await actions.take(actor, unit, "收", 2027, "incoming", "w:2")
    with pytest.raises(Conflict, match=r"numbering\.closed"):
        await actions.reserve(clerk, unit, "白政发", 2027, "outgoing", 1, "备用")
    assert await Series.all().count() == 1


async def test_a_person_numbers_for_their_own_unit_only(town: Town) -> None:
    with pytest.raises(Forbidden, match="not_of_unit"):
        await actions.take(await town.actor("罗小满"), town.units["白水镇"], "收", 2026, "incoming", "w:1")
    assert (await actions.take(await town.actor("罗小满"), town.units["青石镇"], "收", 2026, "incoming", "w:1")).n == 1


async def test_a_lost_row_is_found(town: Town) -> None:
    for number in range(3):
        await register(town, fails=False)
        assert number < 3
    await NumberRow.filter(n=2).delete()
    [line] = await without_gaps()
    assert "last 3, 2 rows" in line


async def test_over_http_the_clerk_sees_holds_confirms_and_voids(town: Town) -> None:
    number = await register(town, fails=False)
    await actions.hold_all(SYSTEM, "已从备份恢复")
    async with town.http("罗小满") as http:
        [series] = (await http.get("/number-series", params={"year": 2026})).json()["items"]
        assert (series["code"], series["last"], series["state"]) == ("收", 1, "on_hold")
        done = await http.post(f"/number-series/{series['id']}/confirmations", json={"last": 3})
        assert done.status_code == 204
        missing = {"unit": series["unit"], "code": "青政发", "year": 2026, "kind": "outgoing", "last": 0}
        assert (await http.post("/number-series/confirmations", json=missing)).status_code == 201
        assert (await http.post(f"/numbers/{number.id}/voids", json={"reason": "错号"})).status_code == 204
        lines = (await http.get(f"/number-series/{series['id']}/numbers")).json()
        assert [(one["text"], one["state"]) for one in lines["items"]] == [
            ("收〔2026〕1号", "void"),
            ("收〔2026〕2号", "used"),
            ("收〔2026〕3号", "used"),
        ]
        assert lines["next"] is None
    async with town.http("丁守一") as http:
        assert (await http.get("/number-series")).json()["items"] == []
        foreign = await http.get(f"/number-series/{series['id']}/numbers")
        assert (foreign.status_code, foreign.json()["code"]) == (404, "numbering.series_unknown")
        far = await http.get(f"/number-series/{series['id']}/numbers?cursor={'9' * 200}")
        assert far.status_code == 422
    async with town.http("许一诺") as http:
        assert (await http.get("/number-series")).status_code == 403
