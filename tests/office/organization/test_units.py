"""Units: codes, order of leaders, people behind references, and what becomes of a unit."""

from datetime import date, timedelta

import pytest

from office.audit.models import AuditEntry
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.refusal import Conflict, Forbidden, Invalid, NotFound
from office.organization import actions, queries, structure, workdays
from office.organization.holidays import Notice
from office.organization.mergers import abolish_unit, merge_units, rename_unit, split_unit
from office.organization.models import Post, SuccessionRow, Unit
from office.outbox.models import RecordedEvent
from tests.office.organization.town import Town


async def test_units_by_code(town: Town) -> None:
    found = await queries.unit_by_uscc(" 11350199000000002b ")
    assert found is not None
    assert (found.name, found.label, found.ended) == ("青石镇人民政府", "青石镇", False)
    assert await queries.unit_by_uscc("11350199000000009X") is None
    with pytest.raises(Conflict, match="uscc_taken"):
        await structure.add_unit(SYSTEM, name="另一镇", kind="政府", code="11350199000000002B")
    with pytest.raises(Invalid, match="uscc_malformed"):
        await structure.add_unit(SYSTEM, name="另一镇", kind="政府", code="1135019900000000ZZ")


async def test_leaders_come_by_rank_group_by_group(town: Town) -> None:
    unit = town.units["青石镇"]
    assert [one.name for one in await queries.leaders_of(unit)] == ["周启明", "韩素云", "郑怀远", "沈立群"]
    government = await queries.leaders_of(unit, team="政府班子")
    assert [one.name for one in government] == ["韩素云", "郑怀远", "沈立群", "周启明"]


async def test_two_leaders_of_a_team_cannot_stand_on_one_rank(town: Town) -> None:
    unit, second = town.units["青石镇"], {"title": "副镇长", "roles": ["leader"], "is_leader": True, "team": "政府班子"}
    with pytest.raises(Conflict, match="rank_taken") as told:
        await structure.add_post(SYSTEM, unit, rank_no=2, **second)  # type: ignore[arg-type]
    assert told.value.facts == {"ranks": "2"}
    soon = clock.now() + timedelta(days=30)
    with pytest.raises(Conflict, match="rank_taken"):
        await structure.add_post(SYSTEM, unit, rank_no=2, since=soon, **second)  # type: ignore[arg-type]
    await structure.add_post(SYSTEM, unit, rank_no=4, since=soon, **second)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="rank_taken"):
        await structure.add_post(SYSTEM, unit, rank_no=4, **second)  # type: ignore[arg-type]
    for harmless in ({"rank_no": 0}, {"rank_no": 2, "is_leader": False}, {"rank_no": 2, "team": "人大班子"}):
        await structure.add_post(SYSTEM, unit, **second | harmless)  # type: ignore[arg-type]
    await structure.add_post(SYSTEM, town.units["白水镇"], rank_no=2, **second)  # type: ignore[arg-type]
    await Post.filter(id=town.posts["副镇长（经济）"]).update(valid_to=clock.now())
    await structure.add_post(SYSTEM, unit, rank_no=2, **second)  # type: ignore[arg-type]


async def test_a_vacant_leaders_post_keeps_its_place(town: Town) -> None:
    await actions.end_appointment(SYSTEM, town.appointments["郑怀远"])
    leaders = await queries.leaders_of(town.units["青石镇"])
    assert [(one.name, one.title) for one in leaders][2] == ("", "副镇长（经济）")
    before = await queries.leaders_of(town.units["青石镇"], clock.now() - timedelta(seconds=0.001))
    assert len(before) == 4


async def test_people_behind_references_with_delegates(town: Town) -> None:
    unit, post = town.units["青石镇"], town.posts["副镇长（农业）"]
    await actions.delegate(await town.actor("沈立群"), post, town.people["许一诺"], valid_to=clock.now() + timedelta(hours=1))
    refs = [f"clerk@{unit}", f"organization.post:{post}", f"person:{town.people['陶然']}"]
    found = await queries.people_of_refs(refs)
    assert found == {town.people[name] for name in ("罗小满", "沈立群", "许一诺", "陶然")}
    assert await queries.people_of_refs([f"supervisor@{unit}"]) == set()


async def test_the_receiving_post_and_else_the_clerks(town: Town) -> None:
    assert [one.title for one in await queries.receiving_posts(town.units["青石镇"])] == ["文书"]
    assert [one.title for one in await queries.receiving_posts(town.units["白水镇"])] == ["白水镇文书"]
    assert await queries.receiving_posts(town.units["柳湾村"]) == []


async def test_a_merger_ends_posts_and_gives_custody_down_the_line(town: Town) -> None:
    old, heir, last = town.units["白水镇"], town.units["青石镇"], town.units["县政府办"]
    await merge_units(SYSTEM, [old], heir, basis="云政〔2026〕1号")
    assert await queries.custodian(old) == heir
    assert await queries.custodian(old, clock.now() - timedelta(days=2)) == old
    assert await queries.forebears(heir) == {old}
    assert (await town.actor("丁守一")).posts == frozenset()
    assert (await queries.units([old]))[old].ended
    await abolish_unit(SYSTEM, heir, last)
    assert await queries.custodian(old) == last
    assert await town.broken_promises() == []
    with pytest.raises(Conflict, match="unit_ended"):
        await merge_units(SYSTEM, [old], last)
    event = await RecordedEvent.filter(name="organization.unit_succeeded").order_by("seq").first()
    assert event is not None
    assert event.payload["posts"] == [str(town.posts["白水镇文书"])]


async def test_the_units_below_a_merged_one_stand_below_its_heir(town: Town) -> None:
    county, middle, village = town.units["县政府办"], town.units["青石镇"], town.units["柳湾村"]
    await Unit.filter(id=village).update(parent=middle)
    await merge_units(SYSTEM, [middle], county)
    assert (await queries.units([village]))[village].parent == county
    assert await AuditEntry.filter(action="organization.move_unit", subject=f"organization.unit:{village}").count() == 1


async def test_a_split_has_one_keeper(town: Town) -> None:
    old, one, other = town.units["白水镇"], town.units["青石镇"], town.units["柳湾村"]
    with pytest.raises(Invalid, match="successor_needed"):
        await split_unit(SYSTEM, old, [one, other], town.units["县政府办"])
    with pytest.raises(Invalid, match="successor_needed"):
        await abolish_unit(SYSTEM, old, old)
    await split_unit(SYSTEM, old, [one, other], other)
    assert await queries.custodian(old) == other


async def test_a_new_name_keeps_the_old_as_an_alias_and_a_dated_row(town: Town) -> None:
    unit = town.units["白水镇"]
    await rename_unit(SYSTEM, unit, name="白水街道办事处", short_name="白水街道", basis="云政〔2026〕2号")
    assert (await queries.units([unit]))[unit].label == "白水街道"
    [row] = await SuccessionRow.filter(predecessor=unit)
    assert (row.old_name, row.new_name) == ("白水镇人民政府", "白水街道办事处")
    assert await queries.custodian(unit) == unit


async def test_only_the_administrator_builds(town: Town) -> None:
    clerk = await town.actor("罗小满")
    with pytest.raises(Forbidden, match="not_manager"):
        await structure.add_unit(clerk, name="小金库", kind="政府")
    with pytest.raises(Forbidden, match="not_manager"):
        await merge_units(clerk, [town.units["白水镇"]], town.units["青石镇"])
    admin = await town.actor("陶然")
    assert await structure.add_region(admin, code="350199101", name="青石镇")
    with pytest.raises(Invalid, match="roles_unknown"):
        await structure.add_post(admin, town.units["青石镇"], title="国王", roles=["king"])
    with pytest.raises(NotFound, match="section_unknown"):
        await structure.add_post(admin, town.units["白水镇"], title="干事", roles=[], section=town.sections["党政办公室"])


async def test_the_calendar_takes_edits_and_imports(town: Town) -> None:
    friday = date(2026, 7, 10)
    assert (await workdays.calendar()).is_working_day(friday)
    await workdays.set_calendar_day(SYSTEM, friday, is_work=False, note="台风停工", region="350199")
    await workdays.set_calendar_day(SYSTEM, date(2026, 7, 13), is_work=False)
    calendar = await workdays.calendar()
    assert not calendar.for_region("350199101000").is_working_day(friday)
    assert calendar.for_region("350100").is_working_day(friday)
    assert not calendar.for_region("350100").is_working_day(date(2026, 7, 13))
    with pytest.raises(Invalid, match="year_not_imported"):
        await workdays.set_calendar_day(SYSTEM, date(2031, 3, 3), is_work=False)
    assert calendar.add_working_days(date(2031, 3, 1), 1).warnings
    notice = Notice(year=2031, source="放假安排", off=[(date(2031, 1, 1), date(2031, 1, 3))], work=[date(2031, 1, 4)])
    await workdays.import_year(SYSTEM, notice)
    imported = await workdays.calendar()
    assert not imported.is_working_day(date(2031, 1, 1))
    assert imported.is_working_day(date(2031, 1, 4))
    assert not imported.add_working_days(date(2031, 3, 1), 1).warnings


async def test_a_changed_calendar_is_told_to_the_owners_of_deadlines(town: Town) -> None:
    day = date(2026, 7, 10)
    await workdays.set_calendar_day(SYSTEM, day, is_work=False, region="350199")
    await workdays.set_calendar_day(SYSTEM, day, is_work=False, region="350199", note="只改说明")
    await workdays.set_calendar_day(SYSTEM, day, is_work=True, region="350199")
    notice = Notice(year=2031, source="放假安排", off=[(date(2030, 12, 31), date(2031, 1, 2))], work=[])
    await workdays.import_year(SYSTEM, notice)
    await workdays.import_year(SYSTEM, notice)
    await workdays.import_year(SYSTEM, Notice(year=2031, source="更正", off=[(date(2031, 1, 1), date(2031, 1, 2))], work=[]))
    rows = await RecordedEvent.filter(name="organization.calendar_changed").order_by("seq")
    assert [(row.payload["first"], row.payload["last"], row.payload["region"]) for row in rows] == [
        ("2026-07-10", "2026-07-10", "350199000000"),
        ("2026-07-10", "2026-07-10", "350199000000"),
        ("2030-12-31", "2031-12-31", ""),
        ("2030-12-31", "2031-12-31", ""),
    ]
